"""langchain-openai: ChatOpenAI and OpenAIEmbeddings with a base URL of one's own."""

from typing import Any, Literal

import tiktoken
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from lines import CITIES, CITY, DESCRIPTION, PARAMETERS, QUESTION, TEXTS, serve
from pydantic import BaseModel

TOOL = {"type": "function", "function": {"name": "get_weather", "description": DESCRIPTION, "parameters": PARAMETERS}}

# The real tokens come from the network; a byte a token is as good for what is sent.
BYTES = tiktoken.Encoding("bytes", pat_str=".", mergeable_ranks={bytes([n]): n for n in range(256)}, special_tokens={})
tiktoken.encoding_for_model = lambda _name: BYTES


class Weather(BaseModel):
    """The weather of a city."""

    city: Literal["Oslo", "Rome"]
    degrees: int


def chat(base_url: str, model: str, **more: Any) -> ChatOpenAI:
    return ChatOpenAI(base_url=base_url, api_key="none", model=model, max_retries=0, **more)


def total(message: Any) -> int | None:
    return message.usage_metadata and message.usage_metadata["total_tokens"]


def calls(message: Any) -> list[Any]:
    return [[call["name"], call["args"]] for call in message.tool_calls]


def joined(chunks: Any) -> Any:
    whole = None
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
    return whole


def plain(base_url: str, model: str) -> dict[str, Any]:
    made = chat(base_url, model).invoke(QUESTION)
    return {"text": made.content, "usage": total(made)}


def stream(base_url: str, model: str) -> dict[str, Any]:
    return {"text": joined(chat(base_url, model).stream(QUESTION)).content}


def tool(base_url: str, model: str) -> dict[str, Any]:
    """A round of an agent: what the tools say goes back."""
    bound = chat(base_url, model).bind_tools([TOOL])
    made = bound.invoke(CITIES)
    results = [ToolMessage("sunny", tool_call_id=call["id"]) for call in made.tool_calls]
    if results:
        assert isinstance(bound.invoke([HumanMessage(CITIES), made, *results]), AIMessage)
    return {"calls": calls(made)}


def tool_stream(base_url: str, model: str) -> dict[str, Any]:
    return {"calls": calls(joined(chat(base_url, model).bind_tools([TOOL]).stream(CITIES)))}


def struct(base_url: str, model: str) -> dict[str, Any]:
    made: Any = chat(base_url, model).with_structured_output(Weather).invoke(CITY)
    return {"text": made.model_dump_json()}


def struct_call(base_url: str, model: str) -> dict[str, Any]:
    made: Any = chat(base_url, model).with_structured_output(Weather, method="function_calling").invoke(CITY)
    return {"text": made.model_dump_json()}


def capped(base_url: str, model: str) -> dict[str, Any]:
    return {"text": chat(base_url, model, max_tokens=3).invoke(QUESTION).content}


def vectors(base_url: str, *, whole: bool) -> dict[str, Any]:
    made = OpenAIEmbeddings(
        base_url=base_url, api_key="none", model="reference-embed", max_retries=0, check_embedding_ctx_length=not whole
    )
    return {"vectors": made.embed_documents(TEXTS)}


serve(
    {
        "plain": plain,
        "stream": stream,
        "tool": tool,
        "tool-stream": tool_stream,
        "struct": struct,
        "struct-call": struct_call,
        "capped": capped,
        "embeddings": lambda base_url, _model: vectors(base_url, whole=True),
        "embeddings-tokens": lambda base_url, _model: vectors(base_url, whole=False),
    }
)
