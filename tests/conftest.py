"""What holds for every test."""

import os

import pytest
from hypothesis import settings

# How long an example takes says something of the machine, not of the code.
settings.register_profile("aioc", deadline=None)
settings.load_profile("aioc")

PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker by which a test says which rows of tests/threats/threats.yaml it holds."""
    config.addinivalue_line("markers", "threat(*rows): the rows of tests/threats/threats.yaml that this test holds")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clear proxies and every option that a variable can set: no test depends on who started it."""
    for name in os.environ:
        if name.lower() in PROXIES or name.startswith(("AIOC_", "OPENAI_")):
            monkeypatch.delenv(name)
