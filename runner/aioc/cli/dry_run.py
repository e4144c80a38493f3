"""`--dry-run`: what would be sent, an upper bound of tokens, and the objects that would be created."""

from collections.abc import Mapping

import click

from aioc.author.explain import command_of
from aioc.plan import Plan
from aioc.report.words import counted

CREATING = (
    "/files",
    "/uploads",
    "/batches",
    "/vector_stores",
    "/fine_tuning/jobs",
    "/conversations",
    "/responses",
)
DEFAULT_TOKENS = 4096
"""What a request without a cap is counted as."""
_CAPS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def dry_run(plan: Plan, roles: Mapping[str, str]) -> None:
    """Print every request of the plan with its captures left as names; nothing is sent."""
    tokens = requests = 0
    created: list[str] = []
    for case in plan.ordered:
        for step in case.steps:
            request = step.request
            requests += request.copies
            tokens += _tokens(request.json) * request.copies if request.has_json else 0
            if request.method == "POST" and request.path.rstrip("/").endswith(CREATING):
                created.append(f"{case.id}: POST {request.path}")
            click.echo(f"{case.id}: {command_of(request, {**roles, **case.constants})}")
    click.echo(f"{counted(requests, 'request')}, at most {counted(tokens, 'token')} to be generated")
    for line in created:
        click.echo(f"creates an object: {line}")


def _tokens(body: object) -> int:
    if not isinstance(body, dict) or not any(word in body for word in ("messages", "prompt", "input")):
        return 0
    caps = [body[name] for name in _CAPS if isinstance(body.get(name), int) and not isinstance(body.get(name), bool)]
    choices = body.get("n")
    return (min(caps) if caps else DEFAULT_TOKENS) * (choices if isinstance(choices, int) else 1)
