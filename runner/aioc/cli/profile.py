"""The profile that was asked for: a known one by its name, or a file with somebody's own."""

from pathlib import Path

from aioc.model.catalogue import Catalogue, Profile
from aioc.model.problem import bad_input, did_you_mean
from aioc.read.tree import read_profile_file


def profile_of(name: str, catalogue: Catalogue) -> Profile:
    """Give the profile. Raises BadInputError when there is neither."""
    if name in catalogue.profiles:
        return catalogue.profiles[name]
    if Path(name).is_file():
        return read_profile_file(Path(name))
    raise bad_input(f"there is no profile {name!r}", hint=did_you_mean(name, catalogue.profiles))
