"""Typed views of the JSON that the API answers: attributes are checked once, unknown fields are kept."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, ClassVar, Generic, TypeVar, cast, overload

T = TypeVar("T")
Reader = Callable[[object, str], T]
KIND_NAMES = ((bool, "a boolean"), ((int, float), "a number"), (str, "a string"), (list, "a list"))


class Field(Generic[T]):
    """A required field of a JSON object: `session_id = Field(text)` reads `sessionId`."""

    def __init__(self, read: Reader[T]) -> None:
        self._read = read

    def __set_name__(self, owner: type[JsonObject], name: str) -> None:
        first, *rest = name.split("_")
        self._name = name
        self._key = first + "".join(word.capitalize() for word in rest)

    @overload
    def __get__(self, instance: None, owner: type[JsonObject]) -> Field[T]: ...
    @overload
    def __get__(self, instance: JsonObject, owner: type[JsonObject]) -> T: ...
    def __get__(self, instance: JsonObject | None, owner: type[JsonObject]) -> Field[T] | T:
        return self if instance is None else instance._values[self._name]  # pyright: ignore[reportPrivateUsage]

    def value_in(self, json: dict[str, Any], at: str) -> T:
        """Return the field of `json`, which is found `at` that path of the answer."""
        path = f"{at}.{self._key}" if at else self._key
        if self._key not in json:
            raise ValueError(f"{path} is missing")
        return self._read(json[self._key], path)


class OptionalField(Field[T | None]):
    """A field that may be absent, and is None then."""

    def value_in(self, json: dict[str, Any], at: str) -> T | None:
        """Return the field of `json`, or None."""
        return super().value_in(json, at) if self._key in json else None


class JsonObject:
    """A JSON object with typed attributes; `view["camelCase"]` and `to_dict()` give the JSON itself.

    Raises ValueError when a required field is missing or of another type.
    """

    __slots__ = ("_json", "_values")
    _fields: ClassVar[dict[str, Field[Any]]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: cast("Field[Any]", value) for name, value in vars(cls).items() if isinstance(value, Field)}
        cls._fields = {**cls._fields, **own}

    def __init__(self, json: object, at: str = "") -> None:
        if not isinstance(json, dict):
            raise ValueError(f"{at or 'the body'} is {kind_of(json)} instead of an object")
        self._json = cast("dict[str, Any]", json)
        self._values = {name: field.value_in(self._json, at) for name, field in self._fields.items()}

    def __getitem__(self, key: str) -> Any:
        return self._json[key]

    def __contains__(self, key: object) -> bool:
        return key in self._json

    def to_dict(self) -> dict[str, Any]:
        """Return a copy of the JSON as it was answered, with the fields that this version does not know."""
        return deepcopy(self._json)

    def __eq__(self, other: object) -> bool:
        return self._json == other._json if type(other) is type(self) else NotImplemented

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._json!r})"


def text(json: object, at: str) -> str:
    """Read a string."""
    if not isinstance(json, str):
        raise ValueError(f"{at} is {kind_of(json)} instead of a string")
    return json


def flag(json: object, at: str) -> bool:
    """Read a boolean."""
    if not isinstance(json, bool):
        raise ValueError(f"{at} is {kind_of(json)} instead of a boolean")
    return json


def number(json: object, at: str) -> float:
    """Read a number."""
    if isinstance(json, bool) or not isinstance(json, (int, float)):
        raise ValueError(f"{at} is {kind_of(json)} instead of a number")
    return json


def count(json: object, at: str) -> int:
    """Read a whole number."""
    value = number(json, at)
    if value != value // 1:
        raise ValueError(f"{at} is {value!r} instead of a whole number")
    return int(value)


def texts(json: object, at: str) -> dict[str, str]:
    """Read an object of strings."""
    if not isinstance(json, dict):
        raise ValueError(f"{at} is {kind_of(json)} instead of an object")
    return {name: text(value, f"{at}.{name}") for name, value in cast("dict[str, object]", json).items()}


def list_of(read: Reader[T]) -> Reader[list[T]]:
    """Return a reader of lists whose items are all read by `read`."""

    def read_list(json: object, at: str) -> list[T]:
        if not isinstance(json, list):
            raise ValueError(f"{at} is {kind_of(json)} instead of a list")
        items = cast("list[object]", json)
        return [read(item, f"{at}[{index}]") for index, item in enumerate(items)]

    return read_list


def kind_of(json: object) -> str:
    """Name what a JSON value is, without showing it."""
    if json is None:
        return "null"
    for kind, name in KIND_NAMES:
        if isinstance(json, kind):
            return name
    return "an object"
