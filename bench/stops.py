"""The pages of the tour: who looks at which address of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Stop:
    """One page of the tour: who looks (None: a visitor), where, what it is, and whether it is shown on paper too."""

    name: str
    who: str | None
    path: str
    words: str
    language: str = "en"
    prints: bool = False


def stops() -> list[Stop]:
    """Every page, with addresses of the demonstration in the database."""
    from django.urls import reverse

    from accounts.models import Person, Section, Student
    from assessments.models import Evidence, MasterySummary
    from competencies.models import Competency, Framework
    from supports.models import Flag

    guardian = Person.objects.get(user__username="demo.guardian")
    maya = Student.objects.filter(relationships__person=guardian, relationships__kind="guardian").order_by("pk")[0]
    teacher = Person.objects.get(user__username="demo.teacher")
    section = (
        Section.objects.filter(teaching__person=teacher, enrolments__student=maya, is_active=True)
        .order_by("-starts_on", "pk")
        .first()
    )
    assert section is not None
    principal = Person.objects.get(user__username="demo.principal")
    school = principal.roles.filter(school__isnull=False)[0].school
    assert school is not None
    piece = Evidence.objects.filter(student=maya, superseded_at=None, withdrawn_at=None).order_by("-observed_on")[0]
    summary = MasterySummary.objects.filter(student=maya, is_demonstrated=True).order_by("-last_observed_on")[0]
    flag = (
        Flag.objects.filter(owner=teacher, state__in=["open", "acknowledged"], rule__in=["STALLED", "PREREQ_GAP"])
        .order_by("pk")
        .first()
    )
    framework = Framework.objects.order_by("pk")[0]
    competency = Competency.objects.filter(pk=summary.competency_id)[0]

    def at(name: str, *arguments: Any) -> str:
        return reverse(name, args=arguments)

    one = maya.public_id
    found = [
        Stop("demo", None, at("demo_sign_in"), "The demonstration's door: one click for each role"),
        Stop("sign-in", None, at("account_login"), "Signing in"),
        Stop("frameworks", None, at("frameworks"), "Frameworks, open to everyone"),
        Stop(
            "framework", None, at("framework_detail", framework.public_id), "A framework with its levels and branches"
        ),
        Stop(
            "competency", None, at("competency_detail", competency.public_id), "One competency: levels, before, after"
        ),
        Stop("today", "teacher", at("today"), "Today: needs a look, ready for more, asked by families"),
        Stop("class", "teacher", at("class_grid", section.public_id), "The class grid, open for entry"),
        Stop("class-focus", "teacher", at("class_focus", section.public_id), "What the class works on"),
        Stop("students", "teacher", at("students"), "My students, by name"),
        Stop("record", "teacher", at("student_record", one), "A single piece of evidence"),
        Stop("observe", "teacher", at("student_observe", one), "An observation of one student"),
        Stop("plan", "teacher", at("student_plan", one), "A student's plan, for the teacher", prints=True),
        Stop(
            "why", "teacher", at("student_competency", one, competency.public_id), "Why this level: pieces and method"
        ),
        Stop("evidence", "teacher", at("evidence", piece.public_id), "One piece, with correction and withdrawal"),
        Stop("plan-navigator", "navigator", at("home"), "The navigator's first page"),
        Stop("family", "guardian", at("family_child", one), "My child, for the family"),
        Stop("family-es", "guardian", at("family_child", one), "My child, in Spanish", "es"),
        Stop("family-words", "guardian", at("statement_add", one) + "?kind=hope", "A family adds its words"),
        Stop("map", "student", at("student_map", one), "My map, for the student"),
        Stop("plan-student", "student", at("student_plan", one), "My plan, for the student"),
        Stop("school", "principal", at("school", school.public_id), "A school in counts"),
        Stop("purpose", "principal", at("student_purpose", one), "A school lead says why before a plan opens"),
        Stop("imports", "district_admin", at("imports"), "Roster imports"),
        Stop("framework-import", "district_admin", at("framework_import"), "Bringing a framework in"),
        Stop("people", "district_admin", at("people"), "Two records of one person"),
        Stop("operations", "operator", at("operations"), "Operations: does everything keep up?"),
        Stop("styleguide", "teacher", at("styleguide"), "The style page: every component and state"),
    ]
    found += plan_stops(one, section.public_id, school.public_id, at)
    found += learning_stops(one, section, competency.public_id, at)
    found += pathway_stops(one, framework, competency.public_id, at)
    if flag is not None:
        found.insert(13, Stop("support", "teacher", at("flag_support", flag.public_id), "From a flag to a support"))
        found.insert(
            14, Stop("not-right", "teacher", at("flag_dismiss", flag.public_id), "Saying that a flag is wrong")
        )
    return found


def plan_stops(maya: UUID, section: UUID, school: UUID, at: Callable[..., str]) -> list[Stop]:
    """The year of a plan: first look, record, meetings, versions, who holds whom."""
    from success_plans.models import Meeting, PlanVersion

    found = [
        Stop("timeline", "teacher", at("student_timeline", maya), "Running record: what everyone does, on one line"),
        Stop("check-in", "teacher", at("check_in", maya), "Check-in: three taps"),
        Stop("check-ins", "teacher", at("check_in_group"), "Check-in with several"),
        Stop("contact", "navigator", at("contact_add", maya), "A try to reach the family"),
        Stop("notes", "navigator", at("notes", maya), "Working notes, and what becomes of them"),
        Stop("class-intake", "teacher", at("intake_class", section), "A class begins its plans"),
        Stop("class-review", "teacher", at("class_review", section), "A class talked through, strength first"),
        Stop("sessions", "teacher", at("session_add"), "One support session for a whole group"),
        Stop("intake", "navigator", at("intake", maya), "The first look, in steps"),
        Stop("work-list", "navigator", at("work_list"), "The year's steps that wait for me"),
        Stop("handovers", "navigator", at("handovers"), "Handovers: offered and asked"),
        Stop("meetings", "navigator", at("meetings", maya), "Meetings about a plan"),
        Stop("versions", "navigator", at("plan_versions", maya), "Agreed versions and what was said to them"),
        Stop("proposals", "guardian", at("proposals", maya), "The family proposes a change"),
        Stop("consents", "guardian", at("consents", maya), "Consents, one by one"),
        Stop("voice", "student", at("voice", maya), "I say who I am: words, picture, sound"),
        Stop("my-goal", "student", at("my_goal", maya), "I set a goal"),
        Stop("year", "principal", at("school_cycle", school), "A school's clocks in counts"),
        Stop("caseloads", "principal", at("caseload", school), "Who holds how many plans"),
        Stop("templates", "district_admin", at("templates"), "How a district asks: templates"),
    ]
    meeting = Meeting.objects.filter(plan__student__public_id=maya).order_by("-starts_at").first()
    if meeting is not None:
        found.append(Stop("meeting", "navigator", at("meeting", meeting.public_id), "A meeting and its agenda"))
    version = PlanVersion.objects.filter(plan__student__public_id=maya).order_by("-number").first()
    if version is not None:
        found.append(Stop("version", "guardian", at("plan_version", version.public_id), "An agreed version"))
    return found


def learning_stops(maya: UUID, section: Any, competency: UUID, at: Callable[..., str]) -> list[Stop]:
    """Assessment: what we look with, works and their judging, observations, what it adds up to, imports."""
    from accounts.choices import JobKind
    from accounts.models import Job
    from assessments.models import AnchorWork, Assignment, Instrument, Moderation, Submission

    whole = section.public_id
    found = [
        Stop("instruments", "teacher", at("instruments"), "The school's library of instruments"),
        Stop("works", "teacher", at("section_assignments", whole), "Works of a class"),
        Stop("class-observe", "teacher", at("class_observe", whole), "A quick observation in class"),
        Stop("observations", "teacher", at("observations_waiting"), "What families and partners saw, to be looked at"),
        Stop("class-map", "teacher", at("class_map", whole), "Class and competencies, by name"),
        Stop("class-next", "teacher", at("class_next", whole), "What could come next for a class"),
        Stop("growth", "teacher", at("student_growth", maya), "Growth over time, each dot a piece of evidence"),
        Stop("portfolio", "student", at("student_portfolio", maya), "My portfolio"),
        Stop("my-works", "student", at("student_work", maya), "My works"),
        Stop("ready-to-show", "student", at("showing_ask", maya, competency), "I am ready to show it now"),
        Stop("showings", "student", at("showings", maya), "What I want to show, and when"),
        Stop("at-home", "guardian", at("family_observe", maya), "What the family saw at home"),
        Stop("judgement", "teacher", at("judgement", maya, competency), "A judgement of one's own, with its reason"),
        Stop("moderations", "teacher", at("moderations"), "Works to talk about"),
        Stop("to-judge", "teacher", at("my_scorings"), "Works to judge"),
        Stop("evidence-imports", "district_admin", at("evidence_imports"), "Results from elsewhere"),
        Stop("calibration", "district_admin", at("calibration"), "How sure is sure?"),
    ]
    instrument = Instrument.objects.filter(retired_at=None, versions__criteria__isnull=False).order_by("pk").first()
    if instrument is not None:
        found += [
            Stop("instrument", "teacher", at("instrument", instrument.public_id), "A rubric with note and source"),
            Stop(
                "agreement",
                "teacher",
                at("instrument_agreement", instrument.public_id),
                "How far two people agree on it",
            ),
        ]
    anchor = AnchorWork.objects.filter(retired_at=None).order_by("pk").first()
    if anchor is not None:
        found.append(
            Stop("calibrate", "teacher", at("calibrate", anchor.public_id), "Practising on a work without a name")
        )
    work = Assignment.objects.filter(section=section, version__criteria__isnull=False).order_by("pk").first()
    if work is not None:
        found.append(Stop("work", "teacher", at("assignment", work.public_id), "A work, student by student"))
        done = Submission.objects.filter(assignment=work, submitted_at__isnull=False).order_by("pk").first()
        if done is not None:
            score = at("score", work.public_id, done.student.public_id)
            found.append(Stop("score", "teacher", score, "Judging: the work and its rubric side by side"))
    talk = Moderation.objects.filter(submission__assignment__section=section).order_by("pk").first()
    if talk is not None:
        found.append(
            Stop("moderation", "teacher", at("moderation", talk.public_id), "Two who saw it differently decide")
        )
    brought = Job.objects.filter(kind=JobKind.IMPORT_EVIDENCE).order_by("-pk").first()
    if brought is not None:
        found.append(
            Stop(
                "evidence-import",
                "district_admin",
                at("evidence_import", brought.public_id),
                "What an import would store",
            )
        )
    return found


def pathway_stops(maya: UUID, framework: Any, competency: UUID, at: Callable[..., str]) -> list[Stop]:
    """What anyone may read, how frameworks and pathways are written, a student on a pathway, a partner."""
    from competencies.models import Competency, Pathway, WorkingCopy, WorkingItem
    from success_plans.models import PathwayMembership

    whole = at("framework_continuum", framework.public_id)
    branch = Competency.objects.filter(framework=framework, parent=None, children__isnull=False).order_by("position")[0]
    opened = Pathway.objects.filter(state="published").order_by("pk")
    first = opened[0]
    found = [
        Stop("landing", None, at("home"), "The first page of a district, without an account"),
        Stop("pathways", None, at("pathways"), "Pathways, open to everyone", prints=True),
        Stop("pathway", None, at("pathway_detail", first.public_id), "A pathway: ways in and on", prints=True),
        Stop("pathway-es", None, at("pathway_detail", first.public_id), "A pathway in Spanish", "es"),
        Stop("continuum", None, whole, "What comes before what, branch by branch", prints=True),
        Stop("continuum-branch", None, f"{whole}?branch={branch.public_id}", "One branch of it", prints=True),
        Stop("continuum-around", None, f"{whole}?around={competency}", "Around one competency", prints=True),
        Stop("framework-versions", None, at("framework_versions", framework.public_id), "Every version"),
        Stop(
            "crosswalks", "district_admin", at("framework_crosswalks", framework.public_id), "Evidence from elsewhere"
        ),
        Stop("working-copies", "district_admin", at("working_copies"), "Frameworks being written"),
        Stop("public-face", "district_admin", at("district_site"), "How the district shows itself"),
        Stop("partners", "district_admin", at("partners"), "Partners outside the schools"),
        Stop("partner", "partner", at("partner"), "A partner's own pathways, and whose family agreed"),
        Stop("pathway-designs", "partner", at("pathway_designs"), "Pathways being designed"),
        Stop("pathway-propose", "partner", at("pathway_propose"), "A partner proposes one"),
        Stop("my-pathways", "student", at("student_pathways", maya), "Pathways for me, the same for everyone"),
        Stop("who-sees", "student", at("who_sees", maya), "Who can see this, and why"),
        Stop("family-partners", "guardian", at("student_partners", maya), "What is agreed with partners"),
    ]
    copy = WorkingCopy.objects.filter(closed_at=None).order_by("pk").first()
    if copy is not None:
        item = WorkingItem.objects.filter(copy=copy, is_assessable=True).order_by("pk")[0]
        found += [
            Stop("working-copy", "district_admin", at("working_copy", copy.public_id), "The next version, as a tree"),
            Stop("working-item", "district_admin", at("working_item", item.public_id), "One competency of it"),
            Stop("working-publish", "district_admin", at("working_publish", copy.public_id), "What changes, for whom"),
        ]
    design = Pathway.objects.filter(state="design").order_by("pk").first()
    if design is not None:
        found.append(
            Stop("pathway-design", "district_admin", at("pathway_design", design.public_id), "Designed together")
        )
    on = PathwayMembership.objects.filter(student__public_id=maya, state="in").order_by("pk").first()
    if on is not None:
        other = opened.exclude(pk=on.pathway_id)[0]
        found += [
            Stop("membership", "student", at("membership", on.public_id), "A pathway I am on"),
            Stop("move", "student", at("pathway_move", on.public_id, other.public_id), "What carries over on moving"),
        ]
    return found
