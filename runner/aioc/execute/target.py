"""Where requests go: the base URL as people type it, the key, the extra headers; nothing else is ever contacted."""

import base64
import re
import ssl
from dataclasses import field
from functools import lru_cache
from typing import Any, Self
from urllib.parse import quote, unquote, urlencode, urlsplit

import httpcore
import httpx

from aioc import __version__
from aioc.model.frozen import frozen
from aioc.model.problem import bad_input

SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "x-api-key", "api-key", "proxy-authorization"})
DEFAULT_HEADERS = (
    ("accept", "application/json"),
    ("accept-encoding", "identity"),
    ("user-agent", f"aioc/{__version__}"),
)
_SUCH_AS = "such as http://localhost:8080"
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+(%[\w.-]+)?")  # a zone (%eth0) only behind an IPv6 address
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


@frozen
class Target:
    """A server: `origin` is scheme, host and port; `base` the path under which /v1 lies ('' or '/api').

    `user` is the `user:password` of the base URL, sent as basic authorization where there is no key.
    """

    origin: str
    base: str
    api_key: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    query: tuple[tuple[str, str], ...] = ()
    cacert: str | None = None
    cert: tuple[str, str] | None = None
    proxy: str | None = field(default=None, repr=False)
    max_body: int = 16 << 20
    secrets: tuple[str, ...] = field(default=(), repr=False)
    user: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, base_url: str, secrets: tuple[str, ...] = (), **rest: Any) -> Self:
        """Make a target from a base URL as people type it; its user and password are used and kept secret."""
        origin, base, own = parse_base_url(base_url)
        user = unquote(urlsplit(_with_scheme(base_url)).netloc.rpartition("@")[0]) or None
        whole = (user,) if user and own else ()  # basic authorization encodes both together
        return cls(origin, base, secrets=(*secrets, *own, *whole), user=user, **rest)

    @property
    def url(self) -> str:
        """The base URL without user information, for reports."""
        return self.origin + self.base

    def headers_for(self, own: tuple[tuple[str, str | None], ...]) -> list[tuple[str, str]]:
        """Join default headers, the key and the request's own; its own win, None takes one away."""
        named: dict[str, list[tuple[str, str | None]]] = {name: [(name, value)] for name, value in DEFAULT_HEADERS}
        if self.api_key is not None:
            named["authorization"] = [("authorization", f"Bearer {self.api_key}")]
        elif self.user is not None:
            named["authorization"] = [("authorization", f"Basic {base64.b64encode(self.user.encode()).decode()}")]
        for group in (self.headers, own):
            # A group's names replace those before it, but a name that stands twice in a group is sent twice.
            fresh: dict[str, list[tuple[str, str | None]]] = {}
            for name, value in group:
                fresh.setdefault(name.lower(), []).append((name, value))
            named |= fresh
        return [(name, value) for pairs in named.values() for name, value in pairs if value is not None]

    def path(self, target: str) -> str:
        """Give the path and query to send for a case's path; raises ValueError for one that names another host."""
        if not target.startswith("/") or target.startswith("//"):
            raise ValueError(f"{target[:100]!r} is no path below the base URL")
        path = self.base + quote(target.partition("#")[0], safe=_ASCII, errors="surrogatepass")
        if not self.query:
            return path
        return f"{path}{'&' if '?' in path else '?'}{urlencode(self.query)}"


def parse_base_url(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Read a base URL as people type it (with or without /v1 or a slash at the end): origin, base, secrets.

    Raises BadInputError for anything that is no http URL.
    """
    text = text.strip()
    shown = re.sub(r"^(\w*://)?.*@", r"\1***@", text, flags=re.DOTALL)
    try:
        parts = urlsplit(_with_scheme(text))
        port = parts.port
        httpx.URL(scheme=parts.scheme, host=parts.hostname or "")  # it knows numbers that are no address
    except (ValueError, httpx.InvalidURL) as error:
        # What stands before the @ is nobody's business, and the error may quote it.
        why = f": {error}" if shown == text else ""
        why = ": a port is a number from 0 to 65535" if "Port " in why else why
        raise bad_input(f"{shown!r} is no URL{why}", hint=_SUCH_AS) from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not text.isprintable():
        raise bad_input(f"{shown!r} is no http URL", hint=_SUCH_AS)
    if host in ("http", "https") and "://" not in text:
        raise bad_input(f"{shown!r} has no host", hint="http:// has two slashes")
    if parts.query or parts.fragment:
        raise bad_input("a base URL has no query", hint="give it with --query NAME=VALUE")
    origin = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}" + (f":{port}" if port is not None else "")
    base = quote(parts.path.rstrip("/").removesuffix("/v1").rstrip("/"), safe=_ASCII)
    return origin, base, tuple({unquote(parts.password), parts.password}) if parts.password else ()


def _with_scheme(text: str) -> str:
    text = text.strip()
    return text if "://" in text else f"http://{text}"


@lru_cache(maxsize=4)
def tls_context(cacert: str | None, cert: tuple[str, str] | None) -> ssl.SSLContext:
    """Make the TLS context once: it costs 30 ms. Raises BadInputError when a file cannot be used."""
    context: ssl.SSLContext | None = None
    try:
        context = ssl.create_default_context(cafile=cacert) if cacert else httpcore.default_ssl_context()
        if cacert:
            # Since 3.13 Python wants extensions that home-made authorities lack; the chain is verified all the same.
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if cert:
            context.load_cert_chain(*cert)
    except OSError as error:  # SSLError is one
        asked = [cacert] if context is None else list(cert or ())
        raise bad_input(
            f"{' and '.join(filter(None, asked))} cannot be used: {in_words(error)}",
            hint="--cacert, --cert and --key name PEM files, the key of the certificate without a password",
        ) from error
    return context


def in_words(error: Exception) -> str:
    """Give what an error of the system says, without its number and its place in Python's own code."""
    return re.sub(r"^\[Errno -?\d+\] |\s*\(_ssl\.c:\d+\)$", "", str(error))
