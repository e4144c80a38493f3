"""What the catalogue sees and what it does not: `python -m tests.mutation.report`.

python -m tests.mutation.report                 what survives, and what breaks clients and nothing notices (minutes)
python -m tests.mutation.report --quick         what survives only, as the test does it
python -m tests.mutation.report --full chat/    every mutant of the cases whose id begins so
python -m tests.mutation.report --all           what nothing notices, whether it breaks a client or not
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from aioc.answer.read import is_stream, read
from aioc.model.exchange import Exchange, Transfer
from aioc.model.result import Finding, Verdict

from .kill import Outcome, judged_by, new_findings, replay, survey, survey_invariant
from .play import Baseline, Recorded, baseline, told
from .spots import Reader, Spot, spots_of
from .statements import idle_statements

# What breaks real clients (research/clients.md §2, facts §1.2 A): places by endpoint, as patterns over `/a/*/b`.
TIER_A: tuple[tuple[str, str], ...] = (
    (r"/chat/completions", r"/(id|object|model|choices|created)"),
    (r"/chat/completions", r"/choices/\*/(index|message|finish_reason|delta)"),
    (r"/chat/completions", r"/choices/\*/(message|delta)/(role|content|tool_calls)"),
    (r"/chat/completions", r"/choices/\*/(message|delta)/tool_calls/\*(\(function\))?/(id|type|index|function)"),
    (
        r"/chat/completions",
        r"/choices/\*/(message|delta)/tool_calls/\*(\(function\))?/function/(name|arguments)",
    ),
    (r"/(chat/)?completions", r"/usage(/(prompt|completion|total)_tokens)?"),
    (r"/completions", r"/(id|object|model|choices|created)"),
    (r"/completions", r"/choices/\*/(index|text|finish_reason)"),
    (r"/responses", r"(/response)?/(id|object|status|output|model|created_at|error|incomplete_details)"),
    (r"/responses", r"(/response)?/output/\*(\(\w+\))?/(id|type|role|status|content|call_id|name|arguments|summary)"),
    (r"/responses", r"(/response)?/output/\*\(message\)/content/\*(\(\w+\))?/(type|text|annotations)"),
    (r"/responses", r"(/response)?/usage(/(input|output|total)_tokens)?"),
    (r"/responses", r"/(type|sequence_number|delta|item_id|output_index|content_index|item|part|arguments|text)"),
    (r"/responses", r"/(item|part)/(id|type|role|call_id|name|arguments|text)"),
    (r"/embeddings", r"/(object|data|model|usage)"),
    (r"/embeddings", r"/data/\*/(embedding|index|object)"),
    (r"/embeddings", r"/usage/(prompt|total)_tokens"),
    (r"/models.*", r"/(object|data|id)"),
    (r"/models", r"/data/\*/(id|object|created|owned_by)"),
    (r"/audio/transcriptions", r"/(text|segments|words|duration|language)(/\*/(start|end|text|word|id))?"),
    (r"/images/\w+", r"/(created|data)(/\*/(b64_json|url))?"),
    (r"/moderations", r"/(id|results)(/\*/(flagged|categories|category_scores))?"),
    (r"/(files|batches|uploads)(/.*)?", r"/(id|object|status|bytes|filename|purpose|created_at|data|deleted|has_more)"),
    (r".*", r"/error(/(message|type|code|param))?"),
)
HARM = re.compile(
    r" (drop|null|number|string|object|list|empty|eos|fraction \.0|fraction \.5|boolean|parsed|twice|thousandfold|"
    r"without first|without last|first twice|equal \w+)$"
)
FRAMING_A = re.compile(
    r"^(no \[DONE\]|only \[DONE\]|one more|event after|event dropped|event twice|events swapped|cut before|no events|"
    r"no blank line|field error|empty data|data that is|data not JSON|frame without|id line|error event|usage in|"
    r"empty object|invalid UTF-8|half a frame|trailing|duplicate key|NaN|1e999|lone|comment)"
)
OTHER_A = re.compile(
    r"^(body |page of HTML|JSON text: (?!trailing newline)|text (cut|without)|bytes |status (200|404|500)|error \d|"
    r"fact (still_open|clean_close|close_after|content_undecoded)|header content-type (dropped|text/html))(?!.*, whole)"
)

SAMPLES = 2
"""So many answers of a kind are put to the invariants; every case may see the damage to its own answer."""


_WHICH = re.compile("event|cut before")


class Ledger:
    """Which kinds of damage to which answers anything in the catalogue notices."""

    def __init__(self, base: Baseline) -> None:
        self._invariants = base.invariants
        self._reader = Reader()
        self._unbroken: dict[int, list[Finding]] = {}
        self.spots: dict[tuple[str, str], list[tuple[Recorded, Spot]]] = {}
        for recorded in base.played:
            if recorded.result.verdict is Verdict.PASS:
                self._list(recorded)

    def _list(self, recorded: Recorded) -> None:
        for spot in spots_of(recorded, self._reader):
            if spot.mutant.kind in ("cross", "echo") or spot.mutant.name.startswith("guided"):
                continue
            name = spot.mutant.name.replace(" [last]", "").replace(" [middle]", "")
            if spot.mutant.kind == "framing" and not _WHICH.match(name):
                name = name.partition(" (")[0]  # whichever frame it is
            self.spots.setdefault((answer_of(spot.transfer), name), []).append((recorded, spot))

    def unseen(self, everything: bool) -> Iterator[tuple[str, list[str]]]:
        """What nothing notices, by kind of answer."""
        kinds: dict[str, list[str]] = {}
        for answer, name in self.spots:
            kinds.setdefault(answer, []).append(name)
        for answer, names in sorted(kinds.items()):
            unseen = []
            for name in names:
                spots = self.spots[answer, name]
                asked = everything or tier_a(answer, name, spots[0][1].mutant.kind)
                if asked and not self._any_noticed(spots):
                    unseen.append(name)
            if unseen:
                yield answer, unseen

    def _any_noticed(self, spots: Sequence[tuple[Recorded, Spot]]) -> bool:
        """Whether an invariant or a case sees this damage (or there is none: the mutant is the answer)."""
        shortest = sorted(spots, key=lambda pair: len(pair[1].transfer.body))
        made = [(recorded, spot, spot.mutant.make()) for recorded, spot in shortest]
        made = [
            (recorded, spot, broken)
            for recorded, spot, broken in made
            if broken.body != spot.transfer.body or (spot.mutant.kind not in ("json", "framing"))
        ]
        if not made:
            return True
        whole = [(spot, broken) for _, spot, broken in made if broken.cut is None]
        try:
            return any(
                new_findings(self._found(read(broken)), self._before(spot.transfer)) for spot, broken in whole[:SAMPLES]
            ) or any(
                new_findings(replay(recorded, spot, self._reader).findings, recorded.result.findings)
                for recorded, spot, _ in made
            )
        except Exception as error:  # a defect of the engine; the survey tells where
            print(f"!! {shortest[0][1].mutant.name}: {error!r}", file=sys.stderr)
            return True

    def _before(self, transfer: Transfer) -> list[Finding]:
        if id(transfer) not in self._unbroken:
            self._unbroken[id(transfer)] = self._found(self._reader(transfer))
        return self._unbroken[id(transfer)]

    def _found(self, exchange: Exchange) -> list[Finding]:
        results = judged_by(self._invariants, [("mutant", exchange)])
        return [
            replace(finding, address=f"{result.case.id} {finding.address}")
            for result in results
            for finding in result.findings
        ]


def answer_of(transfer: Transfer) -> str:
    """The kind of an answer: method, path without ids, stream or not, status."""
    path = transfer.request.target.partition("?")[0]
    path = re.sub(r"(?<=/)(?:[a-z]+[_-][\w-]*\d[\w-]*|[a-z]+[_-][0-9a-f-]{6,}|reference-\w+)(?=/|$)", "{id}", path)
    stream = (
        " stream"
        if is_stream(transfer.request, transfer.status, transfer.header("content-type"), transfer.body)
        else ""
    )
    return f"{transfer.request.method} {path} {transfer.status}{stream}"


def tier_a(answer: str, name: str, kind: str) -> bool:
    """Whether this damage is known to break a mainstream client."""
    path = answer.split()[1].removeprefix("/v1")
    if kind in ("header", "status", "facts", "body", "text", "binary"):
        return bool(OTHER_A.search(name))
    if kind == "framing":
        return bool(FRAMING_A.search(name)) and not name.endswith(", whole")
    if name.startswith(("spread", "drift")):
        return bool(re.search(r"/(role|finish_reason|usage|id|name|type|sequence_number|item_id|created|index)$", name))
    if name.startswith(("usage in", "a call")):
        return True
    if name.endswith((" eos", " empty")) and not re.search(r"/(finish_reason|role|object|type|status) ", name):
        return name.endswith(" empty") and bool(re.search(r"/(id|choices|data|output|call_id|name|arguments) ", name))
    if name.endswith(" thousandfold"):
        return "created" in name
    place = re.search(r"(?:^| )(/[^ ]*)", name)
    if place is None or not HARM.search(name):
        return False
    return any(re.fullmatch(where, path) and re.fullmatch(what, place[1]) for where, what in TIER_A)


def told_briefly(names: Iterable[str]) -> list[str]:
    """Names that differ in their last words only on one line."""
    grouped: dict[str, list[str]] = {}
    for name in names:
        place = re.match(r"(.*(?:^| )/[^ ]*) (.*)$", name)
        head, tail = (place[1], place[2]) if place else (name.partition(" (")[0], name.partition(" (")[2].rstrip(")"))
        grouped.setdefault(head, []).append(tail)
    return [f"{head}: {', '.join(tails)}" if any(tails) else head for head, tails in grouped.items()]


def main(arguments: list[str]) -> int:
    quick, full, everything = "--quick" in arguments, "--full" in arguments, "--all" in arguments
    prefixes = tuple(argument for argument in arguments if not argument.startswith("--"))
    started = time.monotonic()
    base = baseline()
    answers = [(one.case.id, read(transfer)) for one in base.played for transfer in one.transfers]
    for problem in (*base.problems, *base.unplayed):
        print(f"!! {problem}")
    survivors: list[str] = []
    total = 0

    def note(outcome: Outcome, seconds: float) -> None:
        nonlocal total
        total += outcome.run
        kills = sum(hit for _, hit in outcome.killing)
        print(
            f"{outcome.case.id}: {len(outcome.targets)} checks, {outcome.run} of {outcome.spots} mutants run, "
            f"{kills} killed, {len(outcome.survivors)} checks survived, {seconds:.1f} s"
        )
        for why, count in Counter(crash.rpartition(": ")[2] for crash in outcome.crashes).items():
            print(f"!! the engine stumbled {count} times: {why}; first over {outcome.crashes[0].partition(': ')[0]}")
        for target in outcome.targets:
            killers = outcome.killers.get(target.key, [])
            where = f"{target.step}/{target.address}" if target.step else target.address
            hint = " (not reached by the unbroken answers)" if target.key in outcome.unjudged else ""
            if not killers:
                survivors.append(f"{outcome.case.id} {where}: survived {outcome.run} mutants{hint}")
            elif len(killers) <= 2 and full:
                print(f"    {where}: killed only by {' | '.join(killers)}{hint}")
            elif hint:
                print(f"    {where}:{hint}; killed by {killers[0]}")

    for one in base.played:
        if prefixes and not one.case.id.startswith(prefixes):
            continue
        if one.result.verdict is not Verdict.PASS:
            print(f"!! {one.case.id}: {one.result.verdict} {one.result.reason}\n{told(one.result.findings)}")
            continue
        begun = time.monotonic()
        note(survey(one, everything=full), time.monotonic() - begun)
    for case in base.invariants:
        if prefixes and not case.id.startswith(prefixes):
            continue
        begun = time.monotonic()
        outcome = survey_invariant(case, answers, everything=full)
        note(outcome, time.monotonic() - begun)
        if outcome.unjudged:
            print(f"!! {case.id}: no answer of the reference server reached it")
    print(f"\n{len(survivors)} checks survived:")
    print("\n".join(f"  {line}" for line in survivors))
    if not quick:
        ledger = Ledger(base)
        print("\nwhat no case and no invariant notices" + ("" if everything else ", of what breaks real clients:"))
        for answer, names in ledger.unseen(everything):
            print(f"  {answer}")
            print("\n".join(f"    {line}" for line in told_briefly(names)), flush=True)
    if "--schemas" in arguments:
        print("\nstatements of the schemas that no mutant violates:")
        print("\n".join(f"  {line}" for line in idle_statements(base.invariants, answers)))
    print(f"\n{total} mutants in {time.monotonic() - started:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
