"""One request as a handler sees it: query, JSON body or form, already decoded."""

import json
import re
from dataclasses import field
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qs

from aioc.model.frozen import frozen
from aioc.reference.answer import ApiError, Json


@frozen
class Upload:
    """A file part of a form."""

    name: str
    content: bytes


@frozen
class Form:
    """A multipart body; names ending in `[]` are known without the brackets too."""

    fields: dict[str, list[str]]
    files: dict[str, list[Upload]]

    def text(self, name: str, default: str | None = None) -> str:
        """The first value of a field; a missing one without a default is refused."""
        values = self.fields.get(name)
        if values:
            return values[0]
        if default is None:
            raise missing(name)
        return default

    def file(self, name: str) -> Upload:
        """The first file of a name."""
        if name not in self.files:
            raise missing(name)
        return self.files[name][0]


@frozen
class Request:
    """Method, path and decoded parts of one request."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    params: dict[str, str] = field(default_factory=dict)

    def arguments(self) -> dict[str, str]:
        """The query, last value of each name."""
        return {name: values[-1] for name, values in parse_qs(self.query, keep_blank_values=True).items()}

    def json(self) -> dict[str, Json]:
        """The body as a JSON object, or the refusal that OpenAI would send."""
        media = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not re.fullmatch(r"application/([\w.-]+\+)?json", media):
            text = f"Unsupported content type: '{media}'. This method only accepts 'application/json'."
            raise ApiError(text, code="unsupported_content_type", status=415)
        value = parse(self.body)
        if not isinstance(value, dict):
            raise ApiError("Invalid body: the top level has to be a JSON object.", code="invalid_type")
        return value

    def form(self) -> Form:
        """The body as a multipart form."""
        media = self.headers.get("content-type", "")
        if not media.lower().startswith("multipart/form-data"):
            raise ApiError(f"Unsupported content type: '{media}'. Send multipart/form-data.", status=415)
        head = f"content-type: {media}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        if not message.is_multipart():
            raise ApiError("Could not parse multipart form.")
        form = Form({}, {})
        for part in message.iter_parts():
            name = str(part.get_param("name", header="content-disposition") or "").removesuffix("[]")
            content, file_name = part.get_payload(decode=True), part.get_filename()
            if not isinstance(content, bytes):
                raise ApiError("Could not parse multipart form: a part is nested.")
            if file_name is None:
                form.fields.setdefault(name, []).append(content.decode("utf-8", "replace"))
            else:
                form.files.setdefault(name, []).append(Upload(file_name, content))
        return form


def parse(body: bytes) -> Json:
    """Strict JSON: no NaN, no broken UTF-8, no nesting that breaks the parser."""
    try:
        return json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as cause:
        raise ApiError(f"We could not parse the JSON body of your request. ({cause})") from None


def missing(name: str) -> ApiError:
    """The refusal of a request without a required parameter."""
    return ApiError(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")
