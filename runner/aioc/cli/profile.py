"""The profile that was asked for: a known one by its name, or a file with somebody's own."""

from pathlib import Path

from aioc.model.catalogue import Catalogue, Profile
from aioc.model.client import Client, Effect
from aioc.model.problem import bad_input, did_you_mean
from aioc.read.links import matches
from aioc.read.tree import read_profile_file

CLIENTS = "clients/"


def profile_of(name: str, catalogue: Catalogue) -> Profile:
    """Give the profile. Raises BadInputError when there is neither."""
    if name in catalogue.profiles:
        return catalogue.profiles[name]
    client = catalogue.clients.get(name.removeprefix(CLIENTS)) if name.startswith(CLIENTS) else None
    if client is not None:
        return _of_client(name, client, catalogue)
    if Path(name).is_file():
        return read_profile_file(Path(name))
    known = {*catalogue.profiles, *(f"{CLIENTS}{client}" for client in catalogue.clients)}
    raise bad_input(f"there is no profile {name!r}", hint=did_you_mean(name, known))


def _of_client(name: str, client: Client, catalogue: Catalogue) -> Profile:
    """Give what a client needs, and the smoke profile's requests to its endpoints: invariants look at their answers.

    What makes such a run fail are its needs alone; what is lost of secondary things is told and no failure.
    """
    asked = [
        case.id
        for case in catalogue.cases
        if case.steps
        and f"{case.steps[0].request.method} {case.steps[0].request.path}" in client.endpoints
        and any(matches(glob, case.id) for glob in catalogue.profiles["smoke"].cases)
    ]
    cases = tuple(dict.fromkeys([*(need.case for need in client.needs), *asked]))
    needs = tuple((need.case, need.check) for need in client.needs if need.effect is not Effect.COSMETIC)
    return Profile(name, client.title, cases, needs=needs, place=client.place)
