"""Each block of the plan as its reader may see it: names, closed entries, translations, delivery in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import GuardianBlock, SensitiveDomain
from accounts.permissions import Permission
from competencies.pathway_content import Experience, Way, tell
from competencies.wording import Known
from success_plans.choices import (
    FINDING_OPENED_BY,
    OPENED_BY,
    REFERRED_TO,
    Audience,
    ContactMode,
    FindingArea,
    FindingState,
    MembershipState,
    NeedState,
    OutsideNeed,
    Subject,
    Voice,
)
from success_plans.models import EntryFinding, Goal, Need, PathwayChoice, PathwayMembership, PlanPointer, PlanStatement
from success_plans.selectors.closeness import goal_is_closed
from success_plans.selectors.files import FileView
from success_plans.selectors.plans.reading import Everything
from success_plans.selectors.plans.shapes import (
    Action,
    Finding,
    GoalView,
    NeedView,
    Note,
    OnPathway,
    PathwayView,
    Pointer,
    Said,
    Ways,
)
from success_plans.selectors.timeline.reader import Reader
from success_plans.wording import Suggestion, suggestions
from supports.choices import SupportState, SupportType
from supports.delivery import sessions_due
from supports.models import Support

SUPPORT_OPENED_BY: dict[str, str] = {SupportType.COUNSELLING: SensitiveDomain.WELLBEING}
MOST_OF_A_KIND = 8
"""Sentences of one kind and voice on the page, newest; the running record has them all."""


class BlockViews:
    """Turns rows of one plan into what one reader is shown."""

    def __init__(self, reader: Reader, rows: Everything, language: str, known: Mapping[int, Known]) -> None:
        self.reader = reader
        self.rows = rows
        self.language = language
        self.known = known
        self.me = reader.viewer.person_id
        self._notes: dict[tuple[str, UUID], list[Note]] = defaultdict(list)
        for row in rows.amendments:
            if self.is_heard(row.author_id) and (row.audience != Audience.CLOSE or self._is_close(row.author_id)):
                note = Note(row.text, row.language, self.name(row.author_id), timezone.localtime(row.created_at).date())
                self._notes[row.about, row.about_id].append(note)

    # -------------------------------------------------------------- who reads
    def name(self, person_id: int | None) -> str:
        """The name as this reader may know it: the other household is family, and no more."""
        if person_id is None or person_id not in self.rows.people:
            return ""
        return _("family") if person_id in self.reader.others else self.rows.people[person_id].display_name

    def is_heard(self, author_id: int) -> bool:
        """False for words of the other household."""
        return author_id not in self.reader.others

    def is_there(self, subject: str, row: Any) -> bool:
        """False where it is the other household's, or on hold for this reader."""
        held = self.reader.is_family and self.reader.held.covers(subject, row.public_id)
        return not held and self.is_heard(getattr(row, "author_id", 0))

    def _is_close(self, *mine: int | None) -> bool:
        return self.reader.is_close or self.me in mine

    def _shuts(self, domain: str | None, *mine: int | None) -> bool:
        return bool(domain) and domain not in self.reader.domains and self.me not in mine

    @property
    def _is_told(self) -> bool:
        """Adults of the circle are told that something exists; nobody else is."""
        return not self.reader.is_family and bool({Permission.EDIT_PLAN, Permission.CHECK_IN} & self.reader.allowed)

    @property
    def reads_pointers(self) -> bool:
        """Family, and the adults who work with the student and have to do what is agreed there."""
        return self.reader.is_family or bool({Permission.EDIT_PLAN, Permission.HOLD_PLAN} & self.reader.allowed)

    # -------------------------------------------------------------- texts
    def said(self, row: PlanStatement | Goal | Need, noun: str, *, is_close: bool = False) -> Said:
        """A text in the reader's language where a person translated it, with the original beside it."""
        wish: dict[str, Any] | None = row.__dict__.get("wish")
        translated = wish is not None and wish["translated_at"] is not None
        scribe_id = row.scribe_id if isinstance(row, PlanStatement) else None
        foreign = row.language.split("-")[0] != self.language
        is_mine = self.me in {row.author_id, scribe_id}
        facts = row.__dict__.get("file_facts") or {}
        return Said(
            public_id=row.public_id,
            version=row.version,
            noun=noun,
            text=wish["text"] if wish is not None and translated else row.text,
            language=self.language if translated else row.language,
            original=row.text if translated else "",
            original_language=row.language if translated or foreign else "",
            author=self.name(row.author_id),
            scribe=self.name(scribe_id),
            on=row.said_on if isinstance(row, PlanStatement) else timezone.localtime(row.created_at).date(),
            is_mine=is_mine,
            can_ask=foreign and not translated and self.language in dict(settings.LANGUAGES),
            asked=wish is not None and not translated,
            is_stale=wish is not None and translated and wish["of_version"] != row.version,
            is_close=is_close,
            suggestions=self._suggested(row.text, row.language) if is_mine else [],
            file=FileView(UUID(facts["public_id"]), facts["kind"], facts["words"], facts["language"])
            if facts.get("public_id") and facts["withdrawn_at"] is None
            else None,
        )

    def _suggested(self, text: str, language: str) -> list[Suggestion]:
        """For adults at school about their own words; a child or a family is never corrected."""
        if Permission.EDIT_PLAN not in self.reader.allowed or self.reader.is_family:
            return []
        return suggestions(text, language, self.rows.phrases)

    def said_by_kind(self) -> dict[tuple[str, str], tuple[list[Said], list[str]]]:
        """(voice, kind) to the sentences shown and the owners of those closed to this reader."""
        found: dict[tuple[str, str], tuple[list[Said], list[str]]] = defaultdict(lambda: ([], []))
        for row in self.rows.statements:
            if not self.is_there(Subject.STATEMENT, row):
                continue
            shown, asks = found[row.voice, row.kind]
            is_close = row.audience == Audience.CLOSE
            if not is_close or self._is_close(row.author_id, row.scribe_id):
                shown.append(self.said(row, "statement", is_close=is_close))
            elif self._is_told and (owner := self.name(row.scribe_id or row.author_id)) not in asks:
                asks.append(owner)
        for shown, _asks in found.values():
            del shown[:-MOST_OF_A_KIND]
        return found

    def notes(self, subject: str, public_id: UUID) -> list[Note]:
        """The statements added to an entry."""
        return self._notes.get((subject, public_id), [])

    # -------------------------------------------------------------- goals and needs
    def goal(self, row: Goal) -> GoalView:
        """A goal, or an intention with what it lacks to be one."""
        parts = {
            _("how we will see it"): row.measure,
            _("where it is now"): row.baseline,
            _("where it will be"): row.target,
            _("a date"): row.due_on,
            _("who helps"): row.helper_id,
        }
        missing = [name for name, value in parts.items() if not value]
        competency = self.known.get(row.competency_id or 0)
        return GoalView(
            public_id=row.public_id,
            version=row.version,
            said=self.said(row, "goal"),
            why=row.why,
            horizon=row.horizon,
            voice=str(Voice(row.voice).label),
            measure_kind=row.get_measure_kind_display(),
            measure=row.measure,
            baseline=row.baseline,
            target=row.target,
            due_on=row.due_on,
            steps=row.steps,
            how_where=row.how_where,
            helper=self.name(row.helper_id),
            competency=competency.name if competency else "",
            competency_public_id=competency.public_id if competency else None,
            is_goal=not missing,
            missing=missing,
            state=row.state,
            state_name=row.get_state_display(),
            notes=self.notes(Subject.GOAL, row.public_id),
        )

    def is_goal_closed(self, row: Goal) -> bool:
        """Whether a goal is about what this reader's domains do not open."""
        return goal_is_closed(row.measure_kind, self.reader.domains, self.me, row.author_id, row.helper_id)

    def goal_asks(self, rows: Iterable[Goal]) -> list[str]:
        """Whom adults ask about goals that are there and closed to them, by name; family and student never learn."""
        closed = [row for row in rows if self.is_there(Subject.GOAL, row) and self.is_goal_closed(row)]
        return sorted({self.name(row.author_id) for row in closed}) if self._is_told else []

    def need(self, row: Need) -> NeedView | None:
        """A need; closed without its words where this reader is told only that it exists; None where not even that."""
        if not self.is_there(Subject.NEED, row) or self.reader.is_blocked(GuardianBlock.NEEDS):
            return None
        is_close = row.audience == Audience.CLOSE
        closed = self._shuts(OPENED_BY.get(row.domain), row.author_id) or (
            is_close and not self._is_close(row.author_id)
        )
        if closed and not self._is_told:
            return None
        outside = "" if closed else row.outside
        return NeedView(
            public_id=row.public_id,
            domain="" if closed else row.get_domain_display(),
            outside=str(OutsideNeed(outside).label) if outside else "",
            referral=str(REFERRED_TO[OutsideNeed(outside)]) if outside else "",
            source="" if closed else row.get_source_display(),
            said=None if closed else self.said(row, "need", is_close=is_close),
            opened_on=row.opened_on,
            review_on=row.review_on,
            owner=self.name(row.author_id),
            is_open=row.state == NeedState.OPEN,
            is_due=row.state == NeedState.OPEN and row.review_on <= self.reader.viewer.today,
            state_name=row.get_state_display(),
            state_reason="" if closed else row.state_reason,
            notes=[] if closed else self.notes(Subject.NEED, row.public_id),
        )

    # -------------------------------------------------------------- actions
    def action(self, row: Support) -> Action | None:
        """A support with its delivery. Family and student see what was shared; None for what is not theirs at all."""
        if self.reader.is_family and self.reader.held.covers(Subject.SUPPORT, row.public_id):
            return None
        if row.shared_at is None and not self.reader.reads_drafts:
            return None
        closed = self._shuts(SUPPORT_OPENED_BY.get(row.type), row.owner_id, row.provider_person_id)
        if closed and not self._is_told:
            return None
        today = self.reader.viewer.today
        is_running = row.state in {SupportState.RUNNING, SupportState.PLANNED} and row.ends_on > today
        said = row.family_wordings.get(self.language) or row.family_wordings.get("en") or {}
        counts = row.__dict__
        return Action(
            public_id=row.public_id,
            version=row.version,
            title="" if closed else said.get("title") or row.title,
            family="" if closed else said.get("family", ""),
            home="" if closed else said.get("home", ""),
            owner=self.name(row.owner_id),
            provider="" if closed else row.provider,
            type="" if closed else row.get_type_display(),
            setting="" if closed else row.setting,
            setting_name="" if closed else row.get_setting_display(),
            minutes=row.minutes,
            sessions_per_week=row.sessions_per_week,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            is_running=is_running,
            state_name=row.get_state_display(),
            end_reason="" if closed or self.reader.is_family else row.end_reason,
            consent_on=row.consent_on,
            referral="" if closed or not row.referral else row.get_referral_display(),
            held=counts.get("held") or 0,
            due=sessions_due(starts_on=row.starts_on, ends_on=row.ends_on, per_week=row.sessions_per_week, today=today),
            absent=counts.get("absent") or 0,
            is_shared=row.shared_at is not None,
            is_closed=closed,
            may_change=not closed and is_running and Permission.EDIT_PLAN in self.reader.allowed,
            notes=[] if closed else self.notes(Subject.SUPPORT, row.public_id),
        )

    # -------------------------------------------------------------- the other blocks
    def finding(self, row: EntryFinding) -> Finding | None:
        """A part of the first look."""
        if not self.is_there(Subject.FINDING, row):
            return None
        domain = FINDING_OPENED_BY.get(row.area)
        if domain in {SensitiveDomain.HEALTH, SensitiveDomain.WELLBEING} and self.reader.is_blocked(
            GuardianBlock.HEALTH
        ):
            return None
        closed = self._shuts(domain, row.author_id)
        if closed and not self._is_told:
            return None
        competency = self.known.get(row.competency_id or 0)
        return Finding(
            public_id=row.public_id,
            area="" if closed else str(FindingArea(row.area).label),
            state=row.state,
            state_name=str(FindingState(row.state).label),
            tool="" if closed else row.tool,
            on=row.found_on,
            can_do="" if closed else row.can_do,
            next_step="" if closed else row.next_step,
            language=row.language,
            competency=competency.name if competency and not closed else "",
            owner=self.name(row.author_id),
            is_closed=closed,
            notes=[] if closed else self.notes(Subject.FINDING, row.public_id),
        )

    def pointer(self, row: PlanPointer) -> Pointer:
        """A plan elsewhere, with its accommodations."""
        return Pointer(
            public_id=row.public_id,
            kind=row.get_kind_display(),
            kept_where=row.kept_where,
            case_manager=self.name(row.case_manager_id),
            accommodations=row.accommodations,
            language=row.language,
            review_on=row.review_on,
        )

    def pathway(self, row: PathwayChoice) -> PathwayView:
        """An interest that is followed."""
        return PathwayView(
            public_id=row.public_id,
            interest=row.interest,
            pathway=row.pathway,
            entry_point=row.entry_point,
            next_experience=row.next_experience,
            language=row.language,
            author=self.name(row.author_id),
        )

    def membership(self, row: PathwayMembership) -> OnPathway:
        """A pathway one is on, as it is published, in the reader's language where it was written in it."""
        said: dict[str, dict[str, Any]] = row.__dict__
        told = tell(said["pathway_said"] or {}, language=self.language)

        def text(name: str, among: Iterable[Experience | Way]) -> tuple[str, str]:
            """In the published words, and what it was called where the published version does without it."""
            there = said[name]
            now = next((one.title.text for one in among if one.public_id == there["public_id"]), "")
            translated = (there["translations"] or {}).get(self.language, {}).get("title")
            return now, "" if now else str(translated or there["title"] or "")

        coming, gone = text("next_said", told.experiences)
        is_in = row.state == MembershipState.IN
        return OnPathway(
            public_id=row.public_id,
            interest="".join(text("way_said", told.ways_in)),
            title=told.title.text,
            next_experience=coming,
            gone=gone if is_in else "",
            language=told.title.language,
            state_word="" if is_in else str(MembershipState(row.state).label),
        )

    def ways(self) -> list[Ways]:
        """How family is reached: for adults who reach them, and each guardian their own household's."""
        speaks = Permission.SPEAK_AS_FAMILY in self.reader.allowed
        if not speaks and Permission.CONTACT_FAMILY not in self.reader.allowed:
            return []
        if self.reader.is_blocked(GuardianBlock.CONTACT):
            return []
        return [
            Ways(
                public_id=row.public_id,
                guardian=self.name(row.guardian_id),
                best_way=str(ContactMode(row.best_way).label) if row.best_way else "",
                best_time=row.best_time,
                interpreter_language=row.interpreter_language,
                may_change=not speaks or row.guardian_id == self.me,
            )
            for row in self.rows.ways
            if self.is_heard(row.guardian_id)
        ]
