"""What is built and installed: the data inside the wheel, no stray top-level names, both ways to install."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ("specs", "schemas")
STRAY = ("runner", "specs", "schemas", "tests", "scripts", "hatch_build")
JUNK = {"__pycache__", ".mypy_cache", ".ruff_cache"}

pytest.importorskip("build", reason="the dev extra has it")
pytest.importorskip("hatchling", reason="the dev extra has it")


@dataclass(frozen=True)
class Built:
    """The two files of a release."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An sdist of the checkout and a wheel of that sdist; not isolated, so without the network."""
    out = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)], cwd=out)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The commands of a fresh environment that has aioc in it, installed either way."""
    environment = tmp_path_factory.mktemp(request.param)
    venv.create(environment, with_pip=False, symlinks=True)
    scheme = {"base": str(environment), "platbase": str(environment)}
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    commands = Path(sysconfig.get_path("scripts", "venv", scheme))
    how = ["--editable", str(ROOT)]
    if request.param == "wheel":
        built: Built = request.getfixturevalue("built")
        how = [str(built.wheel)]
    pip = [sys.executable, "-m", "pip", "--python", str(commands / "python"), "install", "--quiet"]
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    _lend_dependencies(site)
    _run([*pip, *offline, *how], cwd=environment)
    yield commands


def _lend_dependencies(site: Path) -> None:
    """Let the fresh environment import the dependencies of this one, but not this one's aioc."""
    # A folder of links, because a .pth to the site-packages would bring an aioc along.
    lent = site / "lent"
    lent.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("aioc", "_aioc")) and entry.suffix != ".pth":
            (lent / entry.name).symlink_to(entry)
    (site / "lent.pth").write_text(f"{lent}\n")


def _run(command: list[str], cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _tree(folder: Path) -> set[str]:
    """The files below a folder, named from the checkout."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not JUNK & set(path.parts) and path.suffix != ".pyc"
    }


def test_wheel_holds_the_package_and_its_data_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {name.removeprefix("runner/") for name in _tree(ROOT / "runner" / "aioc")}
    data = {f"aioc/{name}" for folder in DATA for name in _tree(ROOT / folder)}
    assert data
    assert names == package | data


def test_sdist_holds_what_the_wheel_is_made_of(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "hatch_build.py", "LICENSE", "Makefile"}
    for folder in ("runner/aioc", "tests", *DATA):
        wanted |= _tree(ROOT / folder)
    assert wanted <= names


def test_sdist_and_wheel_hold_no_leftovers(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist, zipfile.ZipFile(built.wheel) as wheel:
        names = [*sdist.getnames(), *wheel.namelist()]
    assert not [name for name in names if JUNK & set(Path(name).parts) or ".venv" in name or "aioc-real" in name]


def test_no_stray_top_level_names(installed: Path, tmp_path: Path) -> None:
    program = f"from importlib.util import find_spec; print([n for n in {STRAY!r} if find_spec(n)])"
    assert _run([str(installed / "python"), "-c", program], cwd=tmp_path).strip() == "[]"


def test_aioc_is_the_one_that_was_installed(installed: Path, tmp_path: Path) -> None:
    place = Path(_run([str(installed / "python"), "-c", "import aioc; print(aioc.__file__)"], cwd=tmp_path).strip())
    editable = place.is_relative_to(ROOT / "runner")
    assert editable or place.is_relative_to(installed.parent)
    # A copy of the data beside an editable package would go stale.
    assert [(place.parent / name).is_dir() for name in DATA] == [not editable] * len(DATA)


@pytest.mark.parametrize("command", [["aioc-run", "--version"], ["aioc", "--version"], ["aioc", "lint"]])
def test_commands_work_from_any_folder(installed: Path, tmp_path: Path, command: list[str]) -> None:
    assert _run([str(installed / command[0]), *command[1:]], cwd=tmp_path).strip()


def test_the_version_is_the_same_everywhere(installed: Path, tmp_path: Path) -> None:
    program = "import aioc, importlib.metadata; print(aioc.__version__, importlib.metadata.version('aioc'))"
    inside, outside = _run([str(installed / "python"), "-c", program], cwd=tmp_path).split()
    assert inside == outside
    assert inside in _run([str(installed / "aioc"), "--version"], cwd=tmp_path)
