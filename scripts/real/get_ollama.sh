#!/bin/sh
# Put Ollama in a folder of its own; nothing of this system is changed but the caches of Go.
# usage: get_ollama.sh DIR     (Go on the PATH; a folder that is complete already is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

version=0.32.15
cannot() { echo "get_ollama: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_ollama.sh DIR" >&2; exit 2; }
mkdir -p "$1/bin"
dir=$(cd "$1" && pwd)

if [ ! -x "$dir/bin/ollama" ]; then
  command -v go >/dev/null || cannot "Go is not installed; get it from your distribution or go.dev, then try again"
  # Its own module and release: two minutes with empty caches.
  GOBIN="$dir/bin" go install -ldflags "-s -w -X=github.com/ollama/ollama/version.Version=$version" \
    "github.com/ollama/ollama@v$version" || cannot "the build failed"
fi
