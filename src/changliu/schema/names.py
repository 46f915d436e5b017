"""Keys that objects and fields may not take, and limits of a workspace's structure."""

from changliu.definitions.names import check_key
from changliu.kit.errors import Fault, Invalid

# Bounds of the catalogue (design: it is loaded whole, in one statement).
MAX_OBJECTS = 500
MAX_FIELDS = 300

# Keys of every record on the wire, and words the doors use beside field keys.
RESERVED_FIELDS = frozenset(
    {
        *("id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner", "team"),
        *("deleted_at", "deleted_by", "object", "values", "errors", "op", "mode", "now", "today"),
        *("me", "true", "false", "null", "and", "or", "not"),
    }
)
# Objects every catalogue has, and path words of the doors.
RESERVED_OBJECTS = frozenset(
    ["member", "team", "object", "field", "evidence", "approval", "share", "stage_history"]
)


def split_field_key(key: str) -> tuple[str, str]:
    """Return object key and field key of `<object>.<field>`; raises `Invalid` otherwise."""
    object_key, dot, field_key = key.partition(".")
    if not dot or "." in field_key:
        zh = f"字段定义的标识应为“对象.字段”，收到“{key[:80]}”。"
        en = f"A field definition's key is '<object>.<field>', not '{key[:80]}'."
        raise Invalid("definition.key", zh, en, [Fault("key", zh, en, "key")])
    return object_key, field_key


def check_object_key(key: str) -> None:
    """Raise `Invalid` for a malformed or reserved key of an object."""
    check_key(key)
    if "." in key or key in RESERVED_OBJECTS:
        raise reserved(key)


def check_field_key(key: str) -> None:
    """Raise `Invalid` for a malformed or reserved key of a field."""
    check_key(key)
    if "." in key or key in RESERVED_FIELDS:
        raise reserved(key)


def reserved(key: str) -> Invalid:
    """Return the refusal of a key the platform keeps for itself."""
    zh = f"标识“{key}”是系统保留字，请换一个，例如“{key.replace('.', '_')}_1”。"
    en = f"The key '{key}' is reserved; choose another, such as '{key.replace('.', '_')}_1'."
    return Invalid("key.reserved", zh, en, [Fault("key.reserved", zh, en, "key")])


def too_many(zh_what: str, en_what: str, limit: int) -> Invalid:
    """Return the refusal of one object or field too many."""
    zh = f"{zh_what}已达上限 {limit} 个，请先移除不用的。"
    en = f"There are {limit} {en_what} already, the most there may be; remove unused ones first."
    return Invalid("schema.limit", zh, en, [Fault("schema.limit", zh, en)])
