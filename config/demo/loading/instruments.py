"""Instruments of the demonstration's school, one shared by another school with anchor work, one of the district."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pgtrigger

from assessments.choices import ContributionKind, ContributionState, InstrumentState, Speaker
from assessments.models import (
    Accommodation,
    Alignment,
    AnchorLevel,
    AnchorWork,
    Contribution,
    Criterion,
    CriterionLevel,
    Instrument,
    InstrumentForm,
    InstrumentVersion,
    Item,
)
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.instrument_words import INSTRUMENTS, InstrumentWords
from config.demo.people import District

DRAFTED = "garden-bed"
"""The instrument whose next version is being worked on."""


def write_instruments(plan: District, content: Content, ids: Ids) -> None:
    """The library: every published version with its parts, one draft, what people said, anchors to practise on."""
    rows = _Rows(plan, content, ids)
    for words in INSTRUMENTS:
        rows.add(words)
    rows.write()


class _Rows:
    """Collects the rows of all instruments and writes each kind at once, parents first."""

    def __init__(self, plan: District, content: Content, ids: Ids) -> None:
        self.plan, self.ids = plan, ids
        self.zone = ZoneInfo(content.people.time_zone)
        star = plan.children[plan.cast["student"]]
        self.star = star
        now = plan.classes_of("current")
        demo = next(one for one in plan.classes if one.key == plan.demo_class)
        other = next((one for one in now if one.school != demo.school), demo)
        self.places: dict[str, tuple[int | None, int]] = {
            "here": (ids.schools[demo.school], ids.persons[demo.teachers[0]]),
            "elsewhere": (ids.schools[other.school], ids.persons[other.teachers[0]]),
            "district": (None, ids.persons["district_admin"]),
        }
        self.instruments: list[Instrument] = []
        self.versions: list[InstrumentVersion] = []
        self.parts: list[Alignment | Item] = []
        self.criteria: list[Criterion] = []
        self.levels: list[CriterionLevel] = []
        self.forms: list[InstrumentForm] = []
        self.helps: list[Accommodation] = []
        self.said: list[Contribution] = []
        self.anchors: list[AnchorWork] = []
        self.anchored: list[AnchorLevel] = []

    def add(self, words: InstrumentWords) -> None:
        """Everything of one instrument."""
        school, author = self.places[words.place]
        at = self._at(words.ago)
        instrument = Instrument(
            public_id=self._uid(words.key),
            kind=words.kind,
            school_id=school,
            is_shared=words.place == "elsewhere",
            created_by_id=author,
            created_at=at,
        )
        self.instruments.append(instrument)
        version = self._version(words, instrument, author, 1)
        if words.key == DRAFTED:
            draft = self._version(words, instrument, author, 2)
            draft.purpose += " This spring we also measure the beds that are there."
        for number, (speaker, kind, text, answer) in enumerate(words.said):
            self._said(words, version, author, number, speaker, kind, text, answer)
        criteria = [row for row in self.criteria if row.version is version]
        for anchor in words.anchors:
            work = AnchorWork(
                public_id=self._uid(words.key, "anchor", anchor.title),
                version=version,
                title=anchor.title,
                text=anchor.text,
                language="en",
                created_by_id=author,
                created_at=self._at(words.ago - 20),
            )
            self.anchors.append(work)
            self.anchored += [
                AnchorLevel(anchor=work, criterion=row, value=Decimal(value), reason=reason)
                for row, (value, reason) in zip(criteria, anchor.levels, strict=True)
            ]

    def _version(self, words: InstrumentWords, instrument: Instrument, author: int, number: int) -> InstrumentVersion:
        is_out = number == 1
        at = self._at(words.ago - 3 if is_out else 4)
        version = InstrumentVersion(
            public_id=self._uid(words.key, number),
            instrument=instrument,
            number=number,
            state=InstrumentState.PUBLISHED if is_out else InstrumentState.DRAFT,
            title=words.title,
            purpose=words.purpose,
            language="en",
            validity_note=words.validity,
            source=words.source,
            context=words.context,
            is_group_task=words.is_group,
            created_by_id=author,
            created_at=at,
            changed_at=at,
            published_by_id=author if is_out else None,
            published_at=at if is_out else None,
        )
        self.versions.append(version)
        competencies = self.ids.competencies
        self.parts += [
            Alignment(version=version, competency_id=competencies[code], depth=depth, position=n)
            for n, (code, depth) in enumerate(words.aligned)
        ]
        self.parts += [
            Item(
                public_id=self._uid(words.key, number, "item", key),
                version=version,
                competency_id=competencies[code],
                key=key,
                prompt=prompt,
                points=points,
                position=n,
            )
            for n, (key, code, points, prompt) in enumerate(words.items)
        ]
        for n, one in enumerate(words.criteria):
            row = Criterion(
                public_id=self._uid(words.key, number, "criterion", n),
                version=version,
                competency_id=competencies[one.code],
                name=one.name,
                look_for=one.look_for,
                position=n,
            )
            self.criteria.append(row)
            self.levels += [
                CriterionLevel(criterion=row, value=Decimal(value), text=text)
                for value, text in enumerate(one.levels, start=1)
            ]
        for n, form in enumerate(words.forms):
            kept = InstrumentForm(
                public_id=self._uid(words.key, number, "form", n),
                version=version,
                title=form.title,
                instructions=form.instructions,
                language=form.language,
                position=n,
            )
            self.forms.append(kept)
            self.helps += [
                Accommodation(form=kept, helps=who, text=text, position=place)
                for place, (who, text) in enumerate(form.helps)
            ]
        return version

    def _said(
        self,
        words: InstrumentWords,
        version: InstrumentVersion,
        author: int,
        number: int,
        speaker: str,
        kind: str,
        text: str,
        answer: str,
    ) -> None:
        who = {
            Speaker.TEACHER: self.places["here"][1],
            Speaker.STUDENT: self.ids.persons[self.plan.cast["student"]],
            Speaker.FAMILY: self.ids.persons[self.star.guardians[0]] if self.star.guardians else author,
        }[Speaker(speaker)]
        ago = words.ago // (number + 2)
        self.said.append(
            Contribution(
                public_id=self._uid(words.key, "said", number),
                key=self._uid(words.key, "said-key", number),
                version=version,
                kind=ContributionKind(kind),
                speaker=speaker,
                text=text,
                language="en",
                author_id=who,
                created_at=self._at(ago),
                state=ContributionState.ACCEPTED if answer else ContributionState.OPEN,
                answer=answer,
                answered_by_id=author if answer else None,
                answered_at=self._at(ago - 4) if answer else None,
            )
        )

    def write(self) -> None:
        """Write the rows, parents first."""
        Instrument.objects.bulk_create(self.instruments)
        InstrumentVersion.objects.bulk_create(self.versions)
        # As they were put in while the versions were drafts: loading begins with what was published.
        parts = (Alignment, Item, Criterion, CriterionLevel, InstrumentForm, Accommodation)
        with pgtrigger.ignore(*(f"{part._meta.label}:stays_when_published" for part in parts)):
            Alignment.objects.bulk_create(row for row in self.parts if isinstance(row, Alignment))
            Item.objects.bulk_create(row for row in self.parts if isinstance(row, Item))
            Criterion.objects.bulk_create(self.criteria)
            CriterionLevel.objects.bulk_create(self.levels)
            InstrumentForm.objects.bulk_create(self.forms)
            Accommodation.objects.bulk_create(self.helps)
        Contribution.objects.bulk_create(self.said)
        AnchorWork.objects.bulk_create(self.anchors)
        AnchorLevel.objects.bulk_create(self.anchored)

    def _uid(self, *names: object) -> UUID:
        return uid(self.plan.seed, "instrument", *names)

    def _at(self, ago: int) -> datetime:
        return datetime.combine(self.plan.today - timedelta(days=ago), time(15), self.zone)
