"""A client of servers: what it needs of them, and what its user sees where that is missing."""

from enum import StrEnum

from aioc.model.frozen import frozen
from aioc.model.problem import Place


class Effect(StrEnum):
    """What happens to a client whose need is not met; from worst to mildest."""

    CRASH = "crash"
    HANG = "hang"
    SILENT_LOSS = "silent-loss"
    WRONG = "wrong"
    COSMETIC = "cosmetic"


class Ready(StrEnum):
    """What becomes of a client with a server; from best to worst."""

    READY = "ready"
    DEGRADED = "degraded"
    BREAKS = "breaks"
    UNKNOWN = "unknown"

    @property
    def told(self) -> str:
        """Give the word for several of them."""
        return "break" if self is Ready.BREAKS else self.value


@frozen
class ClientEnd:
    """What becomes of a client with the server of a run, in a line; `reason` is '' when it is ready."""

    name: str
    title: str
    ready: Ready
    reason: str


@frozen
class Need:
    """One thing that a client needs: a case, or one check of it.

    `feature` is the part of the client that needs it; '' when nothing of the client works without.
    """

    case: str
    check: str
    effect: Effect
    feature: str
    sees: str
    evidence: str
    place: Place


@frozen
class Client:
    """One client file; `looked_at` is `run` or `read` (its source only)."""

    name: str
    title: str
    homepage: str
    version: str
    date: str
    looked_at: str
    endpoints: tuple[str, ...]
    needs: tuple[Need, ...]
    place: Place
    about: str = ""
    sends: tuple[Need, ...] = ()
    """What it was seen to send, as cases: that each of them is accepted. Only a run that asked them shows it."""
