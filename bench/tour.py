"""`make tour`: a picture of every page, as the person it is for, at desktop and at phone width, into docs/tour/."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.cluster import CHECKOUT, cluster
from bench.shrink import shrunk
from bench.stops import Stop, stops

TOUR = CHECKOUT / "docs" / "tour"
WIDTHS = {"desktop": 1280, "phone": 360, "print": 794}
ON_PAPER = "print"
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
        asked = [stop for stop in wanted if stop.prints or width_name != ON_PAPER]
        for who, language in dict.fromkeys((stop.who, stop.language) for stop in asked):
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
            for stop in [s for s in asked if (s.who, s.language) == (who, language)]:
                answer = page.goto(stop.path)
                if answer is None or answer.status != 200:
                    problems.append(f"{stop.name}: {stop.path} answers {answer.status if answer else 'nothing'}")
                    continue
                page.wait_for_load_state("load")
                if width_name == ON_PAPER:
                    page.emulate_media(media="print")
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
        "| page | who looks | pictures |",
        "| --- | --- | --- |",
    ]
    for stop in wanted:
        taken = [width for width in WIDTHS if (target / f"{stop.name}-{width}.png").exists()]
        if taken:
            links = " · ".join(f"[{width}]({stop.name}-{width}.png)" for width in taken)
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
