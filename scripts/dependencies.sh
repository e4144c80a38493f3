#!/usr/bin/env bash
# The quick tests with the lowest or the newest versions of the dependencies that pyproject.toml allows; `lock` writes
# scripts/requirements-ci.txt anew: every package of dev and real at one version, with its hashes.
# scripts/dependencies.sh lowest|newest|lock [a Python]
set -euo pipefail
cd "$(dirname "$0")/.."

end=${1:-}
python=${2:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $end in
  lowest)
    # Of what aioc itself needs; the tests' own tools are the newest at both ends.
    "$python" - >"$work/constraints" <<'PYTHON'
import re, tomllib
from pathlib import Path
for need in tomllib.loads(Path("pyproject.toml").read_text())["project"]["dependencies"]:
    print(re.sub(r"^([\w.-]+)\s*[>=]=\s*([\w.]+).*", r"\1==\2", need))
PYTHON
    ;;
  newest) : >"$work/constraints" ;;
  lock)
    "$python" -m venv "$work/venv"
    "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
    "$work/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --extra dev --extra real --generate-hashes \
      --custom-compile-command 'scripts/dependencies.sh lock' --output-file scripts/requirements-ci.txt pyproject.toml
    exit
    ;;
  *)
    echo "usage: $0 lowest|newest|lock [PYTHON]" >&2
    exit 2
    ;;
esac

"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$work/constraints" \
  --editable . hypothesis junit2html junitparser lxml 'pytest>=8' pytest-xdist
"$work/venv/bin/python" -m pip list --disable-pip-version-check --format freeze |
  grep -iE '^(click|httpcore|httpx|jinja2|jsonpath-ng|jsonschema|jsonschema[_-]rs|junit-xml|pyyaml|referencing)=='
"$work/venv/bin/python" -m pytest -p no:cacheprovider -n auto --maxprocesses 4 --dist loadfile tests/unit tests/cli tests/threats
