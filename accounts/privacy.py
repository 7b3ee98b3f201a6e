"""What every stored field is, who may see it, how long it stays and how it is scrubbed: as data, per model.

Each app says it for its own models in its `privacy.py`, config for the tables of libraries; a guard test finds every
field that nobody has classified. History rows take the treatment of the model they follow. What decides access is
`accounts.permissions`; this is the map the privacy officer, retention and scrubbing work from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What a field says about a person."""

    NOTHING = "nothing"  # about no person: keys, calendars, frameworks
    IDENTITY = "identity"  # name, contact, numbers in other systems
    BELONGING = "belonging"  # school, class, family, role: where somebody belongs
    LEARNING = "learning"  # what was seen, and what it adds up to
    PLAN = "plan"  # what was said and agreed
    SENSITIVE = "sensitive"  # health, family situation, wellbeing may stand here
    TRACE = "trace"  # who did or read what
    SECRET = "secret"  # opens something  # noqa: S105


class Audience(StrEnum):
    """The widest circle the policy ever shows a field to."""

    EVERYONE = "everyone"
    STAFF = "staff"  # people who work for the schools
    CIRCLE = "circle"  # the student, the family, the adults around the student
    CLOSED = "closed"  # of the circle, only those granted this domain
    SELF = "self"  # the person alone
    OFFICERS = "officers"  # who answers for imports, privacy and audits
    NOBODY = "nobody"  # never leaves the machine


class Retention(StrEnum):
    """How long it stays. The district's schedule puts years to these words; holds stop all of them."""

    IN_USE = "in_use"  # about no person: while it is used
    ROSTER = "roster"  # while the person belongs here, and as long as a record of theirs
    RECORD = "record"  # with the student's record
    TRACE = "trace"  # as long as the record it protects
    WORK = "work"  # 90 days after the work ended
    SESSION = "session"  # until it ends or is revoked


class Scrub(StrEnum):
    """What becomes of it when a person's data is scrubbed."""

    KEEP = "keep"  # says nothing once the names are gone
    REPLACE = "replace"  # by a made-up value of the same shape
    EMPTY = "empty"  # by nothing
    ROW = "row"  # the whole row goes


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one field is treated."""

    category: Category
    audience: Audience
    retention: Retention
    scrub: Scrub

    @property
    def is_personal(self) -> bool:
        """True when the field can tell an outsider something about a person."""
        return self.category is not Category.NOTHING


C, A, R, S = Category, Audience, Retention, Scrub

KEY = Treatment(C.NOTHING, A.NOBODY, R.IN_USE, S.KEEP)
"""Keys and the machine's own bookkeeping."""
PUBLIC = Treatment(C.NOTHING, A.EVERYONE, R.IN_USE, S.KEEP)
"""Frameworks, catalogue, calendars: about no person."""
HOUSE = Treatment(C.NOTHING, A.STAFF, R.IN_USE, S.KEEP)
"""How the schools are set up: about no person, for the people who work there."""
NAME = Treatment(C.IDENTITY, A.CIRCLE, R.ROSTER, S.REPLACE)
"""What somebody is called."""
CONTACT = Treatment(C.IDENTITY, A.SELF, R.ROSTER, S.EMPTY)
"""How somebody is reached."""
NUMBER = Treatment(C.IDENTITY, A.OFFICERS, R.ROSTER, S.ROW)
"""Somebody's number in another system."""
PLACE = Treatment(C.BELONGING, A.CIRCLE, R.ROSTER, S.KEEP)
"""Where somebody belongs: school, class, family, role, language."""
LEARNED = Treatment(C.LEARNING, A.CIRCLE, R.RECORD, S.KEEP)
"""What was seen, in levels and dates."""
LEARNED_WORDS = Treatment(C.LEARNING, A.CIRCLE, R.RECORD, S.EMPTY)
"""What was seen, in free words or from another system."""
AGREED = Treatment(C.PLAN, A.CIRCLE, R.RECORD, S.KEEP)
"""What was agreed, in dates and choices."""
AGREED_WORDS = Treatment(C.PLAN, A.CIRCLE, R.RECORD, S.REPLACE)
"""What was said and agreed, in people's own words."""
NEED = Treatment(C.SENSITIVE, A.CLOSED, R.RECORD, S.KEEP)
"""Which kind of need, and how it stands: perhaps of health, family or wellbeing."""
NEED_WORDS = Treatment(C.SENSITIVE, A.CLOSED, R.RECORD, S.REPLACE)
"""What somebody needs, in words."""
TRACED = Treatment(C.TRACE, A.OFFICERS, R.TRACE, S.KEEP)
"""Who did or read what, and when."""
TRACED_WORDS = Treatment(C.TRACE, A.OFFICERS, R.TRACE, S.EMPTY)
"""What was done or why it was allowed, in words that may name somebody."""
WORK = Treatment(C.TRACE, A.OFFICERS, R.WORK, S.EMPTY)
"""What an import brought and could not read: may hold anything a roster holds."""
SECRET = Treatment(C.SECRET, A.NOBODY, R.SESSION, S.ROW)
"""Whoever has it comes in."""

Fields = Mapping[str, Mapping[str, Treatment]]
"""Model name to field name to treatment."""


def classify(models: Mapping[str, Mapping[Treatment, str]]) -> dict[str, dict[str, Treatment]]:
    """From `{"Model": {TREATMENT: "field field field"}}`; a field named twice is a ValueError."""
    found: dict[str, dict[str, Treatment]] = {}
    for model, treatments in models.items():
        found[model] = {}
        for treatment, names in treatments.items():
            for name in names.split():
                if name in found[model]:
                    raise ValueError(f"{model}.{name} is classified twice.")
                found[model][name] = treatment
    return found


FIELDS: Fields = classify(
    {
        "Person": {
            KEY: "id public_id created_at",
            NAME: "given_name family_name preferred_name sort_name",
            CONTACT: "email phone",
            PLACE: "languages is_active source",
        },
        "PersonIdentifier": {KEY: "id", NUMBER: "person source source_id"},
        "PersonMerge": {
            KEY: "id public_id",
            PLACE: "kept absorbed",
            TRACED: "merged_by merged_at undone_by undone_at",
            TRACED_WORDS: "reason moved",
        },
        "JoinRequest": {
            KEY: "id public_id",
            PLACE: "kept absorbed",
            TRACED: "asked_by asked_at agreed answered_by answered_at",
            TRACED_WORDS: "reason",
        },
        "ComingOfAge": {
            KEY: "id public_id",
            PLACE: "student on basis",
            TRACED: "recorded_by recorded_at taken_back_at taken_back_by",
        },
        "Student": {KEY: "id public_id alias_of", PLACE: "person school grade is_active entered_on left_on"},
        "District": {KEY: "id public_id demonstration_seed", PUBLIC: "name languages", HOUSE: "show_preferred_names"},
        "School": {KEY: "id public_id source source_id", PUBLIC: "name is_active", HOUSE: "caseload_cap"},
        "SchoolYear": {KEY: "id public_id source source_id", PUBLIC: "name starts_on ends_on kept_by_hand"},
        "Term": {KEY: "id public_id source source_id", PUBLIC: "school_year title kind starts_on ends_on"},
        "CalendarException": {KEY: "id", PUBLIC: "school day is_school_day reason"},
        "Section": {
            KEY: "id public_id source source_id",
            HOUSE: "school school_year title course_title course_code subjects grades starts_on ends_on is_active",
        },
        "Enrolment": {KEY: "id source source_id", PLACE: "section student starts_on ends_on is_active"},
        "TeachingAssignment": {
            KEY: "id source source_id",
            PLACE: "section person is_primary is_substitute starts_on ends_on is_active",
        },
        "User": {
            KEY: "id public_id created_at",
            SECRET: "password",
            CONTACT: "username email",
            PLACE: "person language is_active wants_digest wants_reminders",
            TRACED: "last_login locked_at unlocked_at",
        },
        "AccountClosure": {KEY: "id", TRACED: "user closed_by closed_at"},
        "RoleAssignment": {KEY: "id", PLACE: "person role school starts_on ends_on source"},
        "Relationship": {KEY: "id", PLACE: "student person kind section starts_on ends_on source domains household"},
        "Partner": {
            KEY: "id public_id version",
            PUBLIC: "name kind about website created_at ended_on",
            TRACED: "added_by",
        },
        "PartnerMember": {KEY: "id", PLACE: "partner person starts_on ends_on"},
        "PublicFace": {
            KEY: "id version",
            PUBLIC: "district shown_name hue words website logo logo_type logo_says changed_at",
            TRACED: "changed_by",
        },
        "GuardianLimit": {
            KEY: "id public_id",
            TRACED: "student guardian block starts_on ends_on entered_by entered_at",
            TRACED_WORDS: "document",
        },
        "CaseloadHandover": {
            KEY: "id public_id version",
            PLACE: "student from_person to_person state asked_by asked_at answered_at",
            AGREED_WORDS: "note answer",
        },
        "FamilyInvitation": {
            KEY: "id public_id tries refusals next_try_at",
            SECRET: "digest",
            CONTACT: "address",
            PLACE: "guardian language",
            TRACED: "invited_by created_at expires_at sent_at used_at taken_back_at taken_back_by",
        },
        "StoredFile": {
            KEY: "id public_id digest size content_type",
            AGREED: "student kind language added_by created_at withdrawn_at",
            NEED_WORDS: "file name description",
        },
        "ApiToken": {
            KEY: "id public_id",
            SECRET: "digest",
            CONTACT: "label",
            TRACED: "user scopes created_at expires_at revoked_at last_used_on",
        },
        "AuditEvent": {
            KEY: "id salt digest transaction",
            TRACED: "occurred_at actor_id action subject_type subject_id student_ids",
            TRACED_WORDS: "reason details",
        },
        "ReadEvent": {
            KEY: "id",
            TRACED: "viewer_id subject student_ids block purpose hour occurred_at",
            TRACED_WORDS: "reason",
        },
        "AuditSeal": {KEY: "id from_transaction to_transaction last_event_id event_count previous digest sealed_at"},
        "Job": {
            KEY: "id public_id phase progress_done progress_total leased_until attempts",
            TRACED: "kind state created_by created_at started_at finished_at cancel_requested_at",
            WORK: "title parameters upload report",
        },
        "JobIssue": {KEY: "id job", WORK: "severity file line column value code params"},
    }
)
