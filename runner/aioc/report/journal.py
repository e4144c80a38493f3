"""The journal: one JSON line a case, flushed as it comes; everything else is a view of it."""

import base64
import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from aioc.model.frozen import frozen
from aioc.model.problem import Place, bad_input, did_you_mean
from aioc.model.run import RunHeader, RunSummary
from aioc.report.codec import (
    SCHEMA,
    decode_case,
    decode_header,
    decode_summary,
    encode_case,
    encode_header,
    encode_summary,
)
from aioc.report.record import CaseRecord
from aioc.report.text import Masker

MAX_BODY = 256 << 10
_NO_JOURNAL = "this is no journal of aioc"
_WRITTEN = "a journal is written with --journal FILE"
_DAMAGED = "run the cases again, or take the line out"


class ReportError(Exception):
    """A report could not be written: `path` and why."""

    def __init__(self, path: Path, why: str) -> None:
        """Say which and why."""
        self.path = path
        super().__init__(f"{path} cannot be written: {why}")


class JournalWriter:
    """Writes a journal line by line; what was written stays readable whatever happens next."""

    def __init__(self, path: Path, masker: Masker, *, replace: bool = False, max_body: int = MAX_BODY) -> None:
        """Create the file (mode 0600: it holds whole exchanges); raises ReportError when it exists or cannot be."""
        self._path = path
        self._masker = masker
        self._max_body = max_body
        self.counts: Counter[str] = Counter()
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if replace else os.O_EXCL)
        try:
            self._file = os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", errors="backslashreplace")
        except FileExistsError as error:
            raise ReportError(path, "it exists") from error
        except OSError as error:
            raise ReportError(path, error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the file; what a full disk kept back is lost, and was told when it was written."""
        with suppress(OSError):
            self._file.close()

    def header(self, header: RunHeader) -> None:
        """Write the first line."""
        self._write(encode_header(header))

    def case(self, record: CaseRecord) -> None:
        """Write a case."""
        if record.selected:
            self.counts[record.verdict.value] += 1
        self._write(encode_case(record, self._max_body))

    def footer(self, summary: RunSummary) -> None:
        """Write the last line: without it a journal is known to be incomplete."""
        self._write(encode_summary(summary, self.counts))

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._file.write(_text(line, self._masker) + "\n")
            self._file.flush()
        except OSError as error:
            raise ReportError(self._path, error.strerror or str(error)) from error


@frozen
class Journal:
    """A journal read back; without a footer (an interrupted run) `summary` is None.

    `shown` are cases that were not selected and only sent because they show a capability.
    """

    header: RunHeader
    cases: tuple[CaseRecord, ...]
    summary: RunSummary | None
    shown: tuple[CaseRecord, ...] = ()

    def record(self, case_id: str) -> CaseRecord:
        """Give a case of the run, selected or not. Raises BadInputError when it has none of this id."""
        records = {record.id: record for record in (*self.cases, *self.shown)}
        if case_id not in records:
            hint = (
                did_you_mean(case_id, records) or "was it selected? `aioc show CASE` without --from explains any case"
            )
            raise bad_input(f"that run has no case {case_id!r}", hint=hint)
        return records[case_id]


def kept(record: CaseRecord, masker: Masker, max_body: int = MAX_BODY) -> CaseRecord:
    """Give a case as a journal keeps it: what a run reports is then what a report of its journal says."""
    return decode_case(_masked(encode_case(record, max_body), masker))


def kept_header(header: RunHeader, masker: Masker) -> RunHeader:
    """Give a header as a journal keeps it."""
    return decode_header(_masked(encode_header(header), masker))


def kept_summary(summary: RunSummary, masker: Masker) -> RunSummary:
    """Give the end of a run as a journal keeps it."""
    return decode_summary(_masked(encode_summary(summary, {}), masker))


def _text(line: dict[str, Any], masker: Masker) -> str:
    if masker:
        # Value by value: a secret of digits or quotes must not break the line.
        line = {key: value if key == "record" else _hidden(value, masker) for key, value in line.items()}
    return json.dumps(line, ensure_ascii=False)


def _hidden(value: Any, masker: Masker) -> Any:
    if isinstance(value, str):
        return masker.text(value)
    if isinstance(value, list | tuple):
        return [_hidden(item, masker) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: _hidden(item, masker) for key, item in value.items() if key != "base64"}
    if "base64" in value:  # a body that is no text; a mask inside base64 would spoil it
        made["base64"] = base64.b64encode(masker.raw(base64.b64decode(value["base64"]))).decode("ascii")
    return made


def _masked(line: dict[str, Any], masker: Masker) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_text(line, masker)) if masker else line
    return read


def read_journal(path: Path) -> Journal:
    """Read a journal; a torn last line is left out. Raises BadInputError with the line."""
    lines = list(_lines(path))
    if not lines or lines[0].get("record") != "header":
        raise bad_input(_NO_JOURNAL, Place(str(path), 1, 1), _WRITTEN)
    if lines[0].get("schema") != SCHEMA:
        raise bad_input(
            f"this journal has schema {lines[0].get('schema')}, this aioc reads {SCHEMA}",
            Place(str(path), 1, 1),
            "run the cases again, or read it with the version of aioc that wrote it",
        )
    cases: list[CaseRecord] = []
    summary = None
    for number, line in enumerate(lines, 1):
        try:
            if line.get("record") == "case":
                cases.append(decode_case(line))
            elif line.get("record") == "footer":
                summary = decode_summary(line)
            elif number > 1 and line.get("record") == "header":
                raise bad_input("a second run begins here", Place(str(path), number, 1), "a file holds one run")
        except (KeyError, TypeError, ValueError) as error:
            raise bad_input(
                f"this line of the journal is damaged: {error!r}", Place(str(path), number, 1), _DAMAGED
            ) from error
    return Journal(
        decode_header(lines[0]),
        tuple(record for record in cases if record.selected),
        summary,
        tuple(record for record in cases if not record.selected),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise bad_input(f"{path} cannot be read: {error.strerror}", hint=_WRITTEN) from error
    texts = raw.split(b"\n")
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except ValueError as error:
            if number == len(texts):
                return  # torn by a kill or a full disk: what stands before it is whole
            place = Place(str(path), number, 1)
            if number == 1:
                raise bad_input(_NO_JOURNAL, place, _WRITTEN) from error
            raise bad_input("this line of the journal is damaged", place, _DAMAGED) from error
        if isinstance(line, dict):
            yield line
