"""What each check of a case saw: its value, its verdict and where it stands, exchange by exchange."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from aioc.author.laid_out import laid_out, where_lost
from aioc.author.terminal import terminal
from aioc.judge.check import short
from aioc.judge.invariant import concerns, put_to
from aioc.judge.schema import validator
from aioc.model.case import Case, Check
from aioc.model.exchange import Exchange
from aioc.model.overlay import addressed
from aioc.model.problem import Json
from aioc.model.result import Finding, Observation, Result
from aioc.pages.check_words import sentence
from aioc.report.record import CaseRecord, record_of
from aioc.report.text import clean, shorten
from aioc.report.words import exchange_lines, notes

MOST = 3
"""Of more values, or more answers of an invariant, only so many are shown."""


def seen_lines(result: Result) -> Iterator[str]:
    """Give the exchanges of a case, each with its checks, then what was not judged and why."""
    record = record_of(result)
    checks = _checks(result.case)
    told: set[str] = set()
    for number, exchange in enumerate(result.exchanges):
        if len(result.exchanges) > 1:
            yield f"  exchange {number + 1} of {len(result.exchanges)}"
        yield from (f"  {clean(line)}" for line in _exchange(exchange, record))
        for seen in result.observations:
            if seen.exchange == number:
                address = addressed(seen.step, seen.address)
                found = [f for f in result.findings if _is_about(f, seen)]
                told.update(addressed(f.step, f.address) for f in found)
                yield from _seen(checks.get(address), seen, found)
                yield from _lost(checks.get(address), seen, exchange)
                told.add(address)
    for address, check in checks.items():
        if address not in told:
            yield f"  not judged  {check.place}  {_words(check)}"
    for finding in result.findings:
        if addressed(finding.step, finding.address) not in told:
            yield from _found(finding)
    if result.reason:
        yield f"  reason      {clean(result.reason)}"
    if result.hint:
        yield f"  hint        {clean(result.hint)}"
    yield from (f"  note        {clean(note)}" for note in notes(record))


def seen_by_invariant(case: Case, exchanges: Iterable[Exchange], roles: Mapping[str, Json]) -> Iterator[str]:
    """Give what an invariant saw in the first few answers that it speaks of."""
    assert case.answers is not None  # the caller asked for an invariant
    status = validator(case.answers.status)
    about = [one for one in exchanges if concerns(case.answers, one) and status.is_valid(one.transfer.status)]
    for exchange in about[:MOST]:
        tally = put_to(case, exchange, roles)
        if tally is not None:
            yield from seen_lines(tally.result())
    if not about:
        yield "  no such answer came: needs: [chat] lets a run ask for one"
    if len(about) > MOST:
        yield f"  and {len(about) - MOST} more answers"


def _exchange(exchange: Exchange, record: CaseRecord) -> Iterator[str]:
    """Give an exchange as reports do, but JSON on lines; of a stream also what it adds up to."""
    transfer = exchange.transfer
    whole = list(laid_out(exchange.json)) if isinstance(exchange.json, dict | list) else []
    if whole and not exchange.streamed:
        transfer = replace(transfer, body="\n".join(whole).encode("utf-8", "replace"))
    yield from exchange_lines(replace(record, findings=(), transfers=(transfer,)))
    if whole and exchange.streamed:
        yield "the stream adds up to what each `path` looks into:"
        yield from (f"    {line}" for line in whole)


def _lost(check: Check | None, seen: Observation, exchange: Exchange) -> Iterator[str]:
    """Help with a path that selects nothing: most often it has a letter too many."""
    if check is None or seen.held or seen.values or check.subject.kind not in ("path", "events"):
        return
    events = [{"event": event.event, "data": event.data} for event in exchange.events or ()]
    where = where_lost(str(check.subject.argument), exchange.json if check.subject.kind == "path" else events)
    if where:
        yield f"        {clean(where)}"


def _checks(case: Case) -> dict[str, Check]:
    return {addressed("", check.address): check for check in case.checks} | {
        addressed(step.name, check.address): check for step in case.steps for check in step.checks
    }


def _is_about(finding: Finding, seen: Observation) -> bool:
    """Whether a finding is this check's: that of a `schema:` check has a pointer behind its name."""
    same = (finding.step, finding.exchange) == (seen.step, seen.exchange)
    return same and finding.address.partition("#/")[0] == seen.address


def _seen(check: Check | None, seen: Observation, found: Sequence[Finding]) -> Iterator[str]:
    """Give a check's verdict, place and words, and below them what it saw."""
    if check is None:
        if seen.address.startswith("capture ") and seen.values:
            yield f"  {seen.address} = {_values(seen.values)}"
        elif not seen.held and not found:
            yield f"  {seen.address} did not hold"
        for finding in found:
            yield from _found(finding)
        return
    worst = min(found, key=lambda finding: finding.severity.rank, default=None)
    verdict = worst.severity.upper() if worst else "PASS" if seen.held else check.severity.upper()
    known = f" [{worst.mark}]" if worst and worst.mark else ""
    yield f"  {verdict}{known}  {check.place}  {_words(check)}"
    yield f"        saw  {_values(seen.values)}"
    for finding in found:
        yield f"        {clean(finding.message)}; asked for: {clean(shorten(finding.expected, 200))}"
        if finding.reason:
            yield f"        known: {clean(finding.reason)}"


def _found(finding: Finding) -> Iterator[str]:
    yield f"  {finding.severity.upper()}  {finding.place}  {clean(finding.address)}: {clean(finding.message)}"
    yield f"        expected  {clean(finding.expected)}"
    yield f"        saw       {clean(finding.actual)}"


def _words(check: Check) -> str:
    name = f"{check.address}: " if check.address != check.subject.address else ""
    given = " (has a condition)" if check.given else ""
    return clean(f"{name}{terminal(sentence(check))}{given}")


def _values(values: Sequence[Json]) -> str:
    if not values:
        return "nothing"
    more = f" and {len(values) - MOST} more" if len(values) > MOST else ""
    return clean(", ".join(short(value) for value in values[:MOST]) + more)
