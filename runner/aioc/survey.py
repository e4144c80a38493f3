"""What a server says of itself before the first case: which it is, its version, its models, its 404."""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aioc.execute.target import Target
from aioc.judge.script import holds
from aioc.judge.select import NotJudgedError, select
from aioc.model.case import Subject
from aioc.model.catalogue import Catalogue
from aioc.model.choice import ROLES
from aioc.model.exchange import Exchange, WireRequest
from aioc.model.overlay import Overlay, Sign, VersionSource
from aioc.model.problem import Json, Problem, bad_input
from aioc.overlay import resolve

Asker = Callable[[WireRequest], Exchange]
"""Sends one request within a short deadline and gives what came back."""

_NO_MODEL = re.compile(r'model_not_found|\A(?=.*"param": ?"model").*(not found|not exist|unknown)', re.DOTALL)
UNRECOGNISED = "no overlay:"
CONTROL_ROUTE = "/v1/aioc-no-such-route"
MAX_LOADED = 5
MAX_PROBED = 50
REFUSED_AT_ONCE_MS = 500
SIGNS_NEEDED = 2
RETRY_SECONDS = 0.5
_PROBES: dict[str, tuple[str, dict[str, Json]]] = {
    "model": ("/v1/chat/completions", {"messages": [{"role": "user", "content": "Say hi."}], "max_tokens": 1}),
    "embedding_model": ("/v1/embeddings", {"input": "hi"}),
}
"""The shortest thing that a model of a role knows: where it is asked, and what beside the model's name."""
PLAIN = frozenset({*_PROBES, "vision_model"})
"""The roles whose model a plain request of a few tokens reaches, and can make load."""
_MODALITIES = {
    "vision_model": ("input_modalities", "image"),
    "stt_model": ("input_modalities", "audio"),
    "tts_model": ("output_modalities", "audio"),
    "image_model": ("output_modalities", "image"),
}
"""What llama-server, LlamaSwap and OpenRouter declare of a model, and the role that follows."""


class NoAnswerError(Exception):
    """The server does not say what has to be known before the first case: `problem` tells why, and what to do."""

    def __init__(self, what: str, hint: str) -> None:
        """Say both."""
        self.problem = Problem(what, hint=hint)
        super().__init__(what)


@dataclass(slots=True)
class Survey:
    """Asks each question once, however many overlays want to know.

    For `wait` seconds in all, a server that is not there yet or says 503 (its model loads) is asked again.
    """

    ask: Asker
    wait: float = 0.0
    proof: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _answers: dict[str, Exchange] = field(default_factory=dict)

    def get(self, target: str) -> Exchange:
        """Ask a GET once and remember the answer."""
        if target not in self._answers:
            self._answers[target] = self._patiently(WireRequest("GET", target))
        return self._answers[target]

    def _patiently(self, request: WireRequest) -> Exchange:
        until = time.monotonic() + self.wait
        while True:
            answer = self.ask(request)
            failure = answer.transfer.failure
            cold = failure.kind == "refused" if failure else answer.transfer.status == 503
            left = until - time.monotonic()
            if not cold or left <= 0:
                return answer
            time.sleep(min(RETRY_SECONDS, left))

    def reach(self, base_url: str, proxy: str | None = None) -> None:
        """Make sure somebody answers. Raises NoAnswerError, or BadInputError for TLS: no waiting cures that."""
        failure = self.get("/v1/models").transfer.failure
        if failure is not None and failure.kind in ("refused", "tls"):
            through = f" through the proxy {Target.at(proxy).url}" if proxy else ""
            what = f"no answer from {base_url}{through}: {failure.what}"
            if failure.kind == "tls":
                raise bad_input(what, hint=failure.hint)
            raise NoAnswerError(what, "is the server running? is its address right? --wait S waits for one that starts")

    def control(self) -> bool:
        """Whether a route that cannot exist gets 404 or 405; else no surface can be reported."""
        answer = self.get(CONTROL_ROUTE).transfer
        if answer.status is not None and answer.status < 400:
            self.warnings.append(
                f"GET {CONTROL_ROUTE} is answered with {answer.status}: "
                "the server answers routes that cannot exist, so no endpoint is proven to be there"
            )
            return False
        return True

    def detect(self, catalogue: Catalogue) -> str | None:
        """Give the most derived overlay of which two signs hold; raises BadInputError when two unrelated ones match."""
        matching: dict[str, list[str]] = {}
        for overlay in catalogue.overlays.values():
            signs = self._signs(overlay)
            if len(signs) >= SIGNS_NEEDED:
                matching[overlay.name] = [f"{sign.get} {sign.check.address}" for sign in signs]
        ancestors = {name for found in matching for name in resolve(found, catalogue).lineage[1:]}
        best = [name for name in matching if name not in ancestors]
        if len(best) > 1:
            raise bad_input(f"the server looks like {' and like '.join(sorted(best))}", hint="say which with --server")
        if not best:
            self.proof.append(f"{UNRECOGNISED} the server is not recognised")
            return None
        self.proof.append(f"server {best[0]}: {'; '.join(matching[best[0]])}")
        return best[0]

    def doubt(self, overlay: Overlay) -> None:
        """Warn when fewer than two of an overlay's signs hold: the server was named, so its word stands."""
        signs = self._signs(overlay)
        if len(signs) < min(SIGNS_NEEDED, len(overlay.detect)):
            self.warnings.append(
                f"this does not look like {overlay.name}: {len(signs)} of {len(overlay.detect)} signs hold; "
                "--server auto recognises the server"
            )

    def _signs(self, overlay: Overlay) -> list[Sign]:
        """Give the signs of an overlay that hold."""
        return [sign for sign in overlay.detect if holds(sign.check, (self.get(sign.get),), {})]

    def version(self, overlay: str, source: VersionSource, model: str | None) -> str:
        """Read the version of an overlay's product; '' when it does not say. `model` answers a plain chat request."""
        if source.get is not None:
            answer, asked = self.get(source.get), f"GET {source.get}"
        elif model is not None:
            answer, asked = self._plain("model", model), "a chat answer"
        else:
            return ""
        subject = Subject("path", source.path) if source.path else Subject("header", source.header)
        try:
            found = select(subject, answer, {}).matches
        except NotJudgedError:
            return ""
        text = next((str(match.value) for match in found if match.value is not None), "")
        if text and source.pattern:
            match = re.search(source.pattern, text)
            text = match[1] if match else ""
        if text:
            self.proof.append(f"version of {overlay}: {text} ({asked})")
        return text

    def _plain(self, role: str, model: str) -> Exchange:
        """Ask a model the shortest thing its role knows; once, whichever roles it plays there."""
        request = plain_request(role, model)
        key = f"{request.target} {model}"  # no target of a GET holds a blank
        if key not in self._answers:
            self._answers[key] = self._patiently(request)
        return self._answers[key]

    def listed(self) -> list[str]:
        """Give the ids of the models the server lists, those it says are loaded first."""
        return [str(item["id"]) for item in self._models()]

    def _models(self) -> list[dict[str, Json]]:
        value = self.get("/v1/models").json
        items = value.get("data") if isinstance(value, dict) else value
        if not isinstance(items, list):
            return []
        models = [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]
        return sorted(models, key=lambda item: {"loaded": 0, "": 1}.get(_status(item), 2))

    def roles(self, given: Mapping[str, str]) -> dict[str, str]:
        """Find a model for each role: given ones stand, others by what answers or is declared, never by a name alone.

        A rerank model has to be given: asking every listed model would make a swapping server load them all.
        Raises BadInputError when there is no model at all, or the given one is unknown to the server, NoAnswerError
        when it does not get so far as to tell its models.
        """
        found = dict(given)
        listed = self.listed()
        for role, model in given.items():
            if model not in listed:
                self._unlisted(role, model, listed)
        statuses = [status for role in _PROBES if role not in found for status in self._probe(found, role, listed)]
        answered = given or any(status is not None and status < 300 for status in statuses)
        refused = {status for status in statuses if status not in (404, 405, 501)}  # those: the endpoint is missing
        if not answered and refused and refused <= {401, 403}:
            raise self._no_key(f"the models are refused with {' and '.join(map(str, refused))}")
        if not answered and listed and "model" not in found:
            # Nothing answers at all: shown by the cases, with the first listed model.
            found["model"] = listed[0]
            self.proof.append(f"model {listed[0]}: no model answers anything; the first listed one is used")
        self._declared(found)
        if not found:
            raise self._no_model()
        return found

    def _no_model(self) -> Exception:
        """Say why no model is known."""
        answer = self.get("/v1/models").transfer
        if answer.failure is not None or answer.status is None or answer.status >= 500:
            why = answer.failure.what if answer.failure else f"status {answer.status}"
            return NoAnswerError(f"GET /v1/models does not tell a model: {why}", "give one with --model, or --wait S")
        what, told = "the server lists no model and none is given", f"GET /v1/models is answered with {answer.status}"
        if answer.status in (401, 403):
            return self._no_key(told)
        if answer.status == 404:
            hint = "is its address right (the part before /v1)? else give one with --model, --stt-model …"
            return bad_input(f"{what}: {told}", hint=hint)
        return bad_input(what, hint="give one with --model")

    def _no_key(self, told: str) -> Exception:
        return bad_input(f"the server wants a key: {told}", hint="name its variable: --api-key-env OPENAI_API_KEY")

    def _declared(self, found: dict[str, str]) -> None:
        """Take the server's word for what a model sees, hears, says or draws (`architecture` in the list of models)."""
        for item in self._models():
            architecture = item.get("architecture")
            for role, (side, modality) in _MODALITIES.items():
                declared = architecture.get(side) if isinstance(architecture, dict) else None
                if role not in found and isinstance(declared, list) and modality in declared:
                    found[role] = str(item["id"])
                    self.proof.append(f"{role} {item['id']}: declares {modality} in its {side}")

    def _unlisted(self, role: str, model: str, listed: Sequence[str]) -> None:
        """Ask for a given model that is not in the list, where that costs a token; warn of it unless there is no list.

        Raises BadInputError when the server says that it does not know the model; a 400 may be about something else.
        """
        answer = self._plain(role, model) if role in PLAIN else None
        if answer is not None and answer.transfer.status in (400, 404):
            text = (answer.text or "").lower()
            # Not as a part of a path or of another name: a 404 may quote /v1/embeddings.
            named = re.search(rf"(?<![\w/-]){re.escape(model.lower())}(?![\w-])", text)
            if named or _NO_MODEL.search(text):
                raise bad_input(f"the server has no model {model!r} ({role})", hint=_listing(listed))
        if listed:
            self.warnings.append(f"{role} {model}: the server does not list it")

    def _probe(self, found: dict[str, str], role: str, listed: Sequence[str]) -> list[int | None]:
        """Look for a model that plays a role; give the status of each that was asked."""
        target, loaded, statuses = _PROBES[role][0], 0, list[int | None]()
        for model in listed[:MAX_PROBED]:
            transfer = self._plain(role, model).transfer
            statuses.append(status := transfer.status)
            if status is not None and status < 300:
                found[role] = model
                self.proof.append(f"{role} {model}: answers POST {target}")
                return statuses
            if status in (404, 405, 501):
                # The endpoint itself is missing: any model serves to show that.
                found.setdefault(role, model)
            # A refusal at once is a router's: no model was loaded.
            loaded += status not in range(400, 500) or transfer.total_ms > REFUSED_AT_ONCE_MS
            if loaded == MAX_LOADED:
                break
        nobody = "no model" if len(statuses) == len(listed) else f"none of the first {len(statuses)} models"
        if role in found:
            self.proof.append(f"{role} {found[role]}: {nobody} answers POST {target}; the first listed one is used")
        elif listed:
            self.proof.append(f"no {role} ({ROLES[role]}): {nobody} answers POST {target}")
        return statuses


def _listing(models: Sequence[str]) -> str:
    if not models:
        return "it lists none"
    more = f" and {len(models) - 8} more" if len(models) > 8 else ""
    return f"it lists: {', '.join(models[:8])}{more}"


def versions(survey: Survey, catalogue: Catalogue, overlay: Overlay, model: str | None = None) -> dict[str, str]:
    """Read the version of the overlay's product and of each ancestor's; unknown ones are left out."""
    found: dict[str, str] = {}
    for name in overlay.lineage:
        for source in catalogue.overlays[name].version if name in catalogue.overlays else overlay.version:
            text = survey.version(name, source, model)
            if text:
                found[name] = text
                break
    return found


def _status(item: Mapping[str, Json]) -> str:
    status = item.get("status")
    return str(status.get("value", "")) if isinstance(status, dict) else ""


def plain_request(role: str, model: str) -> WireRequest:
    """Give the shortest request to a model: it shows that the model answers, and makes a cold one load."""
    target, rest = _PROBES.get(role, _PROBES["model"])
    body = json.dumps({"model": model, **rest}).encode()
    return WireRequest("POST", target, (("content-type", "application/json"),), body)
