"""The suite about itself: tests run side by side only where every process names them alike."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
DRAWN = {"hashlib", "uuid", "random", "secrets", "time", "timezone", "uuid4", "md5", "sha256", "hash", "id"}
"""What gives another name in another process, or a second later. A zip written anew holds the second it was written."""


def names_of_cases(tree: ast.AST) -> list[ast.expr]:
    """Every `ids=` of a `parametrize` of this file."""
    return [
        keyword.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "parametrize"
        for keyword in call.keywords
        if keyword.arg == "ids"
    ]


def drawn_in(expression: ast.expr) -> set[str]:
    """Words of this expression that differ from process to process."""
    used = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(expression) if isinstance(node, ast.Attribute)}
    return used & DRAWN


def test_every_process_names_the_tests_alike() -> None:
    found = {
        f"{path.relative_to(TESTS)}:{expression.lineno}": drawn
        for path in sorted(TESTS.rglob("*.py"))
        for expression in names_of_cases(ast.parse(path.read_text()))
        if (drawn := drawn_in(expression))
    }

    assert not found


@pytest.mark.parametrize("ids", ["lambda value: md5(value).hexdigest()", "[str(uuid.uuid4())]", "[hash(x) for x in X]"])
def test_a_drawn_name_is_found(ids: str) -> None:
    (expression,) = names_of_cases(ast.parse(f"pytest.mark.parametrize('x', X, ids={ids})"))

    assert drawn_in(expression)


def test_who_empties_the_tables_leaves_the_sequences_where_they_are() -> None:
    """Rows that are written again keep their ids (`tests.again`): a sequence that begins anew would meet them."""
    flushes = [
        (f"{path.relative_to(TESTS)}:{call.lineno}", {keyword.arg for keyword in call.keywords})
        for path in sorted(TESTS.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value == "flush"
    ]

    assert flushes
    assert [place for place, said in flushes if "reset_sequences" not in said] == []
