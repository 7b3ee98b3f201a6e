"""The house stands as drawn: arrows run one way, pages never touch models, readers and writers say who they are."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.source import APPS, ROOT, Import, imports, modules, name_of, named, public_functions, tree_of

LONGEST = 400
# Entry points of the machine itself; nobody acts.
NOBODY_ACTS = {"request_refresh": "puts work in line; the act that asks for it has its own row"}
SIGNALS = re.compile(r"\b(?:pre|post)_(?:save|delete|init)\b|\bm2m_changed\b")
ONLY_HERE = re.compile(r"/wor" + r"k/|/tm" + r"p/|/roo" + r"t/")


def test_the_arrows_run_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-1000:]


def models_imported(found: list[Import]) -> list[str]:
    return sorted(
        {
            f"{i.module} (line {i.line})"
            for i in found
            if not i.for_types_only and re.match(rf"(?:{'|'.join(APPS)})\.models\b", i.module)
        }
    )


@pytest.mark.parametrize("path", [*named("views"), *named("api")], ids=name_of)
def test_a_page_never_imports_models(path: Path) -> None:
    assert models_imported(list(imports(tree_of(path)))) == []
    assert "get_model(" not in path.read_text("utf-8")


def test_the_guard_sees_a_page_that_imports_models() -> None:
    sneaky = ast.parse("def view(request):\n    from accounts.models import Student\n    return Student")
    typed = ast.parse("if TYPE_CHECKING:\n    from accounts.models import Student")

    assert models_imported(list(imports(sneaky)))
    assert not models_imported(list(imports(typed)))


READS = {"objects", "cursor", "students_for", "sections_for", "schools_for", "students_of_schools"}
WRITES = {"create", "bulk_create", "bulk_update", "update", "delete", "save", "cursor", "get_or_create", "atomic"}


def keyword_names(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in function.args.kwonlyargs]


def touches(function: ast.FunctionDef, words: set[str]) -> bool:
    """Whether the function itself uses one of these names as a function or attribute."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in words) or (isinstance(node, ast.Name) and node.id in words)
        for node in ast.walk(function)
    )


def who_is_missing(tree: ast.Module, who: str, words: set[str]) -> list[str]:
    """Public functions that touch the database without naming, first of their keywords, who does it."""
    return [
        f"{function.name} (line {function.lineno})"
        for function in public_functions(tree)
        if touches(function, words) and (function.args.args or keyword_names(function)[:1] != [who])
    ]


@pytest.mark.parametrize("path", named("selectors"), ids=name_of)
def test_a_selector_says_first_who_reads(path: Path) -> None:
    assert who_is_missing(tree_of(path), "viewer", READS) == []


@pytest.mark.parametrize("path", named("services"), ids=name_of)
def test_a_service_says_first_who_acts(path: Path) -> None:
    missing = who_is_missing(tree_of(path), "by", WRITES)

    assert [name for name in missing if name.split()[0] not in NOBODY_ACTS] == []


def test_the_guard_sees_a_reader_without_a_name() -> None:
    source = "def {}:\n    return Student.objects.all()"

    assert who_is_missing(ast.parse(source.format("everyone()")), "viewer", READS)
    assert who_is_missing(ast.parse(source.format("everyone(viewer)")), "viewer", READS)
    assert not who_is_missing(ast.parse(source.format("everyone(*, viewer)")), "viewer", READS)
    assert not who_is_missing(ast.parse(source.format("_everyone()")), "viewer", READS)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    assert [f"{i.module} (line {i.line})" for i in imports(tree_of(path)) if i.in_function] == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_work_hides_in_a_model_signal(path: Path) -> None:
    assert SIGNALS.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())

    assert lines <= LONGEST, f"{lines} lines: split it by noun into a package"


@pytest.mark.parametrize("path", modules(migrations=True), ids=name_of)
def test_no_file_knows_the_machine_it_was_written_on(path: Path) -> None:
    assert not ONLY_HERE.findall(path.read_text("utf-8"))


def test_there_is_no_drawer_for_everything() -> None:
    drawers = {"core", "common", "utils", "util", "helpers", "misc"}

    assert [name_of(path) for path in modules() if drawers & {path.stem, *path.relative_to(ROOT).parts}] == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_everything_public_is_explained(path: Path) -> None:
    tree = tree_of(path)
    inner = [node for outer in tree.body if isinstance(outer, ast.ClassDef) for node in outer.body]
    silent = [
        f"{node.name} (line {node.lineno})"
        for node in [*tree.body, *inner]
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and node.name != "Meta"
        and ast.get_docstring(node) is None
        and not any("overload" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert silent == []
    assert ast.get_docstring(tree) or not tree.body, "the module itself says nothing"
