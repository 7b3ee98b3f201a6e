"""Folders and zips are opened without trusting them."""

import io
import os
import stat
import struct
import zipfile

import pytest

from accounts.oneroster import Code, RosterUnreadable, read_roster
from accounts.oneroster.source import Limits
from tests.accounts.oneroster.rosters import found, read, roster, zipped


def refusal(origin, **options):
    with pytest.raises(RosterUnreadable) as caught:
        read_roster(origin, **options)
    return caught.value.code


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_a_clean_roster_reads_without_a_word_from_a_zip_and_from_a_folder(tmp_path):
    write(tmp_path, roster())
    from_folder, from_zip = read_roster(tmp_path), read(roster())
    assert from_folder.issues == from_zip.issues == ()
    assert from_folder.users == from_zip.users
    assert len(from_zip.students) == 3


def test_a_zip_on_disk_is_opened_by_its_path(tmp_path):
    (tmp_path / "roster.zip").write_bytes(zipped(roster()).getvalue())
    assert len(read_roster(tmp_path / "roster.zip").users) == 6


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.NOT_AN_ARCHIVE),
        (b"sourcedId,name\r\n1,x\r\n", Code.NOT_AN_ARCHIVE),
        (b"PK\x03\x04" + b"\0" * 60, Code.NOT_AN_ARCHIVE),
        (zipped(roster()).getvalue()[:-30], Code.NOT_AN_ARCHIVE),
        (zipped(roster()).getvalue()[40:], Code.ARCHIVE_DAMAGED),
        (b"PK\x05\x06" + b"\xff" * 18, Code.ARCHIVE_TOO_MANY_FILES),
        (b"PK\x05\x06" + b"\0" * 18, Code.NO_ROSTER_FILES),
        (zipped({}).getvalue(), Code.NO_ROSTER_FILES),
        (zipped({"readme.txt": "hello"}).getvalue(), Code.NO_ROSTER_FILES),
        (zipped({"pupils.csv": "a,b\r\n"}).getvalue(), Code.NO_ROSTER_FILES),
        (zipped({"a/users.csv": "", "b/users.csv": ""}).getvalue(), Code.NO_ROSTER_FILES),
    ],
)
def test_what_is_no_roster_is_refused_with_a_reason(content, code):
    assert refusal(io.BytesIO(content)) is code


def test_a_path_that_leads_nowhere_is_refused(tmp_path):
    assert refusal(tmp_path / "nothing.zip") is Code.SOURCE_MISSING


@pytest.mark.parametrize(
    "name",
    [
        "../users.csv",
        "/etc/users.csv",
        "a/../../users.csv",
        "..\\users.csv",
        "C:\\users.csv",
        "c:users.csv",
        "\\\\x\\y",
    ],
)
def test_a_path_that_leaves_the_folder_refuses_the_archive(name):
    assert refusal(zipped(roster() | {name: "x"})) is Code.ARCHIVE_UNSAFE_PATH


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_in_an_archive_refuse_it(kind):
    stream = zipped(roster())
    with zipfile.ZipFile(stream, "a") as archive:
        info = zipfile.ZipInfo("demographics.csv")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert refusal(stream) is Code.ARCHIVE_LINK


def test_a_link_in_a_folder_refuses_it(tmp_path):
    write(tmp_path, roster())
    (tmp_path / "demographics.csv").symlink_to("/etc/passwd")
    assert refusal(tmp_path) is Code.ARCHIVE_LINK


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    files = roster()
    del files["courses.csv"]
    write(tmp_path, files)
    os.mkfifo(tmp_path / "courses.csv")
    assert read_roster(tmp_path).courses == {}


@pytest.mark.parametrize("name", ["users.zip", "old/roster.ZIP", "users.csv.gz", "x.7z", "x.tar"])
def test_an_archive_inside_an_archive_refuses_it(name):
    assert refusal(zipped(roster() | {name: "x"})) is Code.ARCHIVE_NESTED


def test_an_archive_that_calls_itself_a_table_costs_only_that_file():
    bundle = read(roster() | {"courses.csv": zipped(roster()).getvalue()})
    assert [issue.file for issue in found(bundle, Code.FILE_NOT_TEXT)] == ["courses.csv"]
    assert len(bundle.users) == 6


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert refusal(zipped(roster() | {"results.csv": b"0" * 30_000_000})) is Code.ARCHIVE_BOMB


def test_a_declared_size_beyond_the_limit_is_refused_even_where_it_lies():
    data = bytearray(zipped(roster()).getvalue())
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 0xFFFFFFF0)
    assert refusal(io.BytesIO(bytes(data))) is Code.ARCHIVE_TOO_LARGE


def test_a_size_that_is_declared_too_small_ends_reading_as_damage():
    data = bytearray(zipped(roster()).getvalue())
    at = data.find(b"users.csv", data.find(b"PK\x01\x02")) - 46
    struct.pack_into("<L", data, at + 24, 200)
    assert refusal(io.BytesIO(bytes(data))) is Code.ARCHIVE_DAMAGED


def test_too_many_entries_and_too_much_in_all_are_refused():
    assert refusal(zipped(roster()), limits=Limits(entries=3)) is Code.ARCHIVE_TOO_MANY_FILES
    assert refusal(zipped(roster()), limits=Limits(directory_bytes=100)) is Code.ARCHIVE_TOO_MANY_FILES
    assert refusal(zipped(roster()), limits=Limits(total_bytes=500)) is Code.ARCHIVE_TOO_LARGE
    assert refusal(zipped(roster()), limits=Limits(entry_bytes=400)) is Code.ARCHIVE_TOO_LARGE


def test_an_encrypted_archive_says_so():
    data = bytearray(zipped(roster()).getvalue())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    assert refusal(io.BytesIO(bytes(data))) is Code.ARCHIVE_ENCRYPTED


def test_flipped_bytes_inside_an_entry_are_damage_not_an_exception_of_another_kind():
    data = bytearray(zipped(roster(), zipfile.ZIP_STORED).getvalue())
    at = data.find(b"Maya")
    data[at] ^= 0xFF
    assert refusal(io.BytesIO(bytes(data))) is Code.ARCHIVE_DAMAGED


def test_names_in_the_wrong_case_are_read_with_one_warning_each():
    files = {name.upper().replace(".CSV", ".Csv"): content for name, content in roster().items()}
    bundle = read(files)
    assert {issue.file for issue in found(bundle, Code.FILE_NAME_CASE)} == set(roster())
    assert len(bundle.issues) == len(roster())
    assert len(bundle.users) == 6


def test_names_that_differ_by_case_only_are_not_chosen_between():
    assert refusal(zipped(roster() | {"Users.csv": "x"})) is Code.ARCHIVE_DUPLICATE_NAME


def test_files_in_the_only_folder_of_the_archive_are_read_with_a_warning(tmp_path):
    files = {f"export 2024/{name}": content for name, content in roster().items()}
    bundle = read(files | {"__MACOSX/export 2024/._users.csv": b"\0", ".DS_Store": b"\0"})
    assert [issue.code for issue in bundle.issues] == [Code.FILE_IN_SUBFOLDER]
    assert len(bundle.users) == 6
    write(tmp_path, files)
    assert [issue.code for issue in read_roster(tmp_path).issues] == [Code.FILE_IN_SUBFOLDER]


def test_other_files_are_passed_over_and_named():
    bundle = read(roster() | {"notes.txt": "x", "old/users.csv": "x", "<img onerror=x>\u202e.csv": "x"})
    named = {issue.value for issue in found(bundle, Code.FILE_IGNORED)}
    assert named == {"notes.txt", "old/users.csv", "<img onerror=x>·.csv"}
    assert len(bundle.users) == 6


def test_files_of_the_standard_that_nobody_reads_are_named_as_not_used():
    bundle = read(roster() | {"demographics.csv": "sourcedId,birthDate,cityOfBirth\r\nu1,2014-01-01,Springfield\r\n"})
    assert [issue.value for issue in found(bundle, Code.FILE_NOT_USED)] == ["demographics.csv"]
