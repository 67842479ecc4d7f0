"""Typed views of the JSON that the API answers: attributes are checked once, unknown fields are kept."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**promises: object) -> Callable[[T], T]:
        """Tell type checkers that the fields of a class are the arguments of its constructor; does nothing."""
        return lambda decorated: decorated


T = TypeVar("T")
View = TypeVar("View", bound="JsonObject")
Reader = Callable[[object, str], T]
KIND_NAMES = ((bool, "a boolean"), ((int, float), "a number"), (str, "a string"), (list, "a list"))
REQUIRED: Any = object()


class Field(Generic[T]):
    """A field of a JSON object: `session_id: str = field(text)` reads `sessionId`."""

    def __init__(self, read: Reader[T], default: Any) -> None:
        self._read = read
        self.default = default

    def __set_name__(self, owner: type[JsonObject], name: str) -> None:
        first, *rest = name.split("_")
        self.name = name
        self.key = first + "".join(word.capitalize() for word in rest)

    def __get__(self, instance: JsonObject | None, owner: type[JsonObject]) -> Any:
        return self if instance is None else instance._values[self.name]  # pyright: ignore[reportPrivateUsage]

    def value_in(self, json: dict[str, Any], at: str) -> T:
        """Return the field of `json`, which is found `at` that path of the answer."""
        path = f"{at}.{self.key}" if at else self.key
        if self.key in json:
            return self._read(json[self.key], path)
        if self.default is REQUIRED:
            raise ValueError(f"{path} is missing")
        return self.default


def field(read: Reader[Any], *, default: Any = REQUIRED) -> Any:
    """Declare a field: required, or with a value that stands for its absence."""
    return Field(read, default)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class JsonObject:
    """A JSON object with typed attributes; `view["camelCase"]` and `to_dict()` give copies of the JSON itself.

    Made of its fields by name, `ChatSession(session_id="chs_1", ...)`, or of JSON, `ChatSession.from_dict({...})`.
    Raises TypeError for a field that is missing or unknown by name, and ValueError for JSON that lacks one or holds
    another type.
    """

    __slots__ = ("_json", "_request_id", "_values")
    _fields: ClassVar[dict[str, Field[Any]]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: cast("Field[Any]", value) for name, value in vars(cls).items() if isinstance(value, Field)}
        cls._fields = {**cls._fields, **own}

    def __init__(self, **values: Any) -> None:
        required = {name for name, field in self._fields.items() if field.default is REQUIRED}
        for names, problem in ((required - set(values), "needs"), (set(values) - set(self._fields), "has no field")):
            if names:
                raise TypeError(f"{type(self).__name__} {problem} {', '.join(sorted(names))}")
        given = {name: value for name, value in values.items() if name in required or value is not None}
        self._read({self._fields[name].key: json_of(value) for name, value in given.items()}, "")

    @classmethod
    def from_dict(cls, json: dict[str, Any]) -> Self:
        """Make one of JSON, as the API answers it and `to_dict()` returns it."""
        return view_of(cls)(deepcopy(json), "")

    @property
    def request_id(self) -> str | None:
        """The id of the request that was answered with this: name it to support. None for a part of an answer."""
        return self._request_id

    def to_dict(self) -> dict[str, Any]:
        """Return a copy of the JSON as it was answered, with the fields that this version does not know."""
        return deepcopy(self._json)

    def __getitem__(self, key: str) -> Any:
        return deepcopy(self._json[key])

    def __contains__(self, key: object) -> bool:
        return key in self._json

    def __eq__(self, other: object) -> bool:
        return self._json == other._json if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), frozen(self._json)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._json!r})"

    def _read(self, json: object, at: str) -> None:
        if not isinstance(json, dict):
            raise ValueError(f"{at or 'the body'} is {kind_of(json)} instead of an object")
        self._json = cast("dict[str, Any]", json)
        self._values = {name: field.value_in(self._json, at) for name, field in self._fields.items()}
        self._request_id: str | None = None


def view_of(kind: type[View]) -> Reader[View]:
    """Return a reader of objects of that kind. The JSON is theirs from then on."""

    def read(json: object, at: str) -> View:
        view = kind.__new__(kind)
        view._read(json, at)  # pyright: ignore[reportPrivateUsage]
        return view

    return read


def answered(result: T, request_id: str | None) -> T:
    """Let a result name its request, if it is one that can."""
    if isinstance(result, JsonObject):
        result._request_id = request_id  # pyright: ignore[reportPrivateUsage]
    return result


def json_of(value: object) -> Any:
    """Return the JSON of a field's value."""
    if isinstance(value, JsonObject):
        return value.to_dict()
    return [json_of(item) for item in cast("list[object]", value)] if isinstance(value, list) else deepcopy(value)


def frozen(json: object) -> object:
    """Return something hashable, equal for equal JSON."""
    if isinstance(json, dict):
        return frozenset((name, frozen(value)) for name, value in cast("dict[str, object]", json).items())
    return tuple(frozen(item) for item in cast("list[object]", json)) if isinstance(json, list) else json


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
