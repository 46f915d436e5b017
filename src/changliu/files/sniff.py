"""What kind of content a file holds, by its first bytes; the sender's word counts for nothing."""

import re

# Enough for every signature here; a zip names its first parts within it.
HEAD = 4096
UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument."

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"{\\rtf", "application/rtf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
# Old and new office files share a container; the ending says which of them it is.
_IN_OLE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_IN_ZIP = {
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "pptx": f"{OFFICE}presentationml.presentation",
}
_AS_TEXT = {"csv": "text/csv", "json": "application/json", "md": "text/markdown"}
_MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|iframe|style|title|a |img|svg|\?xml|!--|xml|div|table)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]").search


def type_of(head: bytes, name: str) -> str:
    """Return the media type of content that begins with `head` (4,096 bytes, or all there is)."""
    ending = name.rpartition(".")[2].lower()
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    for start, found in _STARTS:
        if head.startswith(start):
            return _refined(found, ending)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        return "audio/mpeg"
    return _text_type(head, ending)


def _refined(found: str, ending: str) -> str:
    if found == "application/zip":
        return _IN_ZIP.get(ending, found)
    if found == "application/x-ole-storage":
        return _IN_OLE.get(ending, found)
    return found


def _text_type(head: bytes, ending: str) -> str:
    """Text or nothing known. What a browser might take for markup is named as such."""
    if head.startswith((b"\xfe\xff", b"\xff\xfe")) or _CONTROLS(head):
        return UNKNOWN
    if _MARKUP.search(head):
        return "image/svg+xml" if b"<svg" in head.lower() else "text/html"
    for encoding in ("utf-8", "gb18030"):
        if _reads_as(head, encoding):
            return _AS_TEXT.get(ending, "text/plain")
    return UNKNOWN


def _reads_as(head: bytes, encoding: str) -> bool:
    # The head may end inside a character.
    return any(_decodes(head[: len(head) - cut], encoding) for cut in range(4))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


# What a browser may show in place. Markup, scripts and whatever a plug-in opens are downloaded.
SHOWN = frozenset((
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif", "image/heic",
    "audio/mpeg", "audio/ogg", "audio/flac", "audio/wav", "audio/mp4", "audio/amr",
    "video/mp4", "video/webm", "video/quicktime", "text/plain",
))  # fmt: skip
