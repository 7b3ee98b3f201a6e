"""Everything the product says, it also says in Spanish, and the compiled catalogue is the one people can read.

`locale/es/LC_MESSAGES/django.po` is edited by people; `django.mo` beside it is what Django reads, and is committed so
that a machine with only Python runs the product. After a change: `manage.py makemessages -l es --no-obsolete
--no-location` (with `-i` for `.venv`, `var`, `tests`, `bench`), translate, `manage.py compilemessages -l es`.
"""

from __future__ import annotations

import ast
import gettext
import io
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.db.models import Choices
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.translation.template import templatize

from tests.guards.human_text import GETTEXT
from tests.guards.source import ROOT, modules, name_of, named, tree_of

PO = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
SPEAKS = {**GETTEXT, "gettext_noop": 0, "npgettext": 1, "npgettext_lazy": 1}
TEXT = r"u?(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
SPOKEN = re.compile(rf"\b(npgettext|ngettext|pgettext|gettext|_)\(\s*({TEXT}(?:\s*,\s*{TEXT})*)")
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
MARKUP = re.compile(r"</?\w+[^>]*>")

Said = tuple[str, str]
"""(context, English), the singular where there is a plural."""


def catalogue() -> Catalog:
    with PO.open("rb") as handle:
        return read_po(handle, locale="es", abort_invalid=True)


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def both(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def said(message: Message) -> Said:
    return message.context or "", both(message.id)[0]


# ------------------------------------------------------------------ what the product says
def heard(name: str, texts: list[str]) -> Said:
    return ("", texts[0]) if not SPEAKS[name] else (texts[0], texts[1])


def said_by_python(tree: ast.AST) -> Iterator[Said]:
    """The literals given to gettext and its kin. A text that is not written there in full is no text: see the guard."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            given = node.args[: SPEAKS.get(name, 0) + 1]
            texts = [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if name in SPEAKS and texts and len(texts) == len(given):
                yield heard(name, texts)


def said_by_template(source: str) -> Iterator[Said]:
    """What Django would hand to xgettext of a template."""
    for name, texts in SPOKEN.findall(templatize(source)):
        yield heard(name, list(ast.literal_eval(f"({texts},)")))


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def said_by_the_product() -> dict[Said, str]:
    found: dict[Said, str] = {}
    for path in modules():
        found |= dict.fromkeys(said_by_python(tree_of(path)), name_of(path))
    for path in templates():
        found |= dict.fromkeys(said_by_template(path.read_text("utf-8")), name_of(path))
    found.pop(("", ""), None)
    return found


def test_every_sentence_of_the_product_is_in_the_spanish_catalogue() -> None:
    there = {said(message) for message in messages()}
    missing = [f"{where}: {text!r} {context}" for (context, text), where in said_by_the_product().items()
               if (context, text) not in there]  # fmt: skip

    assert missing == [], "Run makemessages for es, translate and compile:\n" + "\n".join(sorted(missing))


def test_the_guard_hears_templates_and_python() -> None:
    template = """
      {% translate "One" %} {% translate "Two" context "counting" %} {{ day|date:_("j") }} {% comment %}{% translate "No" %}{% endcomment %}
      {% blocktranslate trimmed count n=n %}
        {{ n }} "apple"
      {% plural %}{{ n }} apples{% endblocktranslate %}
      {% blocktranslate with a=b context "fruit" %}It's {{ a }}{% endblocktranslate %}
    """  # noqa: E501
    python = "a = _('One' ' more')\nb = pgettext('counting', 'Two')\nc = ngettext('a pear', 'pears', n)\nd = _(name)\n"

    assert set(said_by_template(template)) == {
        ("", "One"), ("counting", "Two"), ("", "j"), ("", '%(n)s "apple"'), ("fruit", "It's %(a)s"),
    }  # fmt: skip
    assert set(said_by_python(ast.parse(python))) == {("", "One more"), ("counting", "Two"), ("", "a pear")}


def test_gettext_itself_finds_the_same_sentences(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("COULD NOT RUN: gettext is not installed here (Debian: apt-get install gettext).")
    sources = []
    for number, path in enumerate([*modules(), *templates()]):
        text = path.read_text("utf-8")
        copy = tmp_path / f"{number}.py"
        copy.write_text(text if path.suffix == ".py" else templatize(text), "utf-8")
        sources.append(copy.name)
    words = (
        "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3", "pgettext_lazy:1c,2",
        "npgettext_lazy:1c,2,3",
    )  # fmt: skip
    command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--output=all.pot", *(f"-k{w}" for w in words)]
    subprocess.run([*command, *sources], cwd=tmp_path, check=True, capture_output=True)
    pot = (tmp_path / "all.pot").read_text("utf-8").replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2")
    found = {said(message) for message in read_po(io.StringIO(pot)) if message.id}

    assert found == set(said_by_the_product())


def test_a_choice_has_a_label_that_can_be_translated() -> None:
    plain = [
        f"{enum.__module__}.{enum.__name__}.{member.name}"
        for path in named("choices")
        for enum in vars(import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))).values()
        if isinstance(enum, type) and issubclass(enum, Enum) and issubclass(enum, Choices) and len(enum)
        for member in enum
        if not isinstance(member._label_, Promise)
    ]
    assert plain == []


# ------------------------------------------------------------------ what the catalogue says
def test_nothing_waits_for_a_translation() -> None:
    waiting = [said(m) for m in messages() if m.fuzzy or not all(both(m.string))]
    assert waiting == []


def test_every_plural_has_the_two_forms_of_spanish() -> None:
    assert catalogue().num_plurals == 2
    assert [said(m) for m in messages() if len(both(m.id)) != len(both(m.string))] == []


def test_a_translation_keeps_every_placeholder() -> None:
    """The form for one may leave its number out ("una vez"); nothing may be added."""
    lost = []
    for message in messages():
        one_way = set(PLACES.findall(both(message.id)[-1])) | set(PLACES.findall(both(message.id)[0]))
        *singular, last = both(message.string)
        if set(PLACES.findall(last)) != one_way or any(set(PLACES.findall(text)) - one_way for text in singular):
            lost.append((said(message), message.string))
    assert lost == []


def test_a_translation_keeps_markup_and_the_space_around_it() -> None:
    changed = []
    for message in messages():
        for english, spanish in zip(both(message.id), both(message.string), strict=True):
            edges = [english[:1].isspace(), english[-1:].isspace(), english.count("\n")]
            if Counter(MARKUP.findall(english)) != Counter(MARKUP.findall(spanish)) or edges != [
                spanish[:1].isspace(),
                spanish[-1:].isspace(),
                spanish.count("\n"),
            ]:
                changed.append((english, spanish))
    assert changed == []


def test_quotation_marks_are_those_of_the_glossary() -> None:
    assert [text for m in messages() for text in both(m.string) if re.search("[“”]", MARKUP.sub("", text))] == []


def test_the_compiled_catalogue_is_what_the_readable_one_compiles_to() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    fresh = gettext.GNUTranslations(compiled)  # type: ignore[arg-type]
    with MO.open("rb") as handle:
        kept = gettext.GNUTranslations(handle)

    without_header = [{key: text for key, text in one._catalog.items() if key} for one in (kept, fresh)]
    assert without_header[0] == without_header[1], "Run manage.py compilemessages -l es."
    assert [kept.plural(n) for n in range(30)] == [fresh.plural(n) for n in range(30)]


# ------------------------------------------------------------------ Spanish in use
def test_each_language_asks_for_itself() -> None:
    with translation.override("es"):
        assert translation.gettext("Ask for this in English") == "Pedir esto en español"


def test_numbers_and_times_are_written_as_the_glossary_says() -> None:
    evening = timezone.datetime(2026, 11, 17, 17, 30)
    with translation.override("es"):
        assert formats.number_format(0.5) == "0.5"
        assert formats.number_format(4372, use_l10n=True, force_grouping=True) == "4,372"
        assert formats.date_format(evening, "TIME_FORMAT") == "5:30 p. m."
        assert formats.date_format(evening, "MONTH_DAY_FORMAT") == "17 de noviembre"
        assert formats.date_format(evening, translation.gettext("M j")) == "17 nov"
        assert formats.date_format(evening, translation.gettext("l, F j")) == "martes 17 de noviembre"


@pytest.mark.parametrize(("count", "expected"), [(0, "0 veces"), (1, "una vez"), (2, "2 veces")])
def test_plurals_of_ours_and_of_django_stand_side_by_side(count: int, expected: str) -> None:
    with translation.override("es"):
        words = translation.ngettext("Seen once.", "Seen %(n)s times.", count) % {"n": count}
        assert words == f"Se vio {expected}."
        assert translation.ngettext("%(num)d day", "%(num)d days", count) % {"num": count}  # Django's own, three forms
