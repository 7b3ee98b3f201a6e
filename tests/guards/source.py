"""Reading our own source: files by app, functions with their parameters, imports with the place they stand in. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Lowest first: an app may know those before it.
APPS = ("accounts", "competencies", "assessments", "supports", "success_plans", "dashboards", "config")


def modules(*apps: str, migrations: bool = False) -> list[Path]:
    """Every Python file of these apps (all without arguments)."""
    return sorted(
        path
        for app in apps or APPS
        for path in (ROOT / app).rglob("*.py")
        if migrations or "migrations" not in path.parts
    )


def named(noun: str) -> list[Path]:
    """Every file of the module or package of this name in any app: `selectors.py` and `selectors/*.py`."""
    return [path for path in modules() if path.parts[len(ROOT.parts) + 1 :][0].removesuffix(".py") == noun]


def name_of(path: Path) -> str:
    """The path inside the repository."""
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"))


@dataclass(frozen=True)
class Import:
    """One imported module, and whether it stands inside a function or only for type checkers."""

    module: str
    line: int
    in_function: bool
    for_types_only: bool


def imports(tree: ast.AST, *, in_function: bool = False, for_types_only: bool = False) -> Iterator[Import]:
    """Every import of a module, `from a import b` given as both `a` and `a.b`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, in_function, for_types_only)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield Import(base, node.lineno, in_function, for_types_only)
            for alias in node.names:
                yield Import(f"{base}.{alias.name}", node.lineno, in_function, for_types_only)
        else:
            types_only = for_types_only or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
            function = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports(node, in_function=function, for_types_only=types_only)


def public_functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Functions of the module's own level whose names say they are for others."""
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
