"""What the tests of ci/ share: a reference server, a small catalogue, and commands as an engine starts them."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "ci"
AIOC = Path(sys.executable).with_name("aioc")
KEPT = {"PATH", "HOME", "LANG", "TMPDIR"}
CASES = ("models/list", "models/retrieve", "embeddings/basic", "chat/basic")
"""The cases of the small catalogue: more families than any recipe has shards."""
CAPABILITIES = ("models", "chat", "embeddings")
SERVERS = ("llama.cpp", "ollama")
"""The servers of the recipes' targets."""


@dataclass(frozen=True)
class Engine:
    """Runs commands as an engine does: in a folder of its own, with `aioc` and `aioc-ci` on the PATH."""

    work: Path
    tools: Path
    fakes: Path
    real: Mapping[str, str]
    """Settings for a run that takes a moment."""

    def __call__(
        self, command: Sequence[str | Path] | str, *, fake: bool = False, cwd: Path | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, or a piece of shell; `fake` has an `aioc` that only prints its arguments, a line each."""
        words = ["sh", "-e", "-c", command] if isinstance(command, str) else [str(word) for word in command]
        clean = {name: value for name, value in os.environ.items() if name in KEPT}
        folders = [str(self.fakes)] if fake else []
        path = os.pathsep.join([*folders, str(self.tools), clean["PATH"]])
        environment = {**clean, **({} if fake else self.real), **settings, "PATH": settings.get("PATH", path)}
        done = subprocess.run(
            words, cwd=cwd or self.work, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """`aioc serve` on a free port."""
    with subprocess.Popen([AIOC, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        yield server.stdout.readline().split("listens on ")[1].split(";")[0]
        server.terminate()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`aioc` with a catalogue of a few cases in the place of its own, which takes seconds to read."""
    folder = tmp_path_factory.mktemp("small")
    specs, program = folder / "specs", folder / "aioc"
    cases = [f"openai_v1/{name}.yaml" for name in CASES]
    for name in ("catalogue.yaml", *cases):
        (specs / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "specs" / name, specs / name)
    table = yaml.safe_load((ROOT / "specs" / "openai_v1" / "capabilities.yaml").read_text())
    table["capabilities"] = {name: table["capabilities"][name] for name in CAPABILITIES}
    (specs / "openai_v1" / "capabilities.yaml").write_text(yaml.safe_dump(table))
    (specs / "servers").mkdir()
    for name in SERVERS:
        (specs / "servers" / f"{name}.yaml").write_text(f"title: {name} without its deviations\n")
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = run ]; then shift; set -- run {shlex.quote(str(specs))} "$@"; fi\n'
        f'exec {shlex.quote(str(AIOC))} "$@"\n'
    )
    program.chmod(0o755)
    return program


@pytest.fixture
def engine(tmp_path: Path, base_url: str, small: Path) -> Engine:
    """An engine whose jobs run a few quick cases."""
    folders = {name: tmp_path / name for name in ("work", "tools", "fakes")}
    for folder in folders.values():
        folder.mkdir()
    (folders["tools"] / "aioc").symlink_to(small)
    (folders["tools"] / "aioc-ci").symlink_to(CI / "aioc-ci.sh")
    fake = folders["fakes"] / "aioc"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    real = {
        "AIOC_BASE_URL": base_url,
        "AIOC_SERVER": "none",
        "AIOC_MODEL": "reference-chat",
        "AIOC_EMBEDDING_MODEL": "reference-embed",
        "AIOC_SELECT": "models/* embeddings/basic",
    }
    return Engine(**folders, real=real)
