#!/bin/sh
# Put transformers with its server in a folder of its own; nothing of this system is changed.
# usage: get_transformers-serve.sh DIR     (PYTHON: 3.11 or newer; a folder that is complete already is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

cannot() { echo "get_transformers-serve: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_transformers-serve.sh DIR" >&2; exit 2; }
# What is to be there stands in the stamp: with other versions the folder is made anew. A torch of the same version
# without CUDA, from wherever pip is told to look, does as well, and takes a fifth of the space.
packages="transformers[serving]==5.23.0 torch==2.13.0 python-multipart==0.0.32 soundfile==0.14.0 soxr==1.1.0"
if [ "$(cat "$1/.complete" 2>/dev/null)" = "$packages" ]; then exit 0; fi

rm -rf "$1"
"${PYTHON:-python3}" -m venv "$1" || cannot "${PYTHON:-python3} makes no virtual environment"
# shellcheck disable=SC2086  # a list of words
"$1/bin/pip" install --quiet $packages || cannot "the packages cannot be installed"
echo "$packages" > "$1/.complete"
