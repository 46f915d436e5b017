"""Names of uploads: what of a stranger's file name is kept, and how it travels in a header."""

import re
import unicodedata
from urllib.parse import quote

# What file systems take for one name, in bytes of UTF-8.
LONGEST_BYTES = 200
NAMELESS = "file"
_SEPARATORS = re.compile(r"[/\\]")
_RESERVED_CHARACTERS = re.compile(r'[<>:"|?*]')
# Devices of Windows: a file of this name cannot be saved there, whatever its ending.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def clean_name(given: str) -> str:
    """Return a name safe to show and to save: no folders, no control or direction characters.

    At most 200 bytes of UTF-8 with its ending kept; "file" when nothing is left.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", given))[-1]
    kept = "".join(c for c in last if not unicodedata.category(c).startswith(("C", "Zl", "Zp")))
    kept = _RESERVED_CHARACTERS.sub("_", kept).strip(" .")
    if _DEVICE.match(kept):
        kept = f"_{kept}"
    return _shorten(kept) or NAMELESS


def _shorten(name: str) -> str:
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 16:
        stem, ending = name, ""
    room = LONGEST_BYTES - len(f".{ending}".encode()) if ending else LONGEST_BYTES
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{stem}.{ending}" if ending else stem


def disposition(name: str, *, inline: bool) -> str:
    """Return the Content-Disposition of a file, its name for old and new readers (RFC 6266)."""
    kind = "inline" if inline else "attachment"
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
