"""One self-contained HTML file: a pure function of the reports, the same from a run and from its journal.

All text goes through `clean` and is escaped by the template engine; nothing here marks text of a server as safe.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from aioc.report.html.exchange import WIDE
from aioc.report.html.matrix import matrix
from aioc.report.html.target import target_view
from aioc.report.target import TargetReport
from aioc.report.text import clean, shorten
from aioc.report.words import askers

EXCHANGES = 120
"""How many exchanges a page of several targets shows, an equal part of each, so that it opens in a second: with 20
targets 400 took 1.03 s, 120 take 0.8."""
_BETWEEN_TAGS = re.compile(r"(<pre\b[^>]*>\n)|(?<=>)\n+(?=[<{])")


def html_page(reports: Sequence[TargetReport]) -> bytes:
    """Give the page: of one target everything, of several a matrix and what is not fine."""
    several = len(reports) > 1
    style, script = _file("page.css"), _file("page.js")
    page = (
        _environment()
        .get_template("page.html")
        .render(
            targets=[
                target_view(report, number if several else 0, EXCHANGES // len(reports))
                for number, report in enumerate(reports, 1)
            ],
            matrix=matrix(reports) if several else None,
            title=", ".join(report.header.label for report in reports[:4]) + (" …" if len(reports) > 4 else ""),
            style=Markup(style),  # files of this package, not text of anybody else
            script=Markup(script),
            policy="; ".join(
                (
                    "default-src 'none'",
                    f"style-src '{_hash(style)}'",
                    f"script-src '{_hash(script)}'",
                    "img-src data:",
                    "base-uri 'none'",
                    "form-action 'none'",
                )
            ),
            wide=WIDE,
        )
    )
    return page.encode("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _file(name: str) -> str:
    return files("aioc.report.html").joinpath("templates", name).read_text("utf-8")


def _template(name: str) -> str:
    """Read a template; line ends between tags are for its reader only: a browser makes a node of each."""
    return _BETWEEN_TAGS.sub(lambda found: found[1] or "", _file(name))


def _clean(value: object) -> object:
    """Make every text that a template prints harmless; what the templates themselves made is left as it is."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"shorten": shorten, "askers": askers}
    return environment
