"""Shapes of what people send while they write the next version of a framework."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from competencies.choices import WordingKind
from competencies.grades import normalise

LONG = 8_000
SENTENCE = 2_000


def _area(label: Any, *, rows: int = 3, most: int = LONG, help_text: Any = "", lang: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows} | ({"lang": lang} if lang else {})),
    )


class StartForm(forms.Form):
    """The first words of a framework of one's own."""

    title = forms.CharField(label=_("Title"), max_length=500)
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)
    description = _area(_("What it is about"))


class ItemForm(forms.Form):
    """What an item says. `seen` tells whether somebody changed it meanwhile."""

    name = forms.CharField(label=_("Name"), max_length=500, help_text=_("Short: what people say aloud."))
    code = forms.CharField(label=_("Code"), max_length=255, required=False)
    statement = _area(_("Full statement"), help_text=_("Leave it empty to say the name again."))
    grades = forms.CharField(
        label=_("Grades"),
        required=False,
        max_length=200,
        help_text=_("As numbers or codes, with commas: K, 1, 2. Where it is usually taught, never a bar."),
    )
    concepts = forms.CharField(
        label=_("Keywords"), required=False, max_length=1000, help_text=_("With commas between them.")
    )
    notes = _area(_("Notes"))
    is_assessable = forms.BooleanField(
        label=_("Students can show it"),
        help_text=_("Leave it open for a branch that only holds others."),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def clean_grades(self) -> list[str]:
        """Grades as codes."""
        return list(normalise(part for part in re.split(r"[,;\s]+", self.cleaned_data["grades"]) if part))

    def clean_concepts(self) -> list[str]:
        """Keywords, each once."""
        words = (part.strip()[:200] for part in self.cleaned_data["concepts"].split(","))
        return list(dict.fromkeys(word for word in words if word))


class AddForm(forms.Form):
    """A new item."""

    name = forms.CharField(label=_("Name"), max_length=500, help_text=_("Short: what people say aloud."))
    code = forms.CharField(label=_("Code"), max_length=255, required=False)
    statement = _area(_("Full statement"), help_text=_("Leave it empty to say the name again."))
    is_assessable = forms.BooleanField(
        label=_("Students can show it"),
        help_text=_("Leave it open for a branch that only holds others."),
        required=False,
        initial=True,
    )


class WordsForm(forms.Form):
    """What an item says in one language. `levels` are (plain value, word); the first are the translated name and text.

    Fields are named audience__level; `words` gives them back by (audience, level).
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self, *args: Any, levels: Sequence[tuple[str, str]], is_own: bool, language: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        if not is_own:
            self.fields[WordingKind.NAME] = forms.CharField(
                label=_("Name"), required=False, max_length=500, widget=forms.TextInput(attrs={"lang": language})
            )
            self.fields[WordingKind.STATEMENT] = _area(_("Full statement"), lang=language)
        self.fields[WordingKind.FAMILY] = _area(_("What it means, for families"), most=SENTENCE, lang=language)
        self.fields[WordingKind.HOME] = _area(_("Something to try at home"), most=SENTENCE, lang=language)
        for value, word in levels:
            for kind, label in (
                (WordingKind.STUDENT, _("{word}: a learner says")),
                (WordingKind.FAMILY, _("{word}: at home you see")),
            ):
                self.fields[f"{kind}__{value}"] = _area(
                    format_lazy(label, word=word), rows=2, most=SENTENCE, lang=language
                )

    def whole_fields(self) -> list[forms.BoundField]:
        """What is said about the whole of it."""
        return [self[name] for name in self.fields if "__" not in name and name != "seen"]

    def level_fields(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What is said level by level, lowest first."""
        return [
            (word, [self[f"{WordingKind.STUDENT}__{value}"], self[f"{WordingKind.FAMILY}__{value}"]])
            for value, word in self.levels
        ]

    def words(self) -> dict[tuple[str, str], str]:
        """What was sent, by (audience, plain level)."""
        found = {}
        for name, text in self.cleaned_data.items():
            if name != "seen":
                kind, _sep, level = name.partition("__")
                found[str(kind), level] = text.strip()
        return found

    def labels(self) -> dict[tuple[str, str], str]:
        """Names of the fields, by (audience, plain level)."""
        return {
            (str(name).partition("__")[0], str(name).partition("__")[2]): str(field.label)
            for name, field in self.fields.items()
            if name != "seen"
        }


class HeadForm(forms.Form):
    """What a framework says of itself, with its translations."""

    title = forms.CharField(label=_("Title"), max_length=500)
    description = _area(_("What it is about"))
    creator = forms.CharField(label=_("Written by"), required=False, max_length=500)
    publisher = forms.CharField(label=_("Published by"), required=False, max_length=500)
    adoption_status = forms.CharField(label=_("Status"), required=False, max_length=60)
    license_text = _area(_("Licence"), help_text=_("Who may use it, and how. Shown on its page."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, others: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = list(others)
        for code, name in self.others:
            self.fields[f"title_{code}"] = forms.CharField(
                label=format_lazy(_("Title in {language}"), language=name),
                required=False,
                max_length=500,
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"description_{code}"] = _area(
                format_lazy(_("What it is about, in {language}"), language=name), lang=code
            )

    def head(self, before: dict[str, Any]) -> dict[str, Any]:
        """The head that was sent; translations the form does not show stay as they were."""
        data = self.cleaned_data
        translations = {code: dict(texts) for code, texts in (before.get("translations") or {}).items()}
        for code, _name in self.others:
            texts = translations.setdefault(code, {})
            texts |= {"title": data[f"title_{code}"], "description": data[f"description_{code}"]}
        names = ("title", "description", "creator", "publisher", "adoption_status", "license_text")
        return {name: data[name] for name in names} | {"translations": translations}


class PasteForm(forms.Form):
    """An outline, one line for each competency."""

    text = forms.CharField(
        label=_("The outline"),
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "One line for each competency; a line further in belongs to the line above it. A code may stand first."
        ),
    )


class CommentForm(forms.Form):
    """Something a reader says, or an answer."""

    text = forms.CharField(label=_("In your words"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """The answer to a comment."""

    text = forms.CharField(label=_("Your answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
