"""A request that somebody made becomes the request of a case: no host, no secret, the model by its role."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from urllib.parse import unquote_to_bytes, urlsplit

from aioc.answer.json_text import JsonText, read_json
from aioc.author.needs import meant, role_of, rows_of
from aioc.model.catalogue import Catalogue
from aioc.model.exchange import WireFile, WireRequest
from aioc.model.frozen import frozen
from aioc.model.problem import Json, bad_input

FORM = "application/x-www-form-urlencoded"
MAX_TEXT = 2048
"""A file of at most so many bytes that is text stands in the case itself."""
_OWN = frozenset(
    "accept accept-encoding accept-language cache-control connection content-length dnt host origin pragma priority "
    "referer transfer-encoding user-agent".split()
)
"""Headers that the runner or the transport sets, or that say only which program asked."""
_SECRET_NAME = re.compile(r"(?i)auth|cookie|secret|token|passw|credential|signature|(^|[_-])(key|sig)$|api-?key")
_SECRET_VALUE = re.compile(r"\b(sk|gsk|hf|xai|pplx|csk|nvapi|ghp|github_pat)[-_](?=\S*\d)[\w-]{16,}")
VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
"""A variable of the shell, by its name."""
# What stands before /v1 belongs to the base URL; some hosts have another word there.
_BELOW = re.compile(r"(.*?)(/v1(?=/|\Z).*|/(?:chat/completions|responses|embeddings)\Z)")


@frozen
class Asked:
    """The request of a case to be.

    `request` is what stands under `request:`; `role` the role whose model it names ('' for none), `model` that model as
    it was asked for; `attachments` are files that belong beside the case; `told` says what was left out.
    """

    request: dict[str, Json]
    needs: tuple[str, ...] = ()
    role: str = ""
    model: str = ""
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def is_secret(name: str) -> bool:
    """Whether a header or a parameter of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))


def split_url(url: str) -> tuple[str, str]:
    """Give the base URL and the path below it, query included; a variable may stand for the host."""
    if not re.match(r"\w+://|\$", url):
        url = f"http://{url}"
    shown = VARIABLE.match(url)
    parts = urlsplit(url.replace(shown[0], "http://variable", 1) if shown else url)
    origin = shown[0] if shown else f"{parts.scheme}://{parts.netloc}"
    found = _BELOW.fullmatch(parts.path)
    before, path = (found[1], found[2]) if found else ("", parts.path or "/")
    path = path if path.startswith("/v1") or not found else f"/v1{path}"
    return f"{origin}{before}", f"{path}?{parts.query}" if parts.query else path


def asked_of(wire: WireRequest, catalogue: Catalogue, models: Mapping[str, str] | None = None) -> Asked:
    """Make the request of a case. `models` are the models by role where they are known: another name stays as it is.

    Raises BadInputError for a body that holds a key.
    """
    told: list[str] = []
    path = _path(wire.target, told)
    content = wire.content
    body = _json(content)
    rows = rows_of(wire.method, path.partition("?")[0], body, catalogue)
    role = role_of(rows, catalogue)
    asked: dict[str, Json] = {"method": wire.method, "path": path}
    headers = _headers(wire, told, is_json=body is not None)
    if headers:
        asked["headers"] = headers
    if near := meant(wire.method, path):
        told.append(f"no endpoint {path.partition('?')[0]} is documented: did you mean {near}?")
    attachments: dict[str, bytes] = {}
    if body is not None:
        asked["json"] = body
    elif content is not None:
        if content.lstrip()[:1] in (b"{", b"["):
            told.append(
                "the body is no JSON: did the shell eat its quotation marks? --from-curl - reads standard input"
            )
        asked["raw"] = content.decode("utf-8", "replace")
    elif wire.form or wire.files:
        asked |= _form(wire.form, wire.files, attachments, told)
    model = _model(asked, role, models)
    if _SECRET_VALUE.search(json.dumps(asked)):
        raise bad_input("the request holds what looks like a key", hint="take it out: a case is read by everybody")
    return Asked(asked, tuple(row.name for row in rows), role if model else "", model, attachments, tuple(told))


def _path(target: str, told: list[str]) -> str:
    path, _, query = target.partition("?")
    kept = []
    for pair in query.split("&") if query else ():
        name = pair.partition("=")[0]
        if is_secret(name):
            told.append(f"left out: the query parameter {name} (it looks like a secret)")
        else:
            kept.append(pair)
    return f"{path}?{'&'.join(kept)}" if kept else path


def _headers(wire: WireRequest, told: list[str], *, is_json: bool) -> dict[str, str | None]:
    kept: dict[str, str | None] = {}
    multipart = bool(wire.form or wire.files)
    for name, value in wire.headers:
        low = name.lower()
        if low == "content-type":
            if not multipart and not (is_json and re.match(r"application/json\b", value or "")):
                kept[low] = value
        elif is_secret(low):
            if value is not None:
                told.append(f"left out: the header {name} (a secret; a run takes its key from --api-key-env NAME)")
        elif low in _OWN or low.startswith(("sec-", "x-stainless-", "x-forwarded-")):
            continue
        elif value is not None and (VARIABLE.search(value) or not value.isascii() or not value.isprintable()):
            told.append(f"left out: the header {name} (its value is known to your shell only: --header NAME=ENV)")
        else:
            kept[low] = value
    if (
        wire.content is not None
        and not is_json
        and "content-type" not in kept
        and wire.content.lstrip()[:1] not in (b"{", b"[")
    ):
        kept["content-type"] = FORM
    return kept


def _json(content: bytes | None) -> Json:
    """Give the body as JSON; None where only its text says what is sent: no JSON, or a key that stands twice."""
    found = read_json(content or b"")
    return found.value if found == JsonText(found.value) else None


def _form(
    form: Sequence[tuple[str, str]], files: Sequence[WireFile], attachments: dict[str, bytes], told: list[str]
) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    for name, value in form:
        before = fields.get(name)
        fields[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    parts: dict[str, Json] = {}
    for part in files:
        if part.field in parts:
            told.append(f"left out: a second file {part.field}")
            continue
        name = re.sub(r"[^\w.-]", "-", part.file_name).lstrip(".-") or "file"
        text = _text(part.content)
        if text is None:
            attachments[name] = part.content
        parts[part.field] = {"path": name} if text is None else {"text": text, "name": name}
        if part.media_type != "application/octet-stream":
            parts[part.field]["type"] = part.media_type
    return ({"form": fields} if fields else {}) | ({"files": parts} if parts else {})


def _text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8") if len(content) <= MAX_TEXT else None
    except UnicodeDecodeError:
        return None
    return text if text and all(letter.isprintable() or letter in "\r\n\t" for letter in text) else None


def _model(asked: dict[str, Json], role: str, models: Mapping[str, str] | None) -> str:
    """Put the name of the role in the place of the model; gives the model, '' where none is named."""
    for word in ("json", "form"):
        holder = asked.get(word)
        if isinstance(holder, dict) and isinstance(holder.get("model"), str):
            model = str(holder["model"])
            if models is None or models.get(role) == model:
                holder["model"] = f"${{{role}}}"
                return model
    found = re.fullmatch(r"/v1/models/([^?]+)", asked["path"])
    if found:
        model = unquote_to_bytes(found[1]).decode("utf-8", "replace")
        if models is None or models.get("model") == model:
            asked["path"] = "/v1/models/${model}"
            return model
    return ""
