"""A shell as the reader of the documentation has it: a checkout, a server, `aioc` installed, some runs made before."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT, Block, printed_as
from tests.docs.quick import shims

from aioc.reference.answer import Answer
from aioc.reference.server import ReferenceServer

SELECTED = "models/list */basic err/messages/missing err/envelope"
"""What a run without --select runs here: enough for every command to have something to tell."""
ENDED = "@ended"
KEPT = "./.environment"
"""Where a block leaves its variables for the next one of the page."""
SERVER = re.compile(r"http://localhost:\d+(/upstream/[a-z-]+)?")
MAKE = f'#!/bin/sh\nexec /usr/bin/env -u MAKEFLAGS PATH=/usr/bin:/bin make --dry-run --directory {ROOT} "$@"\n'
BEFORE = """
aioc-run --server reference --journal old.jsonl
cp old.jsonl new.jsonl
for shard in 1 2; do aioc-run --server reference --journal shard-$shard.jsonl --shard $shard/2; done
mkdir my-cases recorded
cp specs/openai_v1/chat/basic.yaml my-cases/basic.yaml
printf 'title: What my client needs\\ncases: [chat/basic]\\n' >my-client.yaml
"""


@dataclass(frozen=True)
class Shell:
    """Runs blocks, one after the other, in a folder that looks like a checkout."""

    folder: Path
    tools: Path
    base_url: str

    def __call__(self, block: Block) -> str:
        """Run a block; gives what is not as it says ('' when all is)."""
        if block.language == "sh":
            done = self.run(f"[ ! -f {KEPT} ] || . {KEPT}\nset -eu\n{block.by_hand}\n{block.text}\nexport -p >{KEPT}")
            return "" if done.returncode == 0 else f"exit code {done.returncode}\n{done.stdout}"
        script = f"{block.by_hand}\n" + "".join(
            f'{command}\n{{ code=$?; echo; echo "{ENDED} $code"; (exit $code); }}\n' for command, _ in block.exchanges
        )
        outputs = re.split(rf"\n{ENDED} (\d+)\n", self.run(script).stdout)
        for (command, expected), printed, code in zip(block.exchanges, outputs[::2], outputs[1::2], strict=False):
            if expected and not printed_as(expected).match(printed + "\n"):
                return f"{command}\nprinted:\n{printed}\ninstead of:\n{expected}"
            if code != "0" and not expected:
                return f"{command}\nexit code {code}\n{printed}"
        return ""

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script; what it says on stderr is in stdout."""
        environment = {
            "PATH": f"{self.tools}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "AIOC_SELECT": SELECTED,
            "OPENAI_API_KEY": "sk-none-is-needed",
        }
        done = subprocess.run(
            ["bash", "-c", SERVER.sub(self.base_url, script)],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,  # a busy machine is nobody's fault
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.replace(self.base_url, "http://localhost:8080")
        )


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What a reader has on the PATH; `make` says what it would do."""
    folder = tmp_path_factory.mktemp("tools")
    (folder / "make").write_text(MAKE)
    (folder / "make").chmod(0o755)
    (folder / "aioc-ci").symlink_to(ROOT / "ci" / "aioc-ci.sh")
    socket = folder / "socket"
    shims(folder, socket)
    program = [sys.executable, str(ROOT / "tests" / "docs" / "quick.py"), str(socket)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AIOC_")}
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=clean) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield folder
        process.terminate()


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Where the server of the documentation's commands listens: it has one fault, of which clients take no notice."""

    def nameless(answer: Answer) -> Answer:
        if isinstance(answer.body, dict) and isinstance(answer.body.get("error"), dict):
            answer.body["error"].pop("param", None)
        return answer

    with ReferenceServer(mutate=nameless) as server:
        yield server.base_url


@pytest.fixture(scope="session")
def checkout(tools: Path, base_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout, with what the texts take for granted: two runs, two shards, cases and a profile of one's own."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in ROOT.iterdir():
        if path.name in ("specs", "docs"):
            shutil.copytree(path, folder / path.name)
        elif not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    done = Shell(folder, tools, base_url).run(f"set -e\n{BEFORE}")
    assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture
def shell(checkout: Path, tools: Path, base_url: str, tmp_path: Path) -> Shell:
    """A shell in a checkout of its own."""
    folder = tmp_path / "aioc"
    shutil.copytree(checkout, folder, symlinks=True)
    return Shell(folder, tools, base_url)
