#!/usr/bin/env python3
"""Compare the verdicts of a journal with the expected ones of a set-up, a line for each difference.

usage: compare.py JOURNAL EXPECTED.yaml [--earlier JOURNAL | --write]

EXPECTED.yaml has a line for each case: `chat/basic: PASS`, and what is not PASS says why:
`err/x: {verdict: WARN, why: "..."}`; a verdict that varies is a list, `[PASS, WARN]`. Cases that are not asked for one
reason stand together: `skipped: [{reason: "...", why: "...", cases: [...]}]`, and the reason is compared too. With
--write the file is made from the journal; each `why` that is there stays, and where one is missing the findings stand
as comments, for whoever writes it.

A model answers by luck, and what it does once in a hundred runs no table knows. With --earlier, the journal of another
run of the same set-up, a case that differs in one of the two is told as `once of two runs: …` and is no difference.

Exit code: 0 the same, 1 a difference, 2 usage or a file that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

VERDICTS = ("PASS", "WARN", "FAIL", "SKIP", "ERROR")
MAX_COMMENTS = 3
MAX_COMMENT = 100


class BadFileError(Exception):
    """A file is not what it should be: which, and why."""


@dataclass(frozen=True)
class Expected:
    """What is expected of a case, and why it is not PASS."""

    verdicts: tuple[str, ...]
    why: str = ""
    reason: str | None = None
    """Of a case that is skipped: why the run says so."""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description="Compare a journal's verdicts with the expected ones.")
    parser.add_argument("journal", type=Path)
    parser.add_argument("expected", type=Path)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--earlier", type=Path, help="an earlier run: only what differs in both is a difference")
    how.add_argument("--write", action="store_true", help="make the file from the journal")
    given = parser.parse_args(arguments)
    try:
        cases, complete = read_journal(given.journal)
        if given.write:
            expected = read_expected(given.expected) if given.expected.exists() else {}
            if not complete:
                raise BadFileError(f"{given.journal}: the run did not end; nothing is written")
            given.expected.write_text(written(cases, expected), encoding="utf-8")
            return 0
        expected = read_expected(given.expected)
        found = differences(cases, expected)
        earlier = differences(read_journal(given.earlier)[0], expected) if given.earlier else found
    except BadFileError as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    for case in sorted(found.keys() ^ earlier.keys()):
        print(f"once of two runs: {found.pop(case, None) or earlier[case]}")
    if not complete:
        found[""] = "the journal has no footer, or says that the run is not complete"
    for line in found.values():
        print(line)
    print(f"{given.expected.name}: {len(cases)} cases, {len(found)} differences")
    return 1 if found else 0


def read_journal(path: Path) -> tuple[dict[str, dict[str, Any]], bool]:
    """The cases of a journal by id, and whether the run came to its end."""
    cases: dict[str, dict[str, Any]] = {}
    complete = False
    # Not splitlines(): a JSON text may hold U+2028 and the like as they are.
    for number, text in enumerate(_read(path).rstrip("\n").split("\n"), 1):
        try:
            line = json.loads(text)
            record = line["record"]
            if record == "case" and line.get("selected", True):
                if line["id"] in cases:
                    raise BadFileError(f"{path}:{number}: {line['id']} a second time")
                if line["verdict"] not in VERDICTS:
                    raise BadFileError(f"{path}:{number}: unknown verdict {line['verdict']}")
                cases[line["id"]] = line
            elif record == "footer":
                complete = bool(line.get("complete", True))
        except (ValueError, KeyError, TypeError) as error:
            raise BadFileError(f"{path}:{number}: no line of a journal: {error!r}") from error
    if not cases:
        raise BadFileError(f"{path}: no case in it")
    return cases, complete


def read_expected(path: Path) -> dict[str, Expected]:
    """The expected verdicts of a file."""
    try:
        document = yaml.safe_load(_read(path))
        expected = {str(case): _expected(value) for case, value in document["cases"].items()}
        for group in document.get("skipped") or ():
            one = Expected(("SKIP",), str(group.get("why") or "").strip(), str(group["reason"]))
            for case in group["cases"]:
                if case in expected:
                    raise TypeError(f"{case} stands twice")
                expected[str(case)] = one
        return expected
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadFileError(f"{path}: no file of expected verdicts: {error}") from error


def _expected(value: Any) -> Expected:
    if isinstance(value, str):
        value = {"verdict": value}
    verdicts = value.get("verdict")
    verdicts = tuple(verdicts) if isinstance(verdicts, list) else (verdicts,)
    if not set(value) <= {"verdict", "why"} or not verdicts or not set(verdicts) <= set(VERDICTS):
        raise TypeError(f"{value!r} is neither a verdict nor {{verdict, why}}")
    return Expected(verdicts, str(value.get("why") or "").strip())


def differences(cases: dict[str, dict[str, Any]], expected: dict[str, Expected]) -> dict[str, str]:
    """A line by case for each difference: changed, new, gone, and what is not PASS and does not say why."""
    lines = {}
    for case in sorted(cases.keys() | expected.keys()):
        line = _difference(cases.get(case), expected.get(case))
        if line:
            lines[case] = f"{case}: {line}"
    return lines


def _difference(record: dict[str, Any] | None, wanted: Expected | None) -> str:
    if wanted is None:
        return f"{record['verdict']}, not in the file{_because(record)}" if record else ""
    verdicts = " or ".join(wanted.verdicts)
    if record is None:
        return f"expected {verdicts}, did not run"
    if record["verdict"] not in wanted.verdicts:
        return f"expected {verdicts}, got {record['verdict']}{_because(record)}"
    if wanted.reason not in (None, record["reason"]):
        return f"expected to be skipped for {wanted.reason!r}, was for {record['reason']!r}"
    return f"{verdicts} without a why" if wanted.verdicts != ("PASS",) and not wanted.why else ""


def _because(record: dict[str, Any]) -> str:
    reasons = _reasons(record)
    return f" ({reasons[0]})" if reasons else ""


def _reasons(record: dict[str, Any]) -> list[str]:
    """What the journal says for a verdict that is not PASS, a printable line each."""
    reasons = [str(record["reason"])] if record.get("reason") else []
    for finding in record.get("findings", ()):
        if finding["severity"] == "info":
            continue
        mark = f" [{finding['mark']}]" if finding.get("mark") else ""
        reasons.append(f"{finding['severity']} {finding['address']}: {finding['message']}{mark}")
    # A server's own text may be in it: nothing in a comment may end the line or colour a terminal.
    return ["".join(c if c.isprintable() else " " for c in reason)[:MAX_COMMENT] for reason in reasons]


def written(cases: dict[str, dict[str, Any]], expected: dict[str, Expected]) -> str:
    """The text of a file of expected verdicts."""
    lines = [
        "# The verdicts expected of a real server; scripts/real/compare.py reads and writes it.",
        "cases:",
    ]
    skipped: dict[str, list[str]] = {}
    for case, record in sorted(cases.items()):
        verdict = record["verdict"]
        key = _scalar(case)
        known = expected.get(case)
        varies = known is not None and len(known.verdicts) > 1 and verdict in known.verdicts
        # What was asked and seen not to hold is told by itself, in words that may hold numbers of this run.
        if verdict == "SKIP" and not varies and not record["findings"]:
            skipped.setdefault(record["reason"], []).append(case)
            continue
        if verdict == "PASS" and not varies:
            lines.append(f"  {key}: PASS")
            continue
        # A `why` explains one verdict; with another verdict it would explain the wrong thing.
        why = known.why if known and verdict in known.verdicts else ""
        if not why:
            lines += [f"  # {reason}" for reason in _reasons(record)[:MAX_COMMENTS]]
        shown = f"[{', '.join(known.verdicts)}]" if known and varies else verdict
        lines.append(f"  {key}: {{verdict: {shown}, why: {json.dumps(why, ensure_ascii=False)}}}")
    if skipped:
        whys = {one.reason: one.why for one in expected.values() if one.reason is not None}
        lines.append("skipped:")
        for reason, names in sorted(skipped.items()):
            lines.append(f"  - reason: {json.dumps(reason, ensure_ascii=False)}")
            lines.append(f"    why: {json.dumps(whys.get(reason, ''), ensure_ascii=False)}")
            lines += ["    cases:", *(f"      - {_scalar(name)}" for name in names)]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """A key as YAML reads it back: plain where that is the same text."""
    try:
        plain = yaml.safe_load(f"{text}: 0") == {text: 0}
    except yaml.YAMLError:
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"{path}: {error}") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
