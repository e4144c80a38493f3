"""One run from its options to its exit code: read everything, find out about the server, play, report."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from aioc.cli.options import RunOptions
from aioc.cli.play import play
from aioc.cli.prepare import replayed, surveyed, unasked
from aioc.cli.reports import check_files
from aioc.model.overlay import Overlay
from aioc.model.problem import BadInputError, Problem, bad_input
from aioc.read.links import overlay_problems
from aioc.read.tree import Loaded, load, read_overlay_file

REFERENCE_ROLES = {
    "model": "reference-chat",
    "embedding_model": "reference-embed",
    "tts_model": "reference-tts",
    "stt_model": "reference-stt",
    "image_model": "reference-image",
    "moderation_model": "reference-moderation",
    "rerank_model": "reference-rerank",
    "vision_model": "reference-chat",
}
"""What the reference server's models are called."""


def run_session(options: RunOptions) -> int:
    """Run, report and give the exit code. Raises BadInputError for anything wrong before the first case."""
    if options.repeat > 1 and options.replay is not None:
        raise bad_input("--repeat with --replay: a journal answers the same each time", hint="leave one of them out")
    if options.dry_run and options.replay is not None:
        raise bad_input("--dry-run with --replay: a replay sends nothing", hint="leave one of them out")
    check_files({**options.files, "journal": options.journal}, force=options.force or options.dry_run)
    chooses = bool(options.profile or options.select or options.last_failed or options.replay)
    loaded, extra = read_all(options.paths, options.overlay, options.server, client_requests=chooses)
    if options.no_overlay:
        extra = []
    if options.dry_run:
        from aioc.cli.dry_run import dry_run

        if _embedded(options):
            options = replace(options, models={**REFERENCE_ROLES, **options.models})
        dry_run(*unasked(options, loaded, extra))
        return 0
    if options.replay:
        return play(options, replayed(options, loaded, extra))
    with referenced(options) as options:
        return play(options, surveyed(options, loaded, extra))


def _embedded(options: RunOptions) -> bool:
    return options.server == "reference" and options.base_url is None


@contextmanager
def referenced(options: RunOptions) -> Iterator[RunOptions]:
    """Hold the reference server up where it was asked for; gives the options with its address and its models."""
    if not _embedded(options):
        yield options
        return
    from aioc.reference.server import ReferenceServer

    with ReferenceServer() as server:
        yield replace(options, base_url=server.base_url, models={**REFERENCE_ROLES, **options.models})


def read_all(
    paths: Sequence[Path], overlays: Sequence[Path], server: str | None = None, *, client_requests: bool = True
) -> tuple[Loaded, list[Overlay]]:
    """Read the catalogue (for a `server`: what own cases need of it), own cases and own overlays.

    Without `client_requests` what clients really sent is left out.

    Raises BadInputError with every problem of every file.
    """
    own_overlay = bool(overlays) or (server is not None and Path(server).suffix == ".yaml")  # may name any case
    loaded = load(paths, server=None if own_overlay else server, client_requests=client_requests)
    problems: list[Problem] = list(loaded.problems)
    extra: list[Overlay] = []
    for path in overlays:
        try:
            extra.append(read_overlay_file(path))
        except BadInputError as error:
            problems += error.problems
    if not problems:
        problems += [problem for overlay in extra for problem in overlay_problems(loaded.catalogue, overlay)]
    if problems:
        raise BadInputError(problems)
    return loaded, extra
