"""A run over a scripted server: surface, lacks, stale entries, a server that goes away, limits."""

import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from aioc.conduct import Conductor
from aioc.model.catalogue import Catalogue, Profile
from aioc.model.exchange import Failure, Transfer
from aioc.model.problem import BadInputError
from aioc.model.result import Verdict
from aioc.overlay import resolve
from aioc.plan import Wanted, plan
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.overlay import read_capabilities, read_overlay
from aioc.read.parse import parse_document
from aioc.run import Run, Setting

CAPABILITIES = """
unsupported:
  - {name: no-route, status: 404}
  - {name: not-implemented, status: 501}
capabilities:
  chat: {endpoint: POST /v1/chat, kind: core, shown_by: chat/basic}
  embeddings: {endpoint: POST /v1/embeddings, kind: optional, shown_by: embeddings/basic}
  files: {endpoint: POST /v1/files, kind: ext, shown_by: files/upload}
  batches: {endpoint: POST /v1/batches, kind: ext, shown_by: batches/run}
"""


def simple(path, needs="", extra=""):
    needed = f"needs: [{needs}]\n" if needs else ""
    return f"{needed}request: {{method: POST, path: {path}}}\nexpect:\n  - status: 200\n{extra}"


CASES = {
    "chat/basic": simple("/v1/chat", "chat", "  - path: $.text\n    type: string\n"),
    "chat/more": simple("/v1/chat", "chat"),
    "embeddings/basic": simple("/v1/embeddings", "embeddings"),
    "embeddings/more": simple("/v1/embeddings", "embeddings"),
    "files/upload": """needs: [files]
steps:
  - request: {method: POST, path: /v1/files}
    expect: [{status: 200}]
  - always: true
    request: {method: DELETE, path: /v1/files/x}
""",
    "batches/run": simple("/v1/batches", "files, batches"),
}


def document(text, name):
    return parse_document(text.encode(), name)


def catalogue(overlay="", cases=CASES):
    read = []
    for case_id, text in sorted(cases.items()):
        scope = Scope(document(f"title: Something happens\nsource: a measurement\n{text}", f"{case_id}.yaml"))
        read += read_case(scope.document, case_id, None, Path.cwd(), scope)
        assert scope.problems == []
    table = read_capabilities(Scope(document(CAPABILITIES, "capabilities.yaml")))
    overlays = {}
    if overlay:
        overlays["srv"] = read_overlay(Scope(document(f"title: A server\n{overlay}", "srv.yaml")), "srv")
    return Catalogue("t", "1", tuple(read), table, overlays)


class Server:
    """Answers by method and path; a value is a status, a (status, body) or a Failure. `asked` is what came."""

    def __init__(self, **routes):
        self.routes = {"POST /v1/chat": (200, {"text": "hi"}), **routes}
        self.asked = []

    def exchange(self, request, seconds, *, retry_busy=True):
        del seconds, retry_busy
        key = f"{request.method} {request.target}"
        self.asked.append(key)
        answer = self.routes.get(key, 200)
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Failure):
            return Transfer(request, failure=answer)
        status, body = answer if isinstance(answer, tuple) else (answer, {})
        return Transfer(request, status, (("content-type", "application/json"),), json.dumps(body).encode())

    def abort(self):
        pass


def run(server, overlay="", cases=CASES, wanted=None, versions=None, **limits):
    known = catalogue(overlay, cases)
    resolved = resolve("srv", known) if overlay else None

    @contextmanager
    def opener(_case):
        yield server

    setting = Setting(known, resolved, versions or {}, {"model": "m"}, **limits)
    going = Run(setting, plan(known, resolved, wanted or Wanted()), Conductor(opener))
    results = {result.case.id: result for result in going.results() if result.selected}
    return results, going.summary()


def surface(summary):
    return {row.capability: row.verdict.value for row in summary.surface}


def test_a_whole_server_passes():
    results, summary = run(Server())
    assert {result.verdict for result in results.values()} == {Verdict.PASS}
    assert surface(summary) == dict.fromkeys(["chat", "embeddings", "files", "batches"], "PASS")


def test_missing_endpoints_are_judged_by_their_kind_and_the_rest_is_skipped():
    routes = dict.fromkeys(["POST /v1/chat", "POST /v1/embeddings", "POST /v1/files", "POST /v1/batches"], 404)
    results, summary = run(Server(**routes))
    assert {case: result.verdict.value for case, result in results.items()} == {
        "chat/basic": "FAIL",
        "chat/more": "SKIP",
        "embeddings/basic": "WARN",
        "embeddings/more": "SKIP",
        "files/upload": "SKIP",
        "batches/run": "SKIP",
    }
    assert results["chat/more"].reason == "POST /v1/chat: no route (404)"
    assert surface(summary) == {"chat": "FAIL", "embeddings": "WARN", "files": "SKIP", "batches": "SKIP"}


def test_501_with_an_error_body_is_warn_and_501_without_is_as_the_kind_has_it():
    results, _ = run(Server(**{"POST /v1/chat": (501, {"error": {"message": "no"}})}))
    assert results["chat/basic"].verdict is Verdict.WARN
    results, _ = run(Server(**{"POST /v1/chat": 501}))
    assert results["chat/basic"].verdict is Verdict.FAIL


def test_another_5xx_is_fail_and_the_capability_is_there():
    results, _ = run(Server(**{"POST /v1/embeddings": 500}))
    assert (results["embeddings/basic"].verdict, results["embeddings/more"].verdict) == (Verdict.FAIL, Verdict.FAIL)


def test_an_endpoint_is_not_shown_by_a_500_that_is_no_more_than_a_remark():
    cases = {**CASES, "embeddings/basic": "severity: info\n" + CASES["embeddings/basic"]}
    results, summary = run(Server(**{"POST /v1/embeddings": 500}), cases=cases)
    words = "not shown: status is not 200"
    assert {results[case].reason for case in ("embeddings/basic", "embeddings/more")} == {words}
    assert surface(summary)["embeddings"] == "SKIP"
    assert next(row.note for row in summary.surface if row.capability == "embeddings") == words


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/files"])
def test_an_endpoint_that_is_not_there_is_told_as_that_whatever_the_severity_of_its_case(path):
    cases = {case: "severity: info\n" + text for case, text in CASES.items()}
    results, summary = run(Server(**{f"POST {path}": 404}), cases=cases)
    rows = {row.endpoint: row for row in summary.surface}
    assert (rows[f"POST {path}"].absent, rows[f"POST {path}"].note) == (True, f"POST {path}: no route (404)")
    assert not [case for case, result in results.items() if result.verdict not in (Verdict.PASS, Verdict.SKIP)]


INVARIANT = """
answers: {path: /v1/chat}
expect: [{path: "$.text", type: string}]
"""


def test_an_invariant_of_what_is_not_there_is_skipped_as_its_cases_are():
    cases = {**CASES, "embeddings/obj": INVARIANT.replace("chat", "embeddings") + "needs: [embeddings]\n"}
    results, _ = run(Server(**{"POST /v1/embeddings": 404}), cases=cases)
    words = "POST /v1/embeddings: no route (404)"
    assert (results["embeddings/obj"].verdict, results["embeddings/obj"].reason) == (Verdict.SKIP, words)


@pytest.mark.parametrize(("status", "verdict"), [(200, Verdict.FAIL), (400, Verdict.PASS)])
def test_who_takes_what_had_to_be_refused_breaks_no_other_rule_by_that(status, verdict):
    """The answer to it is put to no invariant; the same answer to a question that is wanted is."""
    other = f"request: {{method: POST, path: /v1/chat}}\nexpect: [{{status: {status}}}]\n"
    cases = {"chat/basic": CASES["chat/basic"], "chat/obj": INVARIANT, "err/other": other}
    routes = {"POST /v1/chat": [(200, {"text": "hi"}), (200, {"text": 1})]}
    results, _ = run(Server(**routes), cases=cases)
    assert results["chat/obj"].verdict is verdict


def test_what_a_capability_stands_on_is_shown_before_it_even_when_it_comes_later_in_the_table():
    cases = {**CASES, "chat/basic": simple("/v1/chat", "files, chat")}
    server = Server(**{"POST /v1/files": 404})
    results, summary = run(server, cases=cases)
    assert results["chat/basic"].reason == results["chat/more"].reason == "POST /v1/files: no route (404)"
    assert surface(summary)["chat"] == "SKIP"
    assert "POST /v1/chat" not in server.asked


def test_what_the_clean_up_is_answered_says_nothing_of_the_capability():
    results, summary = run(Server(**{"DELETE /v1/files/x": 404}))
    assert (results["files/upload"].verdict, surface(summary)["files"]) == (Verdict.PASS, "PASS")


def test_the_showing_case_is_sent_even_when_it_is_deselected():
    server = Server(**{"POST /v1/embeddings": 404})
    results, _ = run(server, wanted=Wanted(select=("embeddings/more",)))
    assert server.asked == ["POST /v1/embeddings"]
    assert {case: result.verdict.value for case, result in results.items()} == {"embeddings/more": "SKIP"}


LACKS = """
lacks:
  - {capability: embeddings, reason: No embeddings behind this proxy., source: a measurement}
"""


def test_a_lacking_capability_is_skipped_with_the_reason():
    results, summary = run(Server(**{"POST /v1/embeddings": 404}), LACKS)
    assert results["embeddings/basic"].verdict is Verdict.SKIP
    assert results["embeddings/more"].reason == "No embeddings behind this proxy."
    assert (surface(summary)["embeddings"], summary.stale) == ("SKIP", ())


def test_a_lack_is_stale_when_the_server_has_it_and_its_cases_run():
    results, summary = run(Server(), LACKS)
    assert results["embeddings/more"].verdict is Verdict.PASS
    assert [entry.entry for entry in summary.stale] == ["srv: lacks embeddings"]


def test_a_broken_capability_is_no_stale_lack():
    results, summary = run(Server(**{"POST /v1/embeddings": 500}), LACKS)
    assert (results["embeddings/basic"].verdict, summary.stale) == (Verdict.FAIL, ())


def test_what_is_answered_as_if_it_were_not_asked_for_is_no_stale_lack():
    cases = {**CASES, "embeddings/basic": CASES["embeddings/basic"] + "  - path: $.data\n    type: array\n"}
    results, summary = run(Server(**{"POST /v1/embeddings": (200, {"text": "prose"})}), LACKS, cases)
    assert (results["embeddings/basic"].verdict, summary.stale) == (Verdict.FAIL, ())


def deviation(case="chat/basic", more=""):
    return f"""
deviations:
  - case: {case}
    check: $.text
    instead: {{type: integer}}
    {more}
    reason: A client notices that.
    source: a measurement
"""


def test_known_and_stale():
    results, summary = run(Server(**{"POST /v1/chat": (200, {"text": 1})}), deviation())
    assert (results["chat/basic"].verdict, summary.stale) == (Verdict.WARN, ())
    results, summary = run(Server(), deviation())
    assert (results["chat/basic"].verdict, [entry.case for entry in summary.stale]) == (Verdict.PASS, ["chat/basic"])


@pytest.mark.parametrize(
    ("more", "versions", "stale"),
    [
        ("sometimes: true", {}, 0),
        ('versions: ">=218"', {}, 0),  # unknown version: it may be an older server
        ('versions: ">=218"', {"srv": "v250"}, 1),
        ('versions: ">=218"', {"srv": "v170"}, 0),
    ],
)
def test_when_an_entry_is_never_stale(more, versions, stale):
    _, summary = run(Server(), deviation(more=more), versions=versions)
    assert len(summary.stale) == stale


def test_an_entry_out_of_its_versions_hides_nothing():
    server = Server(**{"POST /v1/chat": (200, {"text": 1})})
    results, _ = run(server, deviation(more='versions: ">=218"'), versions={"srv": "v170"})
    assert results["chat/basic"].verdict is Verdict.FAIL


FAMILY = {
    "chat/basic": CASES["chat/basic"],
    "chat/null": 'for_each: {field: [a, b]}\nneeds: [chat]\nrequest: {method: POST, path: "/v1/${field}"}\n'
    "expect:\n  - status: 200\n  - path: $.text\n    type: string",
}


@pytest.mark.parametrize(
    ("second", "select", "stale"),
    [("hi", (), 1), (1, (), 0), ("hi", ("chat/null:a",), 0)],
    ids=["all conform", "one deviates", "one was not asked"],
)
def test_an_entry_on_a_family_is_stale_only_if_all_members_conform(second, select, stale):
    server = Server(**{"POST /v1/a": (200, {"text": "hi"}), "POST /v1/b": (200, {"text": second})})
    _, summary = run(server, deviation("chat/null"), FAMILY, Wanted(select=select))
    assert len(summary.stale) == stale


REFUSED = Failure("refused", "no connection: refused")


def test_a_server_that_is_gone_is_one_cause_and_the_rest_is_not_run():
    many = {**CASES, **{f"chat/n{number}": simple("/v1/n", "chat") for number in range(6)}}
    server = Server(**{"POST /v1/n": REFUSED})
    results, summary = run(server, cases=many)
    errors = [result for result in results.values() if result.verdict is Verdict.ERROR]
    assert server.asked.count("POST /v1/n") == 3
    assert sorted(result.case.id for result in errors if result.not_run) == [
        "chat/n3", "chat/n4", "chat/n5", "embeddings/more",
    ]  # fmt: skip
    assert "the last case it answered is chat/more" in summary.stopped
    assert "the server stopped answering after chat/more" in errors[0].notes


def test_max_fail_stops_after_so_many_new_fails():
    _, summary = run(Server(**{"POST /v1/embeddings": 500, "POST /v1/chat": 500}), max_fail=1)
    assert summary.stopped == "--max-fail 1 was reached"


def test_no_model_for_a_role_is_skip():
    cases = {"embeddings/basic": simple('"/v1/${tts_model}"')}
    results, _ = run(Server(), cases={**CASES, **cases})
    assert results["embeddings/basic"].reason == "no model plays tts_model (give one with --tts-model)"
    assert results["embeddings/more"].verdict is Verdict.SKIP


def test_dangerous_cases_run_in_their_profile_only_and_the_server_is_asked_afterwards():
    cases = {**CASES, "chat/kill": "danger: true\n" + simple("/v1/kill")}
    server = Server()
    results, _ = run(server, cases=cases)
    assert "chat/kill" not in results
    hostile = Profile("hostile", "Hostile", ("**",), danger=True)
    results, _ = run(server, cases=cases, wanted=Wanted(profile=hostile))
    assert server.asked[-2:] == ["POST /v1/kill", "GET /v1/models"]
    assert results["chat/kill"].verdict is Verdict.PASS


MODELS = {
    "chat/basic": simple('"/v1/chat/${model}"', "chat"),
    "chat/raw": simple("/v1/raw", "chat"),
    "embeddings/basic": simple('"/v1/embeddings/${embedding_model}"', "embeddings"),
    "embeddings/more": simple('"/v1/embeddings/more/${embedding_model}"', "embeddings"),
    "zebra/late": simple('"/v1/late/${model}"', "chat"),
    "any/plain": simple("/v1/plain"),
    "chat/embeds": simple('"/v1/embeddings/other/${model}"', "embeddings"),
}


def test_the_cases_of_a_model_stand_together_and_each_model_is_warmed_before_them():
    """A case that needs what only a later model shows comes after it, with its own model."""
    known = catalogue(cases=MODELS)
    server, warmed = Server(), []

    @contextmanager
    def opener(_case):
        yield server

    roles = {"model": "m", "embedding_model": "e"}
    setting = Setting(known, None, {}, roles)

    def warm(role, model):
        warmed.append(role)
        server.asked.append(f"warm {model}")

    list(Run(setting, plan(known, None, Wanted()), Conductor(opener), warm).results())
    assert server.asked == [
        "POST /v1/plain",
        "warm m", "POST /v1/chat/m", "POST /v1/raw", "POST /v1/late/m",
        "warm e", "POST /v1/embeddings/e", "POST /v1/embeddings/more/e",
        "warm m", "POST /v1/embeddings/other/m",
    ]  # fmt: skip
    assert warmed == ["model", "embedding_model", "model"]


def test_what_is_not_shown_is_asked_with_no_model():
    results, _ = run(Server(), cases=MODELS)
    assert results["chat/embeds"].reason == "no model plays embedding_model (give one with --embedding-model)"


def test_a_finding_behind_a_proxy_says_whose_answer_it_is():
    own = 'own_answers:\n  - {path: "$.src", const: srv}\n'
    routes = {"POST /v1/chat": (200, {"text": 1}), "POST /v1/embeddings": (500, {"src": "srv"})}
    results, _ = run(Server(**routes), own)
    assert results["chat/basic"].findings[0].whose == "the server behind srv"
    assert results["embeddings/basic"].findings[0].whose == "srv itself"


def test_a_case_of_another_server_says_whose_it_is():
    scope = Scope(document(f"title: Something happens\nsource: a measurement\n{simple('/v1/x')}", "x.yaml"))
    own = read_case(scope.document, "srv/x", "srv", Path.cwd(), scope)
    known = replace(catalogue(), cases=tuple(own))
    with pytest.raises(BadInputError) as fault:
        plan(known, None, Wanted(select=("srv/x",)))
    assert fault.value.problems[0].hint == "these cases are for --server srv"


def test_an_entry_on_an_invariant_is_stale_only_where_nothing_was_left_out():
    """What it speaks of may come from a case that this run did not ask."""
    cases = {**CASES, "chat/texts": "answers: {path: /v1/chat}\nexpect:\n  - path: $.text\n    type: string\n"}
    entry = deviation(case="chat/texts")
    _, summary = run(Server(), entry, cases)
    assert [one.case for one in summary.stale] == ["chat/texts"]
    _, summary = run(Server(), entry, cases, Wanted(select=("chat/basic", "chat/texts")))
    assert summary.stale == ()
