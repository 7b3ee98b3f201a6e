"""How the district shows itself: pens that can be read, a logo drawn anew, words in each language, one cache."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import brand
from accounts.files import FileError
from accounts.models import PublicFace
from tests.cast import viewer_of

CORE = (Path(__file__).parents[2] / "static/css/throughline.css").read_text("utf-8")


# ------------------------------------------------------------------ the pens, computed
def linear(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Linear sRGB of an OKLCH colour, clipped the way a screen does (Ottosson, 2020)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741
    m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )


def luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (min(max(one, 0.0), 1.0) for one in linear(*colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def computed(text: str, name: str, boost: int, hue: float) -> list[tuple[float, float, float]]:
    """The two colours of a token (by day, by night), its sums done."""
    declared = re.search(rf"--{name}: light-dark\((.*?)\);", text, re.S)
    assert declared, name
    found = []
    for part in re.findall(r"oklch\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", declared.group(1)):
        told = part.replace("var(--boost)", str(boost)).replace("var(--calm)", str(1 - boost))
        told = (
            told.replace("var(--paper-hue)", "84")
            .replace("var(--ink-hue)", "272")
            .replace("var(--thread-hue)", str(hue))
        )
        numbers = re.findall(r"calc\(([^()]*)\)|([\d.]+)", told)
        found.append(tuple(eval(a or b) for a, b in numbers[:3]))  # noqa: S307 - sums of our own stylesheet
    assert len(found) == 2, (name, found)
    return found


@pytest.mark.parametrize("boost", [0, 1])
@pytest.mark.parametrize("pen", brand.HUES)
def test_every_pen_can_be_read_on_both_papers_by_day_and_by_night(pen: str, boost: int) -> None:
    hue = brand.PENS[pen].hue
    css = brand.stylesheet(pen) if pen != brand.HUES[0] else CORE
    for theme in (0, 1):
        for token in ("thread", "thread-deep"):
            ink = computed(css, token, boost, hue)[theme]
            for paper in ("paper", "sheet"):
                ground = computed(CORE, paper, boost, hue)[theme]
                assert contrast(ink, ground) >= 4.5, (pen, token, paper, theme, boost)
        on_button = computed(CORE, "on-thread", boost, hue)[theme]
        assert contrast(on_button, computed(css, "thread", boost, hue)[theme]) >= 4.5
        wash = computed(CORE, "thread-wash", boost, hue)[theme]
        assert contrast(computed(css, "thread-deep", boost, hue)[theme], wash) >= 4.5


def test_the_computation_sees_a_pen_that_cannot_be_read() -> None:
    assert contrast((0.9, 0.05, 90), (0.972, 0.013, 84)) < 1.5
    assert round(contrast((1, 0, 0), (0, 0, 0)), 1) == 21.0


# ------------------------------------------------------------------ saving it
pytestmark = pytest.mark.django_db


def picture(name: str = "logo.png", size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", size, "navy").save(written, format="PNG")
    return SimpleUploadedFile(name, written.getvalue(), content_type="image/png")


def show(by, version=0, **more):
    values = {"shown_name": "Willow Creek", "hue": "plum", "words": {"en": {"greeting": "Hello"}}, "website": ""}
    return brand.show_district(by=viewer_of(by), version=version, **{**values, **more})


def test_the_face_is_remembered_and_forgotten_when_it_changes(
    world, district, django_capture_on_commit_callbacks, django_assert_num_queries
):
    viewer = viewer_of(district)
    assert brand.face(viewer=viewer).name == "Willow Creek District"
    with django_assert_num_queries(0):
        assert brand.face(viewer=viewer).hue == ""
    with django_capture_on_commit_callbacks(execute=True):
        show(district)

    assert brand.remembered() is None
    found = brand.face(viewer=viewer)
    assert (found.name, found.hue, found.greeting("en"), found.greeting("es")) == (
        "Willow Creek",
        "plum",
        "Hello",
        "Hello",
    )


def test_a_logo_is_drawn_anew_and_small_and_goes_again(world, district, client):
    row = show(district, logo=picture(), logo_says="A willow")

    assert (row.logo_type, row.logo_says) == ("image/png", "A willow")
    answer = client.get("/brand/logo")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (480, 160)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    show(district, version=1, without_logo=True)
    assert client.get("/brand/logo").status_code == 404


def test_a_logo_that_is_no_picture_is_refused(world, district):
    with pytest.raises(FileError):
        show(district, logo=SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    with pytest.raises(ValueError, match="neon"):
        show(district, hue="neon")
    assert not PublicFace.objects.exists()


def test_whoever_saves_second_is_told(world, district):
    show(district)
    with pytest.raises(brand.FaceChangedError):
        show(district, version=0)


@pytest.mark.parametrize("who", ["teacher", "principal", "partner", "operator"])
def test_only_who_shows_the_district_changes_its_face(world, who):
    with pytest.raises(PermissionError):
        show(world.people[who])


def test_the_page_saves_and_the_public_pages_wear_it(world, district, client_of, client):
    mine = client_of(district)
    words = {"greeting_en": "Come in", "greeting_es": "Pase", "about_en": "", "about_es": ""}
    data = {"shown_name": "Willow Creek Schools", "hue": "teal", "website": "", "version": "1", **words}
    data |= {"logo": picture(), "logo_says": ""}
    assert "Say what the logo shows." in mine.post("/district/site", data).content.decode()
    data |= {"logo": picture(), "logo_says": "A willow"}
    assert mine.post("/district/site", data).status_code == 302

    page = client.get("/", headers={"accept-language": "es"}).content.decode()
    assert "Pase" in page
    assert "/brand.css" in page
    assert 'alt="A willow"' in page
    css = client.get("/brand.css")
    assert "--thread-hue: 195" in css.content.decode()
    again = client.get("/brand.css", headers={"if-none-match": css["ETag"]})
    assert (again.status_code, css["Cache-Control"]) == (304, "public, max-age=600")
    work = mine.get("/imports").content.decode()
    assert "Willow Creek Schools" in work
    assert "/brand.css" not in work
