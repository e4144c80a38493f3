"""Everything that must be known before the first case: overlay, target, versions, models, the plan."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from aioc import __version__
from aioc.cli.connect import answered, asker, target_of
from aioc.cli.options import RunOptions
from aioc.cli.profile import profile_of
from aioc.conduct import Opener
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.catalogue import Catalogue
from aioc.model.choice import ROLES
from aioc.model.frozen import frozen
from aioc.model.overlay import Overlay
from aioc.model.problem import BadInputError, Place, bad_input
from aioc.model.result import Verdict
from aioc.model.run import Conditions, RunHeader
from aioc.overlay import resolve, with_own
from aioc.plan import Plan, Wanted, check_names, plan
from aioc.read.links import overlay_problems
from aioc.read.tree import Loaded, read_overlay_file
from aioc.replay import opener as replay_opener
from aioc.report.journal import read_journal
from aioc.report.text import Masker
from aioc.run import Setting
from aioc.survey import PLAIN, UNRECOGNISED, Survey, plain_request, versions

PROBE_SECONDS = 20.0


@frozen
class Prepared:
    """Everything that is known before the first case is sent."""

    header: RunHeader
    setting: Setting
    plan: Plan
    opener: Opener
    secrets: tuple[str, ...] = ()
    jobs: int = 1
    warm: Callable[[str, str], None] | None = None


@answered()
def surveyed(options: RunOptions, loaded: Loaded, extra: Sequence[Overlay]) -> Prepared:
    """Ask the server what it is. Raises BadInputError when it has no model; one that is away ends with exit code 3."""
    named, catalogue = _named(options, loaded.catalogue)
    base_url = options.base_url or (named.base_url if named else None)
    if base_url is None:
        hint = "--base-url http://localhost:8080, or --server reference for a first run"
        raise bad_input("no server is given", hint=hint)
    target = target_of(options, base_url)
    wanted = _wanted(options, loaded)
    with _masked(target.secrets):
        survey = Survey(asker(target, max(min(PROBE_SECONDS, options.timeout), options.wait)), options.wait)
        survey.reach(target.url, target.proxy)
        if named is not None:
            survey.doubt(named)
        elif options.server == "auto" and not options.no_overlay:
            detected = survey.detect(catalogue)
            named = resolve(detected, catalogue) if detected else None
        overlay = with_own(named, extra, catalogue)
        chosen = plan(catalogue, overlay, wanted)
        trusted = survey.control()
        given = {**(overlay.roles if overlay else {}), **options.models}
        roles = survey.roles(given) if any(case.roles for case in chosen.ordered) else given
        known = versions(survey, catalogue, overlay, roles.get("model")) if overlay else {}
    name = overlay.name if overlay else "reference" if options.server == "reference" else "none"
    jobs = options.jobs or (overlay.jobs if overlay else None) or 1
    header = RunHeader(
        server=name,
        label=options.label or _label(name, target.url),
        base_url=target.url,
        version=known.get(name, ""),
        proof=tuple(survey.proof),
        roles=roles,
        flags=_flags({"jobs": str(jobs), "timeout": f"{options.timeout:g}"}, wanted),
        warnings=tuple(survey.warnings),
        aioc_version=__version__,
        catalogue_version=catalogue.version,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        selected=tuple(sorted(chosen.selected)),
        versions=known,
        trusted=trusted,
        conditions=_conditions(options, wanted),
        shard=str(wanted.part) if wanted.part else "",
        planned=tuple(sorted(chosen.planned)) if wanted.part else (),
    )
    setting = Setting(catalogue, overlay, known, roles, options.timeout, options.max_time, options.max_fail)
    warm = _warmer(target, options)
    return Prepared(header, setting, chosen, lambda _case: Connection(target), target.secrets, jobs, warm)


@contextmanager
def _masked(secrets: Sequence[str]) -> Iterator[None]:
    """Mask what a problem quotes of the server's answers: it may repeat the key, even as the name of a model."""
    try:
        yield
    except BadInputError as error:
        text = Masker(secrets).text
        masked = [replace(problem, what=text(problem.what), hint=text(problem.hint)) for problem in error.problems]
        raise BadInputError(masked) from error


def _label(server: str, base_url: str) -> str:
    """Say what a target is called: by its overlay, without one by host and port."""
    return server if server != "none" else urlsplit(base_url).netloc or server


def _flags(flags: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """Give the flags of the run with its own profile."""
    others = {name: value for name, value in flags.items() if name != "profile"}
    return others | ({"profile": wanted.profile.name} if wanted.profile else {})


def _conditions(options: RunOptions, wanted: Wanted) -> Conditions:
    """Say what makes the run fail; a profile from somebody's own file is strict: a SKIP is not fulfilled."""
    baseline = read_journal(options.baseline).cases if options.baseline else ()
    failed = tuple(record.id for record in baseline if record.verdict is Verdict.FAIL)
    profile = wanted.profile
    if profile is None:
        return Conditions(options.fail_on, failed)
    return Conditions(options.fail_on, failed, profile.strict, profile.needs, profile.endpoint)


def _warmer(target: Target, options: RunOptions) -> Callable[[str, str], None]:
    """Give the warm-up of a model: one plain request, whose answer nobody judges."""
    ask = asker(target, max(options.timeout, options.wait))

    def warm(role: str, model: str) -> None:
        if role in PLAIN:
            ask(plain_request(role, model))

    return warm


def replayed(options: RunOptions, loaded: Loaded, extra: Sequence[Overlay]) -> Prepared:
    """Take a journal in the place of the server. Raises BadInputError when it cannot be read."""
    assert options.replay is not None  # the caller asked for it
    journal = read_journal(options.replay)
    if not journal.cases:
        raise bad_input("this run ended before its first case", Place(str(options.replay), 1, 1), "run it again")
    header = journal.header
    if options.server == "auto":
        options = replace(options, server=header.server)
    named, catalogue = _named(options, loaded.catalogue)
    overlay = with_own(named, extra, catalogue)
    recorded = {record.id: record.transfers for record in (*journal.cases, *journal.shown) if record.transfers}
    # A case that was not selected then has no answers to judge now.
    only = frozenset(record.id for record in journal.cases)
    wanted = _wanted(options, loaded, only)
    chosen = plan(catalogue, overlay, wanted)
    setting = Setting(catalogue, overlay, header.versions, header.roles, options.timeout)
    name = overlay.name if overlay else "reference" if header.server == "reference" else "none"
    header = replace(
        header,
        server=name,
        proof=tuple(line for line in header.proof if not (overlay and line.startswith(UNRECOGNISED))),
        flags=_flags(header.flags, wanted),
        label=options.label or (header.label if name == header.server else _label(name, header.base_url)),
        version=header.version if name == header.server else header.versions.get(name, ""),
        selected=tuple(sorted(chosen.selected)),
        conditions=_conditions(options, wanted),
        catalogue_version=catalogue.version,
        aioc_version=__version__,
        shard=str(wanted.part) if wanted.part else header.shard,
        planned=tuple(sorted(chosen.planned)) if wanted.part else header.planned,
        turn="",
    )
    return Prepared(header, setting, chosen, replay_opener(recorded))


def unasked(options: RunOptions, loaded: Loaded, extra: Sequence[Overlay]) -> tuple[Plan, dict[str, str]]:
    """Give the plan and the roles of a dry run: nobody is asked, so a role that was not given is shown as its name."""
    named, catalogue = _named(options, loaded.catalogue)
    overlay = with_own(named, extra, catalogue)
    roles = {role: role.upper() for role in ROLES} | {**(overlay.roles if overlay else {}), **options.models}
    return plan(catalogue, overlay, _wanted(options, loaded)), roles


def _named(options: RunOptions, catalogue: Catalogue) -> tuple[Overlay | None, Catalogue]:
    """Give the overlay that --server names (None for auto and none) and the catalogue that knows it.

    Raises BadInputError when there is no such overlay.
    """
    name = options.server
    if options.no_overlay or name in ("none", "auto", "reference"):
        return None, catalogue
    if name not in catalogue.overlays and Path(name).suffix == ".yaml":
        overlay = read_overlay_file(Path(name))
        if problems := list(overlay_problems(catalogue, overlay)):
            raise BadInputError(problems)
        name = overlay.name
        catalogue = replace(catalogue, overlays={**catalogue.overlays, name: overlay})
    return resolve(name, catalogue, ("reference", "none", "auto")), catalogue


def _wanted(options: RunOptions, loaded: Loaded, only: frozenset[str] | None = None) -> Wanted:
    if options.last_failed is not None:
        journal = read_journal(options.last_failed)
        fine = {record.id for record in journal.cases if record.verdict in (Verdict.PASS, Verdict.SKIP)}
        # A run that was killed holds no line of what it did not get to.
        only = frozenset((*journal.header.selected, *(record.id for record in journal.cases))) - fine
        # An invariant sends nothing: of each of its findings one case is asked again whose answer showed it.
        found = (finding for record in journal.cases if record.id in only for finding in record.findings)
        only |= {case_id for finding in found for case_id in finding.asked_by[:1]}
        if not only:
            raise bad_input(f"everything was fine in {options.last_failed}", hint="leave --last-failed out")
    profile = profile_of(options.profile, loaded.catalogue) if options.profile is not None else None
    wanted = Wanted(loaded.ids, options.select, options.deselect, profile, only, options.shard)
    check_names(loaded.catalogue, wanted)
    return wanted
