"""The look holds: in light and dark, with more contrast, in forced colours, on a small phone with large text."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from success_plans.choices import MeetingKind, MeetingState, PlanState
from success_plans.models import Meeting, MeetingAttendee
from success_plans.services import versions
from supports import recompute
from tests import factories as make
from tests.browsers import browser_sign_in
from tests.cast import demonstrate, viewer_of
from tests.permissions.rows import instruments

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("/styleguide", "/account/login/", "/account/login/code/", "/no-such-page", "/account/2fa/")
SIGNED_OUT = ("/account/login/", "/account/login/code/")

LARGE_TEXT = """() => {
  const twice = new CSSStyleSheet();
  twice.replaceSync("html { font-size: 200% }");
  document.adoptedStyleSheets = [twice];
}"""
SIDEWAYS = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
    && one.getBoundingClientRect().width > 0
    && !one.closest(".table-scroll, .grid-scroll, .visually-hidden"))
  .map((one) => `${one.tagName} ${one.className.baseVal ?? one.className} ${one.textContent.trim().slice(0, 30)}`)"""


def faults(page: Any) -> list[str]:
    """What axe finds, with the elements."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found]


def open_page(page: Any, path: str, teacher: Any) -> None:
    if path not in SIGNED_OUT:
        browser_sign_in(page, teacher)
    page.goto(path)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("width", "scheme", "contrast"),
    [(1280, "light", ""), (1280, "dark", "more"), (360, "dark", ""), (360, "light", "more")],
)
def test_axe_finds_nothing(browser_page, teacher, path, width, scheme, contrast):
    browser_page.set_viewport_size({"width": width, "height": 800})
    browser_page.emulate_media(color_scheme=scheme)
    open_page(browser_page, path, teacher)
    if contrast:
        browser_page.evaluate("(value) => { document.documentElement.dataset.contrast = value }", contrast)
    assert faults(browser_page) == []


# Each page once, in turn light on a desk and dark on a phone: whoever opens it first in life.
STUDENT, SCHOOL, SECTION, MEETING, VERSION, SUPPORT = "student", "school", "section", "meeting", "version", "support"
PLAN_PAGES = {
    "teacher": (
        ("student_plan", STUDENT), ("student_timeline", STUDENT), ("check_in", STUDENT), ("check_in_group", ""),
        ("intake", STUDENT), ("intake_class", SECTION), ("work_list", ""), ("class_review", SECTION),
        ("contact_add", STUDENT), ("notes", STUDENT), ("consents", STUDENT), ("proposals", STUDENT), ("voice", STUDENT),
        ("goal_add", STUDENT), ("action_add", STUDENT), ("session_add", ""), ("students", ""),
        ("my_messages", ""), ("student_growth", STUDENT), ("student_portfolio", STUDENT), ("class_map", SECTION),
    ),
    "navigator": (
        ("student_plan", STUDENT), ("meetings", STUDENT), ("meeting_plan", STUDENT), ("meeting", MEETING),
        ("meeting_run", MEETING), ("meeting_print", MEETING), ("conference", STUDENT), ("conference_day", ""),
        ("plan_versions", STUDENT), ("plan_version", VERSION), ("plan_compare", STUDENT), ("plan_agree", VERSION),
        ("plan_as_of", STUDENT), ("handovers", ""), ("handover_offer", STUDENT), ("year_end", STUDENT),
        ("holds", STUDENT), ("support", SUPPORT),
    ),
    "student": (
        ("student_plan", STUDENT), ("conference", STUDENT), ("conference_show", STUDENT), ("voice", STUDENT),
        ("my_goal", STUDENT), ("proposals", STUDENT), ("showings", STUDENT), ("meeting", MEETING),
        ("plan_agree", VERSION),
    ),
    "guardian": (
        ("family_child", STUDENT), ("student_plan", STUDENT), ("student_timeline", STUDENT), ("consents", STUDENT),
        ("family_ways", STUDENT), ("proposals", STUDENT), ("plan_agree", VERSION), ("meetings", STUDENT),
    ),
    "plan_lead": (
        ("school", SCHOOL), ("caseload", SCHOOL), ("caseload_balance", SCHOOL), ("school_cycle", SCHOOL),
        ("packet_import", SCHOOL), ("work_list", ""), ("people", ""), ("locked_accounts", ""),
    ),
    "district": (("templates", ""), ("template_edit", ""), ("phrases", ""), ("imports", "")),
}  # fmt: skip


@pytest.fixture
def plan_things(world):
    """What the pages of a plan are about: one plan with a version, a meeting and a support."""
    navigator, student = world.people["navigator"], world.people["student"]
    plan = make.PlanFactory(student=world.student, created_by=student)
    make.PlanStatementFactory(plan=plan, author=student, text="I draw maps.")
    make.GoalFactory(plan=plan, author=student)
    make.NeedFactory(plan=plan, author=navigator)
    versions.move(by=viewer_of(navigator), student=world.student, to=PlanState.CONSULTATION)
    versions.agree_version(by=viewer_of(navigator), student=world.student, reason="For the autumn.")
    meeting = Meeting.objects.create(
        plan=plan, kind=MeetingKind.CONFERENCE, state=MeetingState.RUNNING, starts_at=timezone.now(),
        started_at=timezone.now(), language="en", called_by=navigator, student_words="I want to show my bridge.",
    )  # fmt: skip
    MeetingAttendee.objects.create(meeting=meeting, person=student, role="student")
    support = make.SupportFactory(student=world.student, owner=navigator)
    demonstrate(world.people["teacher"], world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    User.objects.filter(person=world.people["co_teacher"]).update(locked_at=timezone.now())
    return {
        STUDENT: world.student, SCHOOL: world.school, SECTION: world.section, MEETING: meeting,
        VERSION: plan.versions.get(), SUPPORT: support,
    }  # fmt: skip


def wrong_on(browser_page: Any, pages: Any, things: dict[str, Any]) -> dict[str, list[str]]:
    """What is wrong with these pages, by page and width."""
    found = {}
    for n, (route, about) in enumerate(pages):
        width, scheme = ((1280, "light"), (360, "dark"))[n % 2]
        browser_page.set_viewport_size({"width": width, "height": 800})
        browser_page.emulate_media(color_scheme=scheme)
        path = reverse(route, args=[things[about].public_id] if about else [])
        answer = browser_page.goto(path)
        wrong = [] if answer.status == 200 else [f"answers {answer.status}"]
        if browser_page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append("pushes sideways")
        wrong += faults(browser_page)
        if wrong:
            found[f"{route} at {width}"] = wrong
    return found


@pytest.mark.parametrize("role", PLAN_PAGES)
def test_axe_finds_nothing_on_the_pages_of_a_plan(browser_page, world, plan_things, role):
    browser_sign_in(browser_page, world.people[role])
    assert wrong_on(browser_page, PLAN_PAGES[role], plan_things) == {}


INSTRUMENT, CRITERION, FORM, SAID, ANCHOR = "instrument", "draft_criterion", "draft_form", "contribution", "anchor"
INSTRUMENT_PAGES = {
    "teacher": (
        ("instruments", ""), ("instrument", INSTRUMENT), ("instrument_add", ""), ("instrument_edit", INSTRUMENT),
        ("instrument_competencies", INSTRUMENT), ("criterion_edit", CRITERION), ("criterion_add", INSTRUMENT),
        ("instrument_form_edit", FORM), ("instrument_items", INSTRUMENT), ("contribution_answer", SAID),
        ("anchor_add", INSTRUMENT), ("calibrate", ANCHOR), ("instrument_publish", INSTRUMENT), ("instruments", ""),
    ),
    "guardian": (("instrument_say", INSTRUMENT), ("instrument", INSTRUMENT)),
}  # fmt: skip


@pytest.mark.parametrize("role", INSTRUMENT_PAGES)
def test_axe_finds_nothing_on_the_pages_of_an_instrument(browser_page, world, role):
    things = instruments.things(world, {})
    browser_sign_in(browser_page, world.people[role])
    assert wrong_on(browser_page, INSTRUMENT_PAGES[role], things) == {}


def test_axe_finds_nothing_in_forced_colours(browser_page, teacher):
    browser_page.emulate_media(forced_colors="active")
    open_page(browser_page, "/styleguide", teacher)
    assert faults(browser_page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_pushes_a_small_phone_sideways_at_twice_the_text(browser_page, teacher, path):
    browser_page.set_viewport_size({"width": 360, "height": 740})
    open_page(browser_page, path, teacher)
    browser_page.evaluate(LARGE_TEXT)
    for details in browser_page.query_selector_all("main details:not([open]) > summary"):
        details.evaluate("(summary) => { summary.parentElement.open = true }")
    assert browser_page.evaluate(SIDEWAYS) == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") == 360


# ------------------------------------------------------------------ tokens
READ_TOKENS = """() => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.body.appendChild(document.createElement("span"));
  const read = (token) => {
    probe.style.setProperty("color", `var(--${token})`);
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  return Object.fromEntries(["paper", "sheet", "hollow", "ink", "ink-soft", "edge", "thread", "thread-deep",
    "thread-wash", "on-thread", "fault"].map((token) => [token, read(token)]));
}"""
READ_PAIRS = [
    *itertools.product(("ink", "ink-soft", "thread"), ("paper", "sheet", "hollow")),
    *itertools.product(("ink", "thread-deep"), ("thread-wash",)),
    ("ink-soft", "thread-wash"),
    ("on-thread", "thread"),
    ("on-thread", "thread-deep"),
    ("fault", "sheet"),
    ("fault", "paper"),
]
SEEN_PAIRS = [("edge", "paper"), ("edge", "sheet"), ("thread", "thread-wash")]


def luminance(colour: list[int]) -> float:
    parts = [value / 255 for value in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], two: list[int]) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_formula_knows_black_on_white():
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([118, 118, 118], [255, 255, 255]) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_tokens_that_carries_words_is_readable(browser_page, scheme, more):
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.goto("/account/login/")
    if more:
        browser_page.evaluate("document.documentElement.dataset.contrast = 'more'")
    token = browser_page.evaluate(READ_TOKENS)
    least = 7.0 if more else 4.5
    dim = {
        f"{words} on {ground}": round(contrast(token[words], token[ground]), 2)
        for words, ground in READ_PAIRS
        if contrast(token[words], token[ground]) < least and words != "fault"
    }
    dim |= {
        f"{words} on {ground}": round(contrast(token[words], token[ground]), 2)
        for words, ground in (*SEEN_PAIRS, ("fault", "sheet"), ("fault", "paper"))
        if contrast(token[words], token[ground]) < (4.5 if words == "fault" else 3.0)
    }
    assert dim == {}


# ------------------------------------------------------------------ light and contrast
def test_a_chosen_look_is_there_at_once_on_the_next_page(browser_page):
    browser_page.goto("/account/login/")
    browser_page.click(".menu > summary")
    browser_page.click("button[name=theme][value=dark]")
    assert browser_page.get_attribute("html", "data-theme") == "dark"
    browser_page.wait_for_load_state("networkidle")
    answer = browser_page.goto("/account/login/code/")
    assert 'data-theme="dark"' in answer.text()
    browser_page.click(".menu > summary")
    browser_page.click("button[name=theme][value=device]")
    browser_page.wait_for_load_state("networkidle")
    assert "data-theme" not in browser_page.goto("/account/login/").text()


def test_light_contrast_and_language_can_be_chosen_without_javascript(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/account/login/")
    page.click(".menu > summary")
    page.click("button[name=contrast][value=more]")
    assert page.get_attribute("html", "data-contrast") == "more"
    assert page.url.endswith("/account/login/")
    page.click(".langs button[value=es]")
    assert page.get_attribute("html", "lang") == "es"
    assert page.get_attribute("html", "data-contrast") == "more"
    context.close()


# ------------------------------------------------------------------ what JavaScript adds
def answer_with(page: Any, path: str, body: str, status: int = 200, **headers: str) -> None:
    """Let one address of this page's server answer with a fragment."""
    page.route(
        f"**{path}",
        lambda route: route.fulfill(
            status=status,
            body=body,
            headers={"content-type": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}},
        ),
    )


def ready(page: Any, markup: str) -> None:
    """A signed-out page with a piece of markup that htmx has taken up."""
    page.goto("/account/login/")
    page.evaluate(
        "(markup) => { const main = document.querySelector('main'); main.innerHTML = markup; htmx.process(main) }",
        markup,
    )


FORM = (
    '<form id="goal" hx-post="/fragment" hx-target="this">'
    '<input id="why" name="why" value="bridges"><button id="save">Save</button></form>'
)


def test_an_invalid_form_comes_back_with_the_focus_on_what_needs_another_look(browser_page):
    answer_with(
        browser_page,
        "/fragment",
        '<form id="goal"><div class="error-summary" data-focus tabindex="-1"><a href="#why">Say why</a></div>'
        '<input id="why" value="bridges"></form>',
        status=422,
    )
    ready(browser_page, FORM)
    browser_page.click("#save")
    browser_page.wait_for_selector(".error-summary:focus")
    browser_page.click(".error-summary a")
    assert browser_page.evaluate("document.activeElement.id") == "why"


def test_a_conflict_is_shown_beside_what_was_typed(browser_page):
    answer_with(
        browser_page,
        "/fragment",
        '<section id="goal" class="conflict" data-focus tabindex="-1">Two texts</section>',
        409,
    )
    ready(browser_page, FORM)
    browser_page.click("#save")
    browser_page.wait_for_selector(".conflict:focus")


def test_what_happened_is_said_and_the_focus_stays_where_the_change_was(browser_page):
    answer_with(
        browser_page, "/fragment", '<section id="goal" data-say="Saved for Maya"><h2>Goal</h2><p>Kept.</p></section>'
    )
    ready(browser_page, FORM)
    browser_page.click("#save")
    browser_page.wait_for_selector("#live p")
    assert browser_page.inner_text("#live") == "Saved for Maya"
    assert browser_page.evaluate("document.activeElement.textContent") == "Goal"


def test_a_failure_keeps_the_form_and_says_that_nothing_was_saved(browser_page):
    answer_with(browser_page, "/fragment", "<p>secret traceback</p>", status=500)
    ready(browser_page, FORM)
    browser_page.fill("#why", "I want to build")
    browser_page.click("#save")
    browser_page.wait_for_selector("#live [data-kind=fault]")
    assert "not saved" in browser_page.inner_text("#live")
    assert browser_page.input_value("#why") == "I want to build"
    assert "secret" not in browser_page.inner_text("body")


def test_a_poll_does_not_swap_under_somebody_who_is_typing(browser_page):
    answer_with(browser_page, "/poll", '<div id="board" data-poll>new</div>')
    ready(
        browser_page,
        '<div id="board" data-poll hx-get="/poll" hx-trigger="look" hx-target="this">'
        '<textarea id="text"></textarea></div>',
    )
    browser_page.focus("#text")
    with browser_page.expect_response("**/poll"):
        browser_page.evaluate("htmx.trigger('#board', 'look')")
    browser_page.wait_for_timeout(150)
    assert browser_page.query_selector("#text")
    browser_page.evaluate("document.activeElement.blur()")
    browser_page.evaluate("htmx.trigger('#board', 'look')")
    browser_page.wait_for_selector("#board:text-is('new')")


def test_an_expired_session_takes_the_whole_page_to_the_sign_in(browser_page):
    answer_with(browser_page, "/fragment", "", status=204, HX_Redirect="/account/login/code/")
    ready(browser_page, FORM)
    browser_page.click("#save")
    browser_page.wait_for_url("**/account/login/code/")


def test_the_page_breaks_no_rule_of_its_own_content_policy(browser_page, teacher):
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    browser_sign_in(browser_page, teacher)
    browser_page.goto("/styleguide")
    browser_page.click(".menu > summary")
    browser_page.wait_for_load_state("networkidle")
    assert said == []


def test_escape_closes_the_menu_and_gives_the_focus_back(browser_page):
    browser_page.goto("/account/login/")
    browser_page.click(".menu > summary")
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.press("Escape")
    assert browser_page.query_selector(".menu[open]") is None
    assert browser_page.evaluate("document.activeElement.matches('.menu > summary')")


def test_the_first_tab_offers_to_skip_to_the_content(browser_page):
    browser_page.goto("/account/login/")
    browser_page.keyboard.press("Tab")
    assert browser_page.evaluate("document.activeElement.className") == "skip-link"
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "main"
