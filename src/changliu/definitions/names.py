"""Keys: stable names of definitions, objects and fields."""

import re

from changliu.kit.errors import Fault, Invalid

# One part, or several joined by dots (the field `amount` of `deal` is `deal.amount`).
_PART = r"[a-z][a-z0-9_]{0,59}"
_KEY = re.compile(rf"{_PART}(\.{_PART})*\Z")
LONGEST = 200


def check_key(key: str, path: str = "key") -> None:
    """Raise `Invalid` (code `definition.key`) unless `key` is a well-formed stable name."""
    if len(key) <= LONGEST and _KEY.match(key):
        return
    shown = key[:40].encode("utf-8", "replace").decode()
    zh = f"标识“{shown}”不符合规则：小写字母开头，只含小写字母、数字、下划线，每段最长 60 个字符。"
    en = (
        f"The key '{shown}' must start with a small letter and hold only small letters, digits and"
        " underscores, 60 characters a part at most."
    )
    raise Invalid("definition.key", zh, en, [Fault("key", zh, en, path)])
