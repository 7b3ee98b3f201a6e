"""Agreed versions: about six plans in ten were agreed at the family conference, and most families have answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from accounts.http import anonymous
from accounts.models import Student
from config.demo.chance import stream, uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.plans import at_school
from config.demo.people import Child, District
from success_plans.choices import AgreementAnswer, PlanState, TemplateKind, Voice
from success_plans.models import Agreement, Plan, PlanVersion
from success_plans.selectors.moments import snapshots
from success_plans.selectors.templates import current_template
from success_plans.versions.snapshot import digest, to_json

AGREED_AGO = timedelta(days=16)
SHARE = 0.6
ANSWERS = (AgreementAnswer.AGREE,) * 8 + (AgreementAnswer.PARTLY, AgreementAnswer.DISAGREE)
STATEMENTS = {
    "en": {
        AgreementAnswer.PARTLY: "We agree with the goals. Please ask us before the day of the tutoring changes.",
        AgreementAnswer.DISAGREE: "We would like music to be part of the plan before we say yes.",
    },
    "es": {
        AgreementAnswer.PARTLY: "Estamos de acuerdo con las metas. Pregúntenos antes de cambiar el día de la tutoría.",
        AgreementAnswer.DISAGREE: "Nos gustaría que la música sea parte del plan antes de decir que sí.",
    },
}
REASON = "Plan for this year, agreed at the family conference."


def write_versions(plan: District, content: Content, ids: Ids) -> None:
    """One version for about six plans in ten, and the family's answer to most of them."""
    zone = ZoneInfo(content.people.time_zone)
    at = at_school(plan.today - AGREED_AGO, zone)
    chosen = [
        child
        for child in plan.children.values()
        if child.navigator and stream(plan.seed, "version", child.key).random() < SHARE
    ]
    students = {ids.students[child.key]: child for child in chosen}
    rows = {p.student_id: p for p in Plan.objects.filter(student__in=students, created_at__lte=at)}
    whole = snapshots(viewer=anonymous(), students=list(Student.objects.filter(pk__in=rows)), at=at)
    templates = {kind: current_template(viewer=anonymous(), kind=kind) for kind in TemplateKind}
    copies = {
        str(kind): {"kind": found.kind, "number": found.number, "content": found.content}
        for kind, found in templates.items()
    }
    versions = PlanVersion.objects.bulk_create(
        (
            PlanVersion(
                public_id=uid(plan.seed, "version", students[pk].key),
                plan=row,
                number=1,
                content=to_json(whole[pk]),
                digest=digest(whole[pk]),
                template=copies[row.template],
                reason=REASON,
                author_id=ids.persons[students[pk].navigator or ""],
                as_of=at,
                created_at=at,
            )
            for pk, row in sorted(rows.items())
            if whole[pk].entries
        ),
        batch_size=200,
    )
    Plan.objects.filter(pk__in=[version.plan_id for version in versions]).update(state=PlanState.AGREED)
    _write_answers(plan, ids, versions, students)


def _write_answers(plan: District, ids: Ids, versions: Sequence[PlanVersion], students: dict[int, Child]) -> None:
    found = []
    for version in versions:
        child = students[version.plan.student_id]
        chance = stream(plan.seed, "answer", child.key)
        if not child.guardians or chance.random() < 0.2:
            continue
        guardian = child.guardians[0]
        language = "es" if "es" in plan.adults[guardian].languages else "en"
        answer = chance.choice(ANSWERS)
        found.append(
            Agreement(
                public_id=uid(plan.seed, "answer", child.key),
                of_version=version,
                person_id=ids.persons[guardian],
                voice=Voice.FAMILY,
                answer=answer,
                statement=STATEMENTS[language].get(answer, ""),
                language=language,
                created_at=version.as_of + timedelta(days=2, hours=3),
            )
        )
    Agreement.objects.bulk_create(found, batch_size=500)
