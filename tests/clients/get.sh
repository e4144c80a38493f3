#!/bin/sh
# Put the real clients in a folder of their own: requirements*.txt and package.json with its lock say which.
# usage: get.sh DIR     (node 20 or newer with npm, a package index; PYTHON: one with venv; a complete folder is left as it is)
# exit code: 0 they are there, 2 usage, 3 they cannot be had here
set -eu

cannot() { echo "get.sh: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get.sh DIR" >&2; exit 2; }
here=$(dirname "$0")
python=${PYTHON:-python3}
for tool in node npm; do command -v "$tool" >/dev/null || cannot "there is no $tool: the clients for JavaScript need node 20 or newer and npm"; done

# The stamp comes last: a folder that has it, with the same versions in it, is complete.
wanted() { cat "$here/requirements.txt" "$here/requirements-litellm.txt" "$here/package-lock.json"; }
stamp=$1/complete
if [ -f "$stamp" ] && wanted | cmp -s - "$stamp"; then exit 0; fi
mkdir -p "$1"
rm -f "$stamp"

# LiteLLM has a venv of its own: it wants an older openai than the others.
for pair in python:requirements.txt litellm:requirements-litellm.txt; do
  venv=$1/${pair%%:*}
  "$python" -m venv --clear "$venv" >&2 || cannot "$python cannot make a virtual environment; PYTHON names another"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/${pair#*:}" >&2 ||
    cannot "pip cannot install what ${pair#*:} names: is the network there?"
done

cp "$here/package.json" "$here/package-lock.json" "$1"
npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --silent >&2 || cannot "npm cannot install them: is the network there?"
wanted > "$stamp"
