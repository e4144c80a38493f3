"""Every recorded set-up is recognised rightly or not at all, never as another server."""

import pytest
from tests.playing import catalogue

from .detection import NAMES, PAGE, asked_of, fingerprints, overlay_of, page, recognised, signs_seen


@pytest.mark.parametrize("set_up", sorted(fingerprints()))
def test_a_set_up_is_recognised_rightly_or_not_at_all(set_up):
    found, right = recognised(set_up), overlay_of(set_up)
    if found is None and right is not None:
        overlay = catalogue().overlays[right]
        assert asked_of(set_up, overlay) < len(overlay.detect), "all its signs were recorded"
    else:
        assert found == right


@pytest.mark.parametrize("name", sorted(set(NAMES.values())))
def test_each_overlay_has_more_than_one_sign_and_each_sign_was_seen(name):
    overlay = catalogue().overlays[name]
    assert len(overlay.detect) >= 2
    for sign, set_ups in signs_seen(overlay):
        assert any(overlay_of(set_up) == name for set_up in set_ups), f"{sign.get} {sign.check.address}: never seen"


def test_the_page_is_up_to_date():
    assert PAGE.read_text() == page(), "python -m tests.recorded.detection --page"
