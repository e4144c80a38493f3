"""What counts as a crash, a hang, a silent loss, something wrong."""

from typing import Any

import pytest

from aioc.model.client import Effect

from .outcome import outcome

WHOLE = {"text": "one two", "usage": 7}
CALLED = {"calls": [["f", {"city": "Oslo"}], ["f", {"city": "Rome"}]]}
VECTORS = {"vectors": [[0.5], [0.25]]}


@pytest.mark.parametrize(
    ("whole", "answer", "effect"),
    [
        (WHOLE, WHOLE, None),
        (WHOLE, None, Effect.HANG),
        (WHOLE, {"raised": "TypeError: no"}, Effect.CRASH),
        (WHOLE, {"text": "one", "usage": 7}, Effect.SILENT_LOSS),
        (WHOLE, {"text": "on wo", "usage": 7}, Effect.SILENT_LOSS),
        (WHOLE, {"text": "two one", "usage": 7}, Effect.WRONG),
        (WHOLE, {"text": None, "usage": 7}, Effect.SILENT_LOSS),
        (WHOLE, {"text": "one two three", "usage": 7}, Effect.WRONG),
        (WHOLE, {"text": [{"text": "one two"}], "usage": 7}, Effect.WRONG),
        (WHOLE, {"text": "one two", "usage": None}, Effect.COSMETIC),
        (CALLED, {"calls": [["f", {"city": "Oslo"}]]}, Effect.SILENT_LOSS),
        (CALLED, {"calls": [["f", '{"city": "Oslo"}{"city": "Rome"}']]}, Effect.SILENT_LOSS),
        (CALLED, {"calls": [["f", {"city": "Oslo"}], ["", {"city": "Rome"}]]}, Effect.SILENT_LOSS),
        (CALLED, {"calls": [["f", {"city": "Oslo"}], ["f", {}]]}, Effect.SILENT_LOSS),
        (CALLED, {"calls": [["ff", {"city": "Oslo"}], ["f", {"city": "Rome"}]]}, Effect.WRONG),
        (VECTORS, {"vectors": [[0.5]]}, Effect.SILENT_LOSS),
        (VECTORS, {"vectors": [[0.25], [0.5]]}, Effect.WRONG),
    ],
)
def test_an_answer_is_judged_by_the_whole_one(whole: Any, answer: Any, effect: Effect | None) -> None:
    assert outcome(answer, whole).effect is effect


def test_a_crash_is_told_with_its_exception() -> None:
    assert outcome({"raised": "TypeError: no: no"}, WHOLE).shown == "crash: TypeError"
