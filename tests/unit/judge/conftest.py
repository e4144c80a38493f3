"""What the tests of the judge share: cases from YAML text, answers from JSON or events."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from aioc.answer.read import read
from aioc.judge.script import Pause, Send, play
from aioc.model.exchange import Transfer, WireRequest
from aioc.model.problem import BadInputError
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.parse import parse_document
from aioc.read.words import vocabulary_problems


def _case(text, case_id="chat/x"):
    if "title:" not in text:
        text = f"title: Something happens here\nsource: a measurement\n{text}"
    document = parse_document(text.encode(), "chat/x.yaml")
    problems = vocabulary_problems(document, "case")
    if problems:
        raise BadInputError(problems)
    scope = Scope(document, compile_paths=True)
    cases = read_case(document, case_id, None, Path.cwd(), scope)
    if scope.problems:
        raise BadInputError(scope.problems)
    return cases[0] if len(cases) == 1 else cases


def _answer(value=None, status=200, *, headers=(), events=None, body=None, request=None, failure=None, cut=None):
    media = "application/json"
    if events is not None:
        media = "text/event-stream"
        body = "".join(f"data: {e if isinstance(e, str) else json.dumps(e)}\n\n" for e in events).encode()
    elif body is None:
        body = json.dumps(value).encode()
    asked = request or WireRequest("POST", "/v1/chat/completions")
    return Transfer(asked, status, (("content-type", media), *headers), body, failure=failure, cut=cut)


@pytest.fixture
def case():
    """Give the reader of a case's text."""
    return _case


@pytest.fixture
def answer():
    """Give the maker of answers."""
    return _answer


@pytest.fixture
def play_with():
    """Play a case with these answers (a transfer or a list for copies each); give the result and what was asked."""

    def run(case, answers: Sequence, roles=None):
        script = play(case, roles or {"model": "m"}, 5)
        left = list(answers)
        asked = []
        try:
            ask = next(script)
            while True:
                asked.append(ask)
                if isinstance(ask, Pause):
                    ask = script.send(())
                    continue
                assert isinstance(ask, Send)
                given = left.pop(0)
                group = given if isinstance(given, list) else [given]
                ask = script.send([read(transfer) for transfer in group])
        except StopIteration as end:
            return end.value, asked

    return run
