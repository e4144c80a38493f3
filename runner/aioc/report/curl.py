"""A curl command that repeats a request; the key is named, never shown."""

import shlex

from aioc.model.exchange import WireRequest

LONGEST_BODY = 2048
_OWN = frozenset({"accept-encoding", "content-length", "user-agent", "accept"})
_KEY = ("authorization", "***")


def curl_line(request: WireRequest) -> str:
    """Give the command; a body over 2 KiB is left out, and the line says so."""
    parts = ["curl", "-sS", "-X", request.method, f'"$AIOC_BASE_URL"{shlex.quote(request.target)}']
    own = {name.lower(): value for name, value in request.headers}
    if own.get("authorization", "***") == "***":  # a case that sends another one, or none, says so
        parts += ["-H", '"Authorization: Bearer $OPENAI_API_KEY"']
    for name, value in own.items():
        # Of a form curl makes content-type and boundary itself.
        made = name in _OWN or (name == "content-type" and (request.form or request.files))
        if value is not None and (name, value) != _KEY and not made:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
    for name, value in request.form:
        parts += ["-F", shlex.quote(f"{name}={value}")]
    for part in request.files:
        parts += ["-F", shlex.quote(f"{part.field}=@{part.file_name};type={part.media_type}")]
    line = " ".join(parts)
    if request.content:
        if len(request.content) > LONGEST_BODY:
            return f"{line}   # and a body of {len(request.content)} bytes, too long to show"
        line += " -d " + shlex.quote(request.content.decode("utf-8", "backslashreplace"))
    return line
