#!/usr/bin/env python3
"""Start a real LiteLLM proxy in front of llama-servers with tiny models, run a command against it, end them all.

usage: run_litellm.py DIR LLAMA-DIR [--set-up NAME] [--log-dir DIR] [--wait SECONDS] -- COMMAND ...

DIR is what get_litellm.sh made, LLAMA-DIR what get_llama_server.sh made, with the models of make_tiny_gguf.py in
LLAMA-DIR/root/models. The command finds the proxy by the environment (AIOC_BASE_URL, AIOC_MODEL ...), and by
AIOC_OVERLAY what is known of llama-server: what it does behind the proxy is no news, and stands in no overlay twice.

Exit code: the command's; 2 usage, 3 a server does not come up.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import run_llama_server
import yaml
from process import free_port, held, run_against

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SERVERS = Path(__file__).resolve().parents[2] / "specs/servers"
KEY_VARIABLE = "AIOC_REAL_PROXY_KEY"
# By model which set-up of llama-server answers for it.
BEHIND = {"tiny-chat": "default", "tiny-embed": "embeddings", "tiny-rerank": "reranking"}
ROLES = {
    "AIOC_MODEL": "tiny-chat",
    "AIOC_VISION_MODEL": "tiny-chat",
    "AIOC_EMBEDDING_MODEL": "tiny-embed",
    "AIOC_RERANK_MODEL": "tiny-rerank",
}


@dataclass(frozen=True)
class SetUp:
    """One way to start the proxy.

    `prisma` is a package that it asks for whenever it reports an error, and that its own extra does not bring.
    """

    key: bool = False
    prisma: bool = False


SET_UPS = {"llama.cpp": SetUp(), "api-key": SetUp(key=True, prisma=True)}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    folders = {"DIR": "what get_litellm.sh made", "LLAMA-DIR": "what get_llama_server.sh made"}
    return run_against(running, "LiteLLM proxy", folders, SET_UPS, arguments)


@contextmanager
def running(folder: Path, llama: Path, name: str, log_dir: Path, wait: float) -> Iterator[dict[str, str]]:
    """Hold the proxy and what is behind it up; gives the environment by which a command finds it."""
    set_up = SET_UPS[name]
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"AIOC_BASE_URL": url, **ROLES}
    with tempfile.TemporaryDirectory() as home, ExitStack() as behind:
        upstream = Path(home) / "upstream.yaml"
        upstream.write_text(json.dumps(_upstream()), encoding="utf-8")  # JSON is YAML
        environment["AIOC_OVERLAY"] = str(upstream)
        # Of the caller's environment nothing else: the proxy reads hundreds of variables, keys of providers among them.
        server_environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": home,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it fetches the list of prices
            "HTTPS_PROXY": "http://127.0.0.1:9",  # nobody is there: nothing of a run leaves this machine
            "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
        }
        if set_up.key:
            key = "sk-" + secrets.token_hex(16)
            environment |= {"AIOC_API_KEY_ENV": KEY_VARIABLE, KEY_VARIABLE: key}
            server_environment["LITELLM_MASTER_KEY"] = key
        if set_up.prisma:
            server_environment["PYTHONPATH"] = str(folder / "prisma")
        logs = log_dir / f"behind-litellm-{name}"
        models = {
            model: behind.enter_context(run_llama_server.running(llama, name_behind, logs, wait))["AIOC_BASE_URL"]
            for model, name_behind in BEHIND.items()
        }
        # A request that names no model goes to OpenAI itself, unless this says otherwise.
        server_environment |= {"OPENAI_BASE_URL": models["tiny-chat"] + "/v1", "OPENAI_API_KEY": "none"}
        config = Path(home) / "config.yaml"
        config.write_text(json.dumps(_config(models)), encoding="utf-8")
        command = [
            str(folder / "venv/bin/litellm"),
            *("--config", str(config)),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--telemetry", "False"),
        ]
        log = log_dir / f"litellm-{name}.log"
        with held(command, server_environment, f"{url}/health/liveliness", wait, log):
            yield environment


def _config(models: Mapping[str, str]) -> dict[str, Any]:
    """The proxy's configuration: each model by the address of the server that answers for it."""
    return {
        "model_list": [
            {
                "model_name": model,
                # Of the kinds of provider that speak OpenAI's protocol this one alone has the route /v1/rerank.
                "litellm_params": {
                    "model": f"{'hosted_vllm' if model == 'tiny-rerank' else 'openai'}/{model}",
                    "api_base": f"{url}/v1",
                    "api_key": "none",
                },
            }
            for model, url in models.items()
        ],
        # Else one 404 of a server takes it out for five seconds, and whatever is asked then is a 429.
        "router_settings": {"disable_cooldowns": True},
    }


def _upstream() -> dict[str, Any]:
    """What is known of llama-server, as an overlay to put on the proxy's own.

    Where both have an entry the proxy's stays. None is ever stale: the proxy may repair what is wrong behind it.
    """
    proxy, behind = (_overlay(name) for name in ("litellm", "llama.cpp"))
    own = {(entry["case"], entry["check"]) for entry in proxy["deviations"]}
    return {
        "title": behind["title"],
        "version": behind["version"],
        "deviations": [
            {**entry, "sometimes": True} for entry in behind["deviations"] if (entry["case"], entry["check"]) not in own
        ],
    }


def _overlay(name: str) -> dict[str, Any]:
    overlay: dict[str, Any] = yaml.safe_load((SERVERS / f"{name}.yaml").read_text(encoding="utf-8"))
    return overlay


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
