"""Masked forms of sensitive values: enough to recognise, not enough to use."""

STARS = "****"


def mask(value: str) -> str:
    """Hide the middle: `138****8000`, `z****@example.com`, `张****`; short texts keep one end."""
    name, at, host = value.partition("@")
    if at and name and host:
        return f"{name[0]}{STARS}@{host}"
    if len(value) < 2:
        return STARS
    if len(value) < 7:
        return value[0] + STARS
    keep = min(4, (len(value) - 3) // 2)
    head = min(3, keep)
    return value[:head] + STARS + value[-keep:]
