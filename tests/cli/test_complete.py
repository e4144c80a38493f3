"""Shell completion: what Tab offers, and that it reads no file for it."""

import subprocess
import sys

import pytest
from click.shell_completion import BashComplete

from aioc.cli.main import aioc, load_commands
from aioc.cli.run import run
from aioc.read.tree import load


@pytest.fixture(scope="module")
def offered():
    """Give what Tab offers after these words."""
    load_commands()

    def complete(*words, begun=""):
        command = run if words[0] == "aioc-run" else aioc
        shell = BashComplete(command, {}, words[0], "_COMPLETE")
        return [item.value for item in shell.get_completions(list(words[1:]), begun) if item.type == "plain"]

    return complete


def test_a_server_is_offered_by_name(offered):
    assert offered("aioc-run", "--server", begun="llama.") == ["llama.cpp"]
    assert offered("aioc", "probe", "--server", begun="vll") == ["vllm"]
    assert {"auto", "none", "reference", "ollama"} <= set(offered("aioc-run", "--server"))


def test_a_profile_is_offered_by_name(offered):
    assert offered("aioc-run", "--profile", begun="sm") == ["smoke"]


@pytest.mark.parametrize("word", ["--server", "--profile"])
def test_where_a_path_is_begun_files_are_offered(word):
    (item,) = BashComplete(run, {}, "aioc-run", "_COMPLETE").get_completions([word], "./my")
    assert (item.type, item.value) == ("file", "./my")


@pytest.mark.parametrize("word", ["--select", "--deselect"])
def test_every_case_is_offered_by_its_id_and_nothing_else(offered, word):
    families = {case.family for case in load().catalogue.cases}
    assert set(offered("aioc-run", word)) == families
    assert offered("aioc-run", word, begun="chat/basi") == ["chat/basic"]


def test_no_file_is_read_for_it():
    """Tab answers at once: neither the YAML reader nor what judges is even imported."""
    code = (
        "import sys; from aioc.cli.main import main; import atexit;"
        "atexit.register(lambda: print(sorted(name for name in sys.modules if name in"
        " ('yaml', 'httpx', 'jsonschema', 'jsonpath_ng', 'jinja2', 'aioc.read.tree'))));"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"COMP_WORDS": "aioc run --select chat/basi", "COMP_CWORD": "3", "_AIOC_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["plain,chat/basic", "[]"], done.stderr
