"""What a server's page speaks of: its overlay with the parents, the runs that count now, the entries that apply."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from aioc.model.catalogue import Catalogue
from aioc.model.overlay import Deviation, Lack, Overlay, addressed
from aioc.overlay import applicability, resolve
from aioc.pages.evidence import Evidence, Known, Run
from aioc.pages.sections import section_of
from aioc.pages.text import listed
from aioc.report.md import code
from aioc.report.words import counted
from aioc.versions import parse


@dataclass(frozen=True)
class Subject:
    """A server as its page sees it; `own` is its overlay without the parents."""

    own: Overlay
    overlay: Overlay
    catalogue: Catalogue
    evidence: Evidence

    @classmethod
    def of(cls, name: str, catalogue: Catalogue, evidence: Evidence) -> "Subject":
        """Put together what is known of a server. Raises BadInputError when there is no such overlay."""
        resolved = resolve(name, catalogue)
        mine = tuple(entry for entry in resolved.deviations if entry.overlay == name)  # with the cases' present ids
        return cls(replace(catalogue.overlays[name], deviations=mine), resolved, catalogue, evidence)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """All runs, in the order in which the overlay names its set-ups."""
        place = {set_up.name: number for number, set_up in enumerate(self.own.set_ups)}
        return tuple(sorted(self.evidence.runs, key=lambda run: (run.how != "run", place.get(run.set_up, len(place)))))

    @cached_property
    def current(self) -> tuple[Run, ...]:
        """The runs that say what is so now: live ones before recordings, of the newest version among them."""
        runs = [run for run in self.runs if run.how == "run"] or list(self.runs)
        parsed = {run.version: parse(run.version) for run in runs}
        known = [version for version in parsed.values() if version is not None]
        newest = max(known, default=None)
        return tuple(run for run in runs if parsed[run.version] == newest)

    @cached_property
    def beside(self) -> tuple[Run, ...]:
        """Recordings of the version that the current runs are of."""
        versions = {parse(run.version) for run in self.current} - {None}
        others = [run for run in self.runs if run not in self.current]
        return tuple(run for run in others if parse(run.version) in versions)

    @cached_property
    def now_by_section(self) -> Mapping[str, Sequence[Deviation]]:
        """The entries that speak of the current version, by the section in which their case stands."""
        found: dict[str, list[Deviation]] = {}
        for entry in self.now:
            found.setdefault(self._section(entry), []).append(entry)
        return found

    def _section(self, entry: Deviation) -> str:
        case = self.catalogue.case(entry.case)
        return section_of(case) if case else ""

    @cached_property
    def inherited(self) -> tuple[Deviation, ...]:
        """The parents' entries that were seen in the current runs."""
        return tuple(e for e in self.overlay.deviations if e.overlay != self.own.name and self.seen(e))

    @cached_property
    def inherited_by_section(self) -> Mapping[str, Mapping[str, int]]:
        """How many of them stand in which section of which parent."""
        found: dict[str, Counter[str]] = {}
        for entry in self.inherited:
            found.setdefault(self._section(entry), Counter())[entry.overlay] += 1
        return found

    @cached_property
    def versions(self) -> Mapping[str, str]:
        """The version of each product in the current runs."""
        found: dict[str, str] = {}
        for run in self.current:
            found |= {name: version for name, version in run.versions.items() if name not in found}
        return found

    @cached_property
    def tested(self) -> str:
        """In a sentence: which version, when, how."""
        names = listed([code(run.set_up) for run in self.current], 8)
        when = f", {self.when}" if self.when else ""
        return f"{self.which}{when}: {self.how} ({names})."

    @property
    def which(self) -> str:
        """The version, and those of what is behind."""
        versions = sorted({run.version for run in self.current if run.version})
        behind = [f"{name} {code(version)}" for name, version in self.versions.items() if name != self.own.name]
        said = f"Version {listed([code(version) for version in versions])}" if versions else "Version unknown"
        return said + (f" (with {listed(behind)})" if behind else "")

    @property
    def when(self) -> str:
        """The days of the current runs."""
        dates = sorted({run.date for run in self.current if run.date})
        return " to ".join(dates[:1] + dates[1:][-1:])

    @property
    def how(self) -> str:
        """How many set-ups there were, and of what kind."""
        number = len(self.current)
        if self.current[0].how == "run":
            return f"run live in {counted(number, 'set-up')}"
        exchanges = sum(run.exchanges for run in self.current)
        return f"judged from {counted(exchanges, 'recorded exchange')} in {counted(number, 'set-up')}"

    @cached_property
    def verdicts(self) -> Mapping[str, str]:
        """Of each case the verdict of the first current set-up that could be asked."""
        found: dict[str, str] = {}
        for run in self.current:
            for case, verdict in run.verdicts.items():
                found.setdefault(case, verdict)
        return found

    @cached_property
    def counts(self) -> Counter[str]:
        """How many cases ended in which verdict."""
        return Counter(self.verdicts.values())

    @cached_property
    def now(self) -> tuple[Deviation, ...]:
        """The file's own entries that speak of the current version."""
        return tuple(entry for entry in self.own.deviations if self.applies(entry))

    @cached_property
    def then(self) -> tuple[Deviation, ...]:
        """The file's own entries that speak of other versions only."""
        return tuple(entry for entry in self.own.deviations if not self.applies(entry))

    def applies(self, entry: Deviation | Lack) -> bool:
        """Whether an entry speaks of the current version."""
        return applicability(entry, self.versions).applies

    def seen(self, entry: Deviation) -> list[str]:
        """Name the current set-ups in which the deviation was seen."""
        return [run.set_up for run in self.current if any(self._is(known, entry) for known in run.known)]

    def _is(self, known: Known, entry: Deviation) -> bool:
        """Whether what a run saw is this entry: by its reason, and where that was reworded since, by its address."""
        if not _about(known.case, entry.case):
            return False
        reworded = known.reason not in self._reasons and known.check == addressed(entry.step, entry.address)
        return known.reason == entry.reason or reworded

    @cached_property
    def _reasons(self) -> frozenset[str]:
        return frozenset(entry.reason for entry in self.overlay.deviations)

    def was_asked(self, entry: Deviation) -> bool:
        """Whether the entry's case was judged in a current run."""
        return any(_about(case, entry.case) for case in self.verdicts)


def _about(case: str, named: str) -> bool:
    """Whether an id is the one that an entry names, or a member of the family that it names."""
    return named in (case, case.partition(":")[0])
