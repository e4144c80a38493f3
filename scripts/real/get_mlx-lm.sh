#!/bin/sh
# Put mlx-lm, with MLX's CPU back-end, in a folder of its own; nothing of this system is changed.
# usage: get_mlx-lm.sh DIR     (PYTHON: 3.11 or newer; a folder that is complete already is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

cannot() { echo "get_mlx-lm: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_mlx-lm.sh DIR" >&2; exit 2; }
# What is to be there stands in the stamp: with other versions the folder is made anew.
packages="mlx-lm==0.32.2 mlx[cpu]==0.32.4 transformers==5.24.0 tokenizers==0.23.3 numpy==2.4.6 huggingface-hub==2.4.0"
if [ "$(cat "$1/.complete" 2>/dev/null)" = "$packages" ]; then exit 0; fi

rm -rf "$1"
"${PYTHON:-python3}" -m venv "$1" || cannot "${PYTHON:-python3} makes no virtual environment"
# shellcheck disable=SC2086  # a list of words
"$1/bin/pip" install --quiet $packages || cannot "the packages cannot be installed (they want glibc 2.35 or newer)"
echo "$packages" > "$1/.complete"
