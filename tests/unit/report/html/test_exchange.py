"""What the HTML report shows of an exchange: indented but unchanged JSON, streams as rows, and what is left out."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from aioc.model.exchange import Failure, Transfer, WireFile, WireRequest
from aioc.report.html.exchange import FULL, SHORT, WIDE, exchange_view, indented, shown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@given(value=JSON, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_indenting_changes_no_token(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    whole, end = indented(text, 1 << 20)
    assert end == len(text)
    assert TOKEN.findall(whole) == TOKEN.findall(text)


@given(value=JSON, limit=st.integers(1, 60))
def test_a_limit_gives_the_beginning(value, limit):
    text = json.dumps(value)
    part, end = indented(text, limit)
    assert len(part) <= limit
    assert indented(text, 1 << 20)[0].startswith(part)
    assert end <= len(text)


def test_numbers_escapes_and_repeated_keys_stay_as_they_came():
    assert shown(b'{"a":1.0e3,"a":"\\u00e9","b":[1,2,\n3],"c":{}}', 999).text == (
        '{\n  "a": 1.0e3,\n  "a": "\\u00e9",\n  "b": [1,2,\n3],\n  "c": {}\n}'
    )


def test_what_is_left_out_is_said():
    assert shown(b"x" * 5000, 4096).left == "904 of 5,000 characters are left out"
    assert shown(b"\xff\x00", 99).left == "2 bytes that are no text"
    assert shown("é".encode()[:1], 99).text == ""  # cut inside its only character
    assert shown(b"abc", 99, 500).left == "the journal holds 3 of 500 bytes; all of them are shown"
    assert shown(None, 9).text == shown(b"", 9).left == ""
    assert shown(b"{not json", 99).text == "{not json"
    assert shown(b"[" * 100_000, 10).text == "[" * 10


def stream(times, body=b"data: {}\n\n", **more):
    arrivals = tuple((at, len(body) * number) for number, at in enumerate(times, 1))
    request = WireRequest("POST", "/v1/chat/completions", (), b'{"stream": true}')
    headers = (("content-type", "text/event-stream"),)
    return Transfer(request, 200, headers, body * len(times), arrivals, total_ms=times[-1] + 1, **more)


def view(transfer, limits=FULL):
    return exchange_view(transfer, 1, limits, about=False, opened=True)


def test_a_stream_is_drawn_by_its_arrivals():
    one = view(stream([10.0, 60.0, 60.0, 110.0], b"event: x\ndata: {}\n\n"))
    assert [(row.at, row.gap, row.event) for row in one.events] == [
        ("10.0", "+10.0", "x"), ("60.0", "+50.0", "x"), ("60.0", "+0.0", "x"), ("110.0", "+50.0", "x"),
    ]  # fmt: skip
    assert [row.start + row.width for row in one.events][-1] == WIDE
    assert all(row.start >= 0 and row.width > 0 and row.start + row.width <= WIDE for row in one.events)
    assert one.events_line == (
        "4 events in 3 reads, the first after 10.0 ms, the last after 110.0 ms, the end after 111.0 ms"
    )
    assert one.answer_body.text == ""


def test_a_long_stream_shows_its_beginning_and_its_end():
    rows = view(stream([float(at) for at in range(1, 251)])).events
    assert [row.number for row in rows if not row.skipped] == [*range(1, 99), 249, 250]
    assert [row.skipped for row in rows if row.skipped] == [150]
    rows = view(stream([float(at) for at in range(1, 12)]), SHORT).events
    assert [row.skipped for row in rows if row.skipped] == [1]


def test_what_was_no_stream_after_all_shows_its_body():
    one = view(stream([1.0], b"oops"))
    assert one.events == () and one.answer_body.text == "oops" and one.events_line == ""


def test_no_answer_retries_and_cuts_are_told():
    request = WireRequest("GET", "/v1/models", (("authorization", None),))
    one = view(Transfer(request, failure=Failure("refused", "no connection", "is it up?"), retries=("429",)))
    assert one.status == "no answer" and one.answer_head == ""
    assert one.remarks == (("not judged", "no connection (refused)"), ("hint", "is it up?"), ("asked again", "429"))
    assert "authorization: (not sent at all)" in one.request_head
    assert view(Transfer(request, 200, cut="hang-up")).remarks == (("cut", "the case hung up on purpose"),)
    assert "--max-body" in view(Transfer(request, 200, cut="limit")).remarks[0][1]
    assert "kept no headers" in view(Transfer(request, 200, headers_kept=False)).answer_head


def test_a_form_is_told_part_by_part():
    request = WireRequest("POST", "/v1/files", (), None, (("purpose", "batch"),), (WireFile("file", "a", "x/y", b"1"),))
    assert view(Transfer(request, 200)).request_body.text == "purpose = batch\nfile = file a, x/y, 1 bytes"
