"""Shapes of what people send about pathways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.languages import WRITTEN
from competencies.choices import MOST_BY_A_LINK, DesignerVoice, ExperienceKind, RigorCriterion

if TYPE_CHECKING:
    from accounts.models import Partner, School
    from competencies.models import PathwayExperience

SCENES = [("", _("a bridge over a river")), ("garden", _("a garden and a table")), ("tower", _("voices over the town"))]


class InterestsField(forms.CharField):
    """Words between commas."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Interests it starts from"))
        kwargs.setdefault("help_text", _("A few words with commas between: drawing, rivers, asking people."))
        super().__init__(required=False, max_length=600, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A list is shown as its words."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """The words, each once."""
        return [word.strip() for word in str(super().clean(value) or "").split(",") if word.strip()]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ProposeForm(forms.Form):
    """A new idea for a pathway."""

    title = forms.CharField(
        label=_("What is it called?"), max_length=200, error_messages={"required": _("Give it a name.")}
    )
    promise = forms.CharField(
        label=_("What will students do, in a sentence?"),
        max_length=500,
        widget=_area(2),
        error_messages={"required": _("Write one sentence.")},
    )
    why = forms.CharField(
        label=_("Why here, and why now?"),
        max_length=4000,
        widget=_area(4),
        help_text=_("It opens the talk with those who will design it with you. Name no student."),
        error_messages={"required": _("Say why. A few words are enough.")},
    )
    interests = InterestsField()
    partner = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args: Any, partners: Iterable[Partner] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(partners)
        choices = [(str(one.public_id), one.name) for one in found]
        if len(choices) > 1:
            self.fields["partner"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["partner"]


class TextsForm(forms.Form):
    """What a pathway says of itself."""

    title = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Give it a name.")})
    promise = forms.CharField(
        label=_("In a sentence"),
        max_length=500,
        widget=_area(2),
        error_messages={"required": _("Write one sentence.")},
    )
    about = forms.CharField(label=_("What it is about"), max_length=8000, required=False, widget=_area(6))
    interests = InterestsField()
    scene = forms.ChoiceField(label=_("Picture"), choices=SCENES, required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class ReachForm(forms.Form):
    """When, where, for whom and in which languages."""

    when_and_where = forms.CharField(
        label=_("When and where"),
        max_length=2000,
        required=False,
        widget=_area(3),
        help_text=_("Days, times, places, and how one gets there."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in the room"), choices=WRITTEN, required=False, widget=forms.CheckboxSelectMultiple
    )
    schools = forms.MultipleChoiceField(
        label=_("Schools"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every school of the district."),
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Left empty, there is room for everyone. Where places are few they are drawn."),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, schools: Iterable[School] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schools"].choices = [(str(one.public_id), one.name) for one in schools]  # type: ignore[attr-defined]


class AfterForm(forms.Form):
    """What it opens after school."""

    after_school = forms.CharField(
        label=_("What it opens after school"),
        max_length=4000,
        required=False,
        widget=_area(5),
        help_text=_("Credit, certificates, work, the next place to learn."),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class ExperienceForm(forms.Form):
    """One experience."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=ExperienceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    title = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Give it a name.")})
    about = forms.CharField(label=_("What students do"), max_length=2000, required=False, widget=_area(4))
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    hours = forms.IntegerField(label=_("Hours, about"), required=False, min_value=1, max_value=5000)
    credit = forms.CharField(label=_("Credit or certificate"), max_length=200, required=False)
    partner = forms.ChoiceField(label=_("With"), required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, partners: Iterable[Partner] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = [("", _("the school itself"))]
        self.fields["partner"].choices = nobody + [(str(one.public_id), one.name) for one in partners]  # type: ignore[attr-defined]


class WayForm(forms.Form):
    """A way in or on."""

    title = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Give it a name.")})
    about = forms.CharField(label=_("A few words"), max_length=300, required=False)
    at = forms.ChoiceField(label=_("At which experience"), required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, experiences: Iterable[PathwayExperience] = (), is_on: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        first = [("", _("after the last one") if is_on else _("at the start"))]
        self.fields["at"].choices = first + [(str(one.public_id), one.title) for one in experiences]  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    """A word in the thread."""

    text = forms.CharField(
        label=_("What should be different, and why?"),
        max_length=4000,
        widget=_area(4),
        help_text=_("Name no student: “a student in grade 8” says as much."),
        error_messages={"required": _("Write something first.")},
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class BecameForm(forms.Form):
    """What changed because of a word in the thread."""

    became = forms.CharField(
        label=_("What changed because of it"),
        max_length=2000,
        required=False,
        widget=_area(3),
        help_text=_("Also when nothing changed: say why. Name no student."),
    )
    is_public = forms.BooleanField(
        label=_("Show it on the pathway’s page, under “Made together”"),
        help_text=_("With the organisation or the voice; never with a name."),
        required=False,
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class InviteForm(forms.Form):
    """Somebody to design with."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    voice = forms.ChoiceField(label=_("Speaks as"), choices=DesignerVoice.choices)


class LinkForm(forms.Form):
    """A link to hand over: for whom, for how many, for how long."""

    for_whom = forms.CharField(
        label=_("For whom is it?"),
        max_length=200,
        help_text=_("An organisation or a group: “the gardeners of Elm Street”. Never the name of a student."),
        error_messages={"required": _("Say for whom it is, in a few words.")},
    )
    most = forms.IntegerField(
        label=_("For how many people?"),
        min_value=1,
        max_value=MOST_BY_A_LINK,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Write a number from 1 to 30."),
            "invalid": _("Write a number from 1 to 30."),
            "min_value": _("Write a number from 1 to 30."),
            "max_value": _("Write a number from 1 to 30."),
        },
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        choices=[(3, _("three days")), (7, _("a week")), (14, _("two weeks"))],
        initial=7,
    )
    is_for_homes = forms.BooleanField(
        label=_("Students and families may come in by it too"),
        help_text=_("Whoever does not know them reads “a student designer” or “a family designer”, never a name."),
        required=False,
    )

    def __init__(self, *args: Any, is_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_staff:
            del self.fields["is_for_homes"]


class ReadingForm(forms.Form):
    """One criterion, read."""

    criterion = forms.ChoiceField(choices=RigorCriterion.choices, widget=forms.HiddenInput)
    of_version = forms.IntegerField(widget=forms.HiddenInput)
    is_met = forms.ChoiceField(
        label=_("Does the draft do this?"),
        choices=[("yes", _("Yes")), ("no", _("Not yet"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say yes or not yet.")},
    )
    note = forms.CharField(
        label=_("What you saw, or what is missing"), max_length=2000, required=False, widget=_area(2)
    )


def further_languages(own: str) -> list[tuple[str, Any]]:
    """The languages a pathway can be told in beside its own: those of the product first."""
    first = [code for code, _name in settings.LANGUAGES]
    return sorted((pair for pair in WRITTEN if pair[0] != own), key=lambda pair: pair[0] not in first)
