"""Which checks of a case a broken answer kills: the case is replayed with one answer exchanged."""

import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from aioc.answer.read import read
from aioc.cli.session import REFERENCE_ROLES
from aioc.judge.invariant import Invariants, concerns
from aioc.judge.schema import validator
from aioc.judge.script import Send
from aioc.model.case import Capture, Case, Check, Condition, Subject
from aioc.model.exchange import Exchange, Failure, Transfer
from aioc.model.problem import ABSENT
from aioc.model.result import Finding, Result

from .mutants import MEDIA, Mutant, mutants, with_body, with_json
from .play import Recorded, drive
from .sse import frames_of
from .values import DROP, WORDS, Json, get, places, put

Address = tuple[str, str]
"""The name of the step and the address of the check."""

MAX_SHAPES = 6
"""So many different answers are broken for one invariant."""


@dataclass(frozen=True)
class Target:
    """Something in a case that a mutant must kill."""

    step: str
    number: int
    address: str
    subject: Subject
    check: Check | None = None
    sources: tuple[Subject, ...] = ()
    """What the captures look at whose names the check uses."""

    @property
    def key(self) -> Address:
        return (self.step, self.address)

    @cached_property
    def wanted(self) -> tuple[tuple[tuple[str, ...], float], ...]:
        """The names in the paths that decide about it, and how far they are from what it says."""
        filters = [
            (names, 0.05 if number == 0 else 1) for number, (names, _) in enumerate(filters_of(self.subject)[::-1])
        ]
        sources = [(names_of(source), 0) for source in self.sources]
        return ((names_of(self.subject), 0), *filters, *sources)

    @cached_property
    def quoted(self) -> tuple[str, ...]:
        """The texts in its path: types that a filter asks for."""
        return tuple(re.findall(r"'([^']{3,})'", str(self.subject.argument)))

    @cached_property
    def inner(self) -> frozenset[str]:
        return _inner_names(self.check)


@dataclass(frozen=True, slots=True)
class Spot:
    """A position among the recorded answers, with a mutant of what stands there."""

    step: int
    round: int
    copy: int
    mutant: Mutant
    transfer: Transfer
    """What is broken here (for the report)."""


@dataclass(slots=True)
class Outcome:
    """What the mutants of one case did."""

    case: Case
    targets: list[Target]
    spots: int = 0
    run: int = 0
    killers: dict[Address, list[str]] = field(default_factory=dict)
    killing: list[tuple[Spot, bool]] = field(default_factory=list)
    """Every mutant that was run, and whether anything was found (`json` and `stream` too)."""
    crashes: list[str] = field(default_factory=list)
    """Mutants on which the engine itself raised: a defect of the engine."""
    unjudged: set[Address] = field(default_factory=set)
    """Checks that the unbroken answers never reached (a condition that does not hold)."""

    @property
    def survivors(self) -> list[Target]:
        return [target for target in self.targets if target.key not in self.killers]


def targets(case: Case) -> list[Target]:
    """Everything of a case that must be killed. A capture that cannot find nothing is left out."""
    found: list[Target] = []
    for check in case.checks:
        found.append(Target("", 0, check.address, check.subject, check))
    sources = {capture.name: capture.subject for step in case.steps for capture in step.captures}
    for number, step in enumerate(case.steps):
        if step.until is not None:
            found.append(Target(step.name, number, "until", step.until.check.subject, step.until.check))
        for capture in step.captures:
            conditions = (*step.given, *(case.given if number == 0 else ()))
            if not _always_there(capture) and not _guarded(capture, conditions):
                found.append(Target(step.name, number, f"capture {capture.name}", capture.subject))
        for check in step.checks:
            used = re.findall(r"\$\{(\w+)\}", f"{check.subject.argument}{dict(check.keywords)}")
            subjects = tuple(sources[name] for name in used if name in sources)
            found.append(Target(step.name, number, check.address, check.subject, check, subjects))
    return found


def _always_there(capture: Capture) -> bool:
    """Facts of the transfer, its status and its bytes are always there."""
    kind = capture.subject.kind
    return capture.pattern is None and (kind in ("exchange", "status") or capture.subject.argument == "bytes")


def _guarded(capture: Capture, conditions: Sequence[Condition]) -> bool:
    """A condition on the same subject makes the case SKIP where the capture would find nothing."""
    subject = capture.subject
    return any(
        check.subject.kind == subject.kind
        and not (check.absent or check.optional)
        and re.match(re.escape(str(subject.argument)) + r"(?![\w-])", str(check.subject.argument))
        for check in (condition.check for condition in conditions)
    )


def survey(recorded: Recorded, *, everything: bool = False) -> Outcome:
    """Play a case with broken answers until each target is killed, or with every mutant there is."""
    case = recorded.case
    outcome = Outcome(case, targets(case))
    reader = Reader()
    seen = {(seen.step, seen.address) for seen in recorded.result.observations}
    outcome.unjudged = {target.key for target in outcome.targets if target.key not in seen}

    def run(spot: Spot) -> set[Address]:
        return new_findings(replay(recorded, spot, reader).findings, recorded.result.findings)

    _hunt(outcome, list(spots_of(recorded, reader)), run, everything)
    return outcome


def survey_invariant(case: Case, answers: Sequence[tuple[str, Exchange]], *, everything: bool = False) -> Outcome:
    """Put broken answers to an invariant; `answers` are all that were recorded, each with the case that asked."""
    outcome = Outcome(case, targets(case))
    results = judged(case, answers)
    outcome.unjudged = set() if results.notes else {target.key for target in outcome.targets}

    def run(spot: Spot) -> set[Address]:
        exchange = read(spot.mutant.make())
        return new_findings(judged(case, [("mutant", exchange)]).findings, results.findings)

    spots = [
        Spot(0, number, 0, mutant, exchange.transfer)
        for number, exchange in enumerate(answers_for(case, answers))
        for mutant in (*all_mutants(exchange), *_guided(outcome.targets, 0, exchange))
    ]
    _hunt(outcome, spots, run, everything)
    return outcome


def judged(case: Case, answers: Iterable[tuple[str, Exchange]]) -> Result:
    """Put answers to one invariant."""
    return judged_by([case], answers)[0]


def judged_by(cases: Sequence[Case], answers: Iterable[tuple[str, Exchange]]) -> list[Result]:
    """Put answers to invariants."""
    invariants = Invariants(cases, {}, REFERENCE_ROLES, lambda _exchange: "")
    for asker, exchange in answers:
        invariants.see([exchange], asker)
    return [result for result, _ in invariants.results()]


def answers_for(case: Case, answers: Sequence[tuple[str, Exchange]]) -> list[Exchange]:
    """A few answers that an invariant speaks of, each with places that those before it have not."""
    assert case.answers is not None
    status = validator(case.answers.status)
    near = [
        exchange
        for _, exchange in answers
        if concerns(case.answers, exchange) and exchange.transfer.failure is None and exchange.transfer.cut is None
    ]
    # Where no answer has such a status (a GET that fails with 500), mutants of the others may have it.
    mine = [exchange for exchange in near if status.is_valid(exchange.transfer.status)] or near
    sized = sorted(((_places_of(exchange), exchange) for exchange in mine), key=lambda p: len(p[1].transfer.body))
    known: set[object] = set()
    chosen: list[Exchange] = []
    while sized and len(chosen) < MAX_SHAPES:
        best = max(sized, key=lambda pair: len(pair[0] - known))
        if chosen and not best[0] - known:
            break
        chosen.append(best[1])
        known |= best[0]
        sized.remove(best)
    return chosen


def _places_of(exchange: Exchange) -> set[object]:
    status, media = exchange.transfer.status, exchange.transfer.header("content-type")
    found: set[object] = {status, media, exchange.streamed, exchange.transfer.request.target.partition("?")[0]}
    values = [event.data for event in exchange.events or ()] or [exchange.json]
    for value in values:
        if value is not ABSENT:
            for generic, path in places(value):
                at = get(value, path)
                found.add((generic, type(at).__name__))
                if isinstance(at, list | dict):
                    found.add((generic, min(len(at), 2)))
                elif isinstance(at, str) and generic and generic[-1] in WORDS:
                    found.add((generic, at))
    return found


def _hunt(outcome: Outcome, spots: list[Spot], run: Callable[[Spot], set[Address]], everything: bool) -> None:
    """Run mutants, the likely killers of each target first."""
    outcome.spots = len(spots)
    done: set[int] = set()

    def one(number: int) -> None:
        done.add(number)
        outcome.run += 1
        try:
            killed = run(spots[number])
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            outcome.crashes.append(f"{spots[number].mutant.name}: {error!r} at {where}")
            return
        for target in outcome.targets:
            if any(
                step == target.step and (address == target.address or address.startswith(target.address + "#/"))
                for step, address in killed
            ):
                outcome.killers.setdefault(target.key, []).append(spots[number].mutant.name)
        outcome.killing.append((spots[number], bool(killed)))

    if everything:
        for number in range(len(spots)):
            one(number)
        return
    families = [family(spot.mutant.name) for spot in spots]
    for target in outcome.targets:
        if target.key in outcome.killers:
            continue
        for number in _likely_first(target, spots, families):
            if number not in done:
                one(number)
                if target.key in outcome.killers:
                    break


def new_findings(findings: Sequence[Finding], before: Sequence[Finding]) -> set[Address]:
    """The addresses of findings that the unbroken answers do not give; an inconclusive case finds nothing."""
    known = {(finding.step, finding.address, finding.severity) for finding in before}
    return {
        (finding.step, finding.address)
        for finding in findings
        if not finding.message.startswith("inconclusive")
        and (finding.step, finding.address, finding.severity) not in known
    }


class Reader:
    """Reads each transfer once."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Transfer, Exchange]] = {}

    def __call__(self, transfer: Transfer) -> Exchange:
        entry = self._read.get(id(transfer))
        if entry is None:
            entry = self._read[id(transfer)] = (transfer, read(transfer))
        return entry[1]


def replay(recorded: Recorded, spot: Spot, reader: Reader) -> Result:
    """Play a case with the recorded answers and one mutant; who asks more often gets the last answer again."""
    broken = read(spot.mutant.make())
    asked: dict[int, int] = {}

    def answer(number: int, ask: Send) -> list[Exchange]:
        rounds = recorded.steps[number]
        if not rounds:
            nothing = Transfer(ask.requests[0], failure=Failure("not-recorded", "this step was not played"))
            return [read(nothing) for _ in ask.requests]
        turn = min(asked.get(number, 0), len(rounds) - 1)
        asked[number] = turn + 1
        exchanges = [reader(transfer) for transfer in rounds[turn]]
        if (number, turn) == (spot.step, spot.round):
            exchanges[spot.copy] = broken
        return exchanges

    return drive(recorded.case, answer)


_made: dict[int, tuple[Transfer, list[Mutant]]] = {}


def all_mutants(exchange: Exchange) -> list[Mutant]:
    """Every mutant of an answer, listed once: many invariants speak of the same answers."""
    transfer = exchange.transfer
    if id(transfer) not in _made:
        _made[id(transfer)] = (transfer, list(mutants(exchange)))
    return _made[id(transfer)][1]


def spots_of(recorded: Recorded, reader: Reader) -> Iterator[Spot]:
    """Every mutant of the first and the last answer of every step."""
    wanted = targets(recorded.case)
    for number, rounds in enumerate(recorded.steps):
        for turn in dict.fromkeys((len(rounds) - 1, 0)) if rounds else ():
            transfer = rounds[turn][0]
            exchange = reader(transfer)
            for mutant in _guided(wanted, number, exchange):
                yield Spot(number, turn, 0, mutant, transfer)
            for mutant in all_mutants(exchange):
                yield Spot(number, turn, 0, mutant, transfer)
            for mutant in _served_elsewhere(recorded, reader, number, transfer):
                yield Spot(number, turn, 0, mutant, transfer)
            for copy in range(1, len(rounds[turn])):
                same = Mutant("cross", "the answer of the first copy", lambda transfer=transfer: transfer)
                yield Spot(number, turn, copy, same, rounds[turn][copy])


def _served_elsewhere(recorded: Recorded, reader: Reader, number: int, transfer: Transfer) -> Iterator[Mutant]:
    """The answer of another step in the place of this one, whole or one value or header of it."""
    exchange = reader(transfer)
    for other, rounds in enumerate(recorded.steps):
        if other == number or not rounds:
            continue
        theirs = rounds[-1][0]
        yield Mutant(
            "cross",
            f"the answer of step {other + 1}",
            lambda theirs=theirs: replace(theirs, request=transfer.request),
        )
        for name in dict.fromkeys(key.lower() for key, _ in theirs.headers):
            own = tuple(header for header in transfer.headers if header[0].lower() != name)
            headers = (*own, (name, theirs.header(name) or ""))
            yield Mutant(
                "cross",
                f"header {name} of step {other + 1}",
                lambda headers=headers: replace(transfer, headers=headers),
                (name,),
            )
        mine, foreign = exchange.json, reader(theirs).json
        if mine is ABSENT or foreign is ABSENT or exchange.streamed:
            continue
        values = {generic: get(foreign, path) for generic, path in reversed(list(places(foreign)))}
        for generic, path in places(mine):
            if generic and generic in values and values[generic] != get(mine, path):
                names = tuple(str(part) for part in generic if not str(part).startswith("*"))
                yield Mutant(
                    "cross",
                    f"/{'/'.join(map(str, generic))} of step {other + 1}",
                    lambda mine=mine, path=path, value=values[generic]: with_json(transfer, put(mine, path, value)),
                    names,
                )


def _guided(wanted: Sequence[Target], number: int, exchange: Exchange) -> Iterator[Mutant]:
    """What a check forbids is put there: keys and headers that must be absent, words that must not be said."""
    for target in wanted:
        check = target.check
        if check is None or target.number != number:
            continue
        if check.subject.kind == "header":
            yield from _guided_header(check, exchange.transfer)
        values: list[Json] = ["mutant", 1] if check.absent else []
        forbidden = check.keywords.get("not")
        if isinstance(forbidden, dict):
            values += [forbidden["const"]] if "const" in forbidden else []
            values += list(forbidden.get("enum", ()))
        if check.subject.kind not in ("path", "events"):
            continue
        yield from _guided_filters(check, exchange)
        for count, value in enumerate(values):
            yield from _inserted(check, exchange, value, f"guided {check.address} {count}")


def _guided_filters(check: Check, exchange: Exchange) -> Iterator[Mutant]:
    """What a filter asks for (`@.type == 'x'`) is written into what it would pass by."""
    for where, wanted in filters_of(check.subject):
        if wanted is None:
            continue
        for number, mutant in enumerate(all_mutants(exchange)):
            if mutant.where == where and mutant.name.endswith(" eos"):
                yield Mutant(
                    "json",
                    f"guided {check.address} {number} {wanted}",
                    _instead(mutant, wanted),
                    where,
                )


def _instead(mutant: Mutant, wanted: str) -> Callable[[], Transfer]:
    """The mutant that says `eos` somewhere, saying something else there."""

    def make() -> Transfer:
        made = mutant.make()
        return with_body(made, made.body.replace(b'"eos"', b'"%s"' % wanted.encode()), made.arrivals)

    return make


def _guided_header(check: Check, transfer: Transfer) -> Iterator[Mutant]:
    name = str(check.subject.argument).lower()
    own = tuple(header for header in transfer.headers if header[0].lower() != name)
    for value in ("mutant", "*", "1", *MEDIA):
        yield Mutant(
            "header",
            f"header {name}: {value}",
            lambda value=value: replace(transfer, headers=(*own, (name, value))),
            (name,),
        )


def _inserted(check: Check, exchange: Exchange, value: Json, name: str) -> Iterator[Mutant]:
    """Put a value at the path of a check, as far as its way is there."""
    transfer, where = exchange.transfer, names_of(check.subject)
    parts = path_of(str(check.subject.argument))
    if exchange.streamed:
        frames, rest = frames_of(transfer.body)
        if check.subject.kind == "events":
            parts = parts[2:] if parts[1:2] == ["data"] else []
        else:
            parts = ["delta" if part == "message" else part for part in parts]
        for number, frame in enumerate(frames):
            made = _at(frame.value, parts, value) if parts and frame.value is not ABSENT else DROP
            if made is not DROP:
                new = [*frames[:number], frame.says(made), *frames[number + 1 :]]
                yield Mutant(
                    "json",
                    f"{name} in event {number}",
                    lambda new=new: with_body(transfer, b"".join(one.bytes for one in new) + rest, transfer.arrivals),
                    where,
                )
    elif exchange.json is not ABSENT and parts:
        made = _at(exchange.json, parts, value)
        if made is not DROP:
            yield Mutant("json", name, lambda: with_json(transfer, made), where)


def _at(tree: Json, parts: Sequence[str | int], value: Json) -> Json:
    """The tree with the value at the first place that these parts lead to; DROP when they lead nowhere."""
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if isinstance(tree, dict) and isinstance(head, str):
        if head not in tree:
            return DROP if rest else {**tree, head: value}
        inner = _at(tree[head], rest, value)
        return DROP if inner is DROP else {**tree, head: inner}
    if isinstance(tree, list) and (isinstance(head, int) or head == "*"):
        for index in range(len(tree)) if head == "*" else [head]:
            if -len(tree) <= int(index) < len(tree):
                inner = _at(tree[int(index)], rest, value)
                if inner is not DROP:
                    return put(tree, (int(index) % len(tree),), inner)
    return DROP


def path_of(text: str) -> list[str | int]:
    """The steps of a JSONPath; filters and slices are `*`."""
    found: list[str | int] = []
    for child, quoted, index, many in re.findall(
        r"\.\.?(\w[\w-]*)|\[['\"]([^'\"]*)['\"]\]|\[(-?\d+)\]|(\[\*\]|\.\*|\[\?\(.*?\)\]|\[[-\d:]*\])", text
    ):
        if child or quoted:
            found.append(child or quoted)
        elif index:
            found.append(int(index))
        elif many:
            found.append("*")
    return found


def names_of(subject: Subject) -> tuple[str, ...]:
    """The names in the path of a subject."""
    if subject.kind == "sum":
        return tuple(dict.fromkeys(name for path in subject.argument for name in _names(path)))
    if subject.kind in ("path", "events"):
        names = _names(str(subject.argument))
        return names[1:] if subject.kind == "events" and names[:1] in (("data",), ("event",)) else names
    return ()


def filters_of(subject: Subject) -> list[tuple[tuple[str, ...], str | None]]:
    """The names that lead to what each filter of a path looks at, and the text it must equal."""
    if subject.kind not in ("path", "events"):
        return []
    path = str(subject.argument)
    found = []
    for one in re.finditer(r"\[\?\((.*?)\)\]", path):
        for operand, wanted in re.findall(r"@((?:\.\w+|\[\d+\])+)(?:\s*==\s*'([^']*)')?", one[1]):
            names = _names(path[: one.start()] + operand)
            if subject.kind == "events" and names[:1] in (("data",), ("event",)):
                names = names[1:]
            found.append((names, wanted or None))
    return found


def _names(path: str) -> tuple[str, ...]:
    return tuple(part for part in path_of(path) if isinstance(part, str) and part not in ("*", "len"))


_HOME = {
    "status": ("status", "cross"),
    "header": ("header", "facts", "cross"),
    "body": ("text", "binary", "body", "cross", "json", "framing"),
    "exchange": ("facts", "framing", "text", "body", "json", "header"),
    "path": ("json", "cross", "echo", "framing"),
    "events": ("json", "framing", "echo"),
    "sum": ("json",),
    "value": ("json", "cross", "header", "echo"),
}


_PLACE = re.compile(r"(?:(everywhere|spread|drift)(?: first)? |.* |)/\S*(?: (.*))?")


def family(name: str) -> str:
    """What a mutant does, without where it does it."""
    if name.startswith(("header ", "guided ")):
        return name.partition(" ")[0] + name.rpartition(" ")[2]
    place = _PLACE.fullmatch(name)
    if place is None:
        return re.sub(r" \(.*|\d+", "", name)
    what = re.sub(
        r"^(word|equal|ending|json) .*?(\S*)$", lambda m: f"json {m[2]}" if m[1] == "json" else m[1], place[2] or ""
    )
    return f"{place[1] or ''} {what}"


def _likely_first(target: Target, spots: Sequence[Spot], families: Sequence[str]) -> list[int]:
    """Near ones first, but no family for too long: each check has its own weakness."""
    far = [_distance(target, spot) for spot in spots]
    ranks: Counter[str] = Counter()
    scores: dict[int, float] = {}
    for number in sorted(range(len(spots)), key=far.__getitem__):
        name = families[number]
        scores[number] = ranks[name] + min(far[number], 12) / 2 + (4 if name in _RARE else 0)
        ranks[name] += 1
    return sorted(scores, key=scores.__getitem__)


_RARE = frozenset(
    f"{scope} {what}"
    for scope in ("", "everywhere")
    for what in (
        *("escapes", "blanks", "replacement characters", "upper case", "headless", "thoughts", "special token"),
        *("fifty times", "object", "list", "parts", "boolean", "string inside", "object inside", "null inside", "call"),
        *("with usage", "with reasoning", "with logprobs", "with a call", "in a text", "extra key", "huge", "negative"),
    )
)
"""What few checks notice that notice nothing else."""


def _distance(target: Target, spot: Spot) -> float:
    """How unlikely this mutant is to kill this target."""
    mutant, subject = spot.mutant, target.subject
    home = _HOME[subject.kind]
    far = home.index(mutant.kind) * 0.5 if mutant.kind in home else 40.0
    if subject.kind == "header":
        far += 0 if mutant.where == (str(subject.argument).lower(),) else 10
    elif subject.kind == "exchange":
        far += min((0 if word in mutant.name else 3 for word in str(subject.argument).split(".")[1:]), default=3)
    elif subject.kind in ("path", "events", "sum", "value"):
        far += min(_apart(names, mutant.where) + more for names, more in target.wanted)
        if mutant.where and mutant.where[-1] in target.inner:
            far = min(far, 0.5)
        if any(text in mutant.name for text in target.quoted):
            far -= 3
    home_step = spot.step == target.number or (subject.kind == "value" and spot.step < target.number)
    return far + (0 if home_step else 15) + min(len(spot.transfer.body) / 20_000, 2)


def _inner_names(check: Check | None) -> frozenset[str]:
    """The names inside the keywords of a check: of required members, of properties."""
    found: set[str] = set()

    def walk(value: Json) -> None:
        if isinstance(value, dict):
            found.update(value.get("required", ()))
            found.update(value.get("properties", ()))
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(dict(check.keywords) if check is not None else {})
    return frozenset(found)


def _apart(names: tuple[str, ...], where: tuple[str, ...]) -> float:
    names = tuple("delta" if name == "message" else name for name in names)
    where = tuple("delta" if name == "message" else name for name in where)
    if names == where:
        return 0
    if not names or not where:
        return 6
    if names[-len(where) :] == where or where[-len(names) :] == names:
        return 1
    if names[: len(where)] == where:
        return 2
    if names[-1] == where[-1]:
        return 3
    return 4 if where[: len(names)] == names else 5 if set(names) & set(where) else 10
