"""Which files are read for which path, and what a folder's place makes of them."""

import shutil
from pathlib import Path

import pytest

from aioc.model.problem import BadInputError
from aioc.read.tree import load, read_overlay_file, read_profile_file

from .conftest import CASES

GOOD = CASES / "good" / "until.yaml"


@pytest.fixture(autouse=True)
def installed(monkeypatch, base_tree):
    """Take the small catalogue for the installed one."""
    monkeypatch.setattr("aioc.read.tree.specs_root", lambda: base_tree)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Give a folder without catalogue.yaml: one good case, one bad one below."""
    shutil.copy(GOOD, tmp_path / "mine.yaml")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "broken.yaml").write_text("nonsense: 1\n")
    return tmp_path


def whats(loaded):
    return [problem.what for problem in loaded.problems]


def test_a_file_in_a_folder_without_catalogue_is_read_alone(folder):
    loaded = load([folder / "mine.yaml"])
    assert (loaded.problems, loaded.ids) == ((), {"local/mine"})


def test_such_a_folder_is_read_whole(folder):
    assert whats(load([folder])) == [
        "the word 'source' is missing",
        "the word 'title' is missing",
        "unknown word 'nonsense'",
    ]
    assert whats(load([folder / "mine.yaml", folder])) == whats(load([folder]))


def test_two_files_are_read_both_and_nothing_else(folder):
    shutil.copy(GOOD, folder / "other.yaml")
    (folder / "third.yaml").write_text("nonsense: 1\n")
    assert load([folder / "mine.yaml", folder / "other.yaml"]).ids == {"local/mine", "local/other"}


def test_a_file_of_a_catalogue_is_read_with_its_catalogue(base_tree):
    loaded = load([base_tree / "openai_v1" / "chat" / "basic.yaml"])
    assert loaded.ids == {"chat/basic"}
    assert {case.id for case in loaded.catalogue.cases} == {"chat/basic", "models/retrieve"}


@pytest.mark.parametrize("name", ["servers/parent.yaml", "profiles/smoke.yaml", "profiles"])
def test_lint_takes_an_overlay_or_profile_alone_and_a_run_does_not(base_tree, name):
    assert load([base_tree / name], lint=True).problems == ()
    with pytest.raises(BadInputError, match="there is no case under"):
        load([base_tree / name])


def test_other_endings_are_refused(folder):
    for name in ("mine.yml", "mine.txt"):
        shutil.copy(GOOD, folder / name)
        assert whats(load([folder / name])) == ["case files end in .yaml"]


def test_hidden_files_are_not_read_unless_named(folder):
    (folder / "below" / "broken.yaml").unlink()
    (folder / ".hidden.yaml").write_text("nonsense: 1\n")
    assert load([folder]).problems == ()
    assert len(load([folder / ".hidden.yaml"]).problems) == 3


def test_a_path_that_does_not_exist_is_said(tmp_path):
    with pytest.raises(BadInputError, match="does not exist"):
        load([tmp_path / "none"])


def test_an_id_is_taken_once(base_tree, folder):
    (folder / "below" / "broken.yaml").unlink()
    loaded = load([base_tree, folder])
    assert loaded.problems == ()
    assert "local/mine" in loaded.ids
    clash = folder / "two.yaml"
    clash.write_text(GOOD.read_text() + "for_each: {a: [true, 'true']}\n")
    assert whats(load([folder])) == ["the id 'local/two:true' is taken"]


def test_a_case_below_servers_belongs_to_that_overlay(base_tree):
    target = base_tree / "servers" / "parent" / "own.yaml"
    target.parent.mkdir()
    shutil.copy(GOOD, target)
    try:
        loaded = load([target])
        target.parent.rename(base_tree / "servers" / "nobody")
        stranger = load([base_tree])
    finally:
        shutil.rmtree(base_tree / "servers" / "nobody")
    (case,) = [case for case in loaded.catalogue.cases if case.id in loaded.ids]
    assert (case.id, case.server) == ("parent/own", "parent")
    assert whats(stranger) == ["there is no overlay 'nobody'"]


def test_a_circle_of_two_overlays_names_the_chain(base_tree):
    for name, parent in (("a", "b"), ("b", "a")):
        (base_tree / "servers" / f"{name}.yaml").write_text(f"title: A server\nextends: {parent}\n")
    try:
        loaded = load([base_tree])
    finally:
        for name in "ab":
            (base_tree / "servers" / f"{name}.yaml").unlink()
    assert whats(loaded) == [f"overlays extend each other in a circle: {chain}" for chain in ("a → b → a", "b → a → b")]


def test_a_renamed_case_keeps_its_overlay_entries(base_tree):
    overlay = base_tree / "servers" / "old.yaml"
    text = (CASES / "base" / "servers" / "parent.yaml").read_text()
    overlay.write_text(text.replace("models/retrieve", "chat/plain").replace("one/status", "answer"))
    try:
        assert load([base_tree]).problems == ()
    finally:
        overlay.unlink()


def test_a_profile_that_selects_nothing_is_a_problem(base_tree):
    profile = base_tree / "profiles" / "empty.yaml"
    profile.write_text("title: Nothing at all\ncases: [chat/basik]\n")
    try:
        loaded = load([base_tree])
    finally:
        profile.unlink()
    (problem,) = loaded.problems
    assert (problem.what, problem.hint) == ("no case is called 'chat/basik'", "did you mean 'chat/basic'?")
    assert (Path(problem.place.file).name, problem.place.line, problem.place.column) == ("empty.yaml", 2, 9)


def test_single_files_outside_of_trees_are_read_or_refused_with_all_problems():
    assert read_overlay_file(CASES / "base" / "servers" / "parent.yaml").name == "parent"
    assert read_profile_file(CASES / "base" / "profiles" / "smoke.yaml").cases == ("chat/*",)
    with pytest.raises(BadInputError) as caught:
        read_overlay_file(CASES / "bad" / "overlays" / "role-unknown.yaml")
    assert [problem.what for problem in caught.value.problems] == ["unknown role 'modell'"]
    with pytest.raises(BadInputError, match="unknown word 'case'"):
        read_profile_file(CASES / "bad" / "profiles" / "word.yaml")


@pytest.fixture
def with_requests(base_tree):
    """Put what a client sent into the small catalogue, and take it out again."""
    folder = base_tree / "openai_v1" / "clients" / "mine"
    folder.mkdir(parents=True)
    shutil.copy(GOOD, folder / "plain.yaml")
    yield folder
    shutil.rmtree(folder.parent)


def test_what_clients_sent_is_known_by_name_until_something_is_named(base_tree, with_requests):
    sent = "clients/mine/plain"
    # Given as a folder: what is installed is read once a process.
    without = load([base_tree], client_requests=False).catalogue
    assert (without.case(sent), without.unread) == (None, {sent})
    assert load([base_tree]).catalogue.case(sent) is not None
    assert load([with_requests / "plain.yaml"], client_requests=False).ids == {sent}
