"""Each real bug is noticed by the cases that are named for it; what is legal is no FAIL."""

import pytest

from aioc.model.case import Severity

from .bugs import Bug, bugs, noticed
from .play import told


@pytest.mark.parametrize("bug", bugs(), ids=lambda bug: bug.id)
def test_a_real_bug_is_noticed(bug: Bug) -> None:
    found = noticed(bug)
    shown = "\n".join(f"{case}:\n{told(findings)}" for case, findings in found.items())
    if bug.legal:
        fails = [case for case, findings in found.items() if any(f.severity is Severity.FAIL for f in findings)]
        assert fails == [], shown
        assert bug.killed_by == ()
    else:
        assert bug.killed_by != ()
        assert set(bug.killed_by) <= found.keys(), shown
