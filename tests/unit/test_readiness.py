"""Whether a client is ready: the worst of what it misses decides, a feature only degrades, the unseen is told."""

from dataclasses import replace

import pytest
from tests.playing import catalogue

from aioc.model.case import Severity
from aioc.model.client import Client, Effect, Need, Ready
from aioc.model.problem import Place
from aioc.model.result import Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary, SurfaceRow
from aioc.pages.clients import clients_page
from aioc.read.links import selects
from aioc.readiness import readiness, with_clients
from aioc.report.target import target_report
from aioc.verdict import failing

HERE = Place("mine.yaml", 1, 1)


def need(case, check="", effect=Effect.CRASH, feature=""):
    return Need(case, check, effect, feature, f"Without {case} it ends.", "a run", HERE)


def client(*needs, endpoints=("POST /v1/chat/completions", "POST /v1/embeddings")):
    return Client("mine", "Mine", "https://example.org", "1", "2026-11-27", "run", endpoints, needs, HERE)


@pytest.fixture
def found(make_record):
    def judge(one, *records, surface=(), asked=None):
        rows = tuple(SurfaceRow(name, name, "core", verdict, "", absent) for name, verdict, absent in surface)
        header = RunHeader("none", "s", "http://h")
        report = target_report(header, [{each.id: each for each in records}], [RunSummary(rows)])
        return readiness(one, report, asked)

    return judge


def test_what_is_there_is_ready_and_nothing_is_to_be_said(found, make_record):
    ready = found(client(need("chat/a")), make_record("chat/a", Verdict.PASS))
    assert (ready.ready, ready.reason, ready.missed, ready.unseen) == (Ready.READY, "", (), ())


def test_a_warning_of_ours_may_be_the_end_of_a_client(found, make_record, make_finding):
    warned = make_record("chat/a", Verdict.WARN, [make_finding(severity=Severity.WARN)])
    ready = found(client(need("chat/a")), warned)
    assert (ready.ready, ready.reason) == (Ready.BREAKS, "Without chat/a it ends.")


def test_a_remark_ends_nobody(found, make_record, make_finding):
    noted = make_record("chat/a", Verdict.PASS, [make_finding(severity=Severity.INFO)])
    assert found(client(need("chat/a")), noted).ready is Ready.READY


@pytest.mark.parametrize(
    ("check", "missed"),
    [
        ("shape", True),
        ("shape#/id", True),
        ("shape#/model", False),
        ("shape#/*", True),
        ("other", False),
        ("", True),
        ("two/shape#/id", False),
    ],
)
def test_only_the_check_that_is_named_counts(found, make_record, make_finding, check, missed):
    failed = make_record("chat/a", Verdict.FAIL, [make_finding(address="shape#/id")])
    assert found(client(need("chat/a", check)), failed).ready is (Ready.BREAKS if missed else Ready.READY)


def test_a_step_is_part_of_an_address_and_an_answer_that_is_none_misses_each_check_of_it(
    found, make_record, make_finding
):
    failed = make_record("chat/a", Verdict.FAIL, [make_finding(address="json", step="two")])
    assert found(client(need("chat/a", "two/$.id")), failed).ready is Ready.BREAKS
    assert found(client(need("chat/a", "one/$.id")), failed).ready is Ready.READY


def test_a_feature_whose_every_answer_broke_off_is_no_ready_feature(found, make_record):
    broke = replace(make_record("chat/b", Verdict.ERROR), reason="the connection broke after 0 bytes")
    needs = (need("chat/a"), need("chat/b", feature="streaming"))
    ready = found(client(*needs), make_record("chat/a", Verdict.PASS), broke)
    assert ready.ready is Ready.DEGRADED
    assert ready.missed[0].found == "could not be judged: the connection broke after 0 bytes"
    never = found(client(*needs), make_record("chat/a", Verdict.PASS), replace(broke, not_run=True))
    assert never.ready is Ready.READY


def test_where_the_plain_form_of_an_endpoint_is_absent_no_other_form_saves_it(found, make_record):
    rows = [
        ("POST /v1/chat/completions", Verdict.FAIL, True),
        ("POST /v1/chat/completions (stream)", Verdict.SKIP, False),
    ]
    ready = found(client(need("chat/a")), make_record("chat/a", Verdict.PASS), surface=rows)
    assert (ready.ready, ready.absent) == (Ready.BREAKS, ("POST /v1/chat/completions",))


def test_a_check_that_held_is_seen_though_the_case_is_skipped_for_a_remark_on_another(found, make_record, make_finding):
    skipped = make_record("chat/a", Verdict.SKIP, [make_finding(address="calls", severity=Severity.INFO)])
    assert found(client(need("chat/a", "status")), skipped).ready is Ready.READY
    assert found(client(need("chat/a", "calls")), skipped).ready is Ready.BREAKS


def test_a_request_that_was_refused_has_nothing_of_what_was_to_be_seen_in_its_answer(found, make_record, make_finding):
    refused = make_record("chat/a", Verdict.FAIL, [make_finding(address="status")])
    assert found(client(need("chat/a", "$.id")), refused).ready is Ready.BREAKS


@pytest.mark.parametrize(
    ("given", "ready"),
    [
        ({"feature": "tools"}, Ready.DEGRADED),
        ({"effect": Effect.COSMETIC}, Ready.DEGRADED),
        ({"effect": Effect.SILENT_LOSS}, Ready.BREAKS),
        ({"effect": Effect.HANG, "feature": "tools"}, Ready.DEGRADED),
    ],
)
def test_what_is_lost_decides(found, make_record, make_finding, given, ready):
    failed = make_record("chat/a", Verdict.FAIL, [make_finding()])
    assert found(client(need("chat/a", **given)), failed).ready is ready


def test_the_worst_comes_first(found, make_record, make_finding):
    records = [make_record(f"chat/{name}", Verdict.FAIL, [make_finding()]) for name in "abcd"]
    needs = (
        need("chat/a", effect=Effect.COSMETIC),
        need("chat/b", feature="tools"),
        need("chat/c", effect=Effect.WRONG),
        need("chat/d"),
    )
    assert [one.case for one in found(client(*needs), *records).missed] == ["chat/d", "chat/c", "chat/b", "chat/a"]


def test_a_member_of_a_family_is_enough(found, make_record, make_finding):
    good = make_record("chat/a:x", Verdict.PASS, family="chat/a")
    bad = make_record("chat/a:y", Verdict.FAIL, [make_finding()], family="chat/a")
    assert found(client(need("chat/a")), good, bad).missed[0].case == "chat/a:y"


def test_what_was_not_shown_is_told_and_nothing_shown_is_no_promise(found, make_record):
    skipped, failed = make_record("chat/a", Verdict.SKIP), make_record("chat/b", Verdict.ERROR)
    ready = found(client(need("chat/a"), need("chat/b"), need("chat/c")), skipped, failed)
    assert (ready.ready, len(ready.unseen)) == (Ready.UNKNOWN, 3)
    assert ready.reason == "not shown: chat/a, without which: Without chat/a it ends."


def test_a_feature_that_was_not_shown_keeps_nobody_from_being_ready(found, make_record):
    needs = (need("chat/a"), need("chat/b", feature="tools"))
    ready = found(client(*needs), make_record("chat/a", Verdict.PASS), make_record("chat/b", Verdict.SKIP))
    assert (ready.ready, len(ready.unseen)) == (Ready.READY, 1)


@pytest.mark.parametrize(
    ("endpoint", "ready"), [("POST /v1/chat/completions", Ready.BREAKS), ("POST /v1/embeddings", Ready.DEGRADED)]
)
def test_an_endpoint_that_is_not_there(found, make_record, endpoint, ready):
    absent = [(endpoint, Verdict.FAIL, True)]
    one = found(client(need("chat/a")), make_record("chat/a", Verdict.PASS), surface=absent)
    assert (one.ready, one.reason) == (ready, f"the server has no {endpoint}")


def test_an_endpoint_of_which_only_a_part_is_missing_is_there(found, make_record):
    rows = [
        ("POST /v1/chat/completions", Verdict.PASS, False),
        ("POST /v1/chat/completions (tools)", Verdict.SKIP, True),
        ("POST /v1/embeddings", Verdict.SKIP, False),
    ]
    assert found(client(need("chat/a")), make_record("chat/a", Verdict.PASS), surface=rows).ready is Ready.READY


def test_what_the_server_says_it_lacks_is_missed_unless_nobody_expects_it(make_record):
    why = {name: f"POST /v1/chat/completions ({name}): {name} refused (500)" for name in ("tools", "image_url")}
    kinds = {"tools": "optional", "image_url": "ext"}
    rows = (
        SurfaceRow("chat", "POST /v1/chat/completions", "core", Verdict.PASS),
        *(
            SurfaceRow(name, f"POST /v1/chat/completions ({name})", kinds[name], Verdict.WARN, why[name], absent=True)
            for name in why
        ),
    )
    records = [make_record(f"chat/{name}", Verdict.SKIP, reason=why[name]) for name in why]
    report = target_report(
        RunHeader("none", "s", "http://h"), [{each.id: each for each in records}], [RunSummary(rows)]
    )
    found = readiness(client(*(need(each.id, feature="f") for each in records)), report)
    assert [(one.case, one.found) for one in found.missed] == [("chat/tools", why["tools"])]
    assert [one.case for one in found.unseen] == ["chat/image_url"]
    assert (found.ready, found.reason) == (Ready.DEGRADED, why["tools"])
    page = clients_page([[found]], [report], None)
    assert "  - not there, for 1 need: POST" in page and "Without chat/tools it ends" not in page
    needs = tuple((each.id, "") for each in records)
    assert failing(records, RunSummary(rows), Conditions(needs=needs)).cases == {"chat/tools"}


def test_a_run_for_a_client_fails_where_its_endpoint_is_missing_altogether(make_record):
    why = "POST /v1/audio/transcriptions: no such route (404)"
    summary = RunSummary((SurfaceRow("transcriptions", why[:29], "ext", Verdict.SKIP, why, absent=True),))
    skipped = make_record("transcriptions/json", Verdict.SKIP, reason=why)
    needs = (("transcriptions/json", ""),)
    assert failing([skipped], summary, Conditions(needs=needs, endpoint=why[:29])).cases == {skipped.id}
    assert failing([skipped], summary, Conditions(needs=needs)).cases == frozenset()  # it need not have that one


def test_what_an_invariant_found_in_an_answer_that_no_client_asks_for_is_no_matter(found, make_record, make_finding):
    odd = make_record("chat/inv", Verdict.FAIL, [make_finding(asked_by=("chat/odd", "chat/other"))], invariant=True)
    one = client(need("chat/inv"))
    assert found(one, odd, asked={"chat/basic", "chat/inv"}).ready is Ready.READY
    assert found(one, odd, asked={"chat/basic", "chat/other"}).ready is Ready.BREAKS
    assert found(one, odd).ready is Ready.BREAKS


def test_what_a_client_sends_counts_where_it_was_asked_and_is_not_missed_where_it_was_not(
    found, make_record, make_finding
):
    sent = need("clients/mine/tool", "accepted", feature="tools")
    one = replace(client(need("chat/a")), sends=(sent,))
    fine = make_record("chat/a", Verdict.PASS)
    assert found(one, fine).ready is Ready.READY
    refused = make_record("clients/mine/tool", Verdict.FAIL, [make_finding(address="accepted")])
    assert (found(one, fine, refused).ready, found(one, fine, refused).unseen) == (Ready.DEGRADED, ())
    odd = make_record("clients/mine/tool", Verdict.FAIL, [make_finding(address="shape#/id")])
    assert found(one, fine, odd).ready is Ready.READY


def test_a_report_tells_of_clients_only_when_the_run_asked_what_all_of_them_are_about(make_record):
    whole = catalogue()
    ids = [case.id for case in whole.cases if selects(whole.profiles["core"], case.id) and not case.danger]

    def report(names):
        records = {name: make_record(name, Verdict.PASS) for name in names}
        return target_report(RunHeader("none", "s", "http://h"), [records], [RunSummary()])

    assert {one.name for one in with_clients(report(ids), whole).clients} == set(whole.clients)
    assert with_clients(report(ids[1:]), whole).clients  # one was left out
    assert with_clients(report(ids[len(ids) // 8 :]), whole).clients == ()
    of_one = RunHeader("none", "s", "http://h", flags={"profile": "clients/aider"})
    needs = [need.case for need in whole.clients["aider"].needs]
    assert [one.name for one in with_clients(replace(report(needs), header=of_one), whole).clients] == ["aider"]
    assert with_clients(replace(report(needs[1:]), header=of_one), whole).clients == ()
    unread = replace(whole, cases=(), unread=frozenset(ids))
    assert with_clients(report(["local/mine"]), unread).clients == ()
