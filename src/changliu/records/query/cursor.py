"""Page cursors: where a page ended, signed, and good only for the request that made them."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from changliu.kit.errors import BadRequest, Fault, Invalid
from changliu.kit.secrets import Signer

MAX_CURSOR = 8_000
PURPOSE = "cursor"


def write_cursor(signer: Signer, shape: str, values: Sequence[Any]) -> str:
    """Return the cursor that continues a request of this shape after these key values.

    Raises `Invalid` (`query.sort_wide`) when they are too long to be carried to the next page.
    """
    cursor = signer.sign(orjson.dumps([shape, list(values)]))
    if len(cursor) > MAX_CURSOR:
        zh = "排序字段的值太长，无法翻页：请换一个较短的字段排序，或加筛选条件使结果不超过一页。"
        en = (
            "A value of the sort is too long to page by: sort by a shorter field, or add a filter"
            " until the result fits one page."
        )
        raise Invalid("query.sort_wide", zh, en, [Fault("query.sort_wide", zh, en, "sort")])
    return cursor


def read_cursor(signer: Signer, shape: str, cursor: str) -> list[Any]:
    """Return the key values; `BadRequest` (`cursor.bad`, `cursor.other`) for anything else."""
    content = None
    if len(cursor) <= MAX_CURSOR and cursor.isascii():
        content = signer.open(cursor)
    if content is None:
        raise BadRequest(
            "cursor.bad",
            "翻页标记无效，请从第一页重新开始。",
            "The cursor is not valid; start again from the first page.",
        )
    made_for, values = orjson.loads(content)
    if made_for != shape:
        raise BadRequest(
            "cursor.other",
            "翻页标记属于另一个查询：筛选、排序或字段已改变，请从第一页重新开始。",
            "The cursor belongs to another query: filter, sort or fields have changed; start again"
            " from the first page.",
        )
    return list(values)


def shape_of(*parts: Any) -> str:
    """Return a short fingerprint of a request: 96 bits of SHA-256 over its parts."""
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:24]
