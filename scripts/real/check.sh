#!/bin/sh
# Run the catalogue against a real llama-server in a named set-up and compare the verdicts with the expected ones.
# usage: check.sh [SET-UP] [--write]     (from the checkout; PYTHON: one that has aioc[real]; WORK: where things go)
# exit code: 0 as expected, 1 not, 2 usage or bad file, 3 no llama-server to be had
set -eu
cd "$(dirname "$0")/../.."
set_up=${1:-default}
python=${PYTHON:-.venv/bin/python}
work=${WORK:-.aioc-real}
mkdir -p "$work/reports"

scripts/real/get_llama_server.sh "$work/llama.cpp"
models=$work/llama.cpp/root/models
if [ ! -f "$models/.complete" ] || [ tests/real/make_tiny_gguf.py -nt "$models/.complete" ]; then
  "$python" tests/real/make_tiny_gguf.py "$models"
  touch "$models/.complete"
fi

name=llama.cpp-$set_up
code=0
"$python" scripts/real/run_llama_server.py "$work/llama.cpp" --set-up "$set_up" --log-dir "$work/reports" -- \
  "$python" -m aioc run specs/ --server llama.cpp --fail-on new --fail-on stale --force \
  --junit "$work/reports/$name.xml" --journal "$work/reports/$name.jsonl" || code=$?
# The verdicts are compared even when the run is red: what changed says more than that it is red.
"$python" scripts/real/compare.py "$work/reports/$name.jsonl" "tests/real/$name.yaml" ${2:+"$2"} || { [ $code -ne 0 ] || code=$?; }
exit $code
