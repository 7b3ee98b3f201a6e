"""The next version of the demonstration's framework: a working copy before readers, with what one of them said."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.permissions import Viewer
from competencies.choices import WorkingState
from competencies.models import Framework, WorkingComment, WorkingCopy, WorkingItem
from competencies.services.authoring import add_item, ask_review, edit_item, open_copy
from competencies.services.authoring.items import seen_of, values_of
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import District

REWORDED = "FR.8"
STATEMENT = (
    "Find how many parts of one size fit into an amount, share a fraction fairly, and explain the answer with a model "
    "or a drawing that another person can follow."
)
BRANCH = "DA"
ADDED = "Ask a question that data can answer"
ADDED_STATEMENT = "Turn something one wonders about into a question, say what to count, and say who could be asked."


def write_next_version(by: Viewer, plan: District, content: Content, ids: Ids) -> None:
    """Open the copy, word one competency anew, add one, put it before readers; a teacher asks something."""
    framework = Framework.objects.get(public_id=content.framework.id)
    copy = open_copy(by=by, framework=framework, public_id=uid(plan.seed, "working copy"))
    item = WorkingItem.objects.get(copy=copy, code=REWORDED)
    edit_item(by=by, item=item, seen=seen_of(item), values={**values_of(item), "statement": STATEMENT}, labels={})
    branch = WorkingItem.objects.get(copy=copy, code=BRANCH, is_assessable=False)
    new = add_item(by=by, copy=copy, under=branch, name=ADDED, statement=ADDED_STATEMENT)
    key: UUID = uid(plan.seed, "working copy", ADDED)
    WorkingItem.objects.filter(pk=new.pk).update(key=str(key), public_id=key)
    ask_review(by=by, copy=copy)
    at = datetime.combine(plan.today - timedelta(days=9), time(16, 20), ZoneInfo(content.people.time_zone))
    WorkingCopy.objects.filter(pk=copy.pk).update(
        state=WorkingState.REVIEW, opened_at=at, changed_at=at, review_asked_at=at + timedelta(days=1)
    )
    demo = next(one for one in plan.classes if one.key == plan.demo_class)
    WorkingComment.objects.bulk_create(
        [
            WorkingComment(
                public_id=uid(plan.seed, "working comment", 1),
                copy=copy,
                item_key=item.key,
                text="I like “that another person can follow”. Could the drawing be made with cut paper too?",
                language="en",
                author_id=ids.persons[demo.teachers[0]],
                created_at=at + timedelta(days=2),
            ),
            WorkingComment(
                public_id=uid(plan.seed, "working comment", 2),
                copy=copy,
                text="Will what my students showed this year on dividing fractions stay as it is?",
                language="en",
                author_id=ids.persons[demo.teachers[0]],
                created_at=at + timedelta(days=3),
                answer="Yes. The words change, the work they showed does not.",
                answer_language="en",
                answered_at=at + timedelta(days=4),
                answered_by_id=by.actor_id,
            ),
        ]
    )
