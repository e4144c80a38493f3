#!/bin/sh
# Put Debian sid's llama-server, and the libraries it needs, in a folder of its own; nothing of this system is changed.
# usage: get_llama_server.sh DIR     (root, Debian; a folder that is complete already is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

cannot() { echo "get_llama_server: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_llama_server.sh DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
if [ -x "$dir/root/usr/bin/llama-server" ]; then exit 0; fi

ID='' VERSION_CODENAME=''
if [ -r /etc/os-release ]; then . /etc/os-release; fi
[ "$ID" = debian ] || cannot "this is not Debian"
for tool in apt-get dpkg-deb; do command -v "$tool" >/dev/null || cannot "there is no $tool"; done
[ "$(id -u)" = 0 ] || cannot "this needs root (or a folder that holds it already)"

# "URI suite" of every source, from classic lines and from deb822 stanzas; an [option] may hold blanks.
classic() {
  sed -n 's/^[[:space:]]*deb[[:space:]]\{1,\}\(\[[^]]*][[:space:]]*\)\{0,1\}\([^[:space:]]*\)[[:space:]]\{1,\}\([^[:space:]]*\).*/\2 \3/p' "$@"
}
deb822() {
  awk 'function flush(  i, n, part) {
         if (uri != "" && on) { n = split(suites, part); for (i = 1; i <= n; i++) print uri, part[i] }
         uri = ""; suites = ""; on = 1 }
       BEGIN { on = 1 }
       FNR == 1 || NF == 0 { flush() }
       tolower($1) == "uris:" { uri = $2 }
       tolower($1) == "suites:" { suites = $0; sub(/^[^:]*:/, "", suites) }
       tolower($1) == "enabled:" && tolower($2) == "no" { on = 0 }
       END { flush() }' "$@"
}
sources() {
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do if [ -r "$file" ]; then classic "$file"; fi; done
  for file in /etc/apt/sources.list.d/*.sources; do if [ -r "$file" ]; then deb822 "$file"; fi; done
}
# The one that serves this release is Debian's; others (a vendor's, the security archive) name other suites.
mirror=$(sources | awk -v suite="$VERSION_CODENAME" '
  $2 == suite || $2 ~ /^(stable|testing|unstable|sid)$/ { print $1; exit }')
[ -n "$mirror" ] || cannot "the apt sources name no mirror of Debian"
for keyring in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp ''; do
  if [ -r "$keyring" ]; then break; fi
done
[ -n "$keyring" ] || cannot "there is no Debian archive keyring"

work=$dir/apt
trap 'rm -rf "$work"' EXIT
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
echo "deb [signed-by=$keyring] $mirror sid main" > "$work/sid.list"
sid() {
  apt-get -qq -o Dir::Etc::SourceList="$work/sid.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root \
    -o Acquire::Retries=3 -o APT::Update::Error-Mode=any "$@"
}
cd "$work"
sid update >&2 || cannot "the package list of sid cannot be read from the system's mirror"
sid download llama.cpp-tools libllama0 libggml0 libc6 libgcc-s1 libstdc++6 libgomp1 libssl3t64 libzstd1 zlib1g >&2 ||
  cannot "the packages of sid cannot be downloaded from the system's mirror"
for deb in *.deb; do dpkg-deb -x "$deb" root; done
mkdir -p root/models root/proc root/tmp
ln -sfn usr/lib root/lib
ln -sfn usr/lib64 root/lib64
# Moved as a whole and last: a folder that is there is complete.
rm -rf "$dir/root"
mv root "$dir/root"
