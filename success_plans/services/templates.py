"""Editing the district's templates: each edit is a new row with a reason; agreed plans keep the copy they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from success_plans.choices import TemplateKind
from success_plans.errors import PlanError
from success_plans.models import PlanTemplate
from success_plans.versions.templates import PROMPTS

LONGEST_PROMPT = 300


@dataclass(frozen=True, slots=True)
class BlockEdit:
    """How a block is to be asked, by language, and whether it is asked."""

    prompts: Mapping[str, str]
    is_asked: bool


def edit_template(
    *,
    by: Viewer,
    kind: TemplateKind,
    blocks: Mapping[str, BlockEdit],
    review_weeks: int,
    reviews_a_year: int,
    reason: str,
    number: int,
) -> PlanTemplate:
    """A new row of this template. `number` is that of the row the editor saw: PlanError when somebody was quicker.

    PlanError without a reason, without a prompt of a block that is asked, or when strengths are not asked.
    """
    words = reason.replace("\x00", "").strip()[:300]
    if not words:
        raise PlanError(_("Say in a few words why the template changes."))
    if "strength" not in blocks or not blocks["strength"].is_asked:
        raise PlanError(_("Every plan begins with strengths. They stay in the template."))
    content = {
        "blocks": [_block(key, blocks[key]) for key in PROMPTS if key in blocks],
        "review_weeks": review_weeks,
        "reviews_a_year": reviews_a_year,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plan_template'))")
        newest = PlanTemplate.objects.filter(kind=kind).aggregate(top=Max("number"))["top"] or 0
        if newest != number:
            raise PlanError(_("Somebody changed this template meanwhile. Look at it again before you save."))
        row = PlanTemplate.objects.create(
            kind=kind, number=newest + 1, content=content, reason=words, created_by_id=by.actor_id
        )
        audit.record(
            by=by.person_id,
            action="template.edit",
            subject_type="plantemplate",
            subject_id=row.public_id,
            reason=words,
            details={"kind": str(kind), "number": row.number},
        )
    return row


def _block(key: str, edit: BlockEdit) -> dict[str, object]:
    prompts = {code: text.replace("\x00", "").strip()[:LONGEST_PROMPT] for code, text in edit.prompts.items()}
    if edit.is_asked and not all(prompts.values()):
        raise PlanError(_("A block that is asked needs its question in both languages."))
    return {"key": key, "prompt": prompts, "is_asked": edit.is_asked}
