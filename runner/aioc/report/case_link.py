"""Where a case is explained: in docs/cases/, the same address on every page, and by `aioc show`."""

import re

from aioc.paths import case_paths, specs_root

FOLDER = "docs/cases"
_MEMBER = re.compile(r"[:@].*", re.DOTALL)  # of a `for_each` family; of a recording that was judged


def page_of(case_id: str) -> str:
    """Give `docs/cases/chat.md#chat--basic`; '' for a case that is not the catalogue's, which has no page."""
    family = _MEMBER.sub("", case_id)
    return f"{FOLDER}/{page_name(family)}#{anchor(family)}" if family in case_paths(specs_root()) else ""


def shown_by(case_id: str) -> str:
    """Give the command that explains a case wherever aioc is installed; '' for a case that is not the catalogue's."""
    return f"aioc show {_MEMBER.sub('', case_id)}" if page_of(case_id) else ""


def page_name(case_id: str) -> str:
    """Give the name of the file that explains the case's topic."""
    return f"{case_id.partition('/')[0]}.md"


def anchor(case_id: str) -> str:
    """Give the name of the case's anchor: hosts of Git make no anchor of `chat/basic`, so the page has its own."""
    return _MEMBER.sub("", case_id).replace("/", "--")  # one dash occurs inside the parts: chat/a-b and chat/a/b
