"""Files to import, and the way through an import, for these tests."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from openpyxl import Workbook

from accounts.models import PersonIdentifier
from assessments.imports.mapping import ColumnMapping, ScoreColumn
from assessments.models import Evidence
from assessments.services.imports import (
    confirm_evidence_import,
    map_evidence_import,
    queue_results,
    run_evidence_import,
    start_evidence_import,
)

SIS = "sis"


def give_ids(world, source=SIS):
    """Every student of the world gets an id: s1, s2, ..."""
    for number, student in enumerate(world.everyone(), start=1):
        PersonIdentifier.objects.create(person=student.person, source=source, source_id=f"s{number}")


def table(*rows, header="student_id,score", end="\n"):
    return end.join([header, *rows]).encode() + end.encode()


def workbook(rows):
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def mapping_for(world, **more):
    """student_id and score, levels, about comparing, yesterday."""
    return ColumnMapping(
        **{
            "scores": (ScoreColumn("score", "Unit check"),),
            "student_column": "student_id",
            "student_source": SIS,
            "competency": str(world.idea["compare"].public_id),
            "observed_on": world.today - timedelta(days=1),
            **more,
        }
    )


def upload(data, name="scores.csv"):
    return ContentFile(data, name=name)


def look(by, data, mapping=None, name="scores.csv"):
    """Upload, map, dry run."""
    job = start_evidence_import(by=by, upload=upload(data, name), ring=False)
    if mapping is not None:
        assert map_evidence_import(by=by, job=job, mapping=mapping, ring=False)
    else:
        queue_results(by=by, job=job)
    run_evidence_import(job_id=job.pk)
    job.refresh_from_db()
    return job


def yes(by, job, zero_is=""):
    assert confirm_evidence_import(by=by, job=job, zero_is=zero_is, ring=False)
    run_evidence_import(job_id=job.pk)
    job.refresh_from_db()
    return job


def bring(by, data, mapping=None, name="scores.csv", zero_is=""):
    job = look(by, data, mapping, name)
    return yes(by, job, zero_is) if job.state == "waiting" else job


def codes(job):
    """What was set aside or warned of, with counts."""
    return {row["code"]: row["count"] for row in job.report["codes"]}


def standing(**which):
    """Values of the pieces that count, by student and day."""
    return [
        (row.student_id, row.value)
        for row in Evidence.objects.filter(superseded_at=None, withdrawn_at=None, **which).order_by("student_id", "pk")
    ]


def level(value):
    return Decimal(value).quantize(Decimal("0.01"))
