"""Two people in one form: whoever saves second keeps what they touched and loses nothing the other one wrote.

The form carries what it showed when it was opened. When the row was changed meanwhile, each field is compared three
ways: what was shown, what stands now (the form's own initial values) and what was sent. A field the second one never
touched takes what stands now; one that both touched keeps what was sent, and both are laid side by side.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict
from django.utils.formats import date_format

BEGAN = "began"
LONGEST = 200_000


class Changed(Protocol):
    """What a service raises: both texts, to be replaced here by the fields that differ, by their labels."""

    theirs: str
    mine: str
    taken: str


def begin(form: forms.Form) -> None:
    """Let this form carry what it shows, for whoever saves second. Before it is validated or rendered."""
    form.fields[BEGAN] = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)
    if not form.is_bound:
        form.initial[BEGAN] = _as_shown(form)


def merge(form: forms.Form, changed: Changed, sent: QueryDict) -> None:
    """Put into the form what it should ask for next, and say in `changed` what differs."""
    began, data = _began(form, sent), sent.copy()
    rows: list[tuple[str, str, str]] = []
    taken: list[str] = []
    for name in _names(form):
        theirs, mine = _shown(form, name), _sent(form, name, sent)
        was = began.get(name)
        if mine is None:
            mine = was if was is not None else theirs
        if theirs in {mine, was}:
            continue
        label = str(form[name].label)
        rows.append((label, _told(form, name, mine), _told(form, name, theirs)))
        if mine == was:
            _put(form, name, data, theirs)
            taken.append(label)
    data[form.add_prefix(BEGAN)] = _as_shown(form)
    if "version" in form.initial:
        data[form.add_prefix("version")] = str(form.initial["version"])
    form.data = data
    if rows:
        changed.mine = "\n".join(f"{label}: {mine}" for label, mine, _theirs in rows)
        changed.theirs = "\n".join(f"{label}: {theirs}" for label, _mine, theirs in rows)
    changed.taken = ", ".join(taken)


def _names(form: forms.Form) -> list[str]:
    return [
        name
        for name, field in form.fields.items()
        if not field.widget.is_hidden and not isinstance(field, forms.FileField)
    ]


def _as_shown(form: forms.Form) -> str:
    return json.dumps({name: _shown(form, name) for name in _names(form)})


def _began(form: forms.Form, sent: QueryDict) -> dict[str, str]:
    """What the form said it had shown; nothing where it cannot be read, and every field counts as touched then."""
    try:
        found = json.loads(sent.get(form.add_prefix(BEGAN), ""))
    except (ValueError, RecursionError):  # nested without end
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _shown(form: forms.Form, name: str) -> str:
    """What the browser would send of this field if nobody touched it; several values are lines."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(field.widget, forms.CheckboxInput):
        return "on" if value else ""
    shown = field.widget.format_value(value)
    return _plain(shown)


def _sent(form: forms.Form, name: str, sent: QueryDict) -> str | None:
    field = form.fields[name]
    raw = field.widget.value_from_datadict(sent, {}, form.add_prefix(name))
    if isinstance(field.widget, forms.CheckboxInput):
        return "on" if raw else ""
    return None if raw is None else _plain(raw)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(sorted(str(one) for one in value if one not in {None, ""}))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _put(form: forms.Form, name: str, data: QueryDict, value: str) -> None:
    key, widget = form.add_prefix(name), form.fields[name].widget
    if isinstance(widget, ChoiceWidget) and widget.allow_multiple_selected:
        data.setlist(key, value.split("\n") if value else [])
    elif isinstance(widget, forms.CheckboxInput) and not value:
        data.pop(key, None)
    else:
        data[key] = value


def _told(form: forms.Form, name: str, value: str) -> str:
    """A value as the reader of the form knows it."""
    field = form.fields[name]
    if not value:
        return "–"
    if isinstance(field, forms.ChoiceField):
        words = {str(key): str(label) for key, label in _flat(field.choices)}
        return ", ".join(words.get(one, one) for one in value.split("\n"))
    if isinstance(field, forms.BooleanField):
        return "✓"
    if isinstance(field, forms.DateField | forms.DateTimeField):
        try:
            moment = field.to_python(value)
        except ValidationError:
            return value
        form_of = "DATE_FORMAT" if isinstance(field, forms.DateField) else "DATETIME_FORMAT"
        return value if moment is None else date_format(moment, form_of)
    return value


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += _flat(label) if isinstance(label, list | tuple) else [(key, label)]
    return found
