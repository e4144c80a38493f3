"""`aioc probe`: the surface table in seconds, under any name."""

import pytest

from aioc.read.tree import load


def probe(call, *arguments):
    return call("probe", *arguments, command="aioc")


def test_a_row_an_endpoint(call, reference):
    outcome = probe(call, reference.base_url)
    assert outcome.code == 0
    table = [line for line in outcome.out.splitlines() if line.startswith(("  GET", "  POST", "  DELETE"))]
    assert len(table) == len(load().catalogue.capabilities)
    assert any(line.split("  ")[1] == "POST /v1/embeddings" and "PASS" in line for line in table)


def test_any_label_will_do_and_the_server_is_recognised(call, reference):
    outcome = probe(call, reference.base_url, "--name", "titan-llm")
    assert outcome.out.startswith(f"titan-llm at {reference.base_url.removesuffix('/v1')}")
    assert "the server is not recognised" in outcome.out


def test_a_label_that_is_an_overlays_name_picks_it(call, reference):
    outcome = probe(call, reference.base_url, "--name", "llama.cpp")
    assert "warning: this does not look like llama.cpp" in outcome.out


def test_a_core_endpoint_that_is_missing_fails(call, silent):
    outcome = probe(call, silent, "--server", "llamaswap", "--model", "m", "--timeout", "0.3")
    assert outcome.code in (1, 3)
    assert "could not be" in outcome.out or "FAIL" in outcome.out or "ERROR" in outcome.out


def test_a_server_that_is_away_is_no_bad_input(call):
    outcome = probe(call, "http://127.0.0.1:1")
    assert (outcome.code, "no answer from" in outcome.err) == (3, True)


@pytest.mark.parametrize("name", sorted(load().catalogue.capabilities))
def test_a_row_takes_at_most_two_requests(name):
    catalogue = load().catalogue
    case = catalogue.case(catalogue.capabilities[name].shown_by)
    assert sum(step.request.copies for step in case.steps) <= 2
