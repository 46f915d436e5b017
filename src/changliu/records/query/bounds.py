"""How much one request may ask for."""

from changliu.kit.errors import Fault, Invalid
from changliu.records.query.model import MAX_LIMIT, MAX_SEARCH, ListRequest


def check_list(request: ListRequest) -> None:
    """Raise `Invalid` for a list that asks for too much, or for two places at once."""
    check_limit(request.limit, MAX_LIMIT)
    if request.skip and request.cursor:
        zh, en = "skip 和 cursor 只能用一个。", "Use either skip or cursor, not both."
        raise Invalid("query.skip", zh, en, [Fault("query.skip", zh, en, "skip")])
    check_search(request.q)


def check_search(text: str) -> None:
    """Raise `Invalid` (`query.search`) for a search text that is too long."""
    if len(text) > MAX_SEARCH:
        raise Invalid(
            "query.search",
            f"搜索词最长 {MAX_SEARCH} 个字符。",
            f"A search text has at most {MAX_SEARCH} characters.",
            [Fault("query.search", "搜索词过长。", "The search text is too long.", "q")],
        )


def check_limit(limit: int | None, most: int) -> None:
    """Raise `Invalid` (`query.limit`) for more rows, or groups, than one answer holds."""
    if limit is None or 0 <= limit <= most:
        return
    zh, en = f"limit 须在 0 到 {most} 之间。", f"limit must be between 0 and {most}."
    raise Invalid("query.limit", zh, en, [Fault("query.limit", zh, en, "limit")])
