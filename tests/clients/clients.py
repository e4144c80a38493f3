"""The clients that are driven: where their drivers are, and what each of them can play."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALLED = ROOT / ".aioc-real" / "clients"
"""What get.sh made."""

_CHAT = ("plain", "stream", "tool", "tool-stream")
_OPENAI = (*_CHAT, "stream-helper", "tool-stream-helper", "embeddings", "responses", "responses-stream")
_AI_SDK = (*_CHAT, "struct", "embeddings")


@dataclass(frozen=True, slots=True)
class Driven:
    """One client: its `package` as the index calls it, the folder of its Python ('' for node), its driver."""

    name: str
    package: str
    venv: str
    driver: tuple[str, ...]
    scenarios: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """How its driver is started."""
        script, *arguments = self.driver
        program = str(HERE / "drivers" / script)
        if self.venv:
            return (str(INSTALLED / self.venv / "bin" / "python"), program, *arguments)
        return ("node", program, str(INSTALLED), *arguments)

    @property
    def log(self) -> Path:
        """Where goes what it prints beside its answers."""
        return INSTALLED / f"{self.name}.log"


def _by_name(*clients: Driven) -> Mapping[str, Driven]:
    return {client.name: client for client in clients}


CLIENTS = _by_name(
    Driven(
        "openai-python",
        "openai",
        "python",
        ("openai_python.py",),
        (*_OPENAI, "responses-stream-helper", "responses-tool-stream-helper", "struct", "models"),
    ),
    Driven(
        "openai-node",
        "openai",
        "",
        ("openai_node.mjs",),
        (*_OPENAI, "responses-stream-helper", "run-tools", "run-tools-stream", "models"),
    ),
    Driven(
        "langchain-openai",
        "langchain-openai",
        "python",
        ("langchain.py",),
        (*_CHAT, "struct", "struct-call", "capped", "embeddings", "embeddings-tokens"),
    ),
    Driven("ai-sdk-openai-compatible", "@ai-sdk/openai-compatible", "", ("ai_sdk.mjs", "compatible"), _AI_SDK),
    Driven(
        "ai-sdk-openai",
        "@ai-sdk/openai",
        "",
        ("ai_sdk.mjs", "openai"),
        (*_AI_SDK, "responses", "responses-stream", "responses-tool", "responses-tool-stream"),
    ),
    Driven(
        "pydantic-ai",
        "pydantic-ai-slim",
        "python",
        ("pydanticai.py",),
        (*_CHAT, "struct", "capped", "responses", "responses-stream", "responses-tool"),
    ),
    Driven("litellm", "litellm", "litellm", ("litellm_.py",), (*_CHAT, "no-key", "embeddings", "responses")),
)
