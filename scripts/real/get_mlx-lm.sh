#!/bin/sh
# Put mlx-lm, with MLX's CPU back-end, in a folder of its own; nothing of this system is changed.
# usage: get_mlx-lm.sh DIR     (PYTHON: 3.11 or newer; a folder that is complete already is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

[ $# -eq 1 ] || { echo "usage: get_mlx-lm.sh DIR" >&2; exit 2; }
code=0
"$(dirname "$0")/get_packages.sh" "$1" \
  mlx-lm==0.32.2 'mlx[cpu]==0.32.4' transformers==5.24.0 tokenizers==0.23.3 numpy==2.4.6 huggingface-hub==2.4.0 || code=$?
[ "$code" -eq 0 ] || echo "get_mlx-lm: its packages want glibc 2.35 or newer" >&2
exit "$code"
