"""TLS with a private authority (S21): a reason and the flag that helps, and never an insecure connection."""

import shutil
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest

Serve = Callable[..., Any]


@dataclass(frozen=True)
class Authority:
    """Files of a private authority, and of a certificate it gave to 127.0.0.1."""

    ca: str
    cert: str
    key: str

    def server(self, *, ask_client: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("tls")
    openssl = shutil.which("openssl")
    assert openssl is not None, "the tests of TLS need the openssl command"

    def run(*words: str) -> None:
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True, timeout=20)

    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    run("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=aioc test")
    run("req", *new_key, "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=aioc")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "2")
    run("x509", "-req", "-in", "own.csr", "-out", "own.pem", *signed)
    return Authority(*(str(folder / name) for name in ("ca.pem", "own.pem", "own.key")))


def ask(url: str, **target: Any) -> Transfer:
    with Connection(Target.at(url, **target)) as connection:
        return connection.exchange(WireRequest("GET", "/v1/models"), 3)


def test_a_private_authority_is_trusted_when_it_is_named(serve: Serve, authority: Authority) -> None:
    peer = serve("keeps", tls=authority.server())
    with Connection(Target.at(peer.url, cacert=authority.ca)) as connection:
        first = connection.exchange(WireRequest("GET", "/v1/models"), 3)
        second = connection.exchange(WireRequest("GET", "/v1/models"), 3)
    assert first.failure is None and first.body == b'{"ok":true}'
    assert second.facts["connection_reused"] is True and peer.connections == 1


def test_an_unknown_authority_is_an_error_with_the_flag_and_nothing_is_sent(serve: Serve, authority: Authority) -> None:
    peer = serve("keeps", tls=authority.server())
    transfer = ask(peer.url, api_key="secret")
    assert transfer.failure is not None and transfer.failure.kind == "tls"
    assert "certificate verify failed" in transfer.failure.what and "--cacert" in transfer.failure.hint
    assert "_ssl.c" not in transfer.failure.what  # the line differs between versions of Python
    assert peer.requests == []


def test_a_certificate_for_another_name_is_refused(serve: Serve, authority: Authority) -> None:
    peer = serve("keeps", tls=authority.server())
    transfer = ask(peer.url.replace("127.0.0.1", "localhost"), cacert=authority.ca)
    assert transfer.failure is not None and transfer.failure.kind == "tls" and peer.requests == []


def test_a_client_certificate_is_shown_when_it_is_given(serve: Serve, authority: Authority) -> None:
    peer = serve("keeps", tls=authority.server(ask_client=True))
    shown = ask(peer.url, cacert=authority.ca, cert=(authority.cert, authority.key))
    assert shown.failure is None and shown.status == 200
    without = ask(peer.url, cacert=authority.ca)
    assert without.failure is not None and without.failure.kind in ("tls", "broken") and without.status is None


def test_https_to_a_server_that_speaks_http_is_a_tls_failure(serve: Serve, authority: Authority) -> None:
    peer = serve(lambda wire: wire.send(b"HTTP/1.1 400 No TLS here\r\n\r\n"))
    transfer = ask(peer.url.replace("http:", "https:"), cacert=authority.ca)
    assert transfer.failure is not None and transfer.failure.kind == "tls"
    assert "does the server speak https" in transfer.failure.hint


def test_http_to_a_server_that_speaks_https_is_no_answer(serve: Serve, authority: Authority) -> None:
    peer = serve("keeps", tls=authority.server())
    transfer = ask(peer.url.replace("https:", "http:"))
    assert transfer.failure is not None and transfer.failure.kind == "broken" and transfer.status is None


def test_the_deadline_and_abort_hold_under_tls(serve: Serve, authority: Authority, in_time: None) -> None:
    peer = serve("slow_body", tls=authority.server())
    with Connection(Target.at(peer.url, cacert=authority.ca)) as connection:
        transfer = connection.exchange(WireRequest("GET", "/v1/models"), 0.4)
    assert transfer.failure is not None and transfer.failure.kind == "deadline" and transfer.body.startswith(b"[")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_file_that_cannot_be_used_is_said(tmp_path: Path, content: str | None, free_port: int) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    transfer = ask(f"https://127.0.0.1:{free_port}", cacert=str(path))
    assert transfer.failure is not None and transfer.failure.kind == "tls"
    assert transfer.failure.what.startswith(f"{path} cannot be used") and "--cacert" in transfer.failure.hint
