"""Recorded answers of llama-swap: its overlay knows what each generation does, and hides nothing else."""

import pytest

from aioc.recorded import recorded

from .llamaswap import EXPECTED, HERE, judged, verdicts

STREAMS = sorted(
    path
    for path in HERE.glob("llama-swap-*-faulty-upstream/fault-stream-*.json")
    if "-v169-" not in path.parent.name or path.stem == "fault-stream-no-done"  # there the transfer itself broke
)


def passing(paths, version):
    """Give the invariants that judged something and had nothing to say."""
    result = judged(paths, version)
    return {r.family for r in result.records if r.verdict.value == "PASS"} - verdicts(result).keys()


@pytest.mark.parametrize("folder", sorted(EXPECTED))
def test_each_folder_is_judged_as_expected(folder):
    expected = EXPECTED[folder]
    wanted = {case: (row["verdict"], row.get("new", False)) for case, row in expected["verdicts"].items()}
    assert verdicts(judged([HERE / folder], expected["version"])) == wanted
    assert set(expected["passes"]) <= passing([HERE / folder], expected["version"])
    assert judged([HERE / folder], expected["version"]).report.summary.stale == ()


def test_the_table_names_every_folder_and_says_why():
    assert {path.name for path in HERE.glob("llama-swap-*")} == set(EXPECTED)
    assert all(row["why"] for folder in EXPECTED.values() for row in folder["verdicts"].values())


@pytest.mark.parametrize(
    ("file", "then", "case", "address"),
    [
        ("llama-swap-v217/err-chat-unknown-model", "217", "err/envelope", "json"),
        ("llama-swap-v217/err-chat-no-model", "217", "err/envelope", "json"),
        ("llama-swap-v217-api-keys/swap-key-chat-none", "217", "err/envelope", "json"),
        ("llama-swap-v217-api-keys/swap-key-models-none", "217", "err/envelope-get", "json"),
        ("llama-swap-v217-accept-json/swap-over-the-limit", "217", "err/envelope", "json"),
        ("llama-swap-v217-accept-json/err-chat-unknown-model", "217", "err/envelope", "shape#/error"),
        ("llama-swap-v250-accept-json/swap-key-chat-none", "250", "err/envelope", "shape#/error"),
        ("llama-swap-v250-accept-json/swap-key-models-none", "250", "err/envelope-get", "shape#/error"),
        ("llama-swap-v250-accept-json/swap-exits", "250", "err/envelope", "shape#/error"),
        ("llama-swap-v250-accept-json/swap-over-the-limit", "250", "err/envelope", "shape#/error"),
        ("llama-swap-v235-plus-901/err-chat-unknown-model", "236", "err/envelope-404", "shape#/error"),
        ("llama-swap-v250/err-chat-malformed-json", "250", "err/envelope-404", "shape#/error"),
        ("llama-swap-v250-accept-json/err-chat-unknown-model", "250", "err/envelope-404", "shape#/error"),
        ("llama-swap-v250-accept-json/err-chat-no-model", "250", "err/envelope-404", "shape#/error"),
        ("llama-swap-v235-plus-901/responses-unknown-model", "236", "err/envelope-404-other", "shape#/error"),
        ("llama-swap-v250/responses-unknown-model", "250", "err/envelope-404-other", "shape#/error"),
    ],
)
def test_an_error_of_an_older_shape_is_new_again_in_a_newer_build(file, then, case, address):
    for version, marks in ((then, {"known"}), ("251", {None}), ("v250-5-g0bdb37", {None})):
        (record,) = [r for r in judged([HERE / f"{file}.json"], version).records if r.family == case]
        assert [(f.address, f.mark) for f in record.findings] == [(address, mark) for mark in marks], version
        assert record.findings[0].whose == "llamaswap itself"
        if marks == {None}:
            assert record.verdict.value == "FAIL"


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("version", ["", "0", "158", "217", "250", "v250-5-g0bdb37", "251"])
def test_a_stream_that_just_ends_is_a_new_fail_whatever_the_version(path, version):
    assert verdicts(judged([path], version))["chat/stream/end"] == ("FAIL", True)


def test_chunks_that_tell_of_the_loading_are_known_and_nothing_else_is(tmp_path):
    text = (HERE / "llama-swap-v217-set-ups" / "swap-slow-told-stream.json").read_text()
    assert verdicts(judged([HERE / "llama-swap-v217-set-ups" / "swap-slow-told-stream.json"], "217")) == {
        "chat/stream/schema": ("FAIL", False)
    }
    broken = tmp_path / "later.json"
    assert r"\"object\":\"chat.completion.chunk\"" in text
    broken.write_text(text.replace(r",\"object\":\"chat.completion.chunk\"", "", 1))
    assert verdicts(judged([broken], "217"))["chat/stream/schema"] == ("FAIL", True)


@pytest.mark.parametrize("folder", sorted(EXPECTED))
def test_only_the_proxy_leaves_the_server_header_away(folder):
    """What own_answers rests on: llama-server's answers carry it, and so did our faulty program's."""
    own = {"v1/models", "running", "api/version"}
    for name, transfer in recorded([HERE / folder]):
        has_header = any(key.lower() == "server" for key, _ in transfer.headers)
        if transfer.status == 200 and transfer.request.target.strip("/") not in own and "told" not in name:
            assert has_header, name
        if b"llama-swap" in transfer.body and transfer.status >= 400:
            assert not has_header, name
