"""A result as reports and the journal see it: the same from a run and from a file."""

from collections.abc import Collection, Set

from aioc.judge.mark import same_address
from aioc.model.case import Severity
from aioc.model.exchange import Transfer
from aioc.model.frozen import frozen
from aioc.model.overlay import addressed
from aioc.model.result import Finding, Result, Verdict

FINE = (Verdict.PASS, Verdict.SKIP)
_NO_ANSWER = frozenset({"json", "stream", "status"})


@frozen
class CaseRecord:
    """One case's end."""

    id: str
    family: str
    topic: str
    title: str
    source: str
    digest: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    reason: str
    hint: str
    notes: tuple[str, ...]
    seconds: float
    not_run: bool
    transfers: tuple[Transfer, ...]
    invariant: bool = False
    why: str = ""
    selected: bool = True
    judged: int = 0
    """Of an invariant: the number of answers that it was put to."""

    @property
    def names(self) -> frozenset[str]:
        """The names by which a client file or a profile may mean it: its id, and its family's."""
        return frozenset({self.id, self.family})

    @property
    def fine(self) -> bool:
        """Whether nobody has to look at it."""
        return self.verdict in FINE

    @property
    def seen(self) -> bool:
        """Whether anything was judged: of what is SKIP for remarks alone, the checks without a remark held."""
        return self.verdict is not Verdict.ERROR and (self.verdict is not Verdict.SKIP or bool(self.findings))

    @property
    def known(self) -> bool:
        """Whether everything that makes this a FAIL or a WARN is known to the overlay."""
        counted = [finding for finding in self.findings if finding.severity != "info"]
        return bool(counted) and all(finding.mark is not None for finding in counted)

    @property
    def known_only(self) -> bool:
        """Of a FAIL: whether everything that makes it one is known to the overlay."""
        return all(finding.mark is not None for finding in self.findings if finding.severity == "fail")

    def missed(self, check: str, asked: Set[str] | None = None) -> Finding | None:
        """Give the first finding on a check, by its address in the case; on '' any that is worse than info.

        An answer of another status, that is no JSON or no stream, misses every check of its step. Of an invariant only
        what it found in answers to the cases `asked` (None: to any).
        """
        for finding in self.findings:
            counts = asked is None or not finding.asked_by or not asked.isdisjoint(finding.asked_by)
            if counts and _misses(finding, check):
                return finding
        return None

    def unmet(self, lacking: Collection[str]) -> bool:
        """Whether it was skipped because the server lacks what it is about (`lacking`: the reasons that say so)."""
        return self.verdict is Verdict.SKIP and self.reason in lacking

    def is_new(self, baseline: Collection[str]) -> bool:
        """Whether this is a FAIL that neither the overlay knows nor an earlier run had (`baseline`: its ids)."""
        return self.verdict is Verdict.FAIL and not self.known_only and self.id not in baseline


def _misses(finding: Finding, check: str) -> bool:
    if not check:
        return finding.severity is not Severity.INFO
    if finding.address in _NO_ANSWER and check.startswith(addressed(finding.step, "")):
        return True
    address = addressed(finding.step, finding.address)
    return same_address(check, address) or check == address.partition("#/")[0]


def record_of(result: Result) -> CaseRecord:
    """Take what reports need of a result."""
    case = result.case
    return CaseRecord(
        case.id,
        case.family,
        case.topic,
        case.title,
        case.source,
        case.digest,
        result.verdict,
        result.findings,
        result.reason,
        result.hint,
        result.notes,
        result.seconds,
        result.not_run,
        tuple(exchange.transfer for exchange in result.exchanges),
        case.answers is not None,
        case.why,
        result.selected,
        result.judged,
    )
