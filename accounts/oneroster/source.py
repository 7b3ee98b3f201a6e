"""Opens a folder or a zip of CSV files without trusting either.

Nothing is ever written to disk, so a path cannot escape; unsafe archives are refused all the same, as a whole and
with a code, because somebody should look at where they came from.
"""

from __future__ import annotations

import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from accounts.oneroster.issues import Code, IssueLog, RosterUnreadable, shown

_ARCHIVE_ENDINGS = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst")
_LITTER = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")
# Everything the standard library raises over a damaged archive.
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    KeyError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold. Sizes in bytes; the ratio is unpacked to packed, tested on entries over 1 MiB."""

    entries: int = 1000
    directory_bytes: int = 1024 * 1024
    entry_bytes: int = 2 * 1024**3
    total_bytes: int = 4 * 1024**3
    ratio: int = 200
    ratio_from_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str  # with forward slashes, relative
    open: Callable[[], BinaryIO]


class RosterSource:
    """The CSV files of a roster at one level, found by name whatever their case."""

    def __init__(self, entries: list[_Entry], log: IssueLog) -> None:
        self._log = log
        self._files: dict[str, _Entry] = {}
        self._by_lower: dict[str, str] = {}
        for entry in _one_level(entries, log):
            name = entry.path.rsplit("/", 1)[-1]
            if name.lower() in self._by_lower:
                raise RosterUnreadable(Code.ARCHIVE_DUPLICATE_NAME, shown(name))
            self._files[name] = entry
            self._by_lower[name.lower()] = name
        self._told_case: set[str] = set()

    def names(self) -> tuple[str, ...]:
        """The names of the CSV files as they are written in the source."""
        return tuple(self._files)

    def has(self, name: str) -> bool:
        """Whether there is a file of this name, in any case."""
        return name.lower() in self._by_lower

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The file's bytes as a stream. A wrong-case name is warned of once.

        Raises RosterUnreadable(ARCHIVE_DAMAGED or ARCHIVE_ENCRYPTED), also from within the block, where the bytes
        cannot be had.
        """
        actual = self._by_lower[name.lower()]
        if actual != name and name not in self._told_case:
            self._told_case.add(name)
            self._log.warning(Code.FILE_NAME_CASE, file=name, value=actual)
        try:
            stream = self._files[actual].open()
        except _DAMAGE as damage:
            raise RosterUnreadable(Code.ARCHIVE_DAMAGED, name) from damage
        with stream:
            yield io.BufferedReader(_Raw(stream, name), buffer_size=1 << 16)


class _Raw(io.RawIOBase):
    """A stream whose read failures are the archive's fault, not its reader's."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next bytes. Raises RosterUnreadable(ARCHIVE_DAMAGED) where they cannot be had."""
        try:
            data = self._stream.read(len(buffer))
        except _DAMAGE as damage:
            raise RosterUnreadable(Code.ARCHIVE_DAMAGED, self._name) from damage
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_source(origin: Path | BinaryIO, log: IssueLog, limits: Limits | None = None) -> Iterator[RosterSource]:
    """A folder, the path of a zip, or an open seekable zip.

    Raises RosterUnreadable for what is neither, is missing, is damaged, encrypted or unsafe: paths that leave the
    folder, links, archives inside, too many or too large entries, names that differ by case only.
    """
    limits = limits or Limits()
    if isinstance(origin, Path):
        if origin.is_dir():
            try:
                entries = list(_folder_entries(origin))
            except OSError as error:
                raise RosterUnreadable(Code.SOURCE_MISSING, shown(origin.name)) from error
            yield RosterSource(entries, log)
            return
        try:
            stream: BinaryIO = origin.open("rb")
        except (OSError, ValueError) as error:
            raise RosterUnreadable(Code.SOURCE_MISSING, shown(origin.name)) from error
        with stream, _open_zip(stream, log, limits) as source:
            yield source
        return
    with _open_zip(origin, log, limits) as source:
        yield source


def _folder_entries(folder: Path) -> Iterator[_Entry]:
    """Regular files of the folder and, for exports that add a level, of its direct subfolders."""
    for path in sorted(folder.iterdir()):
        if _is_litter(path.name):
            continue
        if path.is_symlink():
            raise RosterUnreadable(Code.ARCHIVE_LINK, shown(path.name))
        if path.is_dir():
            for inner in sorted(path.iterdir()):
                if inner.is_symlink():
                    raise RosterUnreadable(Code.ARCHIVE_LINK, shown(inner.name))
                if inner.is_file() and not _is_litter(inner.name):
                    yield _Entry(f"{path.name}/{inner.name}", _opener(inner))
        elif path.is_file():
            yield _Entry(path.name, _opener(path))


def _opener(path: Path) -> Callable[[], BinaryIO]:
    def open_plain_file() -> BinaryIO:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        return os.fdopen(descriptor, "rb")

    return open_plain_file


@contextmanager
def _open_zip(stream: BinaryIO, log: IssueLog, limits: Limits) -> Iterator[RosterSource]:
    try:
        if _directory_bytes(stream) > limits.directory_bytes:
            raise RosterUnreadable(Code.ARCHIVE_TOO_MANY_FILES)
        archive = zipfile.ZipFile(stream)
    except _DAMAGE as damage:
        raise RosterUnreadable(Code.ARCHIVE_DAMAGED) from damage
    with archive:
        yield RosterSource(list(_zip_entries(archive, limits)), log)


def look_through(stream: BinaryIO, limits: Limits) -> dict[str, int]:
    """The files inside a zip with their unpacked sizes, after every check of `open_source`; nothing is unpacked.

    For other formats that are zips. Raises RosterUnreadable for what is unsafe, too large or damaged.
    """
    try:
        if _directory_bytes(stream) > limits.directory_bytes:
            raise RosterUnreadable(Code.ARCHIVE_TOO_MANY_FILES)
        archive = zipfile.ZipFile(stream)
    except _DAMAGE as damage:
        raise RosterUnreadable(Code.ARCHIVE_DAMAGED) from damage
    with archive:
        names = {entry.path for entry in _zip_entries(archive, limits)}
        found = {info.filename.replace("\\", "/"): info.file_size for info in archive.infolist()}
    stream.seek(0)
    return {name: size for name, size in found.items() if name in names}


def _directory_bytes(stream: BinaryIO) -> int:
    """The size of the zip's central directory, read before `zipfile` loads it into memory.

    Layout: PKWARE APPNOTE 4.3.16 (end of central directory) and 4.3.14 (its 64-bit form).
    """
    size = stream.seek(0, os.SEEK_END)
    tail_start = max(0, size - 65_557)
    stream.seek(tail_start)
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise RosterUnreadable(Code.NOT_AN_ARCHIVE)
    (directory,) = struct.unpack_from("<L", tail, at + 12)
    if directory == 0xFFFFFFFF and at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        (offset,) = struct.unpack_from("<Q", tail, at - 12)
        stream.seek(offset)
        record = stream.read(56)
        stream.seek(0)
        if len(record) < 56:
            raise RosterUnreadable(Code.ARCHIVE_DAMAGED)
        (directory,) = struct.unpack_from("<Q", record, 40)
    return int(directory)


def _zip_entries(archive: zipfile.ZipFile, limits: Limits) -> Iterator[_Entry]:
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise RosterUnreadable(Code.ARCHIVE_TOO_MANY_FILES, str(len(infos)))
    total = 0
    for info in infos:
        path = info.filename.replace("\\", "/")
        parts = path.split("/")
        if path.startswith("/") or ":" in parts[0] or ".." in parts:
            raise RosterUnreadable(Code.ARCHIVE_UNSAFE_PATH, shown(path))
        mode = info.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise RosterUnreadable(Code.ARCHIVE_LINK, shown(path))
        if info.is_dir() or path.endswith("/") or any(_is_litter(part) for part in parts):
            continue
        if path.lower().endswith(_ARCHIVE_ENDINGS):
            raise RosterUnreadable(Code.ARCHIVE_NESTED, shown(path))
        if info.flag_bits & 0x1:
            raise RosterUnreadable(Code.ARCHIVE_ENCRYPTED, shown(path))
        total += info.file_size
        if info.file_size > limits.entry_bytes or total > limits.total_bytes:
            raise RosterUnreadable(Code.ARCHIVE_TOO_LARGE, shown(path))
        if info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise RosterUnreadable(Code.ARCHIVE_BOMB, shown(path))
        yield _Entry(path, _zip_opener(archive, info))


def _zip_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def open_member() -> BinaryIO:
        # zipfile stops at the size the directory declared, so an entry cannot unpack to more than was checked.
        return archive.open(info)  # type: ignore[return-value]

    return open_member


def _is_litter(name: str) -> bool:
    return name.lower() in _LITTER or name.startswith("._")


def _one_level(entries: list[_Entry], log: IssueLog) -> list[_Entry]:
    """The CSV files at the root or, where the root has none, of the only folder that has some."""
    tables = [entry for entry in entries if entry.path.lower().endswith(".csv")]
    for entry in entries:
        if entry not in tables:
            log.warning(Code.FILE_IGNORED, value=entry.path)
    root = [entry for entry in tables if "/" not in entry.path]
    folders = {entry.path.rsplit("/", 1)[0] for entry in tables if "/" in entry.path}
    if root or not tables:
        chosen = root
    elif len(folders) == 1:
        folder = folders.pop()
        log.warning(Code.FILE_IN_SUBFOLDER, value=folder)
        chosen = tables
    else:
        raise RosterUnreadable(Code.NO_ROSTER_FILES)
    for entry in tables:
        if entry not in chosen:
            log.warning(Code.FILE_IGNORED, value=entry.path)
    if not chosen:
        raise RosterUnreadable(Code.NO_ROSTER_FILES)
    return chosen
