"""Reports, order and time do not depend on the machine, its clock, its language, or who else runs."""

import os
import re
import socket
import threading
import time
import xml.etree.ElementTree as ET
from itertools import count

import pytest
from tests.servers import BEHAVIOURS, answering, by_path

from aioc.report.atomic import write_atomically
from aioc.report.journal import read_journal

from .conftest import get

MINE = ("--server", "none", "--model", "m")
TEXT = '{"text": "größe 日本 \\u2028 \U0001f600"}'.encode()
JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
LOOK = "  - path: $.text\n    const: nothing\n"


@pytest.fixture
def journal(cases, serve, call, tmp_path):
    """Give the journal of a run with findings in many letters."""
    path = tmp_path / "run.jsonl"
    url = serve(by_path({"text": answering(JSON % (len(TEXT), TEXT))}, BEHAVIOURS["keeps"])).url
    folder = cases(a=get("/v1/text") + LOOK, b=get("/v1/models"), c=get("/v1/x", 404))
    assert call(folder, "--base-url", url, *MINE, "--journal", path).code == 1
    return path


@pytest.mark.threat("R12", "R13", "P7")
def test_no_language_zone_or_hash_seed_changes_a_byte(journal, start, tmp_path):
    """A terminal without UTF-8 is one of the two."""
    made = []
    for number, environment in enumerate(
        (
            {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0", "COLUMNS": "20"},
            {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8", "PYTHONIOENCODING": "ascii"},
        )
    ):
        files = {kind: tmp_path / f"{number}.{kind}" for kind in ("junit", "html", "markdown")}
        process = start(
            "report", journal, *(word for kind, path in files.items() for word in (f"--{kind}", path)),
            environment=environment,
        )  # fmt: skip
        ended = process.end()
        assert (ended.code, ended.err, "\x1b" in ended.out) == (1, "", False)
        made.append((ended.out, *(path.read_bytes() for path in files.values())))
    assert made[0] == made[1]
    assert "größe 日本".encode() in made[0][3]


@pytest.mark.threat("P7")
def test_the_same_journal_gives_the_same_verdicts_and_bytes_again(journal, cases, call, tmp_path):
    again = tmp_path / "again.jsonl"
    assert call(tmp_path / "cases", "--replay", journal, "--journal", again).code == 1
    one, two = (read_journal(path).cases for path in (journal, again))
    assert [(case.id, case.verdict, case.findings) for case in one] == [
        (case.id, case.verdict, case.findings) for case in two
    ]
    made = []
    for number in range(2):
        files = [tmp_path / f"{number}.{kind}" for kind in ("junit", "html", "markdown")]
        call("report", journal, "--junit", files[0], "--html", files[1], "--markdown", files[2], command="aioc")
        made.append([path.read_bytes() for path in files])
    assert made[0] == made[1]


@pytest.mark.threat("R7")
def test_a_reader_that_goes_away_is_no_traceback(journal, start):
    process = start("report", journal)
    process.popen.stdout.close()
    process.popen.stdout = None
    ended = process.end()
    assert ("Traceback" in ended.err, "Exception" in ended.err, ended.code in (0, 1)) == (False, False, True)


@pytest.mark.threat("R8")
def test_of_two_writers_of_one_report_the_last_wins_whole(tmp_path):
    path = tmp_path / "run.xml"
    contents = [bytes([letter]) * 300_000 for letter in b"abcd"]
    path.write_bytes(contents[0])
    over = threading.Event()

    def write(content):
        for _ in range(15):
            write_atomically(path, content)

    seen = set()

    def look():
        while not over.is_set():
            seen.add(path.read_bytes())

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    reader = threading.Thread(target=look)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    reader.join()
    assert seen <= set(contents) and path.read_bytes() in contents
    assert [file.name for file in tmp_path.iterdir()] == ["run.xml"]


@pytest.mark.threat("R9", "P3")
def test_a_clock_that_jumps_back_changes_no_duration_and_no_deadline(cases, serve, call, tmp_path, monkeypatch):
    jump = count()
    monkeypatch.setattr(time, "time", lambda: 2e9 - 3600 * next(jump))
    path = tmp_path / "run.jsonl"
    folder = cases(a=get("/v1/models"), b=get("/v1/slow_body"))
    url = serve(by_path(BEHAVIOURS, BEHAVIOURS["keeps"])).url
    assert call(folder, "--base-url", url, *MINE, "--timeout", 0.3, "--journal", path).code == 3
    fine, late = read_journal(path).cases
    assert 0 <= fine.seconds < 60 and 0 <= fine.transfers[0].total_ms < 60_000  # an hour is what the clock jumps
    assert 0.2 <= late.seconds < 60 and late.transfers[0].failure.kind == "deadline"


def normal(junit):
    """Give a JUnit file without its times and the port of the day."""
    return re.sub(
        r'(time|timestamp)="[^"]*"|127[.-]0[.-]0[.-]1[:-][0-9]+|(jobs|seconds)" value="[0-9.]+"', "", junit.read_text()
    )


@pytest.mark.threat("R10", "R11")
def test_cases_side_by_side_give_the_report_of_one_after_the_other(cases, serve, call, tmp_path):
    """The later ones are answered sooner, so that they end in another order; one job is the default."""
    lock, under_way, most = threading.Lock(), [0], [0]

    def slow(wire):
        while request := wire.request():
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            number = int(re.search(rb"/v1/n(\d+)", request)[1])
            time.sleep(0.01 * (12 - number))
            with lock:
                under_way[0] -= 1
            body = b'{"id": "own-%d", "cookie": %d}' % (number, request.lower().count(b"cookie:"))
            wire.send(
                b"HTTP/1.1 200 OK\r\nset-cookie: a=%d\r\ncontent-length: %d\r\n\r\n%s" % (number, len(body), body)
            )

    url = serve(by_path({f"n{number}": slow for number in range(12)} | {"own": slow}, BEHAVIOURS["keeps"])).url
    steps = (
        "steps:\n  - request: {{method: GET, path: /v1/n{0}}}\n    expect: [{{status: 200}}]\n"
        "    capture: {{id: '$.id'}}\n"
        "  - request: {{method: GET, path: '/v1/n{0}?of=${{id}}'}}\n    expect:\n      - status: 200\n"
        "      - path: $.id\n        const: own-{0}\n      - path: $.cookie\n        const: 0\n"
    )  # fmt: skip
    folder = cases(**{f"n{number:02}": steps.format(number) for number in range(12)})
    made = []
    for jobs in ((), ("--jobs", 8)):
        most[0] = 0
        junit = tmp_path / f"{len(made)}.xml"
        assert call(folder, "--base-url", url, *MINE, *jobs, "--junit", junit).code == 0
        made.append((most[0], normal(junit), [case.get("name") for case in ET.parse(junit).iter("testcase")]))
    assert made[0][0] == 1 and made[1][0] > 2
    assert made[0][2] == sorted(made[0][2])
    assert made[0][2] == made[1][2]
    assert made[0][1] == made[1][1]


@pytest.mark.threat("S22")
def test_a_dead_address_of_a_name_is_passed_over(cases, serve, call, monkeypatch, free_port):
    server = serve(by_path({}, BEHAVIOURS["keeps"]))
    asked = socket.getaddrinfo

    def several(host, port, *more, **most):
        if host != "several.example":
            return asked(host, port, *more, **most)
        return [*asked("127.0.0.1", free_port, *more, **most), *asked("127.0.0.1", server.port, *more, **most)]

    monkeypatch.setattr(socket, "getaddrinfo", several)
    assert call(cases(a=get("/v1/models")), "--base-url", "http://several.example:1", *MINE).code == 0


@pytest.mark.threat("R7", "P5")
@pytest.mark.parametrize(("output", "code"), [("a pipe that nobody reads", 1), ("a full disk", 3)])
def test_output_that_cannot_be_written_keeps_no_report_from_being_written(cases, serve, start, tmp_path, output, code):
    """A run that failed still says so by its exit code."""
    if output == "a full disk":
        out = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, out = os.pipe()
        os.close(reader)
    status = 404 if code == 1 else 200
    folder, junit, journal = cases(a=get("/v1/models", status)), tmp_path / "run.xml", tmp_path / "run.jsonl"
    url = serve(by_path({}, BEHAVIOURS["keeps"])).url
    asked = ("--base-url", url, *MINE, "-v", "--junit", junit, "--journal", journal)
    ended = start("run", folder, *asked, stdout=out).end()
    os.close(out)
    assert ("Traceback" in ended.err, ended.code) == (False, code), ended.err
    assert ET.parse(junit).getroot().get("tests") == "1" and read_journal(journal).summary
