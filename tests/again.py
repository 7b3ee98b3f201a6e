"""What a factory built once is there for the next test again, without building it row by row.

The first test of a process builds; the rows it left are kept and written with one statement a table for every test
after. Ids and public ids are the same each time: every test rolls back or empties its tables, and sequences only grow.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import models, transaction

from accounts.models import District


@dataclass(frozen=True)
class Kept:
    """What was built, and its rows by model, in no order: references are checked at the end of a transaction."""

    answer: Any
    rows: tuple[tuple[type[models.Model], tuple[models.Model, ...]], ...]


Built = TypeVar("Built")

_kept: dict[Hashable, Kept] = {}


def again(key: Hashable, build: Callable[[], Built]) -> Built:
    """`build()` in a database without a district: its rows are there, and the answer is this test's own to change.

    Where a district is there already, `build` runs as ever.
    """
    if District.objects.exists():
        return build()
    kept = _kept.get(key)
    if kept is None:
        kept = _kept[key] = _built(build)
    else:
        with transaction.atomic():  # also where a test has no transaction around it: references are checked at its end
            for model, rows in kept.rows:
                model._base_manager.bulk_create(rows)
    answer: Built = copy.deepcopy(kept.answer)
    return answer


def ours() -> list[type[models.Model]]:
    """Every table a factory may write: not the history, which triggers write."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not hasattr(model, "pgh_tracked_model")
    ]


def _built(build: Callable[[], Any]) -> Kept:
    before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in ours()}
    answer = build()
    found = ((model, tuple(model._base_manager.exclude(pk__in=before[model]))) for model in ours())
    return Kept(copy.deepcopy(answer), tuple((model, rows) for model, rows in found if rows))
