"""The profile that was asked for: a known one by its name, or a file with somebody's own."""

from pathlib import Path

from aioc.model.catalogue import Catalogue, Profile
from aioc.model.client import Client, Effect
from aioc.model.problem import BadInputError, bad_input, did_you_mean
from aioc.read.links import profile_problems
from aioc.read.tree import read_profile_file
from aioc.readiness import CLIENTS, asked_for


def profile_of(name: str, catalogue: Catalogue) -> Profile:
    """Give the profile. Raises BadInputError when there is neither, or a name in the file means no case."""
    if name in catalogue.profiles:
        return catalogue.profiles[name]
    client = catalogue.clients.get(name.removeprefix(CLIENTS)) if name.startswith(CLIENTS) else None
    if client is not None:
        return _of_client(name, client, catalogue)
    if Path(name).is_file():
        profile = read_profile_file(Path(name))
        if problems := list(profile_problems(catalogue, profile)):
            raise BadInputError(problems)
        return profile
    known = {*catalogue.profiles, *(f"{CLIENTS}{client}" for client in catalogue.clients)}
    hint = did_you_mean(name, known) or f"known: {', '.join(sorted(catalogue.profiles))}, {CLIENTS}NAME; or give a file"
    raise bad_input(f"there is no profile {name!r}", hint=hint)


def _of_client(name: str, client: Client, catalogue: Catalogue) -> Profile:
    """Give what a client is judged by.

    What makes such a run fail are its needs alone; what is lost of secondary things is told and no failure.
    """
    ((_, asked),) = asked_for([client], catalogue, smoke=not client.sends)  # what it sends itself says more
    cases = tuple(sorted(asked))
    needs = tuple(
        (need.case, need.check) for need in (*client.needs, *client.sends) if need.effect is not Effect.COSMETIC
    )
    return Profile(name, client.title, cases, needs=needs, endpoint=client.endpoints[0], place=client.place)
