"""What the style page shows: every component with invented people, in every state. Nothing here reads the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator

from accounts.svg import (
    Aim,
    Bar,
    Chart,
    Phase,
    Point,
    Stop,
    Week,
    continuum,
    coverage,
    delivery,
    growth,
)

TOKENS = (
    ("paper", "the page"),
    ("sheet", "a separate piece of paper"),
    ("hollow", "a place set into the page"),
    ("ink", "text"),
    ("ink-soft", "second voice, still AA"),
    ("line", "rules between things"),
    ("edge", "borders of controls, 3:1"),
    ("thread", "the one accent"),
    ("thread-deep", "accent when pressed"),
    ("thread-wash", "accent as paper"),
    ("fault", "form mistakes only"),
)


class SampleForm(forms.Form):
    """A form with every kind of field."""

    note = forms.CharField(
        label="What did you see?", help_text="One sentence is enough.", widget=forms.Textarea, required=False
    )
    review_by = forms.CharField(label="Review by", error_messages={"required": "Choose a day for the review."})
    competency = forms.ChoiceField(
        label="She was working on", choices=[("a", "Add and subtract fractions"), ("b", "Compare fractions")]
    )
    setting = forms.ChoiceField(
        label="Where was it?",
        choices=[("talk", "Talking"), ("work", "Own work"), ("make", "Making")],
        widget=forms.RadioSelect,
        initial="work",
    )
    kind = forms.ChoiceField(
        label="What is it?",
        choices=[("strength", "A strength"), ("hope", "A hope"), ("worry", "A worry")],
        widget=forms.RadioSelect,
        initial="hope",
    )
    answer = forms.ChoiceField(
        label="What do you think of this plan?",
        choices=[("agree", "I agree"), ("partly", "I partly agree"), ("disagree", "I disagree")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the three."},
    )
    share = forms.BooleanField(
        label="Show this to the family", help_text="In their language, as far as translated.", required=False
    )


def context() -> dict[str, Any]:
    """Everything `accounts/styleguide.html` needs."""
    faulty = SampleForm({"note": "Drew twelfths without being asked.", "competency": "a"}, auto_id="faulty_%s")
    faulty.is_valid()
    return {
        "tokens": TOKENS,
        "form": SampleForm(auto_id="sample_%s"),
        "faulty": faulty,
        "pieces": _pieces(),
        "steps": [
            {"mark": "building", "on": date(2026, 10, 20)},
            {"mark": "shown", "on": date(2026, 11, 12)},
            {"mark": "deeper", "by": date(2026, 12, 18)},
        ],
        "marks_seen": ["shown", "shown"],
        "marks_ahead": ["open"],
        "marks_building": ["building", "building", "building"],
        "page": Paginator(range(90), 30).page(2),
        "rows": [("Fraction studio", "Renee Baptiste", "10 of 12"), ("Bridge builders club", "Linh Tran", "6 of 6")],
        "columns": ["Support", "Owner", "Sessions held"],
        "conflict_at": datetime(2026, 11, 17, 14, 40, tzinfo=UTC),
        "charts": charts(),
    }


def _pieces() -> list[dict[str, Any]]:
    return [
        {"on": date(2026, 11, 5), "what": "Packing boxes, with Priya", "mark": "shown"},
        {"on": date(2026, 11, 12), "what": "Aquarium design, on his own", "mark": "shown"},
    ]


def charts() -> dict[str, Chart]:
    """One chart of each kind, with invented numbers."""
    stops = [
        Stop("Fractions on a number line", "shown", "Shown", "Grade 3, two pieces"),
        Stop("Equivalent fractions", "deeper", "Deeper", "Explained it to her brother’s class, October 2"),
        Stop("Compare fractions", "shown", "Shown", "Sharing four pizzas, November 10"),
        Stop("Add fractions, same parts", "shown", "Shown", "Two pieces, September"),
        Stop("Add fractions, different parts", "building", "Building", "Three pieces; at her edge", here=True),
        Stop("Multiply fractions", "open", "Open", "A next step she can choose", ahead=True),
        Stop("Mixed numbers on a plan", "open", "Open", "A next step she can choose", ahead=True),
    ]
    heads = ("She can", "Level", "From")
    start = date(2026, 9, 8)
    return {
        "coverage": coverage(
            "sg-coverage",
            title="Promises kept this fall",
            desc="Navigator named 436 of 438; family conversation 403 of 438; plan agreed 371 of 438.",
            bars=[
                Bar("Navigator named", 436, 438, "436 of 438"),
                Bar("Family conversation", 403, 438, "403 of 438"),
                Bar("Plan agreed", 371, 438, "371 of 438"),
                Bar("Vietnamese at home", None, 0, "too few to show"),
            ],
            heads=("Promise", "Students"),
        ),
        "growth": growth(
            "sg-growth",
            title="Adding unlike fractions since September",
            desc="From not yet in September to shown in December, with a change of support on October 28.",
            points=[
                Point(start, 0, "First look", "Not yet"),
                Point(date(2026, 9, 21), 0, "Recipe, in a pair", "Not yet"),
                Point(date(2026, 10, 8), 1, "Exit question", "Building"),
                Point(date(2026, 10, 8), 1, "Bridge lengths", "Building"),
                Point(date(2026, 11, 12), 2, "Bridge pieces", "Shown"),
                Point(date(2026, 12, 3), 2, "Explained to Deja", "Shown"),
            ],
            levels=["Not yet", "Building", "Shown", "Deeper"],
            held=[(start, 0), (date(2026, 10, 8), 1), (date(2026, 12, 3), 2)],
            aim=Aim(start, 0, date(2026, 12, 18), 2),
            phases=[Phase(date(2026, 10, 28), "Number line instead of strips")],
            day=lambda on: f"{on:%b} {on.day}",
            heads=("Day", "Piece", "Level"),
        ),
        "delivery": delivery(
            "sg-delivery",
            title="Fraction studio, week by week",
            desc="Nine of twelve planned sessions were held so far; four are still to come.",
            weeks=[
                Week(label, 2, held, f"{held} of 2 held" if not future else "still to come", future=future)
                for label, held, future in (
                    ("Oct 5", 2, False),
                    ("Oct 12", 2, False),
                    ("Oct 19", 1, False),
                    ("Oct 26", 2, False),
                    ("Nov 2", 2, False),
                    ("Nov 9", 0, False),
                    ("Nov 16", 0, True),
                    ("Nov 23", 0, True),
                )
            ],
            heads=("Week of", "Planned", "Held", "In words"),
        ),
        "map": continuum(
            "sg-map",
            title="Maya on the fractions strand",
            desc="Four places shown, one of them deeper; she is at adding unlike fractions, with two ways on.",
            stops=stops,
            edge_words="at my edge",
            heads=heads,
        ),
        "land": continuum(
            "sg-land",
            title="Maya’s own map of fractions",
            desc="The same places as a walk over hills to a river, with two ways on at the other side.",
            stops=stops,
            edge_words="My edge",
            heads=heads,
            land=True,
        ),
    }
