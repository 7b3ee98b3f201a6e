"""The components, as typed tags. Each one renders the file of its name in `templates/components/`.

A builtin of every template (no `{% load %}`); docs/frontend.md shows how each is called, and /styleguide shows
each in every state. Leaf components are plain tags (`{% level "shown" %}`); those that hold other things are
block tags (`{% notice title %} ... {% endnotice %}`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, Field
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Textarea
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from accounts.svg import Chart

register = template.Library()

MARKS = ("open", "building", "shown", "deeper")


def level_word(mark: str) -> str:
    """The word that always stands beside a mark: open, building, shown, deeper. KeyError for any other mark."""
    return {
        "open": pgettext("level", "Open"),
        "building": pgettext("level", "Building"),
        "shown": pgettext("level", "Shown"),
        "deeper": pgettext("level", "Deeper"),
    }[mark]


@lru_cache(maxsize=512)
def _level(mark: str, word: str) -> SafeString:
    if mark not in MARKS:
        raise KeyError(mark)
    return render_to_string("components/level.html", {"mark": mark, "word": word})


@register.simple_tag
def level(mark: str, word: str = "") -> SafeString:
    """A level as shape and word: `{% level "shown" %}`, or with a scale's own word `{% level mark word %}`.

    `mark` is one of `MARKS`; a mark outside the four raises KeyError, because a shape without a word is a defect.
    Rendered once per word, so a grid of a thousand cells costs a thousand look-ups.
    """
    return _level(mark, str(word) or level_word(mark))


@register.simple_tag
def mark(name: str, label: str = "") -> SafeString:
    """A shape alone, hidden from screen readers unless it carries its own `label`; words must stand beside it."""
    if name not in MARKS and name != "goal":
        raise KeyError(name)
    if label:
        return format_html('<svg class="mark" role="img" aria-label="{}"><use href="#level-{}"/></svg>', label, name)
    return format_html('<svg class="mark" aria-hidden="true"><use href="#level-{}"/></svg>', name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from the sprite (`templates/components/sprite.html`), decorative: words stand beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


@register.inclusion_tag("components/card_art.html")
def card_art(kind: str) -> dict[str, Any]:
    """The strip of land above a next step: "edge" (a bridge half built) or "reach" (a hill with a flag). family.css."""
    return {"kind": kind}


@register.inclusion_tag("components/cover_string.html")
def cover_string() -> dict[str, Any]:
    """The thread from the head of a plan down to its first knot: between `cover` and `threaded`. work.css."""
    return {}


@register.inclusion_tag("components/snippet.html")
def snippet(marks: Iterable[str], ahead: Iterable[str] = ()) -> dict[str, Any]:
    """A reason as marks on a thread: what was seen, then (dotted) what comes next. The sentence says the same."""
    return {"marks": list(marks), "ahead": list(ahead)}


@register.inclusion_tag("components/held.html")
def held(done: int, planned: int) -> dict[str, Any]:
    """Sessions held out of those planned, as dots and as words. Drawn up to 24 dots, beyond that words only."""
    dots = range(planned) if planned <= 24 else range(0)
    return {"done": done, "planned": planned, "dots": [number < done for number in dots]}


@register.inclusion_tag("components/stat.html")
def stat(value: object, words: str) -> dict[str, Any]:
    """A number that comes with its words: `{% stat "412 of 430" "students have a plan" %}`."""
    return {"value": value, "words": words}


@register.inclusion_tag("components/bar.html")
def bar(part: float, whole: float, words: str) -> dict[str, Any]:
    """A part of a whole, with its words to the right. Nothing to divide by draws an empty bar, never a zero."""
    share = 0.0 if not whole else max(0.0, min(1.0, part / whole))
    return {"width": f"{share * 100:.2f}", "words": words}


@register.simple_tag
def tag(word: str, kind: str = "") -> SafeString:
    """A plain word about a thing, never about a child. `kind` "thread" for the accent."""
    if kind:
        return format_html('<span class="tag" data-kind="{}">{}</span>', kind, word)
    return format_html('<span class="tag">{}</span>', word)


@register.inclusion_tag("components/level_key.html")
def level_key(size: str = "", words: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The four shapes with what they mean; `words` replaces the sentence of a mark (family wording)."""
    return {"size": size, "words": words or {}, "marks": MARKS}


@register.inclusion_tag("components/saved.html")
def saved(state: str = "saved", words: str = "") -> dict[str, Any]:
    """What became of the last entry: `state` is saved, saving, offline or fault; `words` replaces the sentence."""
    return {"state": state, "words": words}


@register.inclusion_tag("components/withheld.html")
def withheld(owner: str = "", words: str = "") -> dict[str, Any]:
    """Something exists that this reader may not see: who to ask, and nothing about what it is."""
    return {"owner": owner, "words": words}


@register.inclusion_tag("components/loading.html")
def loading(words: str = "") -> dict[str, Any]:
    """Still coming. Put it where the content will stand."""
    return {"words": words}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, words: str, note: str = "") -> dict[str, Any]:
    """Long work with its counts. `total` 0 means the size is not known yet."""
    return {"done": done, "total": total, "words": words, "note": note}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: object, label: str = "") -> dict[str, Any]:
    """Earlier and next for a `django.core.paginator.Page`; keeps the other query parameters."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is not None:
        query.pop("page", None)
    return {"page": page, "query": query.urlencode() if query else "", "label": label}


@register.inclusion_tag("components/language_note.html")
def language_note(
    original: str,
    *,
    translated: str = "",
    ask_url: str = "",
    text: str = "",
    code: str = "",
    direction: str = "auto",
) -> dict[str, Any]:
    """Whose language this text is in.

    `original` is the language's name; `translated` is "" (shown as written), "human" or "draft"; `text` is the
    original wording to fold out (with its `code` and `direction`); `ask_url` is where a translation is asked for.
    """
    return {
        "original": original,
        "translated": translated,
        "ask_url": ask_url,
        "text": text,
        "code": code,
        "direction": direction,
    }


@register.inclusion_tag("components/evidence.html")
def evidence(pieces: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The exact pieces behind a claim: each has `on` (date), `what`, and `mark` with an optional `word` and `url`."""
    return {"pieces": pieces}


@register.inclusion_tag("components/milestones.html")
def milestones(steps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A goal from its first piece to its target: `mark`, optional `word`, `on` (date) or `by` (date still ahead)."""
    return {"steps": steps}


@register.inclusion_tag("components/data_table.html")
def data_table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    numbers: str = "",
    show_caption: bool = True,
    stacked: bool = False,
) -> dict[str, Any]:
    """A table with real headers. The first cell of a row is its header; `numbers` lists numeric columns ("1,2").

    `stacked` turns each row into a block on a phone.
    """
    numeric = {int(index) for index in numbers.split(",") if index.strip()}
    return {
        "caption": caption,
        "heads": [(name, index in numeric) for index, name in enumerate(columns)],
        "rows": [[(cell, index in numeric, columns[index]) for index, cell in enumerate(row)] for row in rows],
        "show_caption": show_caption,
        "stacked": stacked,
    }


# ---------------------------------------------------------------- forms
def _described(bound: BoundField) -> str:
    parts = []
    if bound.help_text:
        parts.append(f"{bound.auto_id}-hint")
    if bound.errors:
        parts.append(f"{bound.auto_id}-error")
    return " ".join(parts)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, kind: str = "", optional: bool = True) -> dict[str, Any]:
    """One form field: label, hint, error, control, wired together.

    Radio groups and checkbox lists become `choice` boxes with a legend (`kind="segmented"` or `"chips"` for one-word
    choices); optional fields say so unless `optional=False`.
    """
    widget = bound.field.widget
    group = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    attrs: dict[str, Any] = {}
    described = _described(bound)
    if described:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if not group and not isinstance(widget, CheckboxInput):
        attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
    if isinstance(widget, Textarea):
        rows = str(widget.attrs.get("rows", ""))
        attrs["rows"] = rows if rows not in {"", "10"} else "4"  # 10 is Django's own default
    return {
        "field": bound,
        "control": "" if group else bound.as_widget(attrs=attrs),
        "group": group,
        "kind": kind,
        "described": described,
        "check": isinstance(widget, CheckboxInput),
        "hidden": bound.is_hidden,
        "optional": optional and not bound.field.required,
    }


def _with_label(bound: BoundField, error: str) -> str:
    """Django's own sentence does not say which field it means; ours do."""
    if error == str(Field.default_error_messages["required"]):
        return f"{bound.label}: {error}"
    return error


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, *, focus: bool = True) -> dict[str, Any]:
    """What needs another look, as links to the fields; nothing when the form is fine. Takes focus on arrival."""
    problems: list[tuple[str, str]] = []
    for bound in form:
        target = bound.auto_id
        if isinstance(bound.field.widget, (RadioSelect, CheckboxSelectMultiple)):
            target = f"{bound.auto_id}_0"
        problems.extend((_with_label(bound, str(error)), target) for error in bound.errors)
    return {"general": [str(error) for error in form.non_field_errors()], "problems": problems, "focus": focus}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Every visible field of a form in order, then the hidden ones."""
    return {"form": form}


# ---------------------------------------------------------------- blocks
@register.simple_block_tag
def notice(content: SafeString, title: str = "", *, kind: str = "", live: bool = False, level: int = 3) -> SafeString:
    """Something to know. `kind`: "" (accent), "fault" (a form or a process, never a person), "offline", "plain".
    `level` is the heading's: 2 where nothing but the page's own heading stands above it."""
    context = {"content": content, "title": title, "kind": kind, "live": live, "level": level}
    return render_to_string("components/notice.html", context)


@register.simple_block_tag
def empty_state(content: SafeString, title: str, *, level: int = 3) -> SafeString:
    """Nothing here yet: the title says so kindly, the content says what to do next. `level` as in `notice`."""
    return render_to_string("components/empty_state.html", {"content": content, "title": title, "level": level})


@register.simple_block_tag
def prompt(
    content: SafeString,
    name: str,
    *,
    url: str = "",
    marks: Iterable[str] = (),
    ahead: Iterable[str] = (),
    id: str = "",
) -> SafeString:
    """One thing to do about one student (an `<li>`): who, the reason as marks, then the sentence and actions.

    Content: a `<p>` with the sentence, then `<div class="prompt-actions">` with one button and a `{% why %}`.
    "Needs you" and "ready for more" are the same component on purpose.
    """
    return render_to_string(
        "components/prompt.html",
        {
            "content": content,
            "name": name,
            "url": url,
            "marks": list(marks),
            "ahead": list(ahead),
            "id": id,
        },
    )


@register.simple_block_tag
def why(content: SafeString, about: str = "", *, open: bool = False, summary: str = "") -> SafeString:
    """The reason, folded: evidence, rule and version, owner, end date, "this is not right". `about` is read aloud."""
    return render_to_string(
        "components/why.html",
        {"content": content, "about": about, "open": open, "summary": summary},
    )


@register.simple_block_tag
def voice(content: SafeString, by: str, *, lang: str = "", direction: str = "", size: str = "") -> SafeString:
    """What somebody said, in their words, always with their name. Content: the words, without quotation marks."""
    return render_to_string(
        "components/voice.html",
        {
            "content": SafeString(content.strip()),
            "by": by,
            "lang": lang,
            "direction": direction,
            "size": size,
        },
    )


@register.simple_block_tag
def figure(content: SafeString, caption: str, *, twin: str = "") -> SafeString:
    """A picture, its sentence, and the same numbers as a table (`twin`: rendered table, as `accounts.svg` gives it)."""
    return render_to_string(
        "components/figure.html",
        {"content": content, "caption": caption, "twin": twin},
    )


@register.simple_block_tag
def conflict(
    content: SafeString, *, mine: str, theirs: str, their_name: str, when: object = None, focus: bool = True
) -> SafeString:
    """Two people changed the same text: both stand side by side. Content: the buttons that decide."""
    return render_to_string(
        "components/conflict.html",
        {
            "content": content,
            "mine": mine,
            "theirs": theirs,
            "their_name": their_name,
            "when": when,
            "focus": focus,
        },
    )


@register.simple_block_tag
def buttons(content: SafeString) -> SafeString:
    """A row of buttons: at most one is `data-kind="primary"`, and at most one of those stands on a page."""
    return format_html('<div class="row">{}</div>', content)


@register.inclusion_tag("components/chart.html")
def chart(drawing: Chart, caption: str = "") -> dict[str, Any]:
    """A picture of `accounts.svg` with its sentence and its table: `{% chart coverage "Most promises are kept." %}`."""
    return {
        "svg": SafeString(drawing.svg),  # every text in it was escaped by accounts.svg
        "caption": caption or drawing.desc,
        "title": drawing.title,
        "table": data_table(
            drawing.title,
            drawing.heads,
            drawing.rows,
            numbers=",".join(str(column) for column in drawing.numbers),
            show_caption=False,
        ),
    }
