"""Page cursors: where a page ended, signed, and good only for the request that made them."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from changliu.kit.errors import BadRequest
from changliu.kit.secrets import Signer

MAX_CURSOR = 8_000
PURPOSE = "cursor"


def write_cursor(signer: Signer, shape: str, values: Sequence[Any]) -> str:
    """Return the cursor that continues a request of this shape after these key values."""
    return signer.sign(orjson.dumps([shape, list(values)]))


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
