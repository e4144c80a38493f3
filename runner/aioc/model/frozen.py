"""`@frozen`: what `@dataclass(frozen=True, slots=True)` makes, in a quarter of the time.

A run needs more than a hundred such classes, and the standard library compiles six functions for each: a tenth of a run
of one case. Here one is compiled, `__init__`; the others are the same code for all.
"""

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, Never, TypeVar, cast, dataclass_transform

_Declared = TypeVar("_Declared")


@dataclass_transform(frozen_default=True, field_specifiers=(field, Field))
def frozen(declared: type[_Declared]) -> type[_Declared]:
    """Make a frozen dataclass with slots; `replace`, `fields`, `copy` and the like know it as one.

    Of the standard library's it has no keyword-only fields, and it wants at least one field that is compared.
    """
    made = dataclass(init=False, repr=False, eq=False, slots=True)(declared)
    of = fields(cast(Any, made))
    compared = [each.name for each in of if each.compare]
    value = attrgetter(*compared, compared[0])  # the first again: of one name alone it would give no tuple

    def equal(one: Any, other: object) -> bool:
        return value(one) == value(other) if other.__class__ is one.__class__ else NotImplemented

    methods = {
        "__init__": _initialiser(made, of),
        "__eq__": equal,
        "__hash__": lambda one: hash(value(one)),
        "__repr__": _shown,
        "__getstate__": _state,
        "__setstate__": _take_state,
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
    }
    for name, method in methods.items():
        setattr(made, name, method)
    return made


def _initialiser(made: type[Any], of: tuple[Field[Any], ...]) -> Any:
    """Compile `__init__`; a slot is set through its descriptor, since the instance itself refuses."""
    known: dict[str, Any] = {"_MISSING": MISSING}
    taken, lines = ["self"], []
    for each in of:
        name = each.name
        known[f"_set_{name}"] = getattr(made, name).__set__
        known[f"_default_{name}"] = each.default
        if not each.init:
            if each.default is not MISSING:
                lines.append(f"_set_{name}(self, _default_{name})")
            continue
        value = name
        if each.default_factory is not MISSING:
            known[f"_make_{name}"] = each.default_factory
            value = f"_make_{name}() if {name} is _MISSING else {name}"
        required = each.default is MISSING and each.default_factory is MISSING
        taken.append(name if required else f"{name}=_default_{name}")
        lines.append(f"_set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(taken)}):\n " + "\n ".join(lines), known)
    known["__init__"].__qualname__ = f"{made.__qualname__}.__init__"  # which messages name
    return known["__init__"]


def _shown(one: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(one, each.name)!r}" for each in fields(one) if each.repr)
    return f"{type(one).__qualname__}({shown})"


def _state(one: Any) -> list[Any]:
    """Give what `copy` and `pickle` take along."""
    return [getattr(one, each.name) for each in fields(one)]


def _take_state(one: Any, state: list[Any]) -> None:
    for each, value in zip(fields(one), state, strict=True):
        object.__setattr__(one, each.name, value)


def _refuse_to_set(_one: Any, name: str, _value: object) -> Never:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_one: Any, name: str) -> Never:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
