"""A real headless Chromium for these tests: `make browser`. Without one they are skipped, and it is said why."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.browser.made import big, hostile
from tests.left_out import leave_out

HERE = Path(__file__).parent
UNPACKED = HERE.parents[1] / ".aioc-real" / "chromium" / "chromium"
_GIVEN = os.environ.get("AIOC_CHROMIUM")  # now: later tests/conftest.py clears what begins with AIOC_


def chromium() -> str | None:
    """Find the program: the one that is named, the one of get_chromium.sh, the system's."""
    return _GIVEN or (str(UNPACKED) if UNPACKED.exists() else None) or shutil.which("chromium")


def lacking() -> str:
    """Say what is not there, '' when all is."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed (the extra `browser`): make browser"
    return "" if chromium() else "there is no Chromium: make browser, or AIOC_CHROMIUM=/path/to/chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, aloud."""
    leave_out(items, HERE, lacking(), "AIOC_BROWSER")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Give the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the pages, by name: one target, twenty of them, and one full of hostile text."""
    from aioc.report.html.page import html_page

    folder = tmp_path_factory.mktemp("pages")
    reports = {
        "one": [big("llama.cpp", 650)],
        "several": [big(name, 90) for name in ("llama.cpp", "vllm", "litellm")],
        "twenty": [big(f"server-{number:02}", 650) for number in range(20)],
        "hostile": [hostile()],
    }
    for name, these in reports.items():
        (folder / f"{name}.html").write_bytes(html_page(these))
    return {name: folder / f"{name}.html" for name in reports}


@pytest.fixture
def open_page(browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    """Give what opens a page by name, and see to it that it is quiet: no message, no request, no dialog."""
    contexts = []

    def opened(name: str, *, anchor: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        seen = SimpleNamespace(messages=[], requests=[], dialogs=[])
        page.on("console", lambda message: seen.messages.append(message.text))
        page.on("pageerror", lambda error: seen.messages.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(pages[name].as_uri() + anchor)
        page.seen = seen
        return page

    yield opened
    for context in contexts:
        context.close()
