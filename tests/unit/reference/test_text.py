"""The pretended tokens: what a `logit_bias` does to them."""

import pytest

from aioc.reference.text import weigh


@pytest.mark.parametrize(
    ("weights", "text"),
    [
        ({}, "One, a two."),
        ({"64": 100}, " a a a a a"),
        ({"64": 100, "65": 99}, " a a a a a"),
        ({"64": -100}, "One, two."),
        ({"64": 50, "65": -50}, "One, a two."),
        ({"999999": 100, "no number": -100}, "One, a two."),
    ],
)
def test_a_token_is_forced_left_out_or_neither(weights: dict[str, float], text: str) -> None:
    assert weigh("One, a two.", weights) == text
