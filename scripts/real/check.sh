#!/bin/sh
# Run the catalogue against a real server in a named set-up and compare the verdicts with the expected ones.
# The set-up `clients` is the default one, asked what clients were seen to send (--profile clients).
# Where they differ it is played once more: models answer by luck, and only what differs twice is a difference.
# usage: check.sh SERVER SET-UP [--write]     (from the checkout; PYTHON: one that has aioc[real]; WORK: where things go)
# exit code: 0 the verdicts are those of the table, 1 not, 2 usage or bad file, 3 the server is not to be had here
set -eu
cd "$(dirname "$0")/../.."
[ $# -ge 2 ] || { echo "usage: check.sh SERVER SET-UP [--write]" >&2; exit 2; }
server=$1
set_up=$2
python=${PYTHON:-.venv/bin/python}
work=${WORK:-.aioc-real}
llama=$work/llama.cpp
mkdir -p "$work/reports"

# The models lie beside llama-server, whoever plays them.
get_llama() {
  scripts/real/get_llama_server.sh "$llama"
  models=$llama/root/models
  if [ ! -f "$models/.complete" ] || [ tests/real/make_tiny_gguf.py -nt "$models/.complete" ]; then
    "$python" tests/real/make_tiny_gguf.py "$models"
    touch "$models/.complete"
  fi
}

case $server in
  llama.cpp)
    get_llama
    run="run_llama_server.py $llama" ;;
  ollama)
    get_llama
    scripts/real/get_ollama.sh "$work/ollama"
    run="run_ollama.py $work/ollama $llama" ;;
  mlx-lm)
    PYTHON=$python scripts/real/get_tiny_hf.sh "$work/tiny-hf"
    PYTHON=$python scripts/real/get_mlx-lm.sh "$work/mlx-lm"
    run="run_mlx_lm.py $work/mlx-lm $work/tiny-hf" ;;
  transformers-serve)
    PYTHON=$python scripts/real/get_tiny_hf.sh "$work/tiny-hf"
    PYTHON=$python scripts/real/get_transformers-serve.sh "$work/transformers-serve"
    run="run_transformers_serve.py $work/transformers-serve $work/tiny-hf" ;;
  litellm)
    get_llama
    PYTHON=$python scripts/real/get_litellm.sh "$work/litellm"
    run="run_litellm.py $work/litellm $llama --wait 300" ;;
  vllm)
    PYTHON=$python scripts/real/get_tiny_hf.sh "$work/tiny-hf"
    PYTHON=$python scripts/real/get_vllm.sh "$work/vllm"
    run="run_vllm.py $work/vllm $work/tiny-hf --wait 600" ;;
  *) echo "check.sh: no script starts $server; there are llama.cpp, ollama, litellm, mlx-lm, transformers-serve and vllm" >&2; exit 2 ;;
esac

name=$server-$set_up
asked=specs/
if [ "$set_up" = clients ]; then set_up=default asked='specs/ --profile clients'; fi
journal=$work/reports/$name.jsonl
earlier=$journal.earlier        # no *.jsonl: what is made of all journals leaves it out
rm -f "$journal" "$earlier"

# Play it and compare: 0 as expected, 1 not. The table decides, also when the run is red: it says what is new, and that
# a deadly request leads to an ERROR. What a table does not hold: an entry that is stale.
play() {
  code=0
  # shellcheck disable=SC2086  # a script and its folders; what is asked
  "$python" scripts/real/$run --set-up "$set_up" --log-dir "$work/reports" -- \
    "$python" -m aioc run $asked --server "$server" --fail-on new --fail-on stale --force \
    --junit "$work/reports/$name.xml" --journal "$journal" || code=$?
  [ -f "$journal" ] || exit $code
  compared=0
  "$python" scripts/real/compare.py "$journal" "tests/real/$name.yaml" "$@" || compared=$?
  [ $compared -le 1 ] || exit $compared
  [ $compared -eq 0 ] && [ $code -ne 1 ]
}

if [ "${3:-}" = --write ]; then play --write; exit; fi
play && exit
echo "== once more, for what differs by luck: $name"
mv "$journal" "$earlier"
play --earlier "$earlier"
