"""Where requests go: the base URL as people type it, the key, the extra headers; nothing else is ever contacted."""

import ssl
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import httpcore

from aioc import __version__
from aioc.model.problem import bad_input

DEFAULT_HEADERS = (
    ("accept", "application/json"),
    ("accept-encoding", "identity"),
    ("user-agent", f"aioc/{__version__}"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A server: `origin` is scheme, host and port; `base` the path under which /v1 lies ('' or '/api')."""

    origin: str
    base: str
    api_key: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    cacert: str | None = None
    cert: tuple[str, str] | None = None
    proxy: str | None = None
    max_body: int = 16 << 20
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def url(self) -> str:
        """The base URL without user information, for reports."""
        return self.origin + self.base

    def headers_for(self, own: tuple[tuple[str, str | None], ...]) -> list[tuple[str, str]]:
        """Join default headers, the key and the request's own; its own win, None takes one away."""
        named: dict[str, tuple[str, str | None]] = {name: (name, value) for name, value in DEFAULT_HEADERS}
        if self.api_key is not None:
            named["authorization"] = ("authorization", f"Bearer {self.api_key}")
        for name, value in (*self.headers, *own):
            named[name.lower()] = (name, value)
        return [(name, value) for name, value in named.values() if value is not None]

    def path(self, target: str) -> str:
        """Give the path and query that are sent for a case's path; it never leaves the base."""
        if not self.query:
            return self.base + target
        extra = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.base}{target}{'&' if '?' in target else '?'}{extra}"


def parse_base_url(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Read a base URL as people type it (with or without /v1 or a slash at the end): origin, base, secrets.

    Raises BadInputError for anything that is no http URL.
    """
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise bad_input(f"{text!r} is no URL: {error}", hint="such as http://localhost:8080") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_input(f"{text!r} is no http URL", hint="such as http://localhost:8080")
    if parts.query or parts.fragment:
        raise bad_input("a base URL has no query", hint="give it with --query NAME=VALUE")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    base = parts.path.rstrip("/").removesuffix("/v1")
    return origin, base, tuple(part for part in (parts.password,) if part)


@lru_cache(maxsize=4)
def tls_context(cacert: str | None, cert: tuple[str, str] | None) -> ssl.SSLContext:
    """Make the TLS context once: it costs 30 ms. Raises BadInputError when a file cannot be used."""
    try:
        context = ssl.create_default_context(cafile=cacert) if cacert else httpcore.default_ssl_context()
        if cert:
            context.load_cert_chain(*cert)
    except (OSError, ssl.SSLError) as error:
        raise bad_input(
            f"the certificate cannot be used: {error}", hint="--cacert and --cert name PEM files"
        ) from error
    return context
