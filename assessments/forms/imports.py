"""What people say while they bring results in: the file, its columns, the yes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.column_forms import ColumnsBase
from assessments.choices import Context
from assessments.imports.mapping import ColumnMapping, CompetencyBy, ScoreColumn, Scoring, StudentBy, ZeroIs
from assessments.imports.values import DayOrder
from assessments.imports_wording import mapping_message

if TYPE_CHECKING:
    from assessments.selectors.imports import Choices

ROLES = [
    ("", _("leave it out")),
    ("score", _("scores")),
    ("student", _("student id")),
    ("competency", _("competency")),
    ("day", _("date")),
    ("id", _("id of the row")),
]
ZEROS = [
    (ZeroIs.SCORE.value, _("a score of 0")),
    (ZeroIs.MISSING.value, _("missing: it is left out")),
]
_ONCE = {"student": "student_column", "competency": "competency_column", "day": "day_column", "id": "id_column"}


class EvidenceUploadForm(forms.Form):
    """The file of results."""

    file = forms.FileField(
        label=_("Results"),
        help_text=format_lazy(
            _("A table (.csv or .xlsx), or a zip of OneRoster results; at most {megabytes} MB."),
            megabytes=settings.ROSTER_UPLOAD_MAX_BYTES >> 20,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.zip"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export the results again; the download may have been cut off."),
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large before it is stored; the worker looks closer."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > settings.ROSTER_UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                _("The file has %(megabytes)d MB; at most %(limit)d MB can be read. Nothing was kept.")
                % {"megabytes": (upload.size or 0) >> 20, "limit": settings.ROSTER_UPLOAD_MAX_BYTES >> 20}
            )
        return upload


class ZeroForm(forms.Form):
    """The yes to an import; where there are zeros and nobody said what they are, that too."""

    zero_is = forms.ChoiceField(
        label=_("What does a 0 mean in this file?"),
        choices=ZEROS,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asks = asks

    def clean_zero_is(self) -> str:
        """Needed only where somebody has to say."""
        said = str(self.cleaned_data["zero_is"])
        if self._asks and not said:
            raise forms.ValidationError(_("Say what a 0 means. A missing score is never a zero."))
        return said


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class MappingForm(ColumnsBase):
    """What each column is, and what all rows share. `mapping()` is what was said; unmapped columns are never stored."""

    parts = ("role", "title", "day")

    student_by = forms.ChoiceField(
        label=_("Whose scores are these?"),
        choices=[
            (StudentBy.ID.value, _("each row has a student id")),
            (StudentBy.ROW.value, _("by row number, to demonstration students")),
        ],
        widget=forms.RadioSelect,
        initial=StudentBy.ID.value,
    )
    student_source = forms.ChoiceField(label=_("Which system’s student ids are these?"), required=False)
    competency_by = forms.ChoiceField(
        label=_("What are they about?"),
        choices=[
            (CompetencyBy.FILE.value, _("one competency for the whole file")),
            (CompetencyBy.CODE.value, _("a column with its code")),
            (CompetencyBy.SOURCE_ID.value, _("a column with its CASE id or address")),
            (CompetencyBy.PUBLIC_ID.value, _("a column with its id here")),
        ],
        widget=forms.RadioSelect,
        initial=CompetencyBy.FILE.value,
    )
    competency = forms.ChoiceField(label=_("The competency"), required=False)
    framework = forms.ChoiceField(label=_("The framework, if a code stands in several"), required=False)
    observed_on = _day(_("The date, if no column has it"))
    day_order = forms.ChoiceField(
        label=_("How are dates written?"),
        choices=[
            (DayOrder.YEAR.value, _("year first, 2026-03-14")),
            (DayOrder.MONTH_FIRST.value, _("month first, 3/14/2026")),
            (DayOrder.DAY_FIRST.value, _("day first, 14/3/2026")),
        ],
        required=False,
    )
    scoring = forms.ChoiceField(
        label=_("What are the numbers?"),
        choices=[
            (Scoring.LEVELS.value, _("levels of the competency’s scale")),
            (Scoring.POINTS.value, _("points")),
            (Scoring.PERCENT.value, _("per cent")),
        ],
        widget=forms.RadioSelect,
        initial=Scoring.LEVELS.value,
    )
    out_of = forms.DecimalField(label=_("Out of how many points?"), required=False, max_digits=9, decimal_places=3)
    context = forms.ChoiceField(label=_("Where was it seen?"), choices=Context.choices, required=False)
    zero_is = forms.ChoiceField(
        label=_("What does a 0 mean?"),
        choices=[(ZeroIs.UNSAID.value, _("ask me if there are any")), *ZEROS],
        required=False,
    )
    source = forms.CharField(
        label=_("A name for the system these come from"),
        help_text=_("Ids of rows are unique within it; the same name again recognises what was imported before."),
        max_length=120,
        initial="file",
    )
    save_as = forms.CharField(label=_("Keep these choices under a name"), max_length=120, required=False)

    def __init__(
        self,
        *args: Any,
        choices: Choices,
        roles: dict[str, str],
        saved: ColumnMapping | None = None,
        sheet: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sheet = sheet
        fields: dict[str, Any] = self.fields
        fields["student_source"].choices = [("", "—"), *((one, one) for one in choices.student_sources)]
        if len(choices.student_sources) == 1:
            fields["student_source"].initial = choices.student_sources[0]
        fields["competency"].choices = [("", "—"), *choices.competencies]
        fields["framework"].choices = [("", "—"), *choices.frameworks]
        if not choices.by_row:
            fields["student_by"].choices = fields["student_by"].choices[:1]
        elif "student" not in roles.values():
            fields["student_by"].initial = StudentBy.ROW.value
        if "competency" in roles.values():
            fields["competency_by"].initial = CompetencyBy.CODE.value
        titles: dict[str, str] = {}
        days: dict[str, date | None] = {}
        if saved is not None:
            roles, titles = self._as_saved(saved)
            days = {score.column: score.observed_on for score in saved.scores}
        for n, name in enumerate(self.header):
            day = _day(_("Date of the work"))
            day.initial = days.get(name)
            self.add_column(
                n,
                {
                    "role": forms.ChoiceField(
                        label=_("What is in this column"), choices=ROLES, required=False, initial=roles.get(name, "")
                    ),
                    "title": forms.CharField(
                        label=_("Title of the work"),
                        max_length=200,
                        required=False,
                        initial=titles.get(name, name or str(n + 1)),
                    ),
                    "day": day,
                },
            )

    def _as_saved(self, saved: ColumnMapping) -> tuple[dict[str, str], dict[str, str]]:
        fields: dict[str, Any] = self.fields
        for name in ("student_by", "student_source", "competency_by", "competency", "framework", "day_order"):
            fields[name].initial = getattr(saved, name)
        for name in ("scoring", "out_of", "context", "zero_is", "source"):
            fields[name].initial = getattr(saved, name)
        fields["observed_on"].initial = saved.observed_on
        roles = {name: role for role, field in _ONCE.items() if (name := getattr(saved, field))}
        roles |= {score.column: "score" for score in saved.scores}
        return roles, {score.column: score.title for score in saved.scores if score.title}

    def problem(self) -> str:
        """Why what was said does not fit this file."""
        problem = self.mapping().problem(self.header)
        return mapping_message(*problem) if problem is not None else ""

    def mapping(self) -> ColumnMapping:
        """What was said."""
        data = self.cleaned_data
        once = dict.fromkeys(_ONCE.values(), "")
        scores = []
        for n, name in enumerate(self.header):
            role = self.said("role", n)
            if role == "score":
                scores.append(ScoreColumn(name, self.said("title", n) or name, self.said("day", n) or None))
            elif role:
                once[_ONCE[role]] = name
        if data["student_by"] == StudentBy.ROW:
            once["student_column"] = ""
        if data["competency_by"] == CompetencyBy.FILE:
            once["competency_column"] = ""
        out_of: Decimal | None = data.get("out_of")
        return ColumnMapping(
            scores=tuple(scores),
            student_by=data["student_by"],
            student_source=data.get("student_source") or "",
            competency_by=data["competency_by"],
            competency=data.get("competency") or "",
            framework=data.get("framework") or "",
            day_order=data.get("day_order") or "",
            observed_on=data.get("observed_on"),
            scoring=data["scoring"],
            out_of=out_of,
            context=data.get("context") or "",
            zero_is=data.get("zero_is") or "",
            source=data["source"],
            sheet=self._sheet,
            **once,
        )
