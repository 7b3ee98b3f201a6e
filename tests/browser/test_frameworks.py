"""The public frameworks in a real browser: opened part by part, found, read on a phone, without scripts, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.http import anonymous
from competencies import services
from competencies.models import Competency, Framework
from tests.browser.test_look import LARGE_TEXT, SIDEWAYS, faults
from tests.browsers import browser_sign_in
from tests.competencies.packages import as_bytes, child, edge, item, package

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWN_FILE = Path(__file__).parents[2] / "config" / "demo" / "data" / "framework.json"
STATEMENT = "Compare **two** fractions, such as $\\frac{1}{2}$ and $\\frac{3}{4}$.\n\n| a | b |\n| - | - |\n| 1 | 2 |"


def a_large_package() -> dict[str, Any]:
    """Three parts of sixty ideas each: too many for one page."""
    parts = [f"part-{n}" for n in range(3)]
    ideas = [f"idea-{n}-{m}" for n in range(3) for m in range(60)]
    rows = [item(key, f"Chapter {key[-1]}") for key in parts]
    rows += [item(key, STATEMENT, abbreviatedStatement=f"Idea {key}", educationLevel=["03"]) for key in ideas]
    edges = [child(key) for key in parts] + [child(key, f"part-{key[5]}") for key in ideas]
    return package(rows, [*edges, edge("idea-0-0", "precedes", "idea-0-1"), edge("idea-0-0", "isRelatedTo", "far")])


@pytest.fixture
def frameworks(transactional_db):
    services.import_framework(by=anonymous(), data=OWN_FILE.read_bytes(), in_use=True)
    services.import_framework(by=anonymous(), data=as_bytes(a_large_package()))
    return {
        "own": Framework.objects.get(source="own"),
        "large": Framework.objects.get(source="case"),
        "idea": Competency.objects.get(source_id="idea-0-0"),
        "worded": Competency.objects.get(code="FR.5"),
    }


@pytest.fixture
def addresses(frameworks):
    return [
        "/frameworks",
        "/frameworks?q=fractions",
        "/frameworks?q=elephants",
        f"/frameworks/{frameworks['own'].public_id}",
        f"/frameworks/{frameworks['large'].public_id}",
        f"/competencies/{frameworks['worded'].public_id}",
        f"/competencies/{frameworks['idea'].public_id}",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_on_the_public_pages(browser_page, addresses, width, scheme):
    browser_page.set_viewport_size({"width": width, "height": 800})
    browser_page.emulate_media(color_scheme=scheme)
    for address in addresses:
        browser_page.goto(address)
        assert faults(browser_page) == [], address


def test_a_small_phone_with_large_text_never_scrolls_sideways(browser_page, addresses):
    browser_page.set_viewport_size({"width": 360, "height": 800})
    for address in addresses:
        browser_page.goto(address)
        assert browser_page.evaluate(SIDEWAYS) == [], address
        browser_page.evaluate(LARGE_TEXT)
        assert browser_page.evaluate(SIDEWAYS) == [], f"{address} at 200 %"


def test_a_part_opens_in_place_with_the_keyboard(browser_page, frameworks):
    browser_page.goto(f"/frameworks/{frameworks['large'].public_id}")
    assert browser_page.get_by_role("link", name="Idea idea-0-5", exact=True).count() == 0
    browser_page.locator("summary", has_text="Chapter 0").focus()
    browser_page.keyboard.press("Enter")
    browser_page.get_by_role("link", name="Idea idea-0-5", exact=True).wait_for()
    assert "/competencies/" not in browser_page.url


def test_finding_changes_the_list_and_the_address_together(browser_page, frameworks):
    browser_page.goto("/frameworks")
    browser_page.get_by_label("Find by word or code").fill("FR.5")
    browser_page.keyboard.press("Enter")
    browser_page.get_by_role("heading", name="Found for “FR.5”").wait_for()
    assert "q=FR.5" in browser_page.url
    browser_page.reload()
    assert browser_page.get_by_role("heading", name="Found for “FR.5”").is_visible()


def test_a_formula_and_a_table_are_drawn(browser_page, frameworks):
    browser_page.goto(f"/competencies/{frameworks['idea'].public_id}")
    half = browser_page.locator(".prose math mfrac").first
    assert half.bounding_box()["height"] > 12
    assert browser_page.locator(".prose table td").first.is_visible()


def test_everything_works_without_scripts(chromium, live_server, frameworks):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/frameworks/{frameworks['large'].public_id}")
    page.locator("summary", has_text="Chapter 1").click()
    page.get_by_role("link", name="Open Chapter 1").click()
    page.get_by_role("link", name="Idea idea-1-7", exact=True).click()
    assert page.get_by_role("heading", name="Idea idea-1-7").is_visible()
    page.goto("/frameworks")
    page.get_by_label("Find by word or code").fill("same bottom")
    page.get_by_role("button", name="Find").click()
    assert page.get_by_role("link", name="Add fractions, same bottom number").is_visible()
    context.close()


def test_the_paper_version_holds_the_levels_and_leaves_out_what_only_screens_need(browser_page, frameworks):
    browser_page.goto(f"/competencies/{frameworks['worded'].public_id}")
    browser_page.emulate_media(media="print")
    assert browser_page.locator(".expects tbody tr").count() == 4
    assert browser_page.locator(".expects tbody tr").first.is_visible()
    browser_page.goto(f"/frameworks/{frameworks['own'].public_id}")
    browser_page.emulate_media(media="print")
    assert not browser_page.locator("form.search").is_visible()


@pytest.mark.worker
def test_an_import_by_page_with_a_real_worker(worker, browser_page, world, tmp_path):
    path = tmp_path / "numbers.json"
    path.write_bytes(as_bytes(a_large_package()))
    browser_sign_in(browser_page, world.people["district"])
    browser_page.goto("/frameworks/import")
    browser_page.get_by_label("Framework file").set_input_files(path)
    browser_page.get_by_role("button", name="Look at the file").click()
    browser_page.get_by_role("heading", name="What would change in “Numbers”").wait_for(timeout=40_000)
    assert faults(browser_page) == []
    assert not Framework.objects.filter(source="case").exists()
    browser_page.get_by_role("button", name="Write these changes").click()
    browser_page.get_by_role("heading", name="“Numbers” is up to date").wait_for(timeout=40_000)
    assert Competency.objects.filter(framework__source="case").count() == 183
    browser_page.get_by_role("link", name="Read it").click()
    assert browser_page.get_by_role("heading", name="Numbers").is_visible()
