"""Where a new case goes."""

import pytest

from aioc.author.place import place_of
from aioc.model.problem import BadInputError


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A checkout: specs/ with a collection and a server, schemas/ beside it."""
    for folder in ("specs/openai_v1/chat", "specs/servers", "schemas"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "specs/catalogue.yaml").write_text("id: mine\nversion: '1'\nformat: 1\n")
    (tmp_path / "specs/servers/titan.yaml").write_text("title: Titan\n")
    (tmp_path / "schemas/case.schema.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("start", [".", "specs", "specs/openai_v1/chat"])
def test_in_a_checkout_it_goes_into_the_collection(tree, monkeypatch, start):
    monkeypatch.chdir(tree / start)
    place = place_of("chat/mine", None)
    assert place.file == tree / "specs/openai_v1/chat/mine.yaml"
    assert (place.id, place.tree) == ("chat/mine", tree / "specs")


def test_a_case_of_a_server_goes_to_its_folder(tree):
    assert place_of("titan/mine", None).file == tree / "specs/servers/titan/mine.yaml"


def test_the_first_line_names_the_schema_where_the_tree_has_it(tree, tmp_path_factory):
    assert place_of("chat/mine", None).modeline == "# yaml-language-server: $schema=../../../schemas/case.schema.json"
    assert place_of("chat/mine", tmp_path_factory.mktemp("elsewhere")).modeline == ""


def test_in_any_other_folder_it_goes_where_one_is_or_where_dir_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = place_of("chat/mine", None)
    assert (place.file, place.id, place.tree) == (tmp_path / "chat/mine.yaml", "local/chat/mine", None)
    assert place.shown == "chat/mine.yaml"
    assert place_of("mine.yaml", tmp_path / "new").file == tmp_path / "new/mine.yaml"


@pytest.mark.parametrize("name", ["My Case", "../x", "/etc/x", "a//b", "chat/", "", "a/.b", "servers/x/y", "é"])
def test_what_is_no_id_is_refused_with_an_example(tmp_path, name):
    with pytest.raises(BadInputError, match="no id") as error:
        place_of(name, tmp_path)
    assert "chat/my-case" in error.value.problems[0].hint


def test_an_id_that_the_catalogue_has_is_taken_in_a_tree_of_ones_own(tree):
    with pytest.raises(BadInputError, match="has a case"):
        place_of("chat/basic", None)


def test_a_file_that_is_there_is_told_before_anything_is_sent(tmp_path):
    (tmp_path / "x.yaml").write_text("")
    with pytest.raises(BadInputError, match="is there already"):
        place_of("x", tmp_path)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(BadInputError, match="no folder"):
        place_of("x", tmp_path / "f")
