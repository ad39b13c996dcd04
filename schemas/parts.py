"""What the models of every kind of document are made of: texts with a form, described keys, rules between keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

NAME = "^[a-z][a-z0-9_]*$"
NAME_LENGTH = 64
HOST = r"^[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?$"
SYMBOL = r"^(?=[^a-z]*$|.*[A-Z])[^\s/:]+/[^\s/:]+(:[^\s/:]+)?$"
"""Not in small letters alone: venues list `stETH/ETH` and `kPEPE/USDC:USDC`, and nowhere `btc/usdt`."""
Name = Annotated[str, Field(title="name", pattern=NAME, max_length=NAME_LENGTH, examples=["ema_fast"])]
Expression = Annotated[str, Field(title="expression", min_length=1, max_length=4000)]
Word = Annotated[str, Field(title="text", min_length=1, max_length=100)]
Amount = Annotated[str, Field(title="value with its unit", min_length=1, max_length=4000)]
ParamName = Annotated[str, Field(title="name of a param", min_length=1, max_length=NAME_LENGTH)]
Path = Annotated[str, Field(title="path", min_length=1, max_length=4000)]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]
Quantity = Annotated[float, Field(gt=0, le=1e15)] | ParamName
Symbol = Annotated[
    str, Field(title="symbol", pattern=SYMBOL, max_length=NAME_LENGTH, examples=["BTC/USDT", "BTC/USDT:USDT"])
]

Rule = Callable[[list[str]], list[JsonValue]]
"""A mapping's keys in, the parts of its `allOf` out."""


def key(says: str, *examples: object, **bounds: Any) -> Any:
    """What a key means, values it may take and their bounds; an enum is its own example."""
    return Field(description=says, examples=list(examples) or None, **bounds)


class Closed(BaseModel):
    """A mapping without keys that nobody knows."""

    model_config = ConfigDict(extra="forbid", title=None, regex_engine="python-re")


def ruled(*rules: Rule, **more: JsonValue) -> ConfigDict:
    """A mapping whose keys depend on each other.

    A rule never says `false` of a key, though it could: validators word that as "False schema does not allow 5". It
    says which keys may stand there instead, and a key that is not among them is named with those that are.
    """

    def add(schema: dict[str, Any]) -> None:
        parts = [part for rule in rules for part in rule(list(schema["properties"]))]
        schema.update(more)
        if parts:
            schema["allOf"] = parts

    return ConfigDict(json_schema_extra=add)


def one_of(*names: str) -> Rule:
    """Exactly one of these keys."""

    def parts(keys: list[str]) -> list[JsonValue]:
        return [*at_most_one(*names)(keys), *some_of(*names)(keys)]

    return parts


def at_most_one(*names: str) -> Rule:
    """No two of these keys."""

    def parts(keys: list[str]) -> list[JsonValue]:
        return [
            _if_given(name, _only([other for other in keys if other == name or other not in names])) for name in names
        ]

    return parts


def some_of(*names: str) -> Rule:
    """At least one of these keys: the name of what is missing is all of them, so that a message lists them."""

    def parts(keys: list[str]) -> list[JsonValue]:
        return [_if_absent(names, {"required": [" or ".join(names)]})]

    return parts


def only_beside(owners: tuple[str, ...], *names: str) -> Rule:
    """Keys that mean something only where one of the owners stands."""

    def parts(keys: list[str]) -> list[JsonValue]:
        return [_if_absent(owners, _only([other for other in keys if other not in (*owners, *names)]))]

    return parts


def needs(name: str, *others: str) -> Rule:
    """A key that means something only with all of the others."""

    def parts(keys: list[str]) -> list[JsonValue]:
        return [_if_given(name, {"required": list[JsonValue](others)})]

    return parts


def _if_given(name: str, then: JsonValue) -> JsonValue:
    return {"if": {"required": [name]}, "then": then}


def _if_absent(names: tuple[str, ...], then: JsonValue) -> JsonValue:
    return {"if": {"properties": dict.fromkeys(names, False)}, "then": then}


def _only(keys: list[str]) -> JsonValue:
    return {"propertyNames": {"enum": list[JsonValue](keys)}}
