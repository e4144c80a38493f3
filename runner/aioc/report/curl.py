"""A curl command that repeats a request; the key is named, never shown."""

import shlex

from aioc.model.exchange import WireRequest

LONGEST_BODY = 2048
_OWN = frozenset({"accept-encoding", "content-length", "user-agent", "accept"})


def curl_line(request: WireRequest) -> str:
    """Give the command; a body over 2 KiB is left out, and the line says so."""
    parts = ["curl", "-sS", "-X", request.method, f'"$AIOC_BASE_URL"{shlex.quote(request.target)}']
    parts += ["-H", '"Authorization: Bearer $OPENAI_API_KEY"']
    for name, value in request.headers:
        if name.lower() not in _OWN and not (request.form or request.files):
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
