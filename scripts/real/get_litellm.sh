#!/bin/sh
# Put LiteLLM's proxy in a folder of its own; nothing of this system is changed but pip's cache.
# usage: get_litellm.sh DIR     (PYTHON: one with venv, which the proxy can run on; a folder that is complete already is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

cannot() { echo "get_litellm: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_litellm.sh DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
python=${PYTHON:-python3}
# The proxy, and those of its packages that shape its answers. 1.108.7 is the newest that pip can install: the ones
# after it name packages that the index does not have.
set -- 'litellm[proxy]==1.108.7' \
  aiohttp==3.14.5 fastapi==0.165.0 httpx==0.28.1 openai==3.57.0 orjson==3.13.0 pydantic==2.14.4 starlette==1.10.0 uvicorn==0.54.0

# Apart, so that a run can be without it as `pip install litellm[proxy]` is.
prisma=prisma==0.15.0

# The stamp is written last: a folder without it is half made, one with another holds other versions.
stamp=$dir/.complete
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$* $prisma" ]; then exit 0; fi
rm -rf "$stamp" "$dir/prisma"
"$python" -m venv --clear "$dir/venv" >&2 || cannot "$python cannot make a virtual environment; PYTHON names another"
pip() { "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2; }
pip "$@" && pip --no-deps --target "$dir/prisma" "$prisma" || cannot "pip cannot install the packages"
echo "$* $prisma" > "$stamp"
