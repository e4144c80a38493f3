"""openai-python as programs use it: plain calls, plain loops over streams, and its stream helpers."""

import json
from typing import Any, Literal

from lines import CITIES, CITY, DESCRIPTION, PARAMETERS, QUESTION, TEXTS, serve
from openai import OpenAI
from pydantic import BaseModel

FUNCTION = {"name": "get_weather", "description": DESCRIPTION, "parameters": PARAMETERS}
TOOLS: Any = [{"type": "function", "function": FUNCTION}]
STRICT: Any = [{"type": "function", "function": {**FUNCTION, "strict": True}}]
FLAT: Any = [{"type": "function", "strict": True, **FUNCTION}]


class Weather(BaseModel):
    city: Literal["Oslo", "Rome"]
    degrees: int


def client(base_url: str) -> OpenAI:
    return OpenAI(base_url=base_url, api_key="none", max_retries=0)


def asked(text: str) -> Any:
    return [{"role": "user", "content": text}]


def total(usage: Any) -> int | None:
    return None if usage is None else usage.total_tokens


def plain(base_url: str, model: str) -> dict[str, Any]:
    made = client(base_url).chat.completions.create(model=model, messages=asked(QUESTION))
    return {"text": made.choices[0].message.content, "usage": total(made.usage)}


def stream(base_url: str, model: str) -> dict[str, Any]:
    text = ""
    for chunk in client(base_url).chat.completions.create(model=model, messages=asked(QUESTION), stream=True):
        text += chunk.choices[0].delta.content or ""
    return {"text": text}


def stream_helper(base_url: str, model: str) -> dict[str, Any]:
    options: Any = {"include_usage": True}
    with client(base_url).chat.completions.stream(
        model=model, messages=asked(QUESTION), stream_options=options
    ) as events:
        text = "".join(event.delta for event in events if event.type == "content.delta")
        made = events.get_final_completion()
    return {"text": text, "whole": made.choices[0].message.content, "usage": total(made.usage)}


def tool(base_url: str, model: str) -> dict[str, Any]:
    made = client(base_url).chat.completions.create(model=model, messages=asked(CITIES), tools=TOOLS)
    calls = made.choices[0].message.tool_calls or []
    return {"calls": [[call.function.name, json.loads(call.function.arguments)] for call in calls]}


def tool_stream(base_url: str, model: str) -> dict[str, Any]:
    calls: dict[int, list[str]] = {}
    made = client(base_url).chat.completions.create(model=model, messages=asked(CITIES), tools=TOOLS, stream=True)
    for chunk in made:
        for piece in chunk.choices[0].delta.tool_calls or []:
            call = calls.setdefault(piece.index, ["", ""])
            call[0] += piece.function.name or "" if piece.function else ""
            call[1] += piece.function.arguments or "" if piece.function else ""
    return {"calls": list(calls.values())}


def tool_stream_helper(base_url: str, model: str) -> dict[str, Any]:
    with client(base_url).chat.completions.stream(model=model, messages=asked(CITIES), tools=STRICT) as events:
        calls = events.get_final_completion().choices[0].message.tool_calls or []
    return {"calls": [[call.function.name, json.loads(call.function.arguments)] for call in calls]}


def struct(base_url: str, model: str) -> dict[str, Any]:
    made = client(base_url).chat.completions.parse(model=model, messages=asked(CITY), response_format=Weather)
    parsed = made.choices[0].message.parsed
    return {"text": None if parsed is None else parsed.model_dump_json()}


def embeddings(base_url: str, _model: str) -> dict[str, Any]:
    made = client(base_url).embeddings.create(model="reference-embed", input=TEXTS)
    return {"vectors": [item.embedding for item in made.data], "usage": total(made.usage)}


def responses(base_url: str, model: str) -> dict[str, Any]:
    made = client(base_url).responses.create(model=model, input=QUESTION)
    return {"text": made.output_text, "usage": total(made.usage)}


def responses_stream(base_url: str, model: str) -> dict[str, Any]:
    made = client(base_url).responses.create(model=model, input=QUESTION, stream=True)
    return {"text": "".join(event.delta for event in made if event.type == "response.output_text.delta")}


def responses_stream_helper(base_url: str, model: str) -> dict[str, Any]:
    with client(base_url).responses.stream(model=model, input=QUESTION) as events:
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        made = events.get_final_response()
    return {"text": text, "whole": made.output_text, "usage": total(made.usage)}


def responses_tool_stream_helper(base_url: str, model: str) -> dict[str, Any]:
    with client(base_url).responses.stream(model=model, input=CITIES, tools=FLAT) as events:
        made = events.get_final_response()
    calls = [item for item in made.output if item.type == "function_call"]
    return {"calls": [[call.name, json.loads(call.arguments)] for call in calls]}


def models(base_url: str, _model: str) -> dict[str, Any]:
    return {"text": " ".join(model.id for model in client(base_url).models.list())}


serve(
    {
        "plain": plain,
        "stream": stream,
        "stream-helper": stream_helper,
        "tool": tool,
        "tool-stream": tool_stream,
        "tool-stream-helper": tool_stream_helper,
        "struct": struct,
        "embeddings": embeddings,
        "responses": responses,
        "responses-stream": responses_stream,
        "responses-stream-helper": responses_stream_helper,
        "responses-tool-stream-helper": responses_tool_stream_helper,
        "models": models,
    }
)
