"""What a FAIL rests on: an address where anybody can read that it must be so, or a client that breaks without it."""

import re
from collections.abc import Iterable, Iterator

from aioc.model.case import Case, Severity
from aioc.model.client import Client
from aioc.model.problem import Problem
from aioc.paths import CLIENT_REQUESTS

_ADDRESS = re.compile(r"https?://\S")


def support_problems(cases: Iterable[Case], clients: Iterable[Client]) -> Iterator[Problem]:
    """Give every case that may FAIL and rests on nothing that a server's author can look up.

    A case for one server may: what that one promises is often seen in its answers alone. What a client sent is itself
    the evidence.
    """
    needed = {need.case for client in clients for need in client.needs}
    for case in cases:
        if case.worst is not Severity.FAIL or case.server is not None or needed & {case.id, case.family}:
            continue
        if case.topic == CLIENT_REQUESTS.name:
            continue
        if not _ADDRESS.search(case.source):
            hint = "give the address where that is written in `source`, name it in a client file, or say severity: warn"
            yield Problem("nothing that others can look up says that this must be so", case.place, hint)
