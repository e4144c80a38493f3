"""What became of a client: its answer to a scenario against that which it gives with the untouched server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aioc.model.client import Effect

Answer = Mapping[str, Any]
"""What a driver prints: text, whole (the text again, as a helper put it together), calls, vectors, usage; or raised."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect on a client, None where there is none; `raised` is the exception of a crash."""

    effect: Effect | None
    raised: str = ""

    @property
    def shown(self) -> str:
        """A cell of the table."""
        if self.effect is None:
            return "unaffected"
        return f"crash: {self.raised.partition(':')[0]}" if self.raised else str(self.effect)


def outcome(answer: Answer | None, whole: Answer) -> Outcome:
    """Judge an answer (None: it did not come in time) by the one of the untouched server."""
    if answer is None:
        return Outcome(Effect.HANG)
    if "raised" in answer:
        return Outcome(Effect.CRASH, answer["raised"])
    if any(_less(key, answer.get(key), value) for key, value in whole.items() if key != "usage"):
        return Outcome(Effect.SILENT_LOSS)
    if any(answer.get(key) != value for key, value in whole.items() if key != "usage"):
        return Outcome(Effect.WRONG)
    return Outcome(Effect.COSMETIC if answer.get("usage") != whole.get("usage") else None)


def _less(key: str, got: Any, whole: Any) -> bool:
    """Whether something is gone: a part of the text, a call that could be run, a vector."""
    if key == "calls":
        return sum(map(_runs, got)) < sum(map(_runs, whole))
    if key == "vectors":
        return len(got) < len(whole)
    return got != whole and (not got or (isinstance(got, str) and _left_of(got, whole)))


def _left_of(text: str, whole: str) -> bool:
    """Whether a text is what is left of another one from which pieces were taken."""
    letters = iter(whole)
    return all(letter in letters for letter in text)


def _runs(call: Any) -> bool:
    """Whether a call has a name, and arguments (each tool here needs one) that are an object or the text of it."""
    name, arguments = call
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError:
            return False
    return bool(name) and isinstance(arguments, dict) and bool(arguments)
