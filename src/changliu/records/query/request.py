"""Reading requests of the read: query strings and bodies to `ListRequest`, `AggregateRequest`."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from changliu.formula import Mode
from changliu.kit.errors import BadRequest, Fault
from changliu.records.query.model import (
    DEFAULT_LIMIT,
    MAX_GROUPS,
    MAX_LIMIT,
    AggregateRequest,
    Grain,
    GroupBy,
    ListRequest,
    MeasureRequest,
)

LIST_PARAMETERS = {
    "filter": 'A condition in formula language, such as `stage = "won" AND amount > 10万`.',
    "sort": "Field paths separated by commas, `-` for descending; blanks come last.",
    "fields": "Field paths separated by commas, such as `name,owner.name`; default: all readable.",
    "limit": "Records of a page, at most 500; default 50.",
    "cursor": "`next` of the page before, for the same request.",
    "skip": "So many records stand before the page; a cursor, where there is one, costs less.",
    "q": "A part of a searchable field, pinyin or first letters; one character begins titles.",
    "count": "`true` adds `total`.",
    "deleted": "`true` lists the trash: what the caller could restore, latest first.",
}
HISTORY_PARAMETERS = {
    "limit": "Entries of a page, at most 500; default 50.",
    "cursor": "`next` of the page before.",
}
FIELD_HISTORY_PARAMETERS = {
    **HISTORY_PARAMETERS,
    "field": "The key of a field: only what happened to it.",
}
TIMELINE_KINDS = ("history", "record", "comment", "file")
TIMELINE_PARAMETERS = {
    **HISTORY_PARAMETERS,
    "kinds": f"Some of {', '.join(TIMELINE_KINDS)}, separated by commas; default: everything.",
}
_COMMA = re.compile(r",(?![^\[【]*[\]】])")
_YES = {"true": True, "1": True, "false": False, "0": False, "": False}


def split_names(text: str) -> tuple[str, ...]:
    """Split at commas outside brackets; blanks around names do not count."""
    return tuple(part.strip() for part in _COMMA.split(text) if part.strip())


def _names(given: Any) -> Any:
    return split_names(given) if isinstance(given, str) else given


class _Body(BaseModel):
    """A body without unknown members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupBody(_Body):
    """A dimension: field path, grain for dates, and its key in the answer."""

    field: str = Field(min_length=1, max_length=1_000)
    grain: Grain | None = None
    key: str | None = Field(None, min_length=1, max_length=200)


class MeasureBody(_Body):
    """A figure: key in the answer and aggregate formula."""

    key: str = Field(min_length=1, max_length=200)
    formula: str


class AggregateBody(_Body):
    """The body of POST /query."""

    object: str
    group_by: tuple[GroupBody, ...] = ()
    measures: tuple[MeasureBody, ...] = ()
    filter: str = ""
    sort: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    limit: int | None = Field(None, ge=1, le=MAX_GROUPS, strict=True)

    def request(self) -> AggregateRequest:
        """Return the request."""
        return AggregateRequest(
            self.object,
            tuple(GroupBy(g.field, g.grain, g.key) for g in self.group_by),
            tuple(MeasureRequest(m.key, m.formula) for m in self.measures),
            self.filter,
            self.sort,
            self.limit,
        )


class CheckBody(_Body):
    """The body of POST /formulas/check."""

    object: str
    formula: str
    mode: Mode = Mode.ROW
    browser: bool = False


def read_list(object_key: str, given: Iterable[tuple[str, str]]) -> ListRequest:
    """Return a list request from a query string; `BadRequest` for parameters it does not know."""
    values = read_parameters(given, LIST_PARAMETERS)
    return ListRequest(
        object_key,
        values.get("filter", ""),
        split_names(values.get("sort", "")),
        split_names(values["fields"]) if "fields" in values else None,
        read_number(values.get("limit"), "limit", DEFAULT_LIMIT),
        values.get("cursor", ""),
        values.get("q", "").strip(),
        read_flag(values, "count"),
        deleted=read_flag(values, "deleted"),
        skip=read_number(values.get("skip"), "skip", 0),
    )


def read_parameters(given: Iterable[tuple[str, str]], allowed: Collection[str]) -> dict[str, str]:
    """Return the parameters of a query string; a name misspelt must not widen an answer."""
    values: dict[str, str] = {}
    for name, value in given:
        if name not in allowed:
            zh = f"不认识参数“{name[:60]}”，可用：{'、'.join(allowed) or '（无）'}。"
            en = f"Unknown parameter '{name[:60]}'; use one of: {', '.join(allowed) or '(none)'}."
            fault = Fault("request.parameter", zh, en, name[:60])
            raise BadRequest("request.parameter", zh, en, [fault])
        if "\x00" in value:
            zh, en = f"参数“{name}”含有空字符。", f"The parameter '{name}' holds a NUL character."
            raise BadRequest("request.nul", zh, en, [Fault("request.nul", zh, en, name)])
        values[name] = value
    return values


def documented(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the `openapi_extra` of a route that reads these parameters of its query string."""
    return {
        "parameters": [
            {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
            for name, text in parameters.items()
        ]
    }


def read_number(text: str | None, name: str, default: int) -> int:
    """Return a small whole number of a query string; `BadRequest` for anything else."""
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        zh, en = f"{name} 应为非负整数。", f"'{name}' must be a non-negative whole number."
        raise BadRequest("request.number", zh, en, [Fault("request.number", zh, en, name)])
    return int(text)


def read_flag(values: Mapping[str, str], name: str) -> bool:
    """Return a switch of a query string, off when left out; `BadRequest` for anything else."""
    text = values.get(name, "")
    if text not in _YES:
        zh, en = f"{name} 只能是 true 或 false。", f"'{name}' must be true or false."
        raise BadRequest("request.flag", zh, en, [Fault("request.flag", zh, en, name)])
    return _YES[text]


def read_history_request(given: Iterable[tuple[str, str]]) -> tuple[int, str]:
    """Return limit and cursor of a history request."""
    values = read_parameters(given, HISTORY_PARAMETERS)
    return history_limit(values), values.get("cursor", "")


def history_limit(values: Mapping[str, str]) -> int:
    """Return how many entries of a page are asked for; `BadRequest` for too many."""
    limit = read_number(values.get("limit"), "limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        zh, en = (
            f"limit 须在 1 到 {MAX_LIMIT} 之间。",
            f"'limit' must be between 1 and {MAX_LIMIT}.",
        )
        raise BadRequest("query.limit", zh, en, [Fault("query.limit", zh, en, "limit")])
    return limit


def read_kinds(values: Mapping[str, str]) -> frozenset[str]:
    """Return which kinds of a timeline's entries are asked for; `BadRequest` for unknown ones."""
    kinds = frozenset(split_names(values.get("kinds", "")))
    if kinds - set(TIMELINE_KINDS):
        zh = f"kinds 只能是 {'、'.join(TIMELINE_KINDS)} 中的几项。"
        en = f"'kinds' must be some of {', '.join(TIMELINE_KINDS)}."
        raise BadRequest("timeline.kinds", zh, en, [Fault("timeline.kinds", zh, en, "kinds")])
    return kinds
