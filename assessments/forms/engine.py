"""Input shapes of judgements, methods, roll-ups and of looking back at a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.languages import WRITTEN
from assessments.choices import RollupRule
from assessments.mastery import METHODS, ParameterSpec
from assessments.wording import parameter_label

OLDEST = date(1990, 1, 1)
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class JudgementForm(forms.Form):
    """Where a student stands in the judgement of a person, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    replaces = forms.UUIDField(widget=forms.HiddenInput, required=False)
    level = forms.TypedChoiceField(
        label=_("Where the student stands"),
        coerce=Decimal,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level.")},
    )
    reason = forms.CharField(
        label=_("What leads you to this?"),
        help_text=_("The student and the family read it. Name what you saw."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what you saw that leads you to this. The family reads it too.")},
    )
    judged_on = forms.DateField(label=_("Day"), widget=_DAY)
    language = forms.ChoiceField(label=_("You write in"), choices=WRITTEN)

    def __init__(self, *args: Any, levels: list[tuple[Decimal, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedChoiceField", self.fields["level"])
        field.choices = [(f"{value.normalize():f}", word) for value, word in levels]


class EndJudgementForm(forms.Form):
    """Why a judgement should not lead any more."""

    end_reason = forms.CharField(
        label=_("Why should it not lead any more?"),
        max_length=500,
        error_messages={"required": _("Say in a few words why it should not lead any more.")},
    )


class OnForm(forms.Form):
    """A past day to look back at."""

    on = forms.DateField(label=_("As it stood on"), widget=_DAY)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        """Not in the future, and not before anybody kept a record."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("That day has not come yet."))
        if on < OLDEST:
            raise forms.ValidationError(_("No record goes back that far."))
        return on


class MethodForm(forms.Form):
    """A method's parameters, the scale and the target, for one method of the registry."""

    def __init__(
        self,
        *args: Any,
        method: str,
        levels: list[tuple[Decimal, str]],
        scales: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.specs: list[ParameterSpec] = list(METHODS[method].parameters)
        choices = [(f"{value.normalize():f}", word) for value, word in levels]
        for spec in self.specs:
            label = parameter_label(spec.name)
            if spec.is_value:
                self.fields[spec.name] = forms.ChoiceField(
                    label=label, required=False, choices=[("", _("the target")), *choices]
                )
            else:
                self.fields[spec.name] = forms.IntegerField(
                    label=label, min_value=spec.low, max_value=spec.high, initial=spec.default
                )
        self.fields["target"] = forms.TypedChoiceField(
            label=_("The level to reach"), choices=choices, coerce=Decimal, empty_value=None
        )
        self.fields["scale"] = forms.ChoiceField(label=_("The scale"), choices=scales)

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The parameters as the registry reads them."""
        return {spec.name: self.cleaned_data[spec.name] or None for spec in self.specs}

    def clean(self) -> dict[str, Any]:
        """As many pieces as are looked at can agree, and no more."""
        data = super().clean() or {}
        if data.get("needed") and data.get("window") and data["needed"] > data["window"]:
            self.add_error("needed", _("No more than the pieces that are looked at."))
        return data


class RollupForm(forms.Form):
    """The rule of a parent; each child brings two fields of its own."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    rule = forms.ChoiceField(label=_("It is met when"), choices=RollupRule.choices, widget=forms.RadioSelect)
    needed = forms.DecimalField(
        label=_("Points needed"), required=False, min_value=Decimal("0.01"), max_digits=6, decimal_places=2
    )

    def __init__(self, *args: Any, children: list[tuple[str, str, Decimal, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children = children
        for key, name, points, is_required in children:
            self.fields[f"points-{key}"] = forms.DecimalField(
                label=_("Points of “%(name)s”") % {"name": name},
                required=False,
                min_value=Decimal(0),
                max_digits=6,
                decimal_places=2,
                initial=points.normalize() if points else points,
            )
            self.fields[f"required-{key}"] = forms.BooleanField(
                label=_("“%(name)s” is required") % {"name": name}, required=False, initial=is_required
            )

    def clean(self) -> dict[str, Any]:
        """The rule of points says how many."""
        data = super().clean() or {}
        if data.get("rule") == RollupRule.POINTS and not data.get("needed") and "needed" not in self.errors:
            self.add_error("needed", _("Say how many points are needed."))
        return data

    @property
    def weights(self) -> dict[str, tuple[Decimal, bool]]:
        """Points and whether it is required, by the child's public id."""
        return {
            key: (self.cleaned_data[f"points-{key}"] or Decimal(0), self.cleaned_data[f"required-{key}"])
            for key, *_rest in self.children
        }

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each child."""
        return [(self[f"points-{key}"], self[f"required-{key}"]) for key, *_rest in self.children]
