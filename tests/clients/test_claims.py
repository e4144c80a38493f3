"""Without the clients: every grave need has its claim, and aioc says of each broken server that the need is missed."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.playing import catalogue

from .claimed import Claimed, claimed, unclaimed
from .clients import CLIENTS, HERE, Driven
from .missed import Missing
from .relay import Relay
from .table import WHOLE, table

REQUIREMENTS = {"python": "requirements.txt", "litellm": "requirements-litellm.txt"}
CLAIMS = [one for name in CLIENTS for one in claimed(name)]


@pytest.fixture(scope="module")
def missing() -> Iterator[Missing]:
    with Relay(table().mutants) as relay:
        yield Missing(relay)


@pytest.mark.parametrize("name", CLIENTS)
def test_every_grave_need_has_a_claim(name: str) -> None:
    assert unclaimed(name) == []


@pytest.mark.parametrize("one", CLAIMS, ids=lambda one: one.shown)
def test_aioc_says_that_the_need_is_missed(missing: Missing, one: Claimed) -> None:
    client, mutant = catalogue().clients[one.client], table().mutants[one.claim.mutant]
    assert missing.missed(client, one.need, replace(mutant, name=WHOLE)) is None
    assert missing.missed(client, one.need, mutant) is not None


@pytest.mark.parametrize("one", CLAIMS, ids=lambda one: one.shown)
def test_the_client_has_the_scenario(one: Claimed) -> None:
    assert one.claim.scenario in CLIENTS[one.client].scenarios


def test_no_word_of_the_table_is_idle() -> None:
    used = {one.claim for one in CLAIMS}
    assert [claim for claim in table().claims if claim not in used] == []
    assert table().mutants.keys() - {one.claim.mutant for one in CLAIMS} == {WHOLE}
    needs = {(name, need.case) for name in CLIENTS for need in catalogue().clients[name].needs}
    assert [one for one in table().undriven if (one.client, one.case) not in needs] == []


@pytest.mark.parametrize("driven", CLIENTS.values(), ids=lambda driven: driven.name)
def test_what_is_installed_is_what_the_file_speaks_of(driven: Driven) -> None:
    if driven.venv:
        text = (HERE / REQUIREMENTS[driven.venv]).read_text()
        pinned = re.findall(rf"^{re.escape(driven.package)}(?:\[\w+\])?==(\S+)", text, re.MULTILINE)
    else:
        pinned = [json.loads((HERE / "package.json").read_text())["dependencies"][driven.package]]
    assert pinned == [catalogue().clients[driven.name].version]
