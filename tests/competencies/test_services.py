"""Importing frameworks: only the difference is written, nothing is deleted, what waits finds its end."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.choices import JobState
from accounts.models import AuditEvent, JobIssue
from competencies import services
from competencies.case import PackageUnreadable
from competencies.choices import WordingKind
from competencies.models import (
    Association,
    Competency,
    CompetencyVersion,
    Framework,
    Level,
    Scale,
    Wording,
)
from competencies.own_draft import OwnFrameworkError
from tests import factories as make
from tests.cast import viewer_of
from tests.competencies.packages import as_bytes, child, edge, item, package

SAMPLES = os.environ.get("THROUGHLINE_SAMPLES", "")
OWN_FILE = Path(__file__).parents[2] / "config" / "demo" / "data" / "framework.json"


def three():
    """Two ideas in a branch, one before the other."""
    return package(
        [
            item("N", "Numbers", humanCodingScheme="N"),
            item("n1", "Counts to ten", educationLevel=["KG"]),
            item("n2", "Adds within ten", educationLevel=["01"]),
        ],
        [child("N"), child("n1", "N", 1), child("n2", "N", 2), edge("n1", "precedes", "n2")],
    )


def competency(key):
    return Competency.objects.get(source_id=key)


def written_tables(captured):
    """Tables that a statement of these queries changed."""
    verbs = ("INSERT", "UPDATE", "DELETE")
    return [query["sql"] for query in captured if query["sql"].lstrip().startswith(verbs)]


# ------------------------------------------------------------------ first import


def test_a_package_becomes_a_framework_that_everyone_can_read(bring_in):
    done = bring_in(three()).published
    framework = Framework.objects.get()
    assert (done.new, done.retired, done.changed, done.is_new) == (3, 0, True, True)
    assert (framework.source, framework.source_id, framework.title) == ("case", "doc", "Numbers")
    assert framework.is_published
    assert not framework.is_in_use
    assert framework.version == 1
    assert framework.target == Decimal(3)
    assert framework.scale.levels.count() == 4


def test_children_hang_under_their_parent_in_order(bring_in):
    bring_in(three())
    branch = competency("n")
    assert not branch.is_assessable
    assert [one.source_id for one in branch.children.order_by("position")] == ["n1", "n2"]
    assert competency("n1").is_assessable
    assert competency("n1").grades == ["KG"]


def test_precedes_edges_are_tied_to_both_ends(bring_in):
    bring_in(three())
    before = Association.objects.get(kind="precedes")
    assert (before.origin, before.destination) == (competency("n1"), competency("n2"))


def test_every_competency_has_its_first_version(bring_in):
    bring_in(three())
    assert CompetencyVersion.objects.count() == 3
    first = CompetencyVersion.objects.get(competency=competency("n1"))
    assert (first.number, first.framework_version) == (1, 1)
    assert first.content["statement"] == "Counts to ten"


def test_one_import_is_one_audit_row_with_who_and_what(bring_in, district):
    bring_in(three(), by=viewer_of(district))
    event = AuditEvent.objects.get(action="framework.publish")
    assert event.actor_id == district.pk
    assert event.details["new"] == 3


def test_the_licence_and_what_no_column_holds_are_kept(bring_in):
    content = three()
    content["CFDocument"]["licenseURI"] = {"title": "Open", "identifier": "L1", "uri": "https://example.org/l"}
    content["CFDocument"]["version"] = "2025"
    content["CFDefinitions"] = {
        "CFLicenses": [{"identifier": "l1", "title": "Open", "licenseText": "Free to use, with this notice."}]
    }
    content["CFItems"][1]["abbreviatedStatement"] = "Count"
    bring_in(content)
    framework = Framework.objects.get()
    assert framework.license_text == "Free to use, with this notice."
    assert framework.details["version"] == "2025"
    assert competency("n1").name == "Count"
    assert competency("n1").details["identifier"] == "n1"


def test_a_private_draft_is_stored_but_not_shown(bring_in):
    content = three()
    content["CFDocument"]["adoptionStatus"] = "Private Draft"
    bring_in(content)
    assert not Framework.objects.get().is_published


def test_a_district_scale_is_used_before_a_new_one_is_made(bring_in):
    own = make.FrameworkFactory(target=Decimal(2))
    bring_in(three())
    imported = Framework.objects.get(source="case")
    assert imported.scale == own.scale
    assert imported.target == Decimal(2)
    assert Scale.objects.count() == 1


# ------------------------------------------------------------------ again


def test_the_same_file_again_writes_nothing_at_all(bring_in):
    bring_in(three())
    before = Framework.objects.values().get()
    with CaptureQueriesContext(connection) as captured:
        done = bring_in(three()).published
    assert written_tables(captured.captured_queries) == []
    assert (done.changed, done.unchanged, done.new) == (False, 3, 0)
    assert Framework.objects.values().get() == before
    assert AuditEvent.objects.filter(action="framework.publish").count() == 1


def test_a_changed_wording_adds_a_version_and_keeps_the_old_one(bring_in):
    bring_in(three())
    content = three()
    content["CFItems"][2]["fullStatement"] = "Adds and explains within ten"
    done = bring_in(content).published
    changed = competency("n2")
    assert (done.reworded, done.unchanged) == (1, 2)
    assert changed.version == 2
    assert changed.statement == "Adds and explains within ten"
    old, new = changed.versions.order_by("number")
    assert (old.content["statement"], new.content["statement"]) == (
        "Adds within ten",
        "Adds and explains within ten",
    )
    assert Framework.objects.get().version == new.framework_version == 2


def test_what_disappears_is_retired_and_what_hangs_on_it_stays(bring_in, world, teacher):
    bring_in(three())
    gone = competency("n2")
    piece = make.EvidenceFactory(competency=gone, student=world.student)
    content = three()
    content["CFItems"].pop()
    content["CFAssociations"] = content["CFAssociations"][:2]
    done = bring_in(content).published
    gone.refresh_from_db()
    piece.refresh_from_db()
    assert done.retired == 1
    assert gone.retired_at is not None
    assert piece.competency_id == gone.pk
    assert Association.objects.filter(framework__source="case", retired_at__isnull=False).count() == 2


def test_what_comes_back_is_the_same_competency_again(bring_in):
    bring_in(three())
    pk = competency("n2").pk
    without = three()
    without["CFItems"].pop()
    bring_in(without)
    done = bring_in(three()).published
    assert done.returned == 1
    assert competency("n2").pk == pk
    assert competency("n2").retired_at is None
    assert CompetencyVersion.objects.filter(competency_id=pk).count() == 1
    assert not Association.objects.filter(retired_at__isnull=False).exists()


def test_a_row_that_cannot_be_read_this_time_is_not_taken_for_gone(bring_in):
    bring_in(three())
    content = three()
    content["CFItems"][2]["fullStatement"] = ""
    result = bring_in(content)
    assert result.rows_refused == 1
    assert competency("n2").retired_at is None
    assert competency("n2").statement == "Adds within ten"


def test_moving_to_another_branch_is_no_new_wording(bring_in):
    bring_in(three())
    content = three()
    content["CFAssociations"][2] = child("n2", "doc", 2)
    done = bring_in(content).published
    assert (done.moved, done.reworded) == (1, 0)
    assert competency("n2").parent is None
    assert competency("n2").version == 1


def test_another_title_under_the_same_identifier_is_pointed_out(bring_in):
    bring_in(three())
    content = three()
    content["CFDocument"]["title"] = "Shapes"
    assert bring_in(content, dry_run=True).was_titled == "Numbers"
    assert Framework.objects.get().title == "Numbers"


def test_identifiers_that_change_case_are_the_same_items(bring_in):
    bring_in(three())
    shouted = json.loads(json.dumps(three()).replace('"n1"', '"N1"'))
    done = bring_in(shouted).published
    assert (done.new, done.retired) == (0, 0)


# ------------------------------------------------------------------ looking first


def test_a_dry_run_says_what_would_change_and_writes_nothing(bring_in):
    with CaptureQueriesContext(connection) as captured:
        done = bring_in(three(), dry_run=True).published
    assert written_tables(captured.captured_queries) == []
    assert (done.dry_run, done.new, done.changed) == (True, 3, True)
    assert done.examples["new"] == ["N Numbers", "Counts to ten", "Adds within ten"]
    assert not Framework.objects.exists()
    assert not Scale.objects.exists()


def test_a_dry_run_and_the_import_after_it_count_the_same(bring_in):
    bring_in(three())
    content = three()
    content["CFItems"][1]["fullStatement"] = "Counts to twenty"
    content["CFItems"].pop()
    looked = bring_in(content, dry_run=True).published
    done = bring_in(content).published
    for name in ("new", "reworded", "moved", "retired", "returned", "new_associations", "retired_associations"):
        assert getattr(looked, name) == getattr(done, name), name


def test_an_import_that_is_stopped_midway_changes_nothing(bring_in):
    said = []

    def stop(phase, done, total):
        said.append((phase, done, total))
        return done == 0

    with pytest.raises(services.PublishingStopped):
        bring_in(three(), progress=stop)
    assert said[0] == ("writing", 0, 7)
    assert not Framework.objects.exists()


def test_an_import_that_fails_midway_changes_nothing(bring_in):
    def break_down(phase, done, total):
        if done:
            raise RuntimeError("the machine went down")
        return True

    with pytest.raises(RuntimeError):
        bring_in(three(), progress=break_down)
    assert not Framework.objects.exists()
    assert not Competency.objects.exists()


# ------------------------------------------------------------------ edges to elsewhere


def other():
    return package(
        [item("m1", "Subtracts")],
        [child("m1", "other"), edge("n2", "precedes", "m1"), edge("m1", "isRelatedTo", "nowhere")],
        document={"identifier": "other", "title": "More numbers"},
    )


def test_an_edge_to_a_framework_that_is_not_here_waits_and_connects_later(bring_in):
    bring_in(other())
    waiting = Association.objects.get(kind="precedes")
    assert waiting.origin is None
    assert waiting.origin_source_id == "n2"
    done = bring_in(three()).published
    waiting.refresh_from_db()
    assert done.resolved_elsewhere == 1
    assert waiting.origin == competency("n2")


def test_an_edge_to_a_framework_that_is_already_here_connects_at_once(bring_in):
    bring_in(three())
    bring_in(other())
    assert Association.objects.get(destination=competency("m1"), kind="precedes").origin == competency("n2")
    assert Association.objects.get(kind="isRelatedTo").destination is None


def test_connecting_what_waited_happens_once(bring_in):
    bring_in(other())
    bring_in(three())
    assert not bring_in(three()).published.changed
    assert not bring_in(other()).published.changed


def test_a_loop_of_precedes_is_stored_with_one_edge_marked(bring_in):
    content = three()
    content["CFAssociations"].append(edge("n2", "precedes", "n1"))
    bring_in(content)
    marked = Association.objects.filter(kind="precedes", is_broken_cycle=True)
    assert [(one.origin_source_id, one.destination_source_id) for one in marked] == [("n2", "n1")]


def test_a_loop_of_parents_is_stored_as_a_tree(bring_in):
    content = package([item("a"), item("b")], [child("a"), child("b", "a"), child("a", "b")])
    bring_in(content)
    assert competency("a").parent is None
    assert competency("b").parent == competency("a")
    assert Association.objects.get(is_broken_cycle=True).destination == competency("b")


def test_the_number_of_queries_does_not_grow_with_the_package(bring_in):
    def size(count, name):
        rows = [item(f"{name}{n}", f"Idea {n}") for n in range(count)]
        return package(rows, [child(row["identifier"], name) for row in rows], document={"identifier": name})

    def queries(content):
        with CaptureQueriesContext(connection) as captured:
            bring_in(content)
        return len(captured)

    bring_in(size(1, "warm"))
    assert queries(size(10, "small")) == queries(size(900, "large"))


# ------------------------------------------------------------------ our own framework files


@pytest.fixture
def own_file():
    return OWN_FILE.read_bytes()


def test_our_own_framework_file_brings_levels_words_and_order(bring_in, own_file):
    raw = json.loads(own_file)
    done = bring_in(own_file, in_use=True).published
    framework = Framework.objects.get()
    assert done.new == len(raw["competencies"]) + len(raw["strands"])
    assert str(framework.public_id) == raw["framework"]["id"]
    assert framework.is_in_use
    assert framework.translations["es"]["title"] == raw["framework"]["title"]["es"]
    assert Association.objects.filter(kind="precedes").count() == len(raw["precedes"])
    first = raw["scale"]["levels"][0]
    assert Level.objects.order_by("value")[0].meanings == first["meaning"]


def test_our_own_framework_file_brings_words_for_every_level_in_every_language(bring_in, own_file):
    raw = json.loads(own_file)
    bring_in(own_file)
    for row in raw["competencies"][:5]:
        stored = {
            (w.kind, w.level, w.language): w.text for w in Wording.objects.filter(competency__public_id=row["id"])
        }
        for level in row["levels"]:
            for language in ("en", "es"):
                key = (WordingKind.STUDENT, Decimal(level["value"]), language)
                assert stored[key] == level["student"][language]
        assert stored[WordingKind.HOME, None, "es"] == row["family"]["home"]["es"]


def test_our_own_framework_file_again_writes_nothing(bring_in, own_file):
    bring_in(own_file, in_use=True)
    with CaptureQueriesContext(connection) as captured:
        assert not bring_in(own_file, in_use=True).published.changed
    assert written_tables(captured.captured_queries) == []


def test_a_changed_sentence_for_families_is_a_new_version(bring_in, own_file):
    bring_in(own_file)
    raw = json.loads(own_file)
    raw["competencies"][0]["family"]["home"]["es"] = "Otra idea para casa."
    done = bring_in(as_bytes(raw)).published
    one = Competency.objects.get(public_id=raw["competencies"][0]["id"])
    assert done.reworded == 1
    assert one.version == 2
    assert one.wordings.get(kind=WordingKind.HOME, language="es").text == "Otra idea para casa."
    assert one.versions.count() == 2


def test_a_sentence_that_was_taken_out_is_gone_from_the_page_and_kept_in_the_versions(bring_in, own_file):
    bring_in(own_file)
    raw = json.loads(own_file)
    del raw["competencies"][0]["family"]["home"]["es"]
    bring_in(as_bytes(raw))
    one = Competency.objects.get(public_id=raw["competencies"][0]["id"])
    assert not one.wordings.filter(kind=WordingKind.HOME, language="es").exists()
    assert any(w["kind"] == "home" and w["language"] == "es" for w in one.versions.get(number=1).content["wordings"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw["competencies"][0].pop("name"),
        lambda raw: raw["competencies"][0].update(strand="XX"),
        lambda raw: raw["precedes"].append({"from": "FR.1", "to": "XX.9"}),
        lambda raw: raw["competencies"][1].update(code=raw["competencies"][0]["code"]),
        lambda raw: raw["framework"].update(id="no uuid"),
        lambda raw: raw["scale"].update(target="high"),
        lambda raw: raw.update(competencies=[7]),
        lambda raw: raw.update(scale=None),
    ],
)
def test_an_own_file_that_does_not_hold_together_is_refused_whole(bring_in, own_file, spoil):
    raw = json.loads(own_file)
    spoil(raw)
    with pytest.raises(OwnFrameworkError):
        bring_in(as_bytes(raw))
    assert not Framework.objects.exists()


# ------------------------------------------------------------------ by page: a job


@pytest.fixture
def start(world, district, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def start_import(content, publish=True):
        data = content if isinstance(content, bytes) else as_bytes(content)
        return services.start_framework_import(
            by=viewer_of(district), upload=SimpleUploadedFile("numbers.json", data), publish=publish
        )

    return start_import


def test_an_upload_is_looked_at_first_and_waits_for_a_yes(start):
    job = start(three())
    services.run_framework_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert (job.report["new"], job.report["dry_run"]) == (3, True)
    assert not Framework.objects.filter(source="case").exists()


def test_a_yes_writes_and_the_report_says_so(start, district):
    job = start(three())
    services.run_framework_import(job_id=job.pk)
    assert services.confirm_framework_import(by=viewer_of(district), job=job)
    services.run_framework_import(job_id=job.pk)
    job.refresh_from_db()
    framework = Framework.objects.get(source="case")
    assert job.state == JobState.DONE
    assert job.report["public_id"] == str(framework.public_id)
    assert AuditEvent.objects.get(action="framework.publish").actor_id == district.pk


def test_a_second_yes_does_nothing(start, district):
    job = start(three())
    services.run_framework_import(job_id=job.pk)
    assert services.confirm_framework_import(by=viewer_of(district), job=job)
    assert not services.confirm_framework_import(by=viewer_of(district), job=job)


def test_ringing_twice_imports_once(start, district):
    job = start(three())
    services.run_framework_import(job_id=job.pk)
    services.run_framework_import(job_id=job.pk)
    services.confirm_framework_import(by=viewer_of(district), job=job)
    services.run_framework_import(job_id=job.pk)
    services.run_framework_import(job_id=job.pk)
    assert Framework.objects.get(source="case").version == 1


def test_a_file_that_changes_nothing_is_done_without_asking(start, bring_in):
    bring_in(three())
    job = start(three())
    services.run_framework_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert job.report["changed"] is False


@pytest.mark.parametrize(
    ("data", "why"),
    [(b'{"CFDocument":', "not_json"), (b"[]", "not_a_package"), (b'{"framework":1,"scale":1,"competencies":1}', "own")],
)
def test_a_file_that_cannot_be_read_ends_the_job_with_its_reason(start, data, why):
    job = start(data)
    services.run_framework_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.report["error"].startswith(why)


def test_findings_are_kept_with_the_job(start):
    content = three()
    content["CFItems"].append({"fullStatement": "no identifier"})
    job = start(content)
    services.run_framework_import(job_id=job.pk)
    issue = JobIssue.objects.get(job=job, code="item_without_identifier")
    assert (issue.severity, issue.column) == ("error", "/CFItems/3")


def test_an_unpublished_import_stays_unpublished(start, district):
    job = start(three(), publish=False)
    services.run_framework_import(job_id=job.pk)
    services.confirm_framework_import(by=viewer_of(district), job=job)
    services.run_framework_import(job_id=job.pk)
    assert not Framework.objects.get(source="case").is_published


# ------------------------------------------------------------------ by command


def test_the_command_imports_and_says_what_it_did(db, tmp_path, capsys):
    path = tmp_path / "numbers.json"
    path.write_bytes(as_bytes(three()))
    call_command("import_framework", path, "--dry-run")
    assert "nothing written" in capsys.readouterr().out
    assert not Framework.objects.exists()
    call_command("import_framework", path)
    assert "3 new" in capsys.readouterr().out
    assert Framework.objects.get().is_published


@pytest.mark.parametrize("data", [None, b"", b"{", b"[]", b'{"framework": 1, "scale": 1, "competencies": 1}'])
def test_the_command_ends_with_a_sentence_for_a_bad_file(db, tmp_path, data):
    path = tmp_path / "bad.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_framework", path)
    assert not Framework.objects.exists()


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    "content",
    [
        package([item("a", "x" * 500_000), item("b")], [child("b")]),
        package([item("a", "\U0001f9ee" * 50_000)], [child("a")]),
        package([item("a", humanCodingScheme="c" * 10_000, abbreviatedStatement="n" * 10_000)], [child("a")]),
        package([item("a", language="l" * 4_000, CFItemType="t" * 4_000, subject=["s" * 4_000])], [child("a")]),
        package([item("a", uri="https://example.org/" + "u" * 9_000, educationLevel=["g" * 400])], [child("a")]),
        package([item("a")], [child("a", sequence=-5), child("a", sequence=2**40, identifier="e2")]),
        package([item("a", conceptKeywords=["k" * 4_000] * 900)], [child("a")]),
        package([item("a")], [child("a")], document={"title": "t" * 9_000, "creator": "c" * 9_000}),
        package([item("a")], [child("a")], document={"adoptionStatus": "s" * 900, "language": "l" * 900}),
        package([item("a" * 255)], [child("a" * 255)]),
        package([item("a", "one\x00two\u202ethree\u200b")], [child("a")]),
    ],
)
def test_whatever_is_in_a_package_fits_the_database_or_is_left_out(bring_in, content):
    bring_in(content)
    assert not bring_in(content).published.changed


def test_a_refused_file_changes_nothing(bring_in):
    bring_in(three())
    with pytest.raises(PackageUnreadable):
        bring_in(b'{"CFDocument": {"identifier": "doc"}, "CFItems": {}}')
    assert Competency.objects.filter(retired_at__isnull=True).count() == 3


# ------------------------------------------------------------------ real packages

PACKAGES = [
    path
    for path in (sorted((Path(SAMPLES) / "case").glob("*.json")) if SAMPLES else [])
    if isinstance(json.loads(path.read_bytes()), dict) and "CFDocument" in json.loads(path.read_bytes())
]


@pytest.mark.skipif(
    not PACKAGES,
    reason="THROUGHLINE_SAMPLES is unset or holds no CASE packages; set it to the folder with the sample data",
)
@pytest.mark.parametrize("path", PACKAGES, ids=[path.name for path in PACKAGES])
def test_a_sample_package_is_stored_with_the_counts_of_its_json(bring_in, path):
    raw = json.loads(path.read_bytes())
    ids = {row["identifier"].lower() for row in raw["CFItems"]}
    document = raw["CFDocument"]["identifier"].lower()
    ends = [
        (a["associationType"], a["originNodeURI"]["identifier"].lower(), a["destinationNodeURI"]["identifier"].lower())
        for a in raw["CFAssociations"]
    ]

    done = bring_in(path.read_bytes()).published

    framework = Framework.objects.get()
    edges = Association.objects.filter(framework=framework)
    parents = {
        (one.source_id, one.parent.source_id if one.parent else document)
        for one in Competency.objects.select_related("parent")
    }
    assert done.new == Competency.objects.filter(retired_at__isnull=True).count() == len(ids)
    assert CompetencyVersion.objects.count() == len(ids)
    assert edges.count() == len(set(ends))
    assert parents == {(origin, target) for kind, origin, target in ends if kind == "isChildOf"}
    waiting = edges.filter(destination__isnull=True).exclude(destination_source_id=document).count()
    assert waiting == sum(1 for _kind, _origin, target in set(ends) if target not in ids and target != document)
    assert not bring_in(path.read_bytes()).published.changed


@pytest.mark.skipif(not PACKAGES, reason="THROUGHLINE_SAMPLES is unset; set it to the folder with the sample data")
def test_sample_packages_that_point_at_each_other_connect_in_either_order(bring_in):
    folder = Path(SAMPLES) / "case"
    names = ["sbac_mockPack_3.json", "sbac_mockDOK.json", "sbac_mockIT.json", "sbac_mockPack_1.json"]

    def connected():
        return set(
            Association.objects.filter(destination__isnull=False).values_list("source_id", "destination__source_id")
        )

    with transaction.atomic():
        for name in names:
            bring_in((folder / name).read_bytes())
        one_way = connected()
        across = Association.objects.exclude(destination__framework__isnull=True).exclude(
            destination__framework=F("framework")
        )
        assert across.exists()
        transaction.set_rollback(True)  # as if nothing had been brought in
    for name in reversed(names):
        bring_in((folder / name).read_bytes())
    assert connected() == one_way
