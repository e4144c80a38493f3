#!/bin/sh
# Put readers of JUnit that run on node in a folder of their own: package.json and its lock say which.
# usage: get.sh DIR     (node 20 or newer and npm; a folder that has them already is left as it is)
# exit code: 0 they are there, 2 usage, 3 they cannot be had here
set -eu

cannot() { echo "get.sh: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get.sh DIR" >&2; exit 2; }
here=$(dirname "$0")
for tool in node npm; do command -v "$tool" >/dev/null || cannot "there is no $tool"; done
# The copy of the lock comes last: a folder that has it is complete.
if cmp -s "$here/package-lock.json" "$1/complete.json"; then exit 0; fi
mkdir -p "$1"
rm -f "$1/complete.json"
cp "$here/package.json" "$here/package-lock.json" "$1"
npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --silent >&2 || cannot "npm cannot install them: is the network there?"
cp "$here/package-lock.json" "$1/complete.json"
