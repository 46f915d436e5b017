"""The key under which a write is asked for, and what it asks: sent twice, it is done once."""

import hashlib
import json
from typing import Any

from fastapi import Request

from changliu.kit.errors import Invalid

MAX_KEY = 200
REPLAYED = {"idempotent-replayed": "true"}


def key_of(request: Request, body: Any) -> tuple[str | None, bytes | None]:
    """Return the `Idempotency-Key` and a hash of method, path, version and the body's meaning.

    Both are None without the header. Raises `Invalid` (`header.idempotency_key`).
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None, None
    if not 1 <= len(key) <= MAX_KEY or not key.isprintable():
        raise Invalid(
            "header.idempotency_key",
            f"Idempotency-Key 应为 1 到 {MAX_KEY} 个可见字符。",
            f"Idempotency-Key must be 1 to {MAX_KEY} printable characters.",
        )
    said = f"{request.method} {request.url.path} {request.headers.get('if-match', '')}\n"
    meant = json.dumps(body, default=str, sort_keys=True)
    return key, hashlib.sha256((said + meant).encode()).digest()
