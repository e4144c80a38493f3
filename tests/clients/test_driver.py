"""A driver that hangs is ended and started anew, one that dies has crashed, and a slow start is no hang."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import driver as driver_module
from .clients import HERE
from .driver import Asked, Driver, NotUpError

# The first play of each scenario is slow, as it is where a client reads its packages only then.
STUB = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from lines import serve
played = set()

def play(base_url, model):
    if base_url not in played:
        played.add(base_url)
        time.sleep(1.5)
    if model == "hang":
        time.sleep(60)
    if model == "die":
        os._exit(1)
    if model == "raise":
        raise ValueError("a  word")
    print("noise")
    return {"text": model}

serve({"plain": play})
"""


def asked(model: str) -> Asked:
    return {"scenario": "plain", "base_url": "http://127.0.0.1", "model": model}


WELL = asked("well")


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    command = [sys.executable, "-c", STUB, str(HERE / "drivers")]
    with Driver("stub", command, tmp_path / "stub.log") as driver:
        yield driver


def test_what_it_prints_is_no_answer(driver: Driver) -> None:
    assert driver.ask(WELL, 1.0, WELL) == {"text": "well"}


def test_an_exception_is_an_answer(driver: Driver) -> None:
    assert driver.ask(asked("raise"), 1.0, WELL) == {"raised": "ValueError: a word"}


@pytest.mark.parametrize("how", ["hang", "die"])
def test_it_is_started_anew(driver: Driver, how: str) -> None:
    answer = driver.ask(asked(how), 1.0, WELL)
    assert (answer is None) if how == "hang" else "raised" in (answer or {})
    assert driver.ask(WELL, 1.0, WELL) == {"text": "well"}


def test_one_that_hangs_with_the_untouched_server_is_told(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "START_SECONDS", 0.5)
    with pytest.raises(NotUpError, match="stub: no answer in plain"):
        driver.ask(WELL, 1.0, asked("hang"))
