"""Damage that breaks real clients is noticed; here one kind in forty, in `make catalogue-report` every one."""

from collections import Counter

from .ledger import Ledger
from .play import baseline

EVERY = 40
SHARE = 0.98


def test_what_breaks_clients_is_noticed():
    fates = list(Ledger(baseline()).fates(every=EVERY))
    counts = Counter(fate for _, _, fate in fates)
    survivors = [f"{answer} | {name}" for answer, name, fate in fates if fate == "survived"]
    assert counts["killed"] > 150, counts
    assert counts["killed"] >= SHARE * (counts["killed"] + counts["survived"]), "\n".join(survivors)
