"""Input shapes of instruments: few words to begin with; what publishing asks is asked then."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.languages import WRITTEN
from assessments.choices import (
    AccommodationFor,
    Context,
    ContributionKind,
    ContributionState,
    Depth,
    InstrumentKind,
)

TITLE = {"required": _("Give it a title.")}
WORDS = {"required": _("Write a few words first.")}
Levels = Sequence[tuple[Decimal, str]]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"


def level_name(value: Decimal) -> str:
    """The field of a level's description."""
    return f"level-{_text(value)}"


def _here() -> str:
    return (get_language() or "en").split("-")[0]


class LibraryForm(forms.Form):
    """What to find in the library; everything may be left open."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    competency = forms.ChoiceField(label=_("Competency"), required=False)
    retired = forms.BooleanField(label=_("Also those that are retired"), required=False)

    def __init__(self, *args: Any, competencies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "kind", [("", _("every kind")), *InstrumentKind.choices])
        _choose(self, "competency", [("", _("every competency")), *competencies])


class AddForm(forms.Form):
    """A new instrument: a title and a kind."""

    title = forms.CharField(label=_("Title"), max_length=200, error_messages=TITLE)
    kind = forms.ChoiceField(
        label=_("What kind is it?"), choices=InstrumentKind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind it is.")},
    )  # fmt: skip
    school = forms.ChoiceField(label=_("Whose library"))
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN, initial=_here)

    def __init__(self, *args: Any, schools: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "school", list(schools))
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = schools[0][0]


class DraftForm(forms.Form):
    """What every form about a part of a draft carries along: from which state it was opened."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)


class TextsForm(DraftForm):
    """What an instrument says about itself."""

    title = forms.CharField(label=_("Title"), max_length=200, error_messages=TITLE)
    purpose = forms.CharField(
        label=_("What it is for"), required=False, max_length=4000, widget=_area(3),
        help_text=_("What do we want to see, and when do we look with it?"),
    )  # fmt: skip
    validity_note = forms.CharField(
        label=_("What its result may be read as, and what not"), required=False, max_length=4000, widget=_area(3)
    )
    source = forms.CharField(
        label=_("Where it comes from"), required=False, max_length=500,
        help_text=_("A book, a project, a colleague, or that you made it."),
    )  # fmt: skip
    context = forms.ChoiceField(label=_("Where it is seen"), required=False, choices=Context.choices)
    is_holistic = forms.BooleanField(
        label=_("Holistic: one description for the whole of each competency"), required=False
    )
    is_group_task = forms.BooleanField(
        label=_("Students work in groups; each one shows their own evidence"), required=False
    )
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN)


class AlignForm(forms.Form):
    """A competency and how deep the instrument asks."""

    competency = forms.UUIDField(widget=forms.HiddenInput)
    depth = forms.ChoiceField(label=_("How deep it asks"), choices=Depth.choices, initial=Depth.USE)


class CriterionForm(DraftForm):
    """A criterion: its name, what to look for, and a description for every level of the scale."""

    name = forms.CharField(
        label=_("Criterion"), max_length=200, error_messages={"required": _("Give the criterion a name.")}
    )
    competency = forms.ChoiceField(label=_("It is about"))
    look_for = forms.CharField(label=_("What to look for"), required=False, max_length=2000, widget=_area(2))

    def __init__(self, *args: Any, competencies: list[tuple[str, str]], levels: Levels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "competency", competencies)
        for value, word in levels:
            self.fields[level_name(value)] = forms.CharField(
                label=word, required=False, max_length=2000, widget=_area(2)
            )
        self.values = [value for value, _word in levels]

    def levels(self) -> dict[Decimal, str]:
        """The descriptions by level."""
        return {value: self.cleaned_data[level_name(value)] for value in self.values}


class TaskFormForm(DraftForm):
    """One form of the task, with what helps whom: one line each."""

    title = forms.CharField(
        label=_("What this form is called"), max_length=200, error_messages=TITLE,
        help_text=_("Its language, material or way to show it: in Spanish, with paper strips, told aloud."),
    )  # fmt: skip
    instructions = forms.CharField(label=_("What students read"), required=False, max_length=10_000, widget=_area(5))
    everyone = forms.CharField(
        label=_("Helps everyone"), required=False, max_length=10_000, widget=_area(2), help_text=_("One line each.")
    )
    # named as the choices of AccommodationFor, but for the language the form is written in
    helps_language = forms.CharField(
        label=_("Helps students who learn English"), required=False, max_length=10_000, widget=_area(2)
    )
    disability = forms.CharField(
        label=_("Helps students with a disability"), required=False, max_length=10_000, widget=_area(2)
    )
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN, initial=_here)

    def accommodations(self) -> dict[str, list[str]]:
        """The lines by whom they help first."""
        data = self.cleaned_data
        return {
            AccommodationFor.EVERYONE: data["everyone"].splitlines(),
            AccommodationFor.LANGUAGE: data["helps_language"].splitlines(),
            AccommodationFor.DISABILITY: data["disability"].splitlines(),
        }


class ItemsForm(forms.Form):
    """Items, pasted."""

    text = forms.CharField(
        label=_("Items, one a line"), max_length=100_000, widget=_area(8), error_messages=WORDS,
        help_text=_(
            "key | competency code | points | prompt. A line with a key that is there already replaces that item."
        ),
    )  # fmt: skip


class PublishForm(forms.Form):
    """What is asked before a version stands for ever."""

    validity_note = forms.CharField(
        label=_("What its result may be read as, and what not"), required=False, max_length=4000, widget=_area(3)
    )
    source = forms.CharField(label=_("Where it comes from"), required=False, max_length=500)


class CopyForm(forms.Form):
    """Into which school a copy is taken; empty for the district."""

    school = forms.ChoiceField(label=_("Into the library of"), required=False)

    def __init__(self, *args: Any, schools: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "school", list(schools))


class SayForm(forms.Form):
    """What somebody says about an instrument."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(
        label=_("Is it a comment or a proposal?"), choices=ContributionKind.choices, widget=forms.RadioSelect,
        initial=ContributionKind.COMMENT,
        error_messages={"required": _("Choose whether it is a comment or a proposal.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("In your words"), max_length=4000, widget=_area(3), error_messages=WORDS,
        help_text=_("Everyone who reads this page reads it too. Please leave out names."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN, initial=_here)


class AnswerForm(forms.Form):
    """The answer to a contribution."""

    state = forms.ChoiceField(
        label=_("What becomes of it"), widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in (ContributionState.ACCEPTED, ContributionState.DECLINED)],
        error_messages={"required": _("Choose an answer.")},
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Why"), max_length=4000, widget=_area(3),
        error_messages={"required": _("Write a sentence with your answer; they will read it.")},
    )  # fmt: skip


class LevelsForm(forms.Form):
    """A level for each criterion; `criteria` are (key, name, levels). Asked for by the service, all at once."""

    def __init__(self, *args: Any, criteria: Iterable[tuple[int, str, Levels]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys: list[int] = []
        for key, name, levels in criteria:
            self.keys.append(key)
            self.fields[f"level-{key}"] = forms.TypedChoiceField(
                label=name,
                choices=[(_text(value), word) for value, word in levels],
                widget=forms.RadioSelect,
                coerce=Decimal,
                empty_value=None,
                required=False,
            )

    def levels(self) -> dict[int, Decimal]:
        """What was chosen, by criterion."""
        chosen = {key: self.cleaned_data[f"level-{key}"] for key in self.keys}
        return {key: value for key, value in chosen.items() if value is not None}


class TryForm(LevelsForm):
    """What a teacher gives an anchor."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class AnchorForm(LevelsForm):
    """An anchor: the work, and for each criterion the level it shows and why."""

    title = forms.CharField(label=_("What it is called"), max_length=200, error_messages=TITLE)
    text = forms.CharField(label=_("The work, as text"), required=False, max_length=20_000, widget=_area(6))
    picture = forms.FileField(
        label=_("A picture of it"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*"})
    )
    description = forms.CharField(
        label=_("What the picture shows, in words"), required=False, max_length=500, widget=_area(2)
    )
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN, initial=_here)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in self.keys:
            self.fields[f"reason-{key}"] = forms.CharField(
                label=_("Why"), required=False, max_length=2000, widget=_area(2)
            )

    def lines(self) -> list[tuple[Any, Any]]:
        """The fields of each criterion: level and reason."""
        return [(self[f"level-{key}"], self[f"reason-{key}"]) for key in self.keys]

    def reasons(self) -> dict[int, str]:
        """Why, by criterion."""
        return {key: self.cleaned_data[f"reason-{key}"] for key in self.keys}


def _choose(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
