"""The HTML report: everything in it once, nothing of a server's text as markup, the same from run and journal."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aioc.model.case import Severity
from aioc.model.exchange import Failure, Transfer, WireFile, WireRequest
from aioc.model.problem import Place
from aioc.model.result import Finding, Verdict
from aioc.model.run import Conditions, Failing, RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.codec import decode_case, encode_case
from aioc.report.html.page import html_page
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport
from aioc.report.unstable import End, Unstable


@pytest.fixture
def report(everything):
    return TargetReport(everything.header, everything.records, everything.summary, everything.failing)


def parsed(page):
    return lxml.html.document_fromstring(page.decode("utf-8"))


INLINE = {"a", "b", "code", "i", "small", "span"}


def words(element):
    """Give the text as it is read: only what stands in a line stands together."""

    def walk(at):
        edge = "" if at.tag in INLINE else " "
        yield edge + (at.text or "")
        for child in at:
            yield from walk(child)
            yield child.tail or ""
        yield edge

    return " ".join("".join(walk(element)).split())


def test_every_case_is_there_once_with_its_verdict_and_mark(report):
    page = parsed(html_page([report]))
    cases = page.xpath("//details[@class='case']")
    assert sorted(case.get("id") for case in cases) == sorted(f"case/{record.id}" for record in report.records)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for record in report.records:
        (case,) = [case for case in cases if case.get("id") == f"case/{record.id}"]
        assert words(case.find("summary")).startswith(record.verdict.value)
        assert record.title in words(case)
        assert case.get("data-known") == ("known" if "known" in record.id else "new")
        for finding in record.findings:
            for text in (finding.message, finding.expected, finding.actual, finding.place.file, finding.reason):
                assert text in words(case)
    assert {case.get("data-verdict") for case in cases} == {verdict.value for verdict in Verdict}


def test_the_counts_agree_with_the_records(report):
    page = parsed(html_page([report]))
    counted = dict(reversed(text.split()) for text in map(words, page.xpath("//header//*[@class='count']")))
    assert counted == {"FAIL": "3", "ERROR": "2", "WARN": "2", "PASS": "2", "SKIP": "1"}


def test_the_summary_begins_with_what_broke_and_what_is_known(report):
    page = parsed(html_page([report]))
    broke, known, after = page.xpath("//section[@class='broke' or @class='known' or @class='next']")
    assert words(page.find(".//p[@class='told']")) == (
        "Failed: 2 cases and 1 stale entry (--fail-on new, stale), 2 could not be judged. Exit code 1."
    )
    links = broke.xpath("./ul//a/@href")
    assert links == ["#case/chat/fail", "#case/http/inv"]
    assert "the connection broke" in words(broke)
    assert "Wholly known to the server's overlay: 1 FAIL, 1 WARN." in words(known)
    assert "2 known findings, 1 of them downgraded" in words(known)
    assert "aioc run --server llama.cpp --base-url http://127.0.0.1:8080 --select chat/fail --select http/inv" in words(
        after
    )


def test_what_broke_is_told_by_whose_answer_it_is(report, make_record, make_finding):
    ours = make_record("chat/a", Verdict.FAIL, [make_finding(whose="litellm")])
    theirs = make_record("chat/b", Verdict.FAIL, [make_finding(whose="vllm")])
    page = parsed(html_page([replace(report, records=(ours, theirs))]))
    assert [words(h) for h in page.xpath("//section[@class='broke']/h3")] == [
        "1 in answers of litellm", "1 in answers of vllm",
    ]  # fmt: skip


def test_a_fail_of_the_baseline_is_not_new(report):
    header = replace(report.header, conditions=Conditions(("new",), ("chat/fail",)))
    page = parsed(html_page([replace(report, header=header)]))
    assert page.xpath("//section[@class='broke']/ul//a/@href")[0] == "#case/http/inv"


def test_a_warn_and_a_skip_that_count_as_failed_are_what_broke(report):
    report = replace(report, failing=Failing(frozenset({"chat/warn", "chat/skip"})))
    broke = words(parsed(html_page([report])).find(".//section[@class='broke']"))
    assert "not fulfilled" in broke and "no model plays model" in broke and "warnings that count" in broke


def test_new_fails_are_open_and_the_rest_is_closed(report):
    page = parsed(html_page([report]))
    opened = page.xpath("//details[@class='case'][@open]/@id")
    assert opened == ["case/chat/fail", "case/http/inv"]
    assert page.xpath("//details[@class='group'][@open]") == []


def test_unstable_stale_and_surface_are_told(report):
    record = report.records[1]
    unstable = Unstable(record.id, (End((2,), record), End((1, 3), replace(record, verdict=Verdict.PASS))))
    text = words(parsed(html_page([replace(report, unstable=(unstable,), runs=3)])))
    assert "FAIL in run 2, PASS in runs 1, 3" in text
    assert "llama.cpp: chat/pass status" in text and "remove the entry" in text
    assert "Surface: 1 of 1 endpoints are there" in text


def test_it_is_the_same_from_the_journal(report):
    records = tuple(decode_case(json.loads(json.dumps(encode_case(record, 1 << 18)))) for record in report.records)
    assert html_page([replace(report, records=records)]) == html_page([report])


def test_nothing_runs_but_what_the_policy_names(report):
    page = parsed(html_page([report]))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        (element,) = page.iter(kind)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    for element in page.iter():
        assert not [name for name in element.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118
        assert element.get("src") is None
        assert (element.get("href") or "#").startswith("#")


def test_every_link_leads_somewhere(report, everything):
    several = [replace(report, header=replace(everything.header, label=label)) for label in ("a", "b")]
    for page in map(parsed, (html_page([report]), html_page(several))):
        assert {href[1:] for href in page.xpath("//@href")} <= set(page.xpath("//@id"))


def test_wire_text_keeps_its_lines_and_shows_what_deceives(report, make_record):
    body = "\n first line\n\tsecond\u202e \x1b[31m\x07"
    transfer = Transfer(WireRequest("GET", "/v1/models"), 200, (("x-a", "1"),), body.encode())
    page = parsed(html_page([replace(report, records=(make_record("a/b", Verdict.FAIL, transfers=(transfer,)),))]))
    (shown,) = page.xpath("//pre[@data-copy='answer']")
    assert shown.text.removeprefix("\n") == "\n first line\n\tsecond\\u202e \\u0007"


# --- no text is ever markup

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style><img src=x onerror=alert(1)>",
            "\" onclick=\"alert(1)", "' autofocus onfocus='alert(1)", "<!--", "-->", "]]>", "</pre></details><h1>",
            "{{ 7 * 7 }}", "{% raw %}", "&lt;b&gt;", "&#60;b>", "javascript:alert(1)", "</title><svg onload=alert(1)>",
            "\x00<b>", "\ud800<b>", "\u2028<b>", "<plaintext>",
        ]
    ),
)  # fmt: skip


def hostile(text):
    """Give the reports of a single target and of two, with this text everywhere where text can stand."""
    x = "a" + text
    line = re.sub(r"[\r\n\x00\ud800]", " ", x)
    finding = Finding(
        x, Severity.FAIL, x, x, x, Place(x, 1, 1, x), x, 0, whose=x, mark="known", reason=x, asked_by=(x, x), count=2
    )
    raw = line.encode()
    request = WireRequest("POST" + x, "/" + x, ((x, x), ("b", None)), raw)
    form = WireRequest("POST", "/", (), None, ((x, x),), (WireFile(x, x, x, b"a"),))
    plain = Transfer(request, 200, ((x, x),), raw, retries=(x,), failure=Failure("broken", x, x))
    stream = Transfer(
        form, 200, (("content-type", "text/event-stream"),), f"event: {line}\ndata: {line}\n\n".encode(), ((1.0, 9),)
    )
    records = tuple(
        CaseRecord(
            f"{x}{number}", x, x, x, x, "", verdict, (finding, replace(finding, mark=None, reason="", whose="")), x, x,
            (x,), 0.1, False, (plain, stream), why=x,
        )
        for number, verdict in enumerate(Verdict)
    )  # fmt: skip
    header = RunHeader(x, x, x, x, (x,), {x: x}, {x: x}, (x,), x, x, x, versions={x: x})
    summary = RunSummary((SurfaceRow(x, x, x, Verdict.PASS, x),), (StaleEntry(x, x, x, x),), x, 1.0)
    unstable = (Unstable(records[0].id, (End((1,), records[0]),)),)
    report = TargetReport(header, records, summary, Failing(frozenset(), summary.stale), unstable)
    return [report], [report, replace(report, header=replace(header, label="b" + text))]


def shape(element):
    return (element.tag, tuple(sorted(element.keys())), tuple(shape(child) for child in element))


@pytest.fixture(scope="module")
def harmless():
    return [shape(parsed(html_page(reports))) for reports in hostile("b")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=HOSTILE)
def test_no_text_adds_an_element_or_an_attribute(harmless, text):
    for expected, reports in zip(harmless, hostile(text), strict=True):
        assert shape(parsed(html_page(reports))) == expected


# --- several targets


@pytest.fixture
def several(report, everything):
    second = tuple(
        replace(record, verdict=Verdict.PASS, findings=()) for record in everything.records if record.id != "chat/skip"
    )
    return [
        report,
        TargetReport(replace(everything.header, label="other"), second, everything.summary, Failing(frozenset())),
    ]


def test_several_targets_begin_with_a_matrix(several):
    page = parsed(html_page(several))
    assert "P pass · W warn · F fail · S skip · E error" in words(page)  # what the letters mean
    by_topic, by_case = page.xpath("//table[starts-with(@class, 'matrix') and not(ancestor::details)]")
    assert [words(cell) for cell in by_topic.xpath(".//thead//th")] == ["topic", "llama.cpp", "other"]
    rows = {words(row[0]): [words(cell) for cell in row[1:]] for row in by_topic.xpath(".//tbody/tr")}
    assert rows["all"] == ["3F 2E 2W 2P 1S", "9P"]
    assert rows["http"] == ["1F", "1P"]
    rows = {words(row[0]): [words(cell) for cell in row[1:3]] for row in by_case.xpath(".//tbody/tr")}
    assert rows["chat/fail"] == ["F", "P"]
    assert rows["chat/known-fail"] == ["F k", "P"]
    assert not {"chat/pass", "chat/skip", "chat/info"} & set(rows)
    assert "3 cases are PASS or SKIP everywhere" in words(page)


def test_a_finding_is_counted_over_the_targets(several, everything):
    first = several[0]
    many = [replace(first, header=replace(everything.header, label=f"t{number}")) for number in range(3)] + several[1:]
    (table,) = parsed(html_page(many)).xpath("//table[@class='findings']")
    rows = [words(row) for row in table.xpath(".//tbody/tr")]
    assert "fail 3 of 4 chat/fail status is not 200 t0, t1, t2" in rows
    assert "fail 3 of 4, 3 known chat/known-fail status is not 200 t0, t1, t2" in rows


def test_of_several_targets_only_what_is_not_fine_has_details(several):
    page = parsed(html_page(several))
    ids = page.xpath("//details[@class='case']/@id")
    assert "1/case/chat/fail" in ids and "1/case/chat/pass" not in ids and not [i for i in ids if i.startswith("2/")]


# --- readable


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_text_has_contrast_aa(report):
    (style,) = parsed(html_page([report])).iter("style")
    colours = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style.text)}
    verdicts = ("fail", "error", "warn", "pass", "skip")
    pairs = [(name, back) for name in ("text", "quiet", "link") for back in ("paper", "raised")]
    pairs += [(name, back) for name in verdicts for back in (f"{name}-back", "paper", "raised")]
    for text, back in pairs:
        for theme in (0, 1):
            light, dark = sorted((_luminance(colours[text][theme]), _luminance(colours[back][theme])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, back, ("light", "dark")[theme])
