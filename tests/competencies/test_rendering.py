"""What a framework says reaches the page whole, readable and harmless."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.formulas import math_html
from competencies.plain import name_of, plain, shortened
from competencies.rendering import LONGEST, rendered

ALLOWED = re.compile(
    r"</?(?:p|br|strong|b|em|i|u|s|sub|sup|a|span|code|pre|blockquote|div|hr|ul|ol|li|table|thead|tbody|tr|th|td"
    r"|math|mrow|mfrac|msup|msub|msubsup|msqrt|mi|mn|mo|mtext|mspace|mover)\b[^<>]*>"
)


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("one _two_ **three**", "<em>two</em> <strong>three</strong>"),
        ("| a | b |\n| - | - |\n| 1 | 2 |", "<td>1</td>"),
        ("- x\n- y", "<li>x</li>"),
        ("line one\r\nline two", "line one<br>"),
        ("a <b>bold</b> H<sub>2</sub>O", "<b>bold</b> H<sub>2</sub>O"),
        ("# Big", "<p><strong>Big</strong></p>"),
        ("数 ñ 𝛑 \U0001f9ee", "数 ñ 𝛑 \U0001f9ee"),
        ("3 < 5 & 7 > 2", "3 &lt; 5 &amp; 7 &gt; 2"),
        ("fill in \\_\\_\\_", "fill in ___"),
    ],
)
def test_markdown_and_harmless_html_are_rendered(source, holds):
    assert holds in rendered(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![picture](https://example.org/x.png)",
        "[x](javascript:alert(1))",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<p style="position:fixed" onclick="x()" class="y" id="z">x</p>',
        "<iframe src=//example.org></iframe>",
        "<svg onload=alert(1)><style>*{}</style></svg>",
        "<math><mi xlink:href='javascript:x'>y</mi></math>",
        "<form action=/account/logout><button>x</button></form>",
        "<style>body{display:none}</style>",
        "<!-- --!><script>x</script> -->",
        "$<script>alert(1)</script>$",
        "$\\text{<img src=x onerror=y>}$",
        "`<script>`",
        "<video src=x autoplay></video>",
        "<meta http-equiv=refresh content=0>",
    ],
)
def test_nothing_dangerous_survives(source):
    html = rendered(source)
    assert not re.search(
        r"<(?:script|img|iframe|svg|style|form|button|video|meta|object|embed|input|link)\b", html, re.I
    )
    for element in re.findall(r"<[^<>]*>", html):
        assert not re.search(r"\s(?:on\w+|style|id|src)\s*=|class=\"y\"", element, re.I)
        assert not re.search(r"href=\"(?!https?:|mailto:)", element, re.I)


def test_a_link_tells_its_target_nothing():
    assert 'rel="noopener noreferrer nofollow"' in rendered("[x](https://example.org)")


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        (r"$\frac{1}{2}$", "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        (r"2$\frac12$ cups", "<mfrac>"),
        (r"$x^2$", "<msup><mi>x</mi><mn>2</mn></msup>"),
        (r"$\sqrt{b^2-4ac}$", "<msqrt>"),
        (r"$x = {-b \pm \sqrt{b^2-4ac} \over 2a}$", "<mo>±</mo>"),
        (r"\(3 \times 4\)", "<mo>×</mo>"),
        (r"$$a_1 \le b$$", 'display="block"'),
        (r"$\text{area of a}$", "<mtext>area of a</mtext>"),
        (r"$\pi r^2$", "<mi>π</mi>"),
    ],
)
def test_a_formula_is_drawn(source, holds):
    assert holds in rendered(source)


@pytest.mark.parametrize("source", [r"$\begin{matrix}1\end{matrix}$", r"$\unknown{x}$", "$x^{$", r"$\frac{1}$", "$}{$"])
def test_a_formula_that_is_not_understood_stays_readable(source):
    html = rendered(source)
    assert "<math" not in html
    assert source.strip("$")[:4] in html.replace("&amp;", "&")


@pytest.mark.parametrize("source", ["costs $5 and $10", "from $5-$10; then 2 more", "US$ 3", "$ 5 $", "5$"])
def test_money_is_no_formula(source):
    assert "<math" not in rendered(source)


def test_markdown_inside_a_formula_is_left_alone():
    assert "<em>" not in rendered("$a_1 * b_1 * c$")


def test_a_very_long_text_is_shown_as_written():
    html = rendered("<b>" + "word " * LONGEST)
    assert html.startswith("<p>&lt;b&gt;word")


@given(st.text(alphabet=st.sampled_from("<>/\"'=$\\{}^_*`#|[]()! \nabscript:onhref&;\ue000\ue0011"), max_size=120))
def test_whatever_is_written_only_allowed_elements_come_out(source):
    html = rendered(source)
    assert "<" not in ALLOWED.sub("", html)
    assert "\ue000" not in html


@given(st.text(max_size=60))
def test_a_formula_never_lets_anything_unescaped_through(source):
    html = math_html(source)
    assert "<" not in re.sub(r"</?(?:math|m[a-z]+|code)\b[^<>]*>", "", html)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("**Add** _and_ `explain`", "Add and explain"),
        ("# Head\n- one\n- two", "Head one two"),
        ("| a | b |\n| --- | --- |\n| 1 | 2 |", "a b 1 2"),
        (r"about $\frac{1}{2}$ and $\frac{3}{4}$", "about 1/2 and 3/4"),
        ("<p>Hello <b>you</b></p><script>x()</script>", "Hello you"),
        ("a &amp; b", "a & b"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("$x$ and $5", "x and $5"),
    ],
)
def test_a_statement_as_one_plain_line(source, line):
    assert plain(source) == line


def test_a_name_is_the_first_sentence():
    assert name_of("Adds within ten. Also explains how.") == "Adds within ten."
    assert name_of("About 3.5 km. No more") == "About 3.5 km."


def test_a_long_name_is_cut_between_words():
    name = name_of("word " * 100, length=42)
    assert len(name) <= 42
    assert name.endswith("word…")


@given(st.text(max_size=300).filter(str.strip))
def test_a_name_is_never_longer_than_asked(text):
    assert len(name_of(text, length=50)) <= 50
    assert shortened(text, 1_000) == text
