"""JUnit XML that every reader takes the same way: built by junit-xml, corrected, read back."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence

from junit_xml import TestCase, TestSuite

from aioc.model.result import Verdict
from aioc.model.run import Failing, RunHeader, RunSummary, StaleEntry
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport
from aioc.report.text import clean, shorten
from aioc.report.words import finding_lines, headline, known_findings

EVIDENCE = 8 << 10
"""Characters of what a case shows (its findings, the exchange, the curl line); the journal has all of it."""
LEAST_EVIDENCE = 512
MAX_BYTES = 29_000_000
"""GitLab takes no file of 30 MB or more."""


def junit_xml(reports: Sequence[TargetReport], most: int = MAX_BYTES) -> bytes:
    """Give the report, a suite a target. A `<failure>` is exactly what makes a run fail.

    Of more than `most` bytes the cases show less. Raises ValueError if it cannot be read back.
    """
    evidence = EVIDENCE
    while len(raw := _written(reports, evidence)) > most and evidence > LEAST_EVIDENCE:
        evidence //= 2
    try:
        whole = len(ET.fromstring(raw).findall(".//testcase")) == raw.count(b"<testcase ")
    except ET.ParseError:
        whole = False
    if not whole:
        raise ValueError("the JUnit report cannot be read back")
    return raw


def _written(reports: Sequence[TargetReport], evidence: int) -> bytes:
    suites = [_suite(report, evidence) for report in reports]
    root = ET.Element("testsuites", {"name": suites[0].get("name") or "aioc" if len(suites) == 1 else "aioc"})
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name) or 0) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time') or 0) for suite in suites):.3f}")
    root.extend(suites)
    ET.indent(root)
    raw: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return raw


def _suite(report: TargetReport, evidence: int) -> ET.Element:
    label = re.sub(r"[^A-Za-z0-9_-]", "-", report.header.label) or "server"
    cases = [_case(label, record, report.failing, evidence) for record in report.records]
    cases += [_stale(label, entry) for entry in report.failing.stale]
    if not cases:
        cases = [_nothing(label)]
    suite = TestSuite(
        f"aioc {label}",
        [case for case, _ in cases],
        timestamp=report.header.started.partition("+")[0] or None,  # UTC; Ant's schema takes no zone
        properties=_properties(report.header, report.records, report.summary),
    )
    return _corrected(suite.build_xml_doc(), [kind for _, kind in cases])


def _case(label: str, record: CaseRecord, failing: Failing, evidence: int) -> tuple[TestCase, str]:
    """Give the testcase and the type of its one result element ('' for none)."""
    name = clean(record.id)
    case = TestCase(name, clean(f"{label}.{record.topic}"), record.seconds)
    fails = record.id in failing.cases
    lacking = "not fulfilled: " if fails and record.verdict is Verdict.SKIP else ""
    message = clean(shorten(lacking + headline(record), 500))
    # The message stands twice: some readers show only the attribute, some only the text.
    text = clean(shorten("\n".join([message, *finding_lines(record)]), evidence))
    if fails:
        case.add_failure_info(message, text, "aioc.fail")
        return case, "aioc.fail"
    if record.verdict is Verdict.ERROR:
        kind = "aioc.not-run" if record.not_run else "aioc.error"
        case.add_error_info(message, text, kind)
        return case, kind
    if record.verdict is Verdict.PASS:
        infos = [finding for finding in record.findings if finding.severity == "info"]
        if infos:
            case.stdout = clean(shorten("\n".join(f"INFO {finding.message}" for finding in infos), evidence))
        return case, ""
    kind = {Verdict.WARN: "aioc.warn", Verdict.SKIP: "aioc.skip", Verdict.FAIL: "aioc.known"}[record.verdict]
    case.add_skipped_info(message, text)
    return case, kind


def _stale(label: str, entry: StaleEntry) -> tuple[TestCase, str]:
    message = clean(f"STALE {entry.entry}: {entry.message}")
    case = TestCase(clean(f"stale: {entry.entry}"), f"{label}.overlay", 0.0)
    case.add_failure_info(message, clean(f"{message}\n{entry.place}"), "aioc.stale")
    return case, "aioc.stale"


def _nothing(label: str) -> tuple[TestCase, str]:
    """A report without a testcase would be silence in most readers."""
    case = TestCase("aioc.nothing-selected", f"{label}.run", 0.0)
    case.add_error_info("ERROR nothing was run", "ERROR nothing was run", "aioc.not-run")
    return case, "aioc.not-run"


def _properties(header: RunHeader, records: Sequence[CaseRecord], summary: RunSummary) -> dict[str, str]:
    counts = Counter(record.verdict.value for record in records)
    known, _ = known_findings(records)
    values = {
        "aioc": header.aioc_version,
        "catalogue": header.catalogue_version,
        "server": header.server,
        "version": header.version,
        "base_url": header.base_url,
        **{f"role.{role}": model for role, model in header.roles.items()},
        **{f"count.{verdict.value}": str(counts[verdict.value]) for verdict in Verdict},
        "known": str(known),
        "stale": str(len(summary.stale)),
        "complete": "true" if summary.complete else "false",
        "wall_seconds": f"{summary.seconds:.3f}",
    }
    return {clean(name): clean(value) for name, value in values.items() if value}


def _corrected(suite: ET.Element, kinds: Sequence[str]) -> ET.Element:
    """Undo what junit-xml 1.9 writes and junit-10.xsd forbids."""
    suite.attrib.pop("disabled", None)
    total = 0.0
    for case, kind in zip(suite.findall("testcase"), kinds, strict=True):
        seconds = float(case.get("time") or 0.0)
        total += seconds
        case.set("time", f"{seconds:.3f}")
        for result in case.findall("skipped"):
            result.set("type", kind)
    suite.set("time", f"{total:.3f}")
    return suite
