#!/bin/sh
# Put Debian's chromium, and what it needs that this system has not, in a folder of its own; nothing of this system is changed.
# usage: get_chromium.sh DIR     (root, Debian; afterwards DIR/chromium runs it; a folder that is complete is left as it is)
# exit code: 0 it is there, 2 usage, 3 it cannot be had here
set -eu

cannot() { echo "get_chromium: $1" >&2; exit 3; }

[ $# -eq 1 ] || { echo "usage: get_chromium.sh DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
runs() { "$dir/chromium" --version >/dev/null 2>&1; }
if [ -x "$dir/chromium" ] && runs; then exit 0; fi

ID=''
if [ -r /etc/os-release ]; then . /etc/os-release; fi
[ "$ID" = debian ] || cannot "this is not Debian; say where a Chromium is with AIOC_CHROMIUM=/path/to/chromium"
for tool in apt-get dpkg-deb; do command -v "$tool" >/dev/null || cannot "there is no $tool"; done
[ "$(id -u)" = 0 ] || cannot "this needs root (or a folder that holds it already, or AIOC_CHROMIUM=/path/to/chromium)"

work=$dir/apt
trap 'rm -rf "$work"' EXIT
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
# The system's own sources and its list of what is installed, but lists and files in our folder: apt finds out what is
# missing and checks what it fetches, and installs nothing.
ours() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
    -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Debug::NoLocking=true "$@"
}
ours -o APT::Update::Error-Mode=any update >&2 || cannot "the package lists cannot be read from the system's mirrors"
ours --yes --no-install-recommends --download-only install chromium fonts-dejavu-core fonts-liberation >&2 ||
  cannot "chromium cannot be downloaded from the system's mirrors"
mkdir "$work/root"
for deb in "$work"/cache/archives/*.deb; do
  [ -e "$deb" ] || break # all of it is installed already
  dpkg-deb -x "$deb" "$work/root"
done

program=usr/lib/chromium/chromium
if [ ! -x "$work/root/$program" ]; then
  [ -x "/$program" ] || cannot "the package chromium has no /$program"
  program=/$program
fi
cat > "$work/chromium" <<'WRAPPER'
#!/bin/sh
# Made by scripts/real/get_chromium.sh: chromium with the libraries and fonts beside it.
here=$(dirname "$(readlink -f "$0")")
root=$here/root
# Some libraries have folders of their own (pulseaudio); chromium's own find themselves.
libraries=$(find "$root" -name 'lib*.so*' ! -path "$root/usr/lib/chromium/*" -printf '%h\n' 2>/dev/null | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:-}"
export FONTCONFIG_FILE="$here/fonts.conf" XDG_DATA_DIRS="$root/usr/share:/usr/local/share:/usr/share"
program=@program@
case $program in /*) ;; *) program=$root/$program ;; esac
exec "$program" "$@"
WRAPPER
sed -i "s|@program@|$program|" "$work/chromium"
chmod +x "$work/chromium"
cat > "$work/fonts.conf" <<FONTS
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$dir/root/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>$dir/fonts-cache</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Liberation Sans</string></edit>
  </match>
</fontconfig>
FONTS
# The program last: a folder that has it is complete.
rm -rf "$dir/root" "$dir/chromium"
mv "$work/root" "$dir/root"
mv "$work/fonts.conf" "$dir/fonts.conf"
mv "$work/chromium" "$dir/chromium"
runs || { "$dir/chromium" --version >&2 || true; rm -f "$dir/chromium"; cannot "chromium was unpacked but does not start"; }
