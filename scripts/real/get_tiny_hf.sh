#!/bin/sh
# Make the tiny Hugging Face models of tests/real/make_tiny_hf.py in a folder of its own, in an environment of its own.
# usage: get_tiny_hf.sh DIR     (PYTHON: 3.11 or newer; the models lie in DIR/models; what is complete is left as it is)
# exit code: 0 they are there, 2 usage, 3 they cannot be had here
set -eu

cannot() { echo "get_tiny_hf: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_tiny_hf.sh DIR" >&2; exit 2; }
maker=$(cd "$(dirname "$0")/../../tests/real" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
stamp=$dir/models/.complete
if [ -f "$stamp" ] && [ -z "$(find "$maker" -name 'make_tiny_hf*.py' -newer "$stamp")" ]; then exit 0; fi

"$(dirname "$0")/get_packages.sh" "$dir/venv" numpy==2.4.6 jinja2==3.1.6 tokenizers==0.23.3 safetensors==0.8.0
# Made under another name and moved last: a folder with a stamp is complete.
making=$dir/making.$$
trap 'rm -rf "$making"' EXIT
"$dir/venv/bin/python" "$maker/make_tiny_hf.py" "$making" >&2 || cannot "the models cannot be made"
touch "$making/.complete"
rm -rf "$dir/models"
mv "$making" "$dir/models"
