#!/bin/sh
# Put transformers with its server in a folder of its own; nothing of this system is changed.
# usage: get_transformers-serve.sh DIR     (PYTHON: 3.11 or newer; a folder that is complete already is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

[ $# -eq 1 ] || { echo "usage: get_transformers-serve.sh DIR" >&2; exit 2; }
# A torch of the same version without CUDA, from wherever pip is told to look, does as well, and takes a fifth of the space.
exec "$(dirname "$0")/get_packages.sh" "$1" \
  'transformers[serving]==5.23.0' torch==2.13.0 python-multipart==0.0.32 soundfile==0.14.0 soxr==1.1.0
