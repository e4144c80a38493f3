"""Fine-tuning jobs, which wait for ever: this server has nothing to train."""

from collections.abc import Iterable

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import METADATA, array, checked, integer, mapping, text
from aioc.reference.models import require
from aioc.reference.request import Request
from aioc.reference.store import Store, now, page

_FIELDS = {
    "model": text(least=1), "training_file": text(), "validation_file": text(), "suffix": text(least=1, most=64),
    "seed": integer(0, 2_147_483_647), "method": mapping(), "hyperparameters": mapping(),
    "integrations": array(mapping()), "metadata": METADATA,
}  # fmt: skip
_AUTO = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}


def create(request: Request, store: Store) -> Answer:
    """POST /v1/fine_tuning/jobs."""
    body = checked(request.json(), _FIELDS, "model", "training_file")
    for field in ("training_file", "validation_file"):
        if field in body and body[field] not in store.files:
            raise ApiError(f"invalid {field}: {body[field]}", field, "invalid_value")
    model = require(body["model"], "chat")
    name = store.new_id("ftjob-")
    parameters = {**_AUTO, **body.get("hyperparameters", {})}
    store.jobs[name] = {
        "object": "fine_tuning.job", "id": name, "model": model, "created_at": now(), "finished_at": None,
        "fine_tuned_model": None, "organization_id": "org-reference", "result_files": [],
        "status": "validating_files", "validation_file": body.get("validation_file"),
        "training_file": body["training_file"], "hyperparameters": parameters, "trained_tokens": None, "error": {},
        "user_provided_suffix": body.get("suffix"), "seed": body.get("seed", 0), "estimated_finish": None,
        "integrations": body.get("integrations", []), "metadata": body.get("metadata"),
        "method": body.get("method", {"type": "supervised", "supervised": {"hyperparameters": parameters}}),
    }  # fmt: skip
    return Answer(body=dict(store.jobs[name]))


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/fine_tuning/jobs."""
    return _page(store.jobs.values(), request)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/fine_tuning/jobs/{id}."""
    return Answer(body=_one(request, store))


def cancel(request: Request, store: Store) -> Answer:
    """POST /v1/fine_tuning/jobs/{id}/cancel."""
    job = _one(request, store)
    if job["status"] == "cancelled":
        raise ApiError("The job has been cancelled already.", "fine_tune_id", "invalid_status")
    job.update(status="cancelled", finished_at=now())
    return Answer(body=dict(job))


def events(request: Request, store: Store) -> Answer:
    """GET /v1/fine_tuning/jobs/{id}/events: what has happened to a job is that it was made, and perhaps cancelled."""
    job = _one(request, store)
    happened = [(job["created_at"], f"Created fine-tuning job: {job['id']}")]
    if job["finished_at"] is not None:
        happened.append((job["finished_at"], "Fine-tuning job cancelled"))
    found = [
        {
            "object": "fine_tuning.job.event", "id": f"ftevent-{job['id'][6:]}-{number}", "created_at": at,
            "level": "info", "message": message, "type": "message", "data": {},
        } for number, (at, message) in enumerate(happened)
    ]  # fmt: skip
    return _page(found, request)


def _one(request: Request, store: Store) -> dict[str, Json]:
    name = request.params["id"]
    if name not in store.jobs:
        raise ApiError(f"Could not find fine tune: {name}", "fine_tune_id", "fine_tune_not_found", 404)
    return store.jobs[name]


def _page(items: Iterable[dict[str, Json]], request: Request) -> Answer:
    """A page without the ends that other lists name."""
    whole = page(items, request).body
    return Answer(body={name: whole[name] for name in ("object", "data", "has_more")})
