"""`--dry-run`: what would be sent, an upper bound of tokens, and the objects that would be created."""

import click

from aioc.cli.prepare import Prepared
from aioc.judge.wire import request_names, wire
from aioc.model.case import Case, Request
from aioc.report.curl import curl_line
from aioc.report.text import clean
from aioc.report.words import counted
from aioc.run import Setting
from aioc.template import MissingNameError

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


def dry_run(prepared: Prepared) -> None:
    """Print every request of the plan with its captures left as names; nothing is sent."""
    plan, setting = prepared.plan, prepared.setting
    tokens = requests = 0
    created: list[str] = []
    for case in plan.ordered:
        for step in case.steps:
            requests += step.request.copies
            tokens += _tokens(step.request.json) * step.request.copies if step.request.has_json else 0
            if step.request.method == "POST" and any(step.request.path.rstrip("/").endswith(end) for end in CREATING):
                created.append(f"{case.id}: POST {step.request.path}")
            click.echo(f"{case.id}: {_shown(case, step.request, setting)}")
    click.echo(f"{counted(requests, 'request')}, at most {counted(tokens, 'token')} to be generated")
    for line in created:
        click.echo(f"creates an object: {line}")


def _shown(case: Case, request: Request, setting: Setting) -> str:
    values = {**setting.roles, **case.constants}
    unknown = set(request_names(request)) - set(values)
    try:
        line = curl_line(wire(request, {**values, **{name: f"${{{name}}}" for name in unknown}}))
        return clean(line.replace("%24%7B", "${").replace("%7D", "}"))
    except MissingNameError as error:
        return f"{request.method} {request.path} (needs {error.args[0]})"


def _tokens(body: object) -> int:
    if not isinstance(body, dict) or not any(word in body for word in ("messages", "prompt", "input")):
        return 0
    caps = [body[name] for name in _CAPS if isinstance(body.get(name), int) and not isinstance(body.get(name), bool)]
    choices = body.get("n")
    return (min(caps) if caps else DEFAULT_TOKENS) * (choices if isinstance(choices, int) else 1)
