"""Where a case is explained: the address of its entry in docs/cases/, the same in every report and on every page."""

import re
from functools import lru_cache

from aioc.paths import COLLECTION, specs_root

FOLDER = "docs/cases"
_MEMBER = re.compile(r"[:@].*", re.DOTALL)  # of a `for_each` family; of a recording that was judged


def page_of(case_id: str) -> str:
    """Give `docs/cases/chat.md#chat--basic`; '' for a case that is not the catalogue's, which has no page."""
    family = _MEMBER.sub("", case_id)
    return f"{FOLDER}/{page_name(family)}#{anchor(family)}" if _is_ours(family) else ""


def page_name(case_id: str) -> str:
    """Give the name of the file that explains the case's topic."""
    return f"{case_id.partition('/')[0]}.md"


def anchor(case_id: str) -> str:
    """Give the name of the case's anchor: hosts of Git make no anchor of `chat/basic`, so the page has its own."""
    return _MEMBER.sub("", case_id).replace("/", "--")  # one dash occurs inside the parts: chat/a-b and chat/a/b


@lru_cache(maxsize=4096)
def _is_ours(family: str) -> bool:
    """Whether the installed catalogue has the file of this case."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)+", family):
        return False
    return any((specs_root() / folder / f"{family}.yaml").is_file() for folder in (COLLECTION, "servers"))
