"""LiteLLM as a library: completion, embedding and responses with an openai/ model."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # its list of prices would come from the network

import json
from typing import Any

import litellm
from lines import CITIES, DESCRIPTION, PARAMETERS, QUESTION, TEXTS, serve

litellm.suppress_debug_info = True
litellm.telemetry = False

TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "description": DESCRIPTION, "parameters": PARAMETERS}}
]


def asked(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


def completion(base_url: str, model: str, text: str, **more: Any) -> Any:
    messages = more.pop("messages", asked(text))
    key = more.pop("api_key", "none")
    name = more.pop("kind", "openai") + "/" + model
    return litellm.completion(
        model=name, messages=messages, api_base=base_url, api_key=key, num_retries=0, max_retries=0, **more
    )


def plain(base_url: str, model: str) -> dict[str, Any]:
    made = completion(base_url, model, QUESTION)
    return {"text": made.choices[0].message.content, "usage": made.usage.total_tokens}


def no_key(base_url: str, model: str) -> dict[str, Any]:
    made = completion(base_url, model, QUESTION, kind="hosted_vllm", api_key=None)
    return {"text": made.choices[0].message.content}


def stream(base_url: str, model: str) -> dict[str, Any]:
    text = ""
    for chunk in completion(base_url, model, QUESTION, stream=True):
        text += chunk.choices[0].delta.content or ""
    return {"text": text}


def tool(base_url: str, model: str) -> dict[str, Any]:
    """A round of an agent: what the tools say goes back."""
    message = completion(base_url, model, CITIES, tools=TOOLS).choices[0].message
    calls = message.tool_calls or []
    given = [[call.function.name, json.loads(call.function.arguments)] for call in calls]
    # The reference server refuses this key of LiteLLM's own, which goes back with the rest.
    message.provider_specific_fields = None
    if calls:
        results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in calls]
        completion(base_url, model, CITIES, tools=TOOLS, messages=[*asked(CITIES), message, *results])
    return {"calls": given}


def tool_stream(base_url: str, model: str) -> dict[str, Any]:
    chunks = list(completion(base_url, model, CITIES, tools=TOOLS, stream=True))
    calls = litellm.stream_chunk_builder(chunks).choices[0].message.tool_calls or []
    return {"calls": [[call.function.name, json.loads(call.function.arguments)] for call in calls]}


def embeddings(base_url: str, _model: str) -> dict[str, Any]:
    made = litellm.embedding(
        model="openai/reference-embed", input=TEXTS, api_base=base_url, api_key="none", max_retries=0
    )
    return {"vectors": [item["embedding"] for item in made.data]}


def responses(base_url: str, model: str) -> dict[str, Any]:
    made = litellm.responses(
        model=f"openai/{model}", input=QUESTION, api_base=base_url, api_key="none", num_retries=0, max_retries=0
    )
    return {"text": made.output_text}


serve(
    {
        "plain": plain,
        "no-key": no_key,
        "stream": stream,
        "tool": tool,
        "tool-stream": tool_stream,
        "embeddings": embeddings,
        "responses": responses,
    }
)
