"""Severities rest on evidence, and what breaks a client is a FAIL."""

from tests.playing import catalogue

from aioc.model.case import Severity

from .support import BELOW, checks, needs_below_fail, support


def test_every_fail_rests_on_something():
    fails = [case for case in catalogue().cases if case.server is None and case.worst is Severity.FAIL]
    assert len(fails) > 300
    assert [case.id for case in fails if not support(case)] == []


def test_what_breaks_a_client_is_a_fail_or_it_is_said_why_not():
    assert set(needs_below_fail()) == BELOW.keys()


def test_every_need_has_a_check_that_covers_it():
    without = [
        f"{name}: {need.case} {need.check}"
        for name, client in sorted(catalogue().clients.items())
        for need in client.needs
        if not checks(need) and need.check not in ("json", "stream")
    ]
    assert without == []
