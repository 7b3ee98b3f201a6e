"""Components wire what belongs together, escape what people wrote, and never show a shape without its word."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import trans_real

from accounts.styleguide import SampleForm, context
from accounts.svg import Bar, coverage
from accounts.templatetags.look import MARKS, level_word

NASTY = '<script>alert("x")</script>'


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.mark.parametrize("mark", MARKS)
def test_a_level_is_a_shape_and_a_word(mark):
    html = render("{% level mark %}", mark=mark)
    assert f'href="#level-{mark}"' in html
    assert html.endswith(f"{level_word(mark)}</span>")
    assert 'aria-hidden="true"' in html


def test_a_scale_may_bring_its_own_word_and_it_is_escaped():
    assert "Meets &lt;it&gt;</span>" in render('{% level "shown" word %}', word="Meets <it>")


def test_a_level_that_does_not_exist_is_an_error_not_an_empty_shape():
    with pytest.raises(KeyError):
        render('{% level "proficient" %}')
    with pytest.raises(KeyError):
        render('{% level "proficient" "Proficient" %}')
    with pytest.raises(KeyError):
        render('{% mark "proficient" %}')


def test_a_level_speaks_the_language_of_the_page_even_after_another_one_was_asked_for():
    catalogue = trans_real.translation("es")._catalog
    key = "level\x04Shown"
    before = catalogue.get(key)
    catalogue[key] = "Palabra de prueba"
    try:
        words = []
        for code in ("en", "es", "en"):
            with translation.override(code):
                words.append(render('{% level "shown" "" %}').removesuffix("</span>").rpartition("</svg>")[2])
    finally:
        if before is None:
            del catalogue._catalogs[0][key]
        else:
            catalogue[key] = before
    assert words == ["Shown", "Palabra de prueba", "Shown"]


@pytest.mark.parametrize(
    "source",
    [
        "{% prompt name %}<p>x</p>{% endprompt %}",
        "{% why about=name %}x{% endwhy %}",
        "{% voice name lang=name %}x{% endvoice %}",
        "{% voice 'Maya' %}{{ name }}{% endvoice %}",
        "{% notice name %}{{ name }}{% endnotice %}",
        "{% empty_state name %}x{% endempty_state %}",
        "{% conflict mine=name theirs=name their_name=name %}x{% endconflict %}",
        "{% figure name %}x{% endfigure %}",
        "{% tag name %}",
        "{% tag name name %}",
        "{% stat name name %}",
        "{% bar 1 2 name %}",
        "{% saved 'saved' name %}",
        "{% withheld owner=name %}",
        "{% loading name %}",
        "{% progress 1 2 name note=name %}",
        "{% mark 'shown' name %}",
        "{% icon name %}",
        "{% data_table name columns rows %}",
        "{% evidence pieces %}",
        "{% language_note name translated='draft' text=name code=name %}",
    ],
)
def test_what_people_wrote_stays_text(source):
    html = render(
        source,
        name=NASTY,
        columns=[NASTY, NASTY],
        rows=[(NASTY, NASTY)],
        pieces=[{"on": date(2026, 11, 5), "what": NASTY, "mark": "shown", "url": NASTY}],
    )
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_markup_inside_a_block_is_kept_as_it_was_written():
    assert "<p><b>Shown</b> twice.</p>" in render("{% prompt 'Chidi' %}<p><b>Shown</b> twice.</p>{% endprompt %}")


def test_both_kinds_of_prompt_are_the_same_component():
    needs = render("{% prompt 'Maya' marks=seen %}<p>x</p>{% endprompt %}", seen=["building"])
    ready = render("{% prompt 'Maya' marks=seen %}<p>x</p>{% endprompt %}", seen=["shown"])
    assert needs.replace("building", "shown") == ready


# ------------------------------------------------------------------ forms
def test_a_field_is_tied_to_its_label_hint_and_error():
    form = SampleForm({"note": "x"}, auto_id="f_%s")
    form.is_valid()
    html = render("{% field form.review_by %}{% field form.note %}", form=form)
    assert '<label for="f_review_by">' in html
    control = re.search(r'<input[^>]*id="f_review_by"[^>]*>', html).group()
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="f_review_by-error"' in control
    assert 'id="f_review_by-error"' in html
    note = re.search(r'<textarea[^>]*id="f_note"[^>]*>', html).group()
    assert 'aria-describedby="f_note-hint"' in note
    assert 'rows="4"' in note
    assert "aria-invalid" not in note


def test_only_optional_fields_say_so():
    html = render("{% field form.note %}|{% field form.review_by %}", form=SampleForm())
    note, review = html.split("|")
    assert "(optional)" in note
    assert "(optional)" not in review


def test_a_radio_group_is_a_fieldset_with_a_legend_and_names_its_error():
    form = SampleForm({}, auto_id="f_%s")
    form.is_valid()
    html = render("{% field form.answer kind='across' %}", form=form)
    assert re.search(r'<fieldset class="field" aria-describedby="f_answer-error"', html)
    assert "<legend>What do you think of this plan?</legend>" in html.replace("\n", "")
    assert html.count('type="radio"') == 3


def test_the_error_summary_leads_to_each_field_and_into_a_radio_group():
    form = SampleForm({"note": "kept"}, auto_id="f_%s")
    form.is_valid()
    html = render("{% error_summary form %}", form=form)
    assert 'href="#f_review_by"' in html
    assert 'href="#f_answer_0"' in html
    assert 'id="f_answer_0"' in render("{% field form.answer %}", form=form)
    assert "data-focus" in html
    assert "Everything you typed is still here." in html


def test_the_error_summary_says_which_field_when_the_sentence_does_not():
    class Plain(forms.Form):
        title = forms.CharField(label="Title")

    form = Plain({})
    form.is_valid()
    assert "Title: This field is required." in render("{% error_summary form %}", form=form)


def test_a_valid_form_has_no_error_summary():
    assert render("{% error_summary form %}", form=SampleForm()).strip() == ""


# ------------------------------------------------------------------ numbers
@pytest.mark.parametrize(("part", "whole", "width"), [(1, 2, "50.00"), (3, 2, "100.00"), (0, 0, "0.00")])
def test_a_bar_stays_between_nothing_and_all(part, whole, width):
    assert f'width="{width}"' in render("{% bar part whole 'words' %}", part=part, whole=whole)


def test_many_sessions_are_words_only():
    assert render("{% held 30 36 %}").count("<i") == 0
    assert render("{% held 5 8 %}").count("<i") == 8
    assert render("{% held 5 8 %}").count("data-held") == 5


def test_leafing_keeps_the_question_that_was_asked():
    request = SimpleNamespace(GET=QueryDict("q=add&page=2&grade=5"))
    html = render("{% pagination page %}", page=Paginator(range(90), 30).page(2), request=request)
    assert 'href="?q=add&amp;grade=5&amp;page=1"' in html
    assert 'href="?q=add&amp;grade=5&amp;page=3"' in html


def test_one_page_has_nothing_to_leaf_through():
    assert render("{% pagination page %}", page=Paginator([1], 30).page(1)).strip() == ""


def test_a_chart_stands_beside_the_table_of_the_same_numbers():
    drawing = coverage(
        "c", title="Plans", desc="One.", bars=[Bar("Agreed", 4, 9, "4 of 9")], heads=("What", "How many")
    )
    html = render("{% chart drawing %}", drawing=drawing)
    assert html.count("<svg") == 2
    assert "4 of 9" in html[html.index("<table") :]
    assert "<script" not in render(
        "{% chart drawing %}",
        drawing=coverage("c", title=NASTY, desc=NASTY, bars=[Bar(NASTY, 1, 2, NASTY)], heads=(NASTY, NASTY)),
    )


def test_asking_for_a_translation_carries_its_token():
    html = render("{% language_note 'Spanish' ask_url='/ask' %}", csrf_token="token-of-this-page")
    assert "token-of-this-page" in html
    assert "Written in Spanish" in html


def test_the_style_page_shows_every_component():

    folder = Path(__file__).parents[2] / "templates"
    shown = (folder / "accounts/styleguide.html").read_text("utf-8")
    base = "".join((folder / name).read_text("utf-8") for name in ("base.html", "components/menu.html"))
    inside = {
        "form_fields",
        "card_art",
        "path_art",
        "cover_string",
        "figure",
        "icon",
    }  # used by others, or drawn on pages only
    missing = [
        path.stem
        for path in (folder / "components").glob("*.html")
        if f"{{% {path.stem}" not in shown and f"components/{path.name}" not in base and path.stem not in inside
    ]
    assert missing == []
    assert set(context()) >= {"form", "charts"}
