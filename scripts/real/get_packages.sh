#!/bin/sh
# Put packages of the package index in a virtual environment of their own; nothing of this system is changed.
# usage: get_packages.sh DIR PACKAGE==VERSION...     (PYTHON: 3.11 or newer; a folder that is complete already is left as it is)
# exit code: 0 they are there, 2 usage, 3 they cannot be had here
set -eu

cannot() { echo "get_packages: $1" >&2; exit 3; }

[ $# -ge 2 ] || { echo "usage: get_packages.sh DIR PACKAGE==VERSION..." >&2; exit 2; }
dir=$1
shift
# What is to be there stands in the stamp, written last: with other versions the folder is made anew.
if [ "$(cat "$dir/.complete" 2>/dev/null)" = "$*" ]; then exit 0; fi

rm -rf "$dir"
"${PYTHON:-python3}" -m venv "$dir" || cannot "${PYTHON:-python3} makes no virtual environment"
"$dir/bin/pip" install --quiet "$@" || cannot "$1 and what goes with it cannot be installed"
echo "$*" > "$dir/.complete"
