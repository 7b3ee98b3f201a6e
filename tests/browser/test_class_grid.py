"""The class grid in a real browser: the keyboard alone, a thumb alone, no script at all, no network, two teachers."""

from __future__ import annotations

import re
import time
import uuid
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.choices import RelationshipKind
from accounts.models import Person
from assessments.models import Evidence
from assessments.selectors.rubrics import rubric
from assessments.services import CellEntry, Work, class_task_key, record_cells
from supports import recompute
from tests import factories as make
from tests.browsers import browser_sign_in
from tests.cast import World, add_student, relate, viewer_of
from tests.processes import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TASK = "Bridge lengths"
ROW = "document.activeElement.closest('tr').sectionRowIndex"
COVERED = """document.activeElement.getBoundingClientRect().bottom
  > document.getElementById('entry-keys').getBoundingClientRect().top"""


def fill(world: World, n: int) -> None:
    """Make the class `n` students larger."""
    students = [add_student(world.section, f"Given{i}", f"Zz{i:03}") for i in range(n)]
    for name in ("teacher", "co_teacher"):
        relate(world.people[name], RelationshipKind.SECTION, students, section=world.section)
    world.students += students


def open_class(page: Any, world: World, by: Person, *, width: int = 1280) -> Any:
    """The class page with the task named, for one teacher."""
    browser_sign_in(page, by)
    page.set_viewport_size({"width": width, "height": 900 if width > 500 else 740})
    page.goto(f"/classes/{world.section.public_id}?task={TASK}&context=quiz")
    return page


def first_cell(page: Any) -> Any:
    return page.locator("td.entry .entry-cell").first


def until(page: Any, expression: str, seconds: float = 15.0) -> None:
    """Waits for a condition of the page; asked from outside, because the policy forbids the page to evaluate text."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"not within {seconds} s: {expression}"
        page.wait_for_timeout(40)


def settled(page: Any) -> None:
    """No cell is on its way any more."""
    until(page, "!document.querySelector('td.entry[data-state=saving]')")


def current() -> Any:
    return Evidence.objects.filter(withdrawn_at__isnull=True, superseded_at__isnull=True).order_by(
        "student__person__sort_name"
    )


def values() -> list[Decimal | None]:
    return list(current().values_list("value", flat=True))


def enter_as(world: World, by: Person, value: int, *, student: int = 1) -> None:
    """A colleague enters a value of the same work from elsewhere. Student 1 is the first in the list."""
    viewer = viewer_of(by)
    found = rubric(viewer=viewer, competency=world.idea["compare"].public_id, language="en")
    assert found is not None
    key = class_task_key(world.section.public_id, title=TASK, observed_on=viewer.today)
    record_cells(
        by=viewer,
        rubric=found,
        work=Work(world.section.pk, key, TASK, viewer.today, "quiz"),
        entries=[CellEntry(world.students[student].pk, uuid.uuid4(), Decimal(value))],
    )


def violations(page: Any) -> list[str]:
    """What axe finds on the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {[n['html'][:160] for n in v['nodes']][:3]}" for v in found]


# ------------------------------------------------------------------ the keyboard alone
def test_who_tabs_past_the_heads_of_other_columns_reaches_the_cells(
    world: World, browser_page: Any, teacher: Any
) -> None:
    make.FocusFactory(section=world.section, competency=world.idea["add"], chosen_by=teacher)
    page = open_class(browser_page, world, teacher)
    page.locator("table thead a").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.entry-cell')")


def test_thirty_students_by_keyboard_each_saved_by_itself(
    world: World, browser_page: Any, teacher: Any, capsys: Any
) -> None:
    fill(world, 24)
    page = open_class(browser_page, world, teacher)
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)

    page.keyboard.press("Tab")  # the page has no mouse: tab until the grid is reached
    for _step in range(40):
        if page.evaluate("document.activeElement.matches('.entry-cell')"):
            break
        page.keyboard.press("Tab")
    started = time.monotonic()
    for n in range(30):
        page.keyboard.press(str(n % 4 + 1))
        page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('td.entry[data-saved]').length === 30")
    settled(page)
    seconds = time.monotonic() - started
    with capsys.disabled():
        print(f"\n30 students by keyboard, every cell saved: {seconds:.1f} s")

    assert values() == [Decimal(n % 4 + 1) for n in range(30)]
    assert len(posts) == 30
    status = page.locator("#entry-status").inner_text()
    assert "30 of 30 seen today" in re.sub(r"\s+", " ", status)
    assert re.search(r"Saved \d", status)
    assert set(current().values_list("context", "task_title")) == {("quiz", TASK)}
    assert seconds < 180


def test_arrows_move_in_both_directions_and_stay_inside(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher)
    first_cell(page).focus()
    here = "document.activeElement.closest('td,th').cellIndex + ':' + document.activeElement.closest('tr').rowIndex"
    start = page.evaluate(here)
    for keys, expected in (
        (["ArrowDown", "ArrowDown", "ArrowUp"], 1),
        (["ArrowUp", "ArrowUp", "ArrowUp"], 0),
        (["Control+End"], 5),
        (["ArrowDown", "Enter"], 5),
        (["Shift+Enter"], 4),
        (["Control+Home"], 0),
    ):
        for key in keys:
            page.keyboard.press(key)
        column, row = (int(part) for part in page.evaluate(here).split(":"))
        assert (column, row - int(start.split(":")[1])) == (int(start.split(":")[0]), expected), keys
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.matches('td > a')")  # the level and its why
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.closest('th').scope") == "row"
    assert page.evaluate("document.querySelectorAll('#grid [tabindex=\"0\"]').length") == 1  # one tab stop


def test_half_steps_seen_without_a_level_taking_back_and_undo(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher)
    first_cell(page).focus()
    page.keyboard.press("Shift+Digit2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    settled(page)
    page.keyboard.press(".")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    settled(page)
    assert values() == [Decimal("2.5"), Decimal("3.5"), None, Decimal(1)]

    page.keyboard.press("Delete")
    settled(page)
    assert values() == [Decimal("2.5"), Decimal("3.5"), None]

    page.keyboard.press("Control+z")  # the taking back
    settled(page)
    assert values() == [Decimal("2.5"), Decimal("3.5"), None, Decimal(1)]
    page.locator("#entry-undo").click()  # the 1
    settled(page)
    page.locator("#entry-undo").click()  # the seen
    settled(page)
    page.locator("#entry-undo").click()  # the half step
    settled(page)
    assert values() == [Decimal("2.5"), Decimal(3)]
    assert (
        page.evaluate("document.activeElement.closest('tr').rowIndex - document.querySelector('tbody tr').rowIndex")
        == 1
    )


def test_a_second_thought_while_the_first_is_on_its_way_wins(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher)

    def linger(route: Any) -> None:
        time.sleep(0.4)
        route.continue_()

    page.route("**/cells/*", linger)
    first_cell(page).focus()
    for key in "124":
        page.keyboard.press(key)
    settled(page)
    until(page, "document.querySelector('td.entry').dataset.value === '4'")

    assert values() == [Decimal(4)]
    assert page.evaluate("document.activeElement.matches('.entry-cell')")


def test_levels_change_by_themselves_when_the_worker_is_done(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher)
    first_cell(page).focus()
    page.keyboard.press("3")
    settled(page)
    assert page.locator("td.now > a").first.inner_text() == "Open"

    recompute.refresh_due()  # a worker's run
    until(page, "document.querySelector('td.now > a').innerText.trim() === 'Building'", 9)

    assert page.evaluate(
        "document.activeElement.matches('.entry-cell')"
    )  # nothing pulled the page from under the hands


# ------------------------------------------------------------------ two teachers
def test_a_colleagues_value_is_shown_and_left_alone(
    world: World, browser_page: Any, teacher: Any, co_teacher: Any
) -> None:
    page = open_class(browser_page, world, teacher)
    enter_as(world, co_teacher, 3)
    first_cell(page).focus()
    page.keyboard.press("2")
    page.wait_for_selector(".entry-conflict")

    box = page.locator(".entry-conflict")
    assert "Co Teacher" in box.inner_text()
    assert "Shown" in box.inner_text()
    assert "Building" in box.inner_text()
    assert page.evaluate("document.activeElement.dataset.decide") == "keep"  # focus is where it happened
    assert values() == [Decimal(3)]
    assert violations(page) == []

    page.keyboard.press("Enter")
    assert page.locator(".entry-conflict").count() == 0
    assert "Co Teacher: Shown" in re.sub(r"\s+", " ", page.locator("td.entry").first.inner_text())
    assert values() == [Decimal(3)]
    assert page.evaluate("document.activeElement.matches('.entry-cell')")


def test_ones_own_value_can_stand_beside_the_colleagues(
    world: World, browser_page: Any, teacher: Any, co_teacher: Any
) -> None:
    page = open_class(browser_page, world, teacher)
    enter_as(world, co_teacher, 3)
    first_cell(page).focus()
    page.keyboard.press("2")
    page.get_by_role("button", name="Add mine beside it").click()
    settled(page)

    assert sorted(values()) == [Decimal(2), Decimal(3)]
    assert current().values("task_key").distinct().count() == 1


def test_going_on_while_a_conflict_arrives_keeps_the_hands_where_they_are(
    world: World, browser_page: Any, teacher: Any, co_teacher: Any
) -> None:
    page = open_class(browser_page, world, teacher)
    enter_as(world, co_teacher, 3)
    first_cell(page).focus()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.keyboard.press("4")
    page.wait_for_selector(".entry-conflict")
    settled(page)

    assert sorted(values()) == [Decimal(3), Decimal(4)]
    assert (
        page.evaluate("document.activeElement.closest('tr').rowIndex - document.querySelector('tbody tr').rowIndex")
        == 1
    )
    assert "differently" in page.locator("#live").inner_text()


# ------------------------------------------------------------------ no network, no server, no session
def test_without_network_the_value_stays_and_is_sent_when_it_is_back(
    world: World, browser_page: Any, teacher: Any
) -> None:
    page = open_class(browser_page, world, teacher)
    page.context.set_offline(True)
    first_cell(page).focus()
    page.keyboard.press("3")
    page.wait_for_selector("td.entry[data-state=fault]")

    cell = page.locator("td.entry").first
    assert "Shown" in cell.inner_text()
    assert "Not saved" in cell.inner_text()
    assert not Evidence.objects.exists()

    page.context.set_offline(False)
    page.wait_for_selector("td.entry[data-saved]")
    assert values() == [Decimal(3)]


def test_after_an_error_of_the_server_enter_tries_again_and_saves_once(
    world: World, browser_page: Any, teacher: Any
) -> None:
    page = open_class(browser_page, world, teacher)
    page.route("**/cells/*", lambda route: route.fulfill(status=500, body="no"))
    first_cell(page).focus()
    page.keyboard.press("3")
    page.wait_for_selector("td.entry[data-state=fault]")
    assert "Not saved" in page.locator("td.entry").first.inner_text()
    assert violations(page) == []

    page.unroute("**/cells/*")
    page.keyboard.press("Enter")
    page.wait_for_selector("td.entry[data-saved]")
    settled(page)
    assert values() == [Decimal(3)]


def test_an_answer_that_got_lost_does_not_save_the_piece_twice(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher)

    def lose(route: Any) -> None:
        route.fetch()  # the server has it; the browser never hears
        route.abort()

    page.route("**/cells/*", lose)
    first_cell(page).focus()
    page.keyboard.press("3")
    page.wait_for_selector("td.entry[data-state=fault]")
    page.unroute("**/cells/*")
    page.keyboard.press("Enter")
    page.wait_for_selector("td.entry[data-saved]")

    assert Evidence.objects.count() == 1


def test_somebody_whose_session_ended_lands_at_the_sign_in_page(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher)
    page.on("dialog", lambda dialog: dialog.accept())  # "some entries are not saved yet"
    page.context.clear_cookies()
    first_cell(page).focus()
    page.keyboard.press("3")

    page.wait_for_url("**/account/login/**")
    assert not Evidence.objects.exists()


# ------------------------------------------------------------------ a thumb
def test_on_a_phone_a_thumb_enters_one_student_after_the_other(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher, width=360)
    first_cell(page).click()
    sheet = page.locator("#entry-keys")
    assert sheet.is_visible()
    boxes = [button.bounding_box() for button in sheet.locator("button[data-value]").all()]
    assert all(box["height"] >= 44 and box["width"] >= 44 for box in boxes)

    for word in ("Shown", "Building", "Deeper"):
        sheet.get_by_role("button", name=word).click()
        page.wait_for_timeout(450)  # a second tap at once is taken for the same one
    settled(page)

    assert values() == [Decimal(3), Decimal(2), Decimal(4)]
    assert page.locator("#entry-keys [data-who]").inner_text() == "Eli"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    assert not page.evaluate(COVERED), "the sheet covers the student it is about"


def test_a_double_tap_is_one_entry(world: World, browser_page: Any, teacher: Any) -> None:
    page = open_class(browser_page, world, teacher, width=360)
    first_cell(page).click()
    page.locator("#entry-keys").get_by_role("button", name="Shown").dblclick()
    settled(page)

    assert values() == [Decimal(3)]


# ------------------------------------------------------------------ no script at all
@pytest.mark.parametrize("width", [1280, 360])
def test_without_javascript_a_class_is_saved_with_one_button(
    world: World, chromium: Any, live_server: Any, teacher: Any, width: int
) -> None:
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    try:
        open_class(page, world, teacher, width=width)
        for n, select in enumerate(page.locator("select.entry-select").all()):
            select.select_option(["3", "2.5", "seen", "", "1", "4"][n])
        page.get_by_role("button", name="Save the class").click()

        eventually(lambda: Evidence.objects.count() == 5)
        page.wait_for_load_state()
        assert values() == [Decimal(3), Decimal("2.5"), None, Decimal(1), Decimal(4)]
        assert "5 of 6 seen today" in re.sub(r"\s+", " ", page.locator("#entry-status").inner_text())
    finally:
        context.close()


# ------------------------------------------------------------------ everybody
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_a_class_are_clean_for_axe_and_fit(
    world: World, browser_page: Any, teacher: Any, width: int
) -> None:
    page = open_class(browser_page, world, teacher, width=width)
    first_cell(page).focus()
    page.keyboard.press("2")
    settled(page)
    student = f"/students/{world.student.public_id}"
    problems = {"class": violations(page)}
    for path in (f"/classes/{world.section.public_id}/focus", f"{student}/record", f"{student}/observe"):
        page.goto(path)
        problems[path] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert not any(problems.values()), problems


# ------------------------------------------------------------------ everything real
@pytest.mark.worker
def test_a_real_worker_answers_while_the_class_is_entered(
    world: World, browser_page: Any, teacher: Any, worker: Any, capsys: Any
) -> None:
    page = open_class(browser_page, world, teacher)
    first_cell(page).focus()
    page.keyboard.press("3")
    settled(page)
    started = time.monotonic()
    until(page, "document.querySelector('td.now > a').innerText.trim() === 'Building'", 15)
    with capsys.disabled():
        print(f"\nfrom the key to the level on the page, through a real worker: {time.monotonic() - started:.1f} s")

    assert page.evaluate("document.activeElement.matches('.entry-cell')")
