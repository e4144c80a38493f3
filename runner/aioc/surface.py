"""Which capabilities a server has: from the cases that show them to the rows of the surface table."""

from dataclasses import replace

from aioc.judge.invariant import path_pattern
from aioc.judge.script import holds
from aioc.model.case import Severity
from aioc.model.exchange import Exchange
from aioc.model.overlay import Capability, Lack, split_endpoint
from aioc.model.result import Result, Verdict, missed_gates, worst
from aioc.model.run import SurfaceRow


def unsupported(row: Capability, result: Result) -> Exchange | None:
    """Give the answer of the row's endpoint that says "not there", if one does (`not_there` says how).

    Only its own: a file that was taken shows the endpoint, whatever the clean-up after it was answered. And only when a
    gate did not hold: a case may want a 404.
    """
    if answered(result):
        return None
    return next((exchange for exchange in result.exchanges if of_row(row, exchange) and not_there(row, exchange)), None)


def of_row(row: Capability, exchange: Exchange) -> bool:
    """Whether it is an exchange with the row's endpoint."""
    route, _ = split_endpoint(row.endpoint)
    request = exchange.transfer.request
    return path_pattern(route).fullmatch(f"{request.method} {request.target.partition('?')[0]}") is not None


def not_there(row: Capability, answer: Exchange) -> str:
    """Say in a line that the capability is missing, in the words of the check that says so; '' when none does."""
    if answer.transfer.failure is None:
        for check in row.unsupported:
            if holds(check, (answer,), {}) and all(holds(given.check, (answer,), {}) for given in check.given):
                return f"{row.endpoint}: {check.address.replace('-', ' ')} ({answer.transfer.status})"
    return ""


def without_endpoint(row: Capability, result: Result, answer: Exchange, lack: Lack | None) -> Result:
    """Give the result of a showing case whose endpoint is not there; `lack` is the overlay's word for that.

    By kind: core FAIL, optional WARN, ext SKIP, as where the overlay says so. A server that says so itself (501 with an
    error body) gets WARN at most.
    """
    note = not_there(row, answer)
    if lack is not None or row.kind == "ext":
        reason = lack.reason if lack else note
        return replace(result, verdict=Verdict.SKIP, findings=(), observations=(), reason=reason)
    says_so = answer.transfer.status == 501 and isinstance(answer.json, dict) and bool(answer.json.get("error"))
    ceiling = Severity.WARN if row.kind == "optional" or says_so else Severity.FAIL
    findings = tuple(replace(finding, severity=finding.severity.at_most(ceiling)) for finding in result.findings)
    verdict = result.verdict if result.verdict is Verdict.SKIP else worst(findings)
    return replace(result, findings=findings, verdict=verdict, notes=(*result.notes, note))


def surface_row(row: Capability, result: Result, missing: str, lack: Lack | None, absent: bool) -> SurfaceRow:
    """Give the row of a capability; `missing` is '' when the server has it, else why not; `absent`: it says so."""
    if lack is not None and absent:
        return SurfaceRow(row.name, row.endpoint, row.kind, Verdict.SKIP, lack.reason, absent)
    note = missing or result.reason
    if not note and result.findings:
        first = min(result.findings, key=lambda finding: finding.severity.rank)
        note = first.reason or first.message
    return SurfaceRow(row.name, row.endpoint, row.kind, result.verdict, note, absent)


def wanted(result: Result) -> tuple[Exchange, ...]:
    """Give the answers that the case asked for; one that took what had to be refused breaks no other rule by that."""
    missed = {seen.exchange for seen in missed_gates(result.case, result.observations)}
    return tuple(
        exchange
        for number, exchange in enumerate(result.exchanges)
        if number not in missed or (exchange.transfer.status or 0) >= 400
    )


def answered(result: Result) -> bool:
    """Whether the server did what the case asks for (its gates held): only then has it a capability it should lack."""
    judged = {(seen.step, seen.address): seen.held for seen in result.observations}
    return all(judged.get(gate, False) for gate in result.case.gates)
