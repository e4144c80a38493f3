"""The recipes of ci/ as values: their text with the examples' servers replaced, and the steps of the Jenkinsfile."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tree_sitter
import tree_sitter_groovy
import yaml
from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "ci"
SERVERS = r"http://(llm-[ab]|localhost):[0-9]+"
"""What the recipes call the servers of their examples."""


def text(name: str, base_url: str = "") -> str:
    """Give a recipe, its servers replaced by one that is there."""
    whole = (CI / name).read_text()
    return re.sub(SERVERS, base_url, whole) if base_url else whole


def documents(name: str, base_url: str = "") -> list[Any]:
    """Give the documents of a recipe in YAML."""
    return list(yaml.safe_load_all(text(name, base_url)))


def dockerfile() -> list[tuple[str, str]]:
    """Give the instructions of the Dockerfile with their values."""
    parser = DockerfileParser(path=str(CI / "Dockerfile"), cache_content=True)
    return [(one["instruction"], one["value"]) for one in parser.structure if one["instruction"] != "COMMENT"]


@dataclass(frozen=True)
class Call:
    """`name 'one', key: 'two' { body }` of a Jenkinsfile; `NAME = 'value'` is one called `=` with two arguments."""

    name: str
    arguments: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    body: "tuple[Call, ...] | None" = None

    def all(self, name: str) -> "Iterator[Call]":
        """Give every call of that name below this one, in order."""
        for call in self.body or ():
            if call.name == name:
                yield call
            yield from call.all(name)

    def one(self, name: str) -> "Call":
        """Give the only call of that name below this one."""
        (call,) = self.all(name)
        return call


def jenkinsfile(whole: str) -> Call:
    """Give the `pipeline`. Raises ValueError for what is no Groovy, or more than declarations."""
    language = tree_sitter.Language(tree_sitter_groovy.language())
    root = tree_sitter.Parser(language).parse(whole.encode()).root_node
    if root.has_error:
        raise ValueError("this is no Groovy")
    (pipeline,) = _calls(root)
    return pipeline


def _calls(node: tree_sitter.Node) -> tuple[Call, ...]:
    return tuple(_call(child) for child in node.named_children if not child.type.endswith("_comment"))


def _call(node: tree_sitter.Node) -> Call:
    kinds = [child.type for child in node.named_children]
    if node.type == "expression_statement":
        return _call(node.named_children[0])
    if node.type == "local_variable_declaration":  # agent none
        return Call(_value(node.named_children[0]), (_value(node.named_children[1]),))
    if node.type == "assignment_expression":
        return Call("=", tuple(_value(child) for child in node.named_children))
    if node.type not in ("method_invocation", "juxt_function_call"):
        raise ValueError(f"no declaration: {node.text.decode()}")
    name, arguments, named, body = _value(node.named_children[0]), [], {}, None
    if "argument_list" in kinds:
        for argument in node.named_children[kinds.index("argument_list")].named_children:
            if argument.type == "map_item":
                key, value = argument.named_children
                named[_value(key)] = _value(value)
            else:
                arguments.append(_value(argument))
    if "closure" in kinds:
        body = _calls(node.named_children[kinds.index("closure")])
    return Call(name, tuple(arguments), named, body)


def _value(node: tree_sitter.Node) -> str:
    said = node.text.decode()
    if node.type in ("character_literal", "string_literal"):
        quotes = 3 if said.startswith(("'''", '"""')) else 1
        return said[quotes:-quotes]
    return said
