"""A curl command as people paste it: read by the rules of the shell and of curl, and never run."""

import codecs
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from aioc.model.exchange import WireFile, WireRequest
from aioc.model.frozen import frozen
from aioc.model.problem import BadInputError, bad_input
from aioc.read.files import read_bytes
from aioc.read.request import MAX_FILE

_LONG = {
    "-X": "--request", "-H": "--header", "-d": "--data", "-F": "--form", "-u": "--user", "-G": "--get",
    "-I": "--head", "-b": "--cookie", "-A": "--user-agent", "-e": "--referer", "-o": "--output",
    "-m": "--max-time", "-w": "--write-out", "-x": "--proxy", "-E": "--cert", "-D": "--dump-header",
    "-T": "--upload-file", "-K": "--config", "-r": "--range", "-k": "--insecure", "-s": "--silent",
    "-S": "--show-error", "-N": "--no-buffer", "-i": "--include", "-v": "--verbose", "-L": "--location",
    "-f": "--fail", "-g": "--globoff", "-#": "--progress-bar", "-4": "--ipv4", "-6": "--ipv6", "-0": "--http1.0",
}  # fmt: skip
_WITH_VALUE = frozenset(
    "--request --header --data --data-raw --data-ascii --data-binary --data-urlencode --json --form --form-string "
    "--user --oauth2-bearer --cookie --user-agent --referer --url "
    "--output --max-time --connect-timeout --retry --retry-delay --retry-max-time --write-out --cacert --cert --key "
    "--proxy --resolve --dump-header --upload-file --config --range --limit-rate --interface --ciphers".split()
)
"""Options whose next word belongs to them, whether anything of it is sent or not."""
_SILENT = frozenset(
    "--silent --show-error --no-buffer --include --verbose --location --fail --fail-with-body --compressed --globoff "
    "--output --max-time --connect-timeout --write-out --progress-bar --no-progress-meter --ipv4 --ipv6 --http1.1 "
    "--http2 --retry --retry-delay --retry-max-time --dump-header".split()
)
"""Options that change nothing of what is sent: nobody needs to be told of them."""
_INSTEAD = {
    "--insecure": " (aioc verifies certificates: --cacert FILE names a private authority)",
    "--cacert": " (say it to aioc: --cacert FILE)",
    "--proxy": " (say it to aioc: --proxy URL)",
}
_ENDS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "<<", ">&", "&>", "|&", "(", ")"})


@frozen
class Curl:
    """What a curl command asks for. `told` are sentences about what of it is not taken."""

    url: str
    request: WireRequest
    told: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """The options seen so far."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: list[tuple[str, str | None]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    json: list[str] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    files: list[WireFile] = field(default_factory=list)
    get: bool = False
    head: bool = False
    told: list[str] = field(default_factory=list)


def read_curl(text: str) -> Curl:
    """Read a command; files that it names with `@` are read. Raises BadInputError for what is no request."""
    reading = _Reading()
    words = _words(text)
    for word in words:
        if not word.startswith("-") or word == "-":
            reading.urls.append(word)
        else:
            for name, value in _options(word, words, reading):
                _take(reading, name, value)
    urls = [word for word in reading.urls if _is_url(word)]
    if not urls:
        raise bad_input("the curl command has no URL", hint="curl http://localhost:8080/v1/chat/completions -d '{…}'")
    reading.told += [f"ignored: {word!r}" for word in reading.urls if word is not urls[0]]
    url = urls[0]
    if reading.get and reading.data:
        url += f"{'&' if '?' in url else '?'}{'&'.join(reading.data)}"
    return Curl(url, _request(reading), tuple(reading.told))


def _words(text: str) -> Iterator[str]:
    """Give the words behind `curl` up to a pipe or another command."""
    text = re.sub(r"\\\r?\n|[\^`]\r?\n", " ", text.strip())  # lines go on with \, in Windows with ^ or `
    text = re.sub(r"(?<![\w$'\"])\$'((?:[^'\\]|\\.)*)'", _ansi_quoted, text, flags=re.DOTALL)
    lexer = shlex.shlex(text, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError as error:
        raise bad_input(
            f"the shell could not read this command: {error}",
            hint="a quotation mark is missing; paste the command to standard input: aioc new ID --from-curl -",
        ) from error
    start = next((at for at, word in enumerate(words) if re.fullmatch(r"(.*[/\\])?curl(\.exe)?", word)), None)
    if start is None:
        raise bad_input(
            "this is no curl command", hint="it begins with the word curl; the text may stand on standard input (-)"
        )
    for word in words[start + 1 :]:
        if word in _ENDS:
            return
        yield word


def _ansi_quoted(found: re.Match[str]) -> str:
    """`$'…'`, as browsers copy a body with quotation marks in it: its escapes are the shell's."""
    inside = found[1].replace("\\'", "'").encode("latin-1", "backslashreplace")
    return shlex.quote(codecs.decode(inside, "unicode_escape"))


def _options(word: str, words: Iterator[str], reading: _Reading) -> Iterator[tuple[str, str]]:
    """Give the options in a word: a long one, or short ones of which the last may have its value behind it."""

    def following(name: str) -> str:
        value = next(words, None)
        if value is None:
            raise bad_input(f"curl's {name} has nothing behind it", hint="was the end of the command cut off?")
        return value

    if word.startswith("--"):
        name, sign, value = word.partition("=")
        yield name, (value if sign else following(name)) if name in _WITH_VALUE else ""
        return
    letters = word[1:]
    for at, letter in enumerate(letters, 1):
        name = _LONG.get(f"-{letter}", f"-{letter}")
        if name in _WITH_VALUE:
            yield name, letters[at:] or following(f"-{letter}")
            return
        yield name, ""


def _take(reading: _Reading, name: str, value: str) -> None:
    match name:
        case "--url":
            reading.urls.append(value)
        case "--request":
            reading.method = value.upper()
        case "--header":
            _header(reading, value)
        case "--user":
            reading.headers.append(("authorization", f"Basic {value}"))
        case "--oauth2-bearer":
            reading.headers.append(("authorization", f"Bearer {value}"))
        case "--cookie" | "--user-agent" | "--referer":
            reading.headers.append((name.removeprefix("--"), value))
        case "--data" | "--data-ascii" | "--data-binary":
            text = _or_file(value)
            reading.data.append(re.sub(r"[\r\n]", "", text) if value[:1] == "@" and name != "--data-binary" else text)
        case "--data-raw":
            reading.data.append(value)
        case "--data-urlencode":
            reading.data.append(_urlencoded(value))
        case "--json":
            reading.json.append(_or_file(value))
        case "--form" | "--form-string":
            _form(reading, value, literal=name == "--form-string")
        case "--get":
            reading.get = True
        case "--head":
            reading.head = True
        case _ if name not in _SILENT:
            reading.told.append(f"ignored: {name}{f' {value}' if value else ''}{_INSTEAD.get(name, '')}")


def _header(reading: _Reading, text: str) -> None:
    name, sign, value = text.partition(":")
    if not sign and name.endswith(";"):
        reading.headers.append((name[:-1].strip(), ""))
    elif sign:
        # `-H 'accept:'` makes curl leave the header out.
        reading.headers.append((name.strip(), value.strip() or None))
    else:
        reading.told.append(f"ignored: the header {text!r} has no colon")


def _or_file(value: str) -> str:
    return _file(value[1:]).decode("utf-8", "surrogateescape") if value.startswith("@") else value


def _file(name: str) -> bytes:
    if name == "-":
        raise bad_input("curl's @- reads standard input, which is not here", hint="put the body into a file: -d @FILE")
    try:
        return read_bytes(Path(name), MAX_FILE)
    except BadInputError as error:
        raise bad_input(f"{name}: {error.problems[0].what}", hint="the file that the curl command sends") from error


def _urlencoded(value: str) -> str:
    name, sign, content = value.partition("=")
    if sign:
        encoded = quote(content, safe="")
    elif "@" in value:
        name, _, path = value.partition("@")
        encoded = quote(_file(path), safe="")
    else:
        return quote(value, safe="")
    return f"{name}={encoded}" if name else encoded


def _form(reading: _Reading, text: str, *, literal: bool) -> None:
    name, sign, value = text.partition("=")
    if not sign:
        raise bad_input(f"curl's -F {text!r} is not NAME=VALUE", hint="-F file=@speech.wav or -F model=whisper-1")
    if literal or value[:1] not in ("@", "<"):
        reading.form.append((name, value if literal else value.partition(";type=")[0]))
        return
    path, *rest = value[1:].split(";")
    settings = dict(item.strip().partition("=")[::2] for item in rest)
    path = path.strip('"')
    content = _file(path)
    if value[0] == "<":
        reading.form.append((name, content.decode("utf-8", "replace")))
        return
    media = settings.get("type", "application/octet-stream")
    reading.files.append(WireFile(name, settings.get("filename", "").strip('"') or Path(path).name, media, content))


def _is_url(word: str) -> bool:
    return bool(re.match(r"https?://.|\$\{?\w+\}?/|[\w.-]+:\d+(/|$)|[\w-]+(\.[\w-]+)+(:\d+)?/|localhost/", word))


def _request(reading: _Reading) -> WireRequest:
    content: bytes | None = None
    if reading.json:
        content = "".join(reading.json).encode("utf-8", "surrogateescape")
    elif reading.data and not reading.get:
        content = "&".join(reading.data).encode("utf-8", "surrogateescape")
    sends = content is not None or reading.form or reading.files
    method = reading.method or ("HEAD" if reading.head else "POST" if sends else "GET")
    return WireRequest(method, "", tuple(reading.headers), content, tuple(reading.form), tuple(reading.files))
