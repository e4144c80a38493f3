"""`@frozen` makes what the standard library makes of `@dataclass(frozen=True, slots=True)`."""

import copy
from dataclasses import FrozenInstanceError, astuple, dataclass, field, fields, replace

import pytest

from aioc.model.frozen import frozen


class Point:
    """A point."""

    x: int
    y: str = "up"
    more: list[int] = field(default_factory=list, compare=False)
    half: float = field(default=0.5, repr=False)
    kind: str = field(init=False, default="point", repr=False)
    twice: int = field(init=False, default=0)

    def __post_init__(self):
        object.__setattr__(self, "twice", self.x * 2)


class Other:
    name: str


def classes(declared):
    return [make(type(declared.__name__, (), dict(vars(declared)))) for make in (frozen, plain)]


def plain(declared):
    return dataclass(frozen=True, slots=True)(declared)


@pytest.mark.parametrize("made", classes(Point), ids=["ours", "theirs"])
def test_an_instance(made):
    one, other = made(1), made(1, more=[3])
    assert one == other and hash(one) == hash(other) and one != made(2) and one != (1, "up")
    assert (one.twice, one.more, one.half) == (2, [], 0.5) and one.more is not made(1).more
    assert repr(one) == f"{made.__qualname__}(x=1, y='up', more=[], twice=2)"
    assert astuple(replace(one, x=4)) == (4, "up", [], 0.5, "point", 8)
    assert [each.name for each in fields(made)] == ["x", "y", "more", "half", "kind", "twice"]
    assert made.__match_args__ == ("x", "y", "more", "half") and made.__doc__ == "A point."
    assert not hasattr(one, "__dict__")
    assert copy.copy(one) == copy.deepcopy(one) == one and copy.deepcopy(one).more is not one.more
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        one.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del one.x
    with pytest.raises(TypeError, match="__init__"):
        made()


@pytest.mark.parametrize("made", classes(Other), ids=["ours", "theirs"])
def test_one_field_alone(made):
    assert made("a") == made("a") != made("b") and hash(made("a")) == hash(made("a"))
    assert made("a") != "a" and len({made("a"), made("a"), made("b")}) == 2


def test_what_cannot_be_hashed_says_so():
    for made in classes(Point):
        with pytest.raises(TypeError, match="unhashable type: 'list'"):
            hash(made(1, y=[]))


def test_classes_of_the_same_values_are_not_equal():
    ours, again = frozen(type("A", (), dict(vars(Other)))), frozen(type("B", (), dict(vars(Other))))
    assert ours("x") != again("x")
