"""`make tour`: a picture of every page, as the person it is for, at desktop and at phone width, into docs/tour/."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.cluster import CHECKOUT, cluster
from bench.shrink import shrunk

TOUR = CHECKOUT / "docs" / "tour"
WIDTHS = {"desktop": 1280, "phone": 360}
HEIGHTS = (2200, 1700, 1300, 1000, 800)
MOST_BYTES = 150_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@dataclass(frozen=True)
class Stop:
    """One page of the tour: who looks (None: a visitor), where, and what it is."""

    name: str
    who: str | None
    path: str
    words: str
    language: str = "en"


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
        Stop("plan", "teacher", at("student_plan", one), "A student's plan, for the teacher"),
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


def find_chromium() -> str:
    """THROUGHLINE_CHROMIUM, else the first Chromium on the path."""
    named = os.environ.get("THROUGHLINE_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        raise SystemExit(
            "There is no Chromium here (Debian: apt-get install chromium); THROUGHLINE_CHROMIUM names one."
        )
    return found


def take(browser: Any, base: str, wanted: list[Stop], target: Path, say: Callable[[str], None]) -> list[str]:
    """Take all pictures; returns what could not be taken."""
    problems: list[str] = []
    desk = browser.new_page()
    for width_name, width in WIDTHS.items():
        for who, language in dict.fromkeys((stop.who, stop.language) for stop in wanted):
            context = browser.new_context(
                base_url=base,
                viewport={"width": width, "height": 900},
                color_scheme="light",
                reduced_motion="reduce",
                locale=language,
            )
            page = context.new_page()
            if who is not None:
                sign_in(page, who)
            context.add_cookies([{"name": "django_language", "value": language, "url": base}])
            for stop in [s for s in wanted if (s.who, s.language) == (who, language)]:
                answer = page.goto(stop.path)
                if answer is None or answer.status != 200:
                    problems.append(f"{stop.name}: {stop.path} answers {answer.status if answer else 'nothing'}")
                    continue
                page.wait_for_load_state("load")
                page.evaluate("document.fonts.ready")
                small = picture(page, desk, width)
                (target / f"{stop.name}-{width_name}.png").write_bytes(small)
                say(f"{stop.name}-{width_name}.png  {len(small) // 1000} kB")
            context.close()
    return problems


def sign_in(page: Any, who: str) -> None:
    """Through the demonstration's door, as a visitor would."""
    from accounts.models import Person

    someone = Person.objects.get(user__username=f"demo.{who}")
    page.goto("/demo")
    page.locator(f'form[action$="{someone.public_id}"] button').click()
    page.wait_for_load_state("load")


def picture(page: Any, desk: Any, width: int) -> bytes:
    """The page from its top, as much of it as fits the size a repository should carry."""
    full = page.evaluate("document.documentElement.scrollHeight")
    small = b""
    for height in HEIGHTS:
        # As tall a window as the picture: what is fixed to its bottom edge stands there, not in the middle.
        page.set_viewport_size({"width": width, "height": min(full, height)})
        small = shrunk(desk, page.screenshot(animations="disabled"))
        if len(small) < MOST_BYTES:
            break
    page.set_viewport_size({"width": width, "height": 900})
    return small


def index(wanted: list[Stop], target: Path) -> None:
    """docs/tour/README.md: every picture with its words."""
    lines = [
        "# A tour in pictures",
        "",
        "Made by `make tour` from the demonstration district, in the light look, as the person each page is for.",
        "Long pages are cut off at the bottom. Everyone in them is invented.",
        "",
        "| page | who looks | desktop | phone |",
        "| --- | --- | --- | --- |",
    ]
    for stop in wanted:
        if all((target / f"{stop.name}-{width}.png").exists() for width in WIDTHS):
            links = " | ".join(f"[{width}]({stop.name}-{width}.png)" for width in WIDTHS)
            lines.append(f"| {stop.words} | {(stop.who or 'anyone').replace('_', ' ')} | {links} |")
    (target / "README.md").write_text("\n".join(lines) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Seed, serve, look at everything."""
    parser = argparse.ArgumentParser(prog="python -m bench.tour", description=__doc__)
    parser.add_argument("--size", choices=["small", "full"], default="full", help="of the demonstration district")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="the name of a page; may be repeated")
    chosen = parser.parse_args(arguments)
    admin_url = os.environ.get("DATABASE_URL")
    if not admin_url or not os.environ.get("REDIS_URL"):
        print("Run `make tour`, which starts servers, or set DATABASE_URL (a superuser) and REDIS_URL.")
        return 2
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        DJANGO_SECRET_KEY="for-pictures-on-this-machine-only",
        ALLOWED_HOSTS="127.0.0.1,localhost",
        THROUGHLINE_DEMO="1",
        DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright's loop lives in this thread
    )
    with cluster(admin_url) as made:
        os.environ["DATABASE_URL"] = made.url
        import django
        from playwright.sync_api import sync_playwright

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        call_command("grant_roles")
        call_command("seed_demo", size=chosen.size, seed=chosen.seed)
        wanted = stops()
        if chosen.only:
            wanted = [stop for stop in wanted if stop.name in chosen.only]
        made.start_web()
        TOUR.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            problems = take(browser, f"http://127.0.0.1:{made.port}", wanted, TOUR, print)
            browser.close()
        index(stops(), TOUR)
        connections.close_all()
    total = sum(file.stat().st_size for file in TOUR.glob("*.png"))
    print(f"{len(list(TOUR.glob('*.png')))} pictures, {total / 1e6:.1f} MB in {TOUR.relative_to(CHECKOUT)}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
