#!/bin/sh
# What every recipe in this folder calls; docs/ci.md tells which recipe to take.
#
#   aioc-ci.sh [run] [MORE FOR aioc run]    one target, or one shard of it
#   aioc-ci.sh merge [JOURNAL...]           shards and targets together; default: all journals in AIOC_OUT
#   aioc-ci.sh compare OLD NEW              what changed between two journals, as Markdown
#
# Everything is said by environment variables: each option of aioc has one (AIOC_BASE_URL, AIOC_SERVER, AIOC_LABEL ...).
# The key is in none of them: AIOC_API_KEY_ENV is the name of the variable that holds it.
# These are this script's own:
#
#   AIOC_OUT      the folder for journals and reports; default aioc-out
#   AIOC_SHARD    the I-th of N parts, as in 2/5; if it is not set, the engine's own variables tell
#   AIOC_SHARDS   on Kubernetes, where no variable tells it: how many pods the Indexed Job has
#
# The exit code is aioc's: 0 fine, 1 failed, 2 bad input, 3 something could not be judged, 130/143 interrupted.
set -eu

out=${AIOC_OUT:-aioc-out}

fail() {
  echo "aioc-ci: $1" >&2
  exit 2
}

# part INDEX TOTAL FIRST: the shard as aioc counts, from 1, where the engine's first index is FIRST; the whole is nothing.
part() {
  case $1,$2 in
    ,* | *, | *[!0-9,]* | 0[0-9]* | *,0*) fail "index '$1' of '$2' is no shard" ;;
  esac
  if [ "$1,$2" = "$3,1" ]; then return; fi
  echo "$(($1 + 1 - $3))/$2"
}

shard() {
  if [ -n "${AIOC_SHARD:-}" ]; then
    echo "$AIOC_SHARD"
  elif [ -n "${JOB_COMPLETION_INDEX:-}" ] || [ -n "${AIOC_SHARDS:-}" ]; then # Kubernetes
    [ -n "${AIOC_SHARDS:-}" ] || fail "JOB_COMPLETION_INDEX is set: say in AIOC_SHARDS how many there are"
    [ -n "${JOB_COMPLETION_INDEX:-}" ] || fail "AIOC_SHARDS is for an Indexed Job; elsewhere say AIOC_SHARD=I/N"
    part "$JOB_COMPLETION_INDEX" "$AIOC_SHARDS" 0
  elif [ -n "${CI_NODE_INDEX:-}" ]; then # GitLab
    # It counts the jobs of a `parallel: matrix` in the same variables; only those of `parallel: N` are called 'job 1/N'
    # (gitlab-ci-local: 'job: [1/N]').
    case ${CI_JOB_NAME:-} in
      '' | *" $CI_NODE_INDEX/${CI_NODE_TOTAL:-}" | *": [$CI_NODE_INDEX/${CI_NODE_TOTAL:-}]") part "$CI_NODE_INDEX" "${CI_NODE_TOTAL:-}" 1 ;;
    esac
  elif [ -n "${CIRCLE_NODE_INDEX:-}" ]; then
    part "$CIRCLE_NODE_INDEX" "${CIRCLE_NODE_TOTAL:-}" 0
  elif [ -n "${BUILDKITE_PARALLEL_JOB:-}" ]; then
    part "$BUILDKITE_PARALLEL_JOB" "${BUILDKITE_PARALLEL_JOB_COUNT:-}" 0
  fi
}

# The file's name without its ending: the label, else the server's overlay; and the shard.
name() {
  said=${AIOC_LABEL:-${AIOC_SERVER:-aioc}}
  said=${said##*/}
  said=${said%.yaml}${1:+@${1%%/*}of${1#*/}}
  case ${AIOC_LABEL:-}$said in
    *[!A-Za-z0-9._@-]*) fail "the label or shard makes no file name: '$said'; letters, digits and . _ - only" ;;
  esac
  echo "$said"
}

# GitHub shows the Markdown of a job, and hands the name on to the step that keeps the files.
output() { if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "name=$1" >>"$GITHUB_OUTPUT"; fi; }
sum_of() { if [ -f "$1" ]; then cksum <"$1"; fi; }
summary() {
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -s "$1" ]; then
    cat "$1" >>"$GITHUB_STEP_SUMMARY" || echo "aioc-ci: $GITHUB_STEP_SUMMARY cannot be written" >&2
  fi
}

run() {
  shard=$(shard)
  name=$(name "$shard")
  base=$out/$name
  mkdir -p "$out"
  output "$name"
  echo "aioc-ci: ${shard:+shard $shard, }journal and reports in $base.*" >&2
  unset AIOC_SHARD
  set -- aioc run ${shard:+--shard "$shard"} \
    --journal "$base.jsonl" --junit "$base.xml" --html "$base.html" --markdown "$base.md" "$@"
  # In the place of this shell where nothing is left to do: then a pod that is told to go tells aioc itself.
  if [ -z "${GITHUB_STEP_SUMMARY:-}" ]; then exec "$@"; fi
  # After bad input, and when the server is away, nothing is written: what lies there is older.
  before=$(sum_of "$base.md")
  code=0
  "$@" || code=$?
  if [ "$(sum_of "$base.md")" != "$before" ]; then summary "$base.md"; fi
  exit "$code"
}

merge() {
  if [ $# -eq 0 ]; then set -- "$out"/*.jsonl; fi
  mkdir -p "$out"
  output merged
  code=0
  aioc report "$@" --junit "$out/merged.xml" --html "$out/merged.html" --markdown "$out/merged.md" || code=$?
  if [ "$code" -ne 2 ]; then summary "$out/merged.md"; fi
  exit "$code"
}

compare() {
  if [ $# -ne 2 ]; then fail "compare takes two journals: OLD NEW"; fi
  mkdir -p "$out"
  code=0
  aioc diff "$1" "$2" --format markdown >"$out/compare.md" || code=$?
  cat "$out/compare.md"
  summary "$out/compare.md"
  exit "$code"
}

command=${1:-run}
if [ $# -gt 0 ]; then shift; fi
case $command in
  run | merge | compare) "$command" "$@" ;;
  *) fail "'$command' is none of run, merge, compare" ;;
esac
