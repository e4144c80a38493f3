"""A small run, again and again, each time with another one of its calls to the system failing once.

`make test` takes the first call of each kind and a sample that changes with the month; AIOC_TORTURE=all every call.
"""

import errno
import os
import random
import socket
import time
import xml.etree.ElementTree as ET

import pytest

from aioc.report.journal import read_journal

from .conftest import get

ALL = os.environ.get("AIOC_TORTURE") == "all"
SAMPLE = 6
ERRORS = {
    "connect": errno.ECONNREFUSED, "send": errno.EPIPE, "recv": errno.ECONNRESET, "open": errno.EACCES,
    "write": errno.ENOSPC, "flush": errno.ENOSPC, "fsync": errno.EIO, "chmod": errno.EPERM, "replace": errno.EROFS,
}  # fmt: skip
REPORTS = {
    "run.xml": ET.fromstring,
    "run.html": lambda raw: raw.rstrip().endswith(b"</html>") or pytest.fail("the page is torn"),
    "run.md": lambda raw: (raw.startswith(b"## ") and raw.endswith(b"\n")) or pytest.fail("the Markdown is torn"),
}


class Calls:
    """Counts the calls; the one of number `fail` (from 0) fails, once."""

    def __init__(self):
        self.kinds = []
        self.fail = None

    def __call__(self, kind):
        number = len(self.kinds)
        self.kinds.append(kind)
        if number == self.fail:
            raise OSError(ERRORS[kind], os.strerror(ERRORS[kind]))


class File:
    """A file whose writes are counted."""

    def __init__(self, file, calls):
        self._file, self._calls = file, calls

    def write(self, data):
        self._calls("write")
        return self._file.write(data)

    def flush(self):
        self._calls("flush")
        self._file.flush()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()


@pytest.fixture
def calls(monkeypatch):
    """Count what the run asks of the system: the sockets it opens, files, their writes and moves."""
    made = Calls()

    class Socket(socket.socket):
        def send(self, *given):
            made("send")
            return super().send(*given)

        def recv(self, *given):
            made("recv")
            return super().recv(*given)

    connect, fdopen = socket.create_connection, os.fdopen

    def connected(*given, **more):
        made("connect")
        plain = connect(*given, **more)
        timeout = plain.gettimeout()
        counted = Socket(plain.family, plain.type, plain.proto, plain.detach())
        counted.settimeout(timeout)
        return counted

    def counted(kind, call):
        def wrapper(*given, **more):
            made(kind)
            return call(*given, **more)

        return wrapper

    monkeypatch.setattr(socket, "create_connection", connected)
    monkeypatch.setattr(os, "fdopen", lambda *given, **more: File(fdopen(*given, **more), made))
    for kind, name in {"open": "open", "fsync": "fsync", "chmod": "chmod", "replace": "replace"}.items():
        monkeypatch.setattr(os, name, counted(kind, getattr(os, name)))
    return made


def once(call, folder, url, place):
    """Run where old reports lie; give the exit code."""
    place.mkdir()
    for name in REPORTS:
        (place / name).write_bytes(b"old")
    ended = call(
        folder, "--base-url", url, "--server", "none", "--model", "m", "--timeout", 2, "--journal", place / "run.jsonl",
        "--junit", place / "run.xml", "--html", place / "run.html", "--markdown", place / "run.md",
    )  # fmt: skip
    assert "Traceback" not in ended.err + ended.out
    return ended


def check(ended, place):
    """A defined end, each report whole or the old one, a journal that can be read, nothing else left."""
    assert ended.code in (0, 2, 3), ended.err
    assert {path.name for path in place.iterdir()} <= {*REPORTS, "run.jsonl"}, "something is left over"
    raw = {name: (place / name).read_bytes() for name in REPORTS}
    for name, whole in REPORTS.items():
        if raw[name] != b"old":
            whole(raw[name])
    journal = place / "run.jsonl"
    if ended.code == 2 or not journal.exists():  # bad input, or a server that is away: nothing was begun
        assert set(raw.values()) == {b"old"}
    if journal.exists() and journal.read_bytes():
        assert read_journal(journal).header
    if ended.code == 0:
        assert b"old" not in raw.values() and read_journal(journal).summary
    else:
        assert ended.err or "could not be judged" in ended.out


@pytest.mark.threat("P5", "R6", "R1")
def test_whatever_fails_once_the_end_is_defined_and_the_reports_are_whole(
    cases, serve, call, calls, tmp_path, record_property
):
    folder, url = cases(one=get("/v1/models"), two=get("/v1/things")), serve("keeps").url
    once(call, folder, url, tmp_path / "first")  # what is read once a process is read now
    calls.kinds.clear()
    ended = once(call, folder, url, tmp_path / "counted")
    check(ended, tmp_path / "counted")
    kinds = list(calls.kinds)
    assert (ended.code, set(kinds)) == (0, set(ERRORS))
    month = time.strftime("%Y-%m")
    points = range(len(kinds))
    if not ALL:
        chosen = random.Random(month).sample(points, SAMPLE)
        points = sorted({*(kinds.index(kind) for kind in ERRORS), *chosen})
    codes = set()
    for point in points:
        calls.kinds.clear()
        calls.fail = point
        place = tmp_path / str(point)
        try:
            ended = once(call, folder, url, place)
            check(ended, place)
        except BaseException as fault:
            pytest.fail(
                f"call {point} of {len(kinds)} ({kinds[point]}; sample of {month}): {type(fault).__name__}: {fault}"
            )
        codes.add(ended.code)
    record_property("calls failed", len(points))
    assert {2, 3} <= codes
