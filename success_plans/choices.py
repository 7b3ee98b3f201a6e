"""The closed lists of the plan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import SensitiveDomain


class StatementKind(models.TextChoices):
    """What a sentence in the plan is about. Strengths come first, needs come after."""

    STRENGTH = "strength", _("Strengths")
    INTEREST = "interest", _("Interests")
    LEARNING = "learning", _("How I learn best")
    TRUST = "trust", _("People I trust")
    HOPE = "hope", _("Hopes")
    KNOW = "know", _("What I want adults to know")
    HOME = "home", _("What works at home")
    CONCERN = "concern", _("What we wonder about")
    CULTURE = "culture", _("Our culture and language")
    AFTER = "after", _("After school: what I hope for")


STUDENT_VOICE = (
    StatementKind.STRENGTH,
    StatementKind.INTEREST,
    StatementKind.LEARNING,
    StatementKind.TRUST,
    StatementKind.HOPE,
    StatementKind.KNOW,
    StatementKind.AFTER,
)
FAMILY_VOICE = (
    StatementKind.STRENGTH,
    StatementKind.HOPE,
    StatementKind.HOME,
    StatementKind.CONCERN,
    StatementKind.CULTURE,
)
AFTER_SCHOOL_FROM_GRADE = 6
"""The block "after school" is asked from this grade on (domain.md section 2)."""


class Voice(models.TextChoices):
    """Who says it."""

    STUDENT = "student", _("student")
    FAMILY = "family", _("family")
    STAFF = "staff", _("school")


class NeedDomain(models.TextChoices):
    """What a need is about. Health, family and wellbeing are closed by default."""

    ACADEMIC = "academic", _("learning")
    INTERESTS = "interests", _("interests")
    SOCIAL = "social", _("getting along and feelings")
    HEALTH = "health", _("health")
    BASIC = "basic", _("family and basic needs")


OPENED_BY: dict[str, str] = {
    NeedDomain.SOCIAL: SensitiveDomain.WELLBEING,
    NeedDomain.HEALTH: SensitiveDomain.HEALTH,
    NeedDomain.BASIC: SensitiveDomain.FAMILY,
}
"""The sensitive domain that opens a need; a need that is not listed is read by the whole circle."""


class NeedState(models.TextChoices):
    """A need is open until it is met or no longer true; it is never deleted."""

    OPEN = "open", _("open")
    MET = "met", _("met")
    ENDED = "ended", _("no longer true")


class GoalState(models.TextChoices):
    """Where a goal stands."""

    ACTIVE = "active", _("working on it")
    REACHED = "reached", _("reached")
    CHANGED = "changed", _("changed")
    PAUSED = "paused", _("paused")


class PlanState(models.TextChoices):
    """Where the next version of the plan stands."""

    DRAFT = "draft", _("being written")
    CONSULTATION = "consultation", _("with the family")
    AGREED = "agreed", _("agreed")
    REVIEW = "review", _("being looked at again")


class TemplateKind(models.TextChoices):
    """Light for everyone; full where needs or supports exist (domain.md section 3)."""

    LIGHT = "light", _("light")
    FULL = "full", _("full")


class Means(models.TextChoices):
    """How something was said."""

    TEXT = "text", _("in words")
    PICTURE = "picture", _("with a picture")
    AUDIO = "audio", _("spoken")


class Audience(models.TextChoices):
    """Which adults read it. The student and the family always do."""

    CIRCLE = "circle", _("everyone who works with this student")
    CLOSE = "close", _("family, navigator and those granted it")


class NeedSource(models.TextChoices):
    """Who or what a need comes from."""

    STUDENT = "student", _("the student said so")
    FAMILY = "family", _("the family said so")
    ADULT = "adult", _("an adult at school noticed")
    DIAGNOSTIC = "diagnostic", _("a first look at what the student can do")
    RECORDS = "records", _("came with the student’s records")


class OutsideNeed(models.TextChoices):
    """Needs outside school; each has a referral type. Closed by default."""

    EMPLOYMENT = "employment", _("work for the family")
    CHILDCARE = "childcare", _("childcare")
    HEALTH_CARE = "health_care", _("health care")
    TRANSPORT = "transport", _("getting to school")
    BROADBAND = "broadband", _("internet at home")
    HOUSING = "housing", _("housing")
    FOOD = "food", _("food")


REFERRED_TO = {
    OutsideNeed.EMPLOYMENT: _("a partner who helps with finding work"),
    OutsideNeed.CHILDCARE: _("a childcare partner or the after-school program"),
    OutsideNeed.HEALTH_CARE: _("the school nurse, who knows the clinics"),
    OutsideNeed.TRANSPORT: _("the district’s transport office"),
    OutsideNeed.BROADBAND: _("the district’s office that lends devices and hotspots"),
    OutsideNeed.HOUSING: _("the district’s liaison for families without a steady home"),
    OutsideNeed.FOOD: _("the school’s food pantry and meal program"),
}
"""Who a need outside school is usually referred to: a hint beside it, never an order."""


class Horizon(models.TextChoices):
    """When a goal is for."""

    NOW = "now", _("this year")
    AFTER_SCHOOL = "after_school", _("after school")


class MeasureKind(models.TextChoices):
    """What shows that a goal is reached."""

    COMPETENCY = "competency", _("a competency")
    WELLBEING = "wellbeing", _("how it feels")
    OTHER = "other", _("something else we can see")


GOAL_OPENED_BY: dict[str, str] = {MeasureKind.WELLBEING: SensitiveDomain.WELLBEING}
"""The sensitive domain that opens a goal, by what shows that it is reached; the others are read by the whole circle.
Whoever wrote it and whoever helps with it read it too."""


class FindingArea(models.TextChoices):
    """Parts of the entry picture."""

    ACADEMIC = "academic", _("learning")
    WELLBEING = "wellbeing", _("wellbeing")
    ATTENDANCE = "attendance", _("being here")
    BASIC = "basic", _("family and basic needs")
    HEALTH = "health", _("health")


FINDING_OPENED_BY: dict[str, str] = {
    FindingArea.WELLBEING: SensitiveDomain.WELLBEING,
    FindingArea.BASIC: SensitiveDomain.FAMILY,
    FindingArea.HEALTH: SensitiveDomain.HEALTH,
}
"""The sensitive domain that opens a part of the entry picture; the others are read by the whole circle."""


class FindingState(models.TextChoices):
    """An area without a finding says why."""

    FOUND = "found", _("looked at")
    NOT_ASKED = "not_asked", _("not asked")
    OPTED_OUT = "opted_out", _("the family chose not to")


class PointerKind(models.TextChoices):
    """Plans that live in other systems; never copied here."""

    IEP = "iep", _("IEP")
    SECTION_504 = "504", _("504 plan")
    ENGLISH_LEARNER = "el", _("English learner plan")


class ConsentKind(models.TextChoices):
    """What a family or a student of age says yes or no to; each on its own, dated, withdrawable."""

    WELLBEING = "wellbeing", _("being asked how they feel")
    MEDIA = "media", _("keeping pictures and recordings of them")
    PARTNER = "partner", _("sharing with a partner outside school")
    SUPPORT = "support", _("a support outside the class")


class ProposalState(models.TextChoices):
    """Where a proposed change stands."""

    OPEN = "open", _("waiting for an answer")
    ACCEPTED = "accepted", _("yes")
    PARTLY = "partly", _("in part")
    DECLINED = "declined", _("not this time")
    WITHDRAWN = "withdrawn", _("taken back")


class ContactMode(models.TextChoices):
    """How people talked."""

    IN_PERSON = "in_person", _("in person")
    PHONE = "phone", _("by phone")
    VIDEO = "video", _("by video")
    MESSAGE = "message", _("by message")
    LETTER = "letter", _("by letter")
    VISIT = "visit", _("a visit at home")


class ContactOutcome(models.TextChoices):
    """What came of trying to reach a family."""

    HELD = "held", _("we talked")
    LEFT_MESSAGE = "left_message", _("left a message")
    NO_ANSWER = "no_answer", _("no answer")
    WRONG_CONTACT = "wrong_contact", _("the number or address is wrong")
    LATER = "later", _("they asked for another time")
    DECLINED = "declined", _("they would rather not")


class ContactPurpose(models.TextChoices):
    """Why a family was contacted."""

    CONVERSATION = "conversation", _("the family conversation")
    MEETING = "meeting", _("a plan meeting")
    SUPPORT = "support", _("a support")
    GOOD_NEWS = "good_news", _("good news")
    OTHER = "other", _("something else")


class Interpreter(models.TextChoices):
    """How people understood each other. A student is never the interpreter."""

    NOT_NEEDED = "not_needed", _("not needed")
    PROFESSIONAL = "professional", _("an interpreter was there")
    PHONE = "phone", _("an interpreter by phone or video")
    STAFF = "staff", _("an adult of the school who speaks the language")
    MISSING = "missing", _("none could be found")


class CheckInHow(models.TextChoices):
    """How a check-in went: about the talk, never a mark on the child."""

    WELL = "well", _("Going well")
    CELEBRATE = "celebrate", _("Something to celebrate")
    FOLLOW_UP = "follow_up", _("Something to follow up")
    NOT_MET = "not_met", _("Could not meet")


class MeetingKind(models.TextChoices):
    """What people meet for."""

    PLAN = "plan", _("plan meeting")
    REVIEW = "review", _("review")
    CONFERENCE = "conference", _("student-led conference")
    FAMILY = "family", _("family conversation")


class MeetingState(models.TextChoices):
    """A meeting is prepared, runs, and is held or called off."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running now")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("called off")


class AttendeeRole(models.TextChoices):
    """As what somebody takes part."""

    STUDENT = "student", _("student")
    FAMILY = "family", _("family")
    NAVIGATOR = "navigator", _("navigator")
    TEACHER = "teacher", _("teacher")
    SPECIALIST = "specialist", _("specialist")
    INTERPRETER = "interpreter", _("interpreter")
    PARTNER = "partner", _("partner")
    OTHER = "other", _("other")


class AgreementAnswer(models.TextChoices):
    """What a family or student says to a version. No answer is not agreement; agreeing is not consent."""

    AGREE = "agree", _("I agree")
    PARTLY = "partly", _("I agree in part")
    DISAGREE = "disagree", _("I do not agree")


class StepName(models.TextChoices):
    """The steps of the cycle (domain.md section 3)."""

    NAVIGATOR = "navigator", _("A navigator is named")
    INTAKE = "intake", _("First look at who I am and what I can do")
    CONVERSATION = "conversation", _("Conversation with the family")
    CLASS_REVIEW = "class_review", _("The class is talked through")
    MEETING = "meeting", _("Plan meeting")
    SUPPORTS = "supports", _("Supports begin")
    REVIEW = "review", _("Review")
    YEAR_END = "year_end", _("Year end")
    TRANSFER = "transfer", _("The plan follows the student")


class StepOutcome(models.TextChoices):
    """How a step ended."""

    DONE = "done", _("done")
    DECLINED = "declined", _("declined by the family")
    NOT_REACHED = "not_reached", _("not reached, after three tries in two ways")
    CONTINUE = "continue", _("goes on")
    CHANGE = "change", _("is changed")
    FINISH = "finish", _("is finished")
    NOT_NEEDED = "not_needed", _("not needed")


class ReminderOf(models.TextChoices):
    """What somebody is reminded of."""

    STEP = "step", _("a step of the year")
    MEETING = "meeting", _("a meeting")
    PACKET = "packet", _("closed parts of a plan that was sent")


class ReminderKind(models.TextChoices):
    """When: shortly before its day, after its day has passed, or when somebody is asked."""

    SOON = "soon", _("falls due soon")
    PAST = "past", _("past its day")
    ASKED = "asked", _("asked")


class PacketDirection(models.TextChoices):
    """A transfer packet goes out or comes in."""

    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")


class Subject(models.TextChoices):
    """What an amendment or a hold is about."""

    PLAN = "plan", _("the whole plan")
    STATEMENT = "statement", _("a sentence of the plan")
    NEED = "need", _("a need")
    GOAL = "goal", _("a goal")
    FINDING = "finding", _("a part of the first look")
    MEETING = "meeting", _("a meeting")
    CONTACT = "contact", _("a contact")
    CHECK_IN = "check_in", _("a check-in")
    SUPPORT = "support", _("a support")
    EVIDENCE = "evidence", _("a piece of evidence")
    VERSION = "version", _("an agreed version")


class MembershipState(models.TextChoices):
    """Where a student stands with a pathway: in, waiting for a place, offered one, or out."""

    WAITING = "waiting", _("waiting for a place")
    OFFERED = "offered", _("a place is kept")
    IN = "in", _("takes part")
    LEFT = "left", _("went on")
