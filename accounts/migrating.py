"""Large migrations without the wait: the state is rendered once for many operations, not once for each."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class Together(Operation):
    """Operations that do not need to see one another's result: every one of them finds the state before and after all.

    A migration renders each model's neighbours anew after every operation, which takes minutes where most models
    point at people and students. In here no model may be created, altered and altered again: a new model comes with
    all its fields, a field is added or altered once.
    """

    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the state's models, and leave the rendering to whoever asks for it next."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Do them in order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Undo them from the last to the first."""
        for operation in reversed(self.operations):
            if isinstance(operation, AddTrigger) and (app_label, operation.model_name.lower()) not in to_state.models:
                continue  # it goes with its table
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What it does, for `migrate`."""
        return "; ".join(operation.describe() for operation in self.operations)
