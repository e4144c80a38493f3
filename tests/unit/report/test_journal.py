"""The journal is the primary record: what is written is read back the same; a torn or damaged one is told."""

import json

import pytest

from aioc.model.exchange import Failure
from aioc.model.problem import BadInputError
from aioc.report.journal import JournalWriter, ReportError, read_journal
from aioc.report.text import Masker


def write(run, path, *, footer=True, max_body=1 << 20, secrets=()):
    writer = JournalWriter(path, Masker(secrets), max_body=max_body)
    writer.header(run.header)
    for record in run.records:
        writer.case(record)
    if footer:
        writer.footer(run.summary)
    writer.close()
    return path


def test_everything_comes_back_as_it_was(everything, tmp_path):
    journal = read_journal(write(everything, tmp_path / "a.jsonl"))
    assert journal.header == everything.header
    assert journal.cases == everything.records
    assert journal.summary == everything.summary


def test_without_a_footer_a_run_is_known_to_be_incomplete(everything, tmp_path):
    journal = read_journal(write(everything, tmp_path / "a.jsonl", footer=False))
    assert (journal.summary, len(journal.cases)) == (None, len(everything.records))


def test_a_torn_last_line_is_left_out_and_a_damaged_one_is_told(everything, tmp_path):
    path = write(everything, tmp_path / "a.jsonl")
    raw = path.read_bytes()
    path.write_bytes(raw[:-40])
    assert read_journal(path).summary is None
    lines = raw.split(b"\n")
    path.write_bytes(b"\n".join([lines[0], lines[1][:50], *lines[2:]]))
    with pytest.raises(BadInputError) as error:
        read_journal(path)
    assert str(error.value.problems[0].place) == f"{path}:2:1"


def test_two_runs_in_one_file_are_refused(everything, tmp_path):
    path = write(everything, tmp_path / "a.jsonl")
    path.write_text(path.read_text() * 2)
    with pytest.raises(BadInputError) as error:
        read_journal(path)
    (problem,) = error.value.problems
    assert (problem.what, problem.place.line) == ("a second run begins here", len(everything.records) + 3)


def test_a_journal_of_another_schema_is_refused(everything, tmp_path):
    path = write(everything, tmp_path / "a.jsonl")
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([json.dumps({**json.loads(first), "schema": 99}), *rest]))
    with pytest.raises(BadInputError, match="schema 99, this aioc reads 2"):
        read_journal(path)


def test_a_cut_body_cannot_be_judged_again(everything, tmp_path):
    journal = read_journal(write(everything, tmp_path / "a.jsonl", max_body=4))
    transfer = journal.cases[1].transfers[0]
    assert (transfer.body, transfer.failure.kind) == (b'{"er', "not-recorded")
    assert isinstance(transfer.failure, Failure)


def test_secrets_are_masked_before_they_are_written(everything, tmp_path):
    path = write(everything, tmp_path / "a.jsonl", secrets=("There is no such",))
    assert "There is no such" not in path.read_text()
    assert "*** route." in path.read_text()


def test_a_line_is_on_the_disk_as_soon_as_its_case_is_over(everything, tmp_path):
    path = tmp_path / "a.jsonl"
    writer = JournalWriter(path, Masker(()))
    writer.header(everything.header)
    writer.case(everything.records[0])
    assert len(path.read_text().splitlines()) == 2
    writer.close()


def test_a_full_disk_is_a_report_error(everything):
    writer = JournalWriter(__import__("pathlib").Path("/dev/full"), Masker(()), replace=True)
    with pytest.raises(ReportError, match="No space left"):
        writer.header(everything.header)
    writer.close()
