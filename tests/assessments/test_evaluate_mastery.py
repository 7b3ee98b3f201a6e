"""The command that tries the estimators on a response log: what it prints, what it refuses, how long it takes."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from time import process_time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from assessments.estimates import bkt, elo
from assessments.estimates.calibration import groups_apart, measure, split
from assessments.estimates.simulation import simulate


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("evaluate_mastery", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def without_times(text: str) -> str:
    return re.sub(r"in [\d.]+ s.*", "", text)


HEADER = "student,skill,item,correct,time\n"


def log_of(path: Path, rows: int = 40) -> Path:
    path.write_text(
        HEADER + "".join(f"s{n % 4},x,q{n % 5},{int(n % 3 > 0)},{n}\n" for n in range(rows)), encoding="utf-8"
    )
    return path


def test_a_made_up_log_is_written_and_says_the_same_when_it_is_read(tmp_path):
    path = str(tmp_path / "log.csv")
    first, _ = run(path, "--simulate", "30", "7", "--seed", "3")
    second, complaints = run(path, "--seed", "3")

    assert "Made up: 30 students, seed 7" in first
    assert (tmp_path / "log.csv").read_text("utf-8").splitlines()[0] == "student,skill,item,correct,time,group"
    assert without_times(first).splitlines()[2:] == without_times(second).splitlines()
    assert complaints == ""


def test_it_prints_auc_rmse_and_ece_of_both_estimators_and_each_group():
    out, _ = run("--simulate", "40", "1", "--seed", "2", "--bins")
    train, test = split(simulate(students=40, seed=1), seed=2)

    for module in (bkt, elo):
        found = measure(module.fit_log(train).predict(test))
        assert f"AUC {found.auc:.3f} (from the 5th answer to a skill on {found.auc_later:.3f})" in out
        assert f"RMSE {found.rmse:.3f}   ECE {found.ece:.3f}" in out
        for gap in found.groups:
            assert f"group {gap.group}: {gap.events} events" in out
        assert f"0.5-0.6: {found.bins[[b.low for b in found.bins].index(0.5)].events:6} events" in out
    assert "8000 responses, 20 skills; fitted on 32 students (6400 responses), tested on 8 others" in out
    assert len(re.findall(r"fitted and predicted in \d+\.\d\d s \([\d,]+ events/s\)", out)) == 2


def test_fifty_eight_thousand_events_replay_in_under_ten_seconds_with_the_figures_of_the_page():
    log = simulate(students=290, seed=1)
    assert len(log) == 58_000
    began = process_time()
    train, test = split(log)
    traced, rated = (measure(module.fit_log(train).predict(test)) for module in (bkt, elo))
    assert process_time() - began < 10

    page = " ".join((settings.BASE_DIR / "docs" / "methods.md").read_text("utf-8").split())
    figures = [
        f"{getattr(one, name):.3f}".removeprefix("0") for one in (traced, rated) for name in ("auc", "rmse", "ece")
    ]
    said = "knowledge tracing (skill only) AUC {}, RMSE {}, ECE {}; Elo with items {}, {}, {};".format(*figures)
    assert said in page
    apart = max(groups_apart(one.groups) for one in (traced, rated))
    assert f"groups at most {apart:.3f} apart".replace("0.", ".") in page


def test_rows_that_cannot_be_used_are_counted_and_named_by_line(tmp_path):
    path = log_of(tmp_path / "log.csv")
    with path.open("a", encoding="utf-8") as file:
        file.write("s1,x,q,maybe,50\n" + ",x,q,1,51\n" * 12)
    out, complaints = run(str(path))

    assert "40 responses" in out
    assert complaints.startswith("13 rows left out:\n")
    assert f"{path}:42: correct is 0 or 1 (or true, false), not 'maybe'\n" in complaints
    assert f"{path}:43: no student\n" in complaints
    assert complaints.endswith("  and 3 more\n")


def test_one_answer_listed_once_for_each_skill_is_warned_about_and_can_be_left_out(tmp_path):
    path = log_of(tmp_path / "log.csv")
    with path.open("a", encoding="utf-8") as file:
        file.write("s1,x,q,1,90\ns1,y,q,1,90\n")
    out, complaints = run(str(path))
    assert "42 responses" in out
    assert complaints.startswith("Warning: 1 rows repeat the student, item and time of an earlier row.")

    out, complaints = run(str(path), "--drop-repeated")
    assert "1 rows left out" in out
    assert "41 responses" in out
    assert complaints == ""


def test_a_measure_that_cannot_be_said_is_not_a_number(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(HEADER + "a,x,q,1,1\nb,x,q,1,2\n", encoding="utf-8")
    out, _ = run(str(path))
    assert "AUC cannot be said" in out
    assert "no two groups with 500 events to compare" in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has to name the columns student, skill, item, correct, time. It names nothing"),
        (b"student;skill;item;correct;time\n", "It names student;skill;item;correct;time"),
        (HEADER.encode(), "no row that can be used"),
        (HEADER.encode() + b"a,x,q,2,1\n", "no row that can be used"),
        (HEADER.encode() + b"a,x,q,1,1\n", "At least two students"),
        (HEADER.encode() + b"a,x,\xff,1,1\n", "is not UTF-8 text"),
        (HEADER.encode() + b'a,x,"q,1,1\n', "is not CSV"),
    ],
)
def test_a_file_that_cannot_be_evaluated_says_why(tmp_path, content, words):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run(str(path))
    assert words in str(caught.value)


def test_what_is_asked_for_has_to_make_sense(tmp_path):
    for arguments, words in (
        ([], "Name a CSV file, or make a log up"),
        ([str(tmp_path / "nowhere.csv")], "cannot be read: No such file"),
        (["--simulate", "1", "1"], "At least two students are needed, not 1"),
        (["--simulate", "2", "1", "--test-share", "2"], "test_share is 0.05 to 0.95, not 2"),
        ([str(tmp_path / "no" / "log.csv"), "--simulate", "2", "1"], "cannot be written"),
    ):
        with pytest.raises(CommandError, match=words):
            run(*arguments)
