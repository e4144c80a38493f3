"""What the severities of the catalogue rest on: clients that break, recorded answers of OpenAI, documentation."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from tests.playing import catalogue

from aioc.model.case import Case, Check, Severity
from aioc.model.client import Effect, Need
from aioc.model.overlay import addressed
from aioc.paths import CLIENT_REQUESTS

ROOT = Path(__file__).parents[2]
BELOW: dict[str, str] = yaml.safe_load((Path(__file__).parent / "below.yaml").read_text())


@cache
def _held_by_openai() -> frozenset[str]:
    """Give the cases that recorded answers of OpenAI itself were put to, and which they held."""
    evidence = json.loads((ROOT / "docs" / "catalog" / "evidence" / "openai.json").read_text())
    return frozenset(case for case, verdict in evidence["cases"].items() if verdict == "PASS")


@cache
def _needs() -> tuple[Need, ...]:
    """Give the needs of all clients: each look at a client reads its file."""
    clients = catalogue().clients
    return tuple(need for name in sorted(clients) for need in clients[name].needs)


def support(case: Case) -> tuple[str, ...]:
    """Say what a FAIL of the case rests on, the strongest first; () when on nothing."""
    clients = {need.case for need in _needs()}
    kinds = {
        "client": bool(clients & {case.id, case.family}),
        "OpenAI": case.id in _held_by_openai(),
        "documentation": "://" in case.source,
        "sent by a client": case.topic == CLIENT_REQUESTS.name,
    }
    return tuple(kind for kind, holds in kinds.items() if holds)


def needs_below_fail() -> Iterator[str]:
    """Give every need whose loss breaks a client or loses it data, and that no check of the severity fail covers."""
    for need in _needs():
        if need.effect is not Effect.COSMETIC and all(check.severity is not Severity.FAIL for check in checks(need)):
            yield f"{need.case} {need.check}".rstrip()


def checks(need: Need) -> list[Check]:
    """Give the checks that show whether a need is met."""
    case = catalogue().case(need.case)
    assert case is not None, need.case
    wanted = need.check.partition("#/")[0]
    steps = [("", case.checks)] if case.answers is not None else [(step.name, step.checks) for step in case.steps]
    named = [(addressed(step, check.address), check) for step, of in steps for check in of]
    return [check for address, check in named if wanted in ("", address)]
