"""Which mutants killed the checks of a case last time: they are tried first.

killers.json is made by `make killers`. It decides nothing: a check that none of them kills is hunted as ever.
"""

import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .kill import Outcome

FILE = Path(__file__).with_name("killers.json")
RENEWING = "AIOC_RENEW_KILLERS" in os.environ  # asked at once: no test sees AIOC_ variables


@cache
def killers() -> dict[str, list[str]]:
    """Give the names of mutants by the id of a case; none while the file is made anew."""
    known: dict[str, list[str]] = {} if RENEWING else json.loads(FILE.read_text(encoding="utf-8"))
    return known


def renew(outcomes: "Iterable[Outcome]") -> None:
    """Write the first killer of each check, when asked."""
    if RENEWING:
        found = {o.case.id: sorted({names[0] for names in o.killers.values()}) for o in outcomes if o.killers}
        text = json.dumps(dict(sorted(found.items())), indent=0, ensure_ascii=True)
        FILE.write_text(text + "\n", encoding="utf-8")
