"""What the pages for newcomers say is there: every link, every command, every variable."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MAKE = re.compile(r"(?:^|[`\s])make ([a-z][a-z-]*)(?=[`\s]|$)", re.M)
MANAGE = re.compile(r"manage\.py ([a-z_]+)([^`\n&|]*)")
CODE = re.compile(r"```.*?```|`[^`\n]+`|^    [^\n]+$", re.M | re.S)
APPS = "accounts|competencies|assessments|supports|success_plans|dashboards|config|tests|docs|bench"
PLACE = re.compile(rf"`((?:{APPS})/[\w./-]*)`")
READERS = {"env_text", "env_flag", "env_number", "env_list"}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_in(text: str) -> str:
    return "\n".join(CODE.findall(text))


def anchors_of(page: Path) -> set[str]:
    """The anchors a forge makes of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in LINK.findall(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _sep, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors_of(there)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_and_manage_command_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*)(?=[ :])[^=\n]*:(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.M))
    code = code_in(page.read_text("utf-8"))

    assert set(MAKE.findall(code)) - targets == set()
    assert {command for command, _rest in MANAGE.findall(code)} - set(get_commands()) == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_option_of_a_manage_command_exists(page: Path) -> None:
    unknown = []
    for command, rest in MANAGE.findall(code_in(page.read_text("utf-8"))):
        app = get_commands().get(command)
        if not isinstance(app, str):
            continue
        parser = load_command_class(app, command).create_parser("manage.py", command)
        known = {option for action in parser._actions for option in action.option_strings}
        unknown += [f"{command} {option}" for option in re.findall(r"(?<!\w)--[a-z-]+", rest) if option not in known]
    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    assert [place for place in PLACE.findall(page.read_text("utf-8")) if not (ROOT / place).exists()] == []


def variables_read() -> set[str]:
    """What the settings, the roles command and the compose file read from the environment."""
    tree = ast.parse((ROOT / "config" / "settings.py").read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        called = ast.unparse(node.func)
        if called in READERS or called == "os.environ.get":
            found.add(str(node.args[0].value))
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    return found | set(re.findall(r"\$\{(\w+)", compose))


def test_the_table_of_variables_is_complete_and_names_nothing_else() -> None:
    text = (ROOT / "docs" / "deploying.md").read_text("utf-8")
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.M))

    assert table == variables_read() - {"OWNER_PASSWORD"}
    assert "`OWNER_PASSWORD`" in text


def test_the_check_of_commands_can_fail() -> None:
    assert MAKE.findall("`make nothing-here`") == ["nothing-here"]
    assert MANAGE.findall("python manage.py fly --high") == [("fly", " --high")]
    assert code_in("prose make sense `make demo`\n\n    make test\n") == "`make demo`\n    make test"
