"""History by trigger, for texts people edit and for roster rows: catches bulk and raw SQL too."""

from __future__ import annotations

from typing import Any, TypeVar

import pghistory
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

M = TypeVar("M", bound=type[models.Model])


def keep_history(model: M) -> M:
    """Class decorator: every update and delete leaves the row as it was before in `<Model>Event`.

    Who did it stands in the audit, so the event rows carry no context of their own.
    """
    tracked: M = pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(),
        context_field=None,
        append_only=True,
    )(model)
    return tracked


class AddTriggers(Operation):
    """Several triggers of an app in one step of a migration: `[("model", trigger), ...]`.

    Does what as many `pgtrigger.migrations.AddTrigger` do, without building the whole state anew after each: a trigger
    changes no column, so that the models need not be rendered again.
    """

    reversible = True

    def __init__(self, triggers: list[tuple[str, Any]]) -> None:
        self.triggers = triggers

    def _each(self) -> list[AddTrigger]:
        return [AddTrigger(model_name=name, trigger=trigger) for name, trigger in self.triggers]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Note the triggers in the state."""
        for name, trigger in self.triggers:
            options = state.models[app_label, name].options
            options["triggers"] = [*options.get("triggers", []), trigger]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create them."""
        for one in self._each():
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove them."""
        for one in reversed(self._each()):
            one.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What it does, for `migrate`."""
        return "Create triggers: " + ", ".join(f"{trigger.name} on {name}" for name, trigger in self.triggers)
