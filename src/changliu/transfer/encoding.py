"""Which encoding a file obeys: the whole of it is looked at, and the place where it breaks told."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from changliu.kit.errors import Fault, Invalid

CHUNK = 1 << 20
MAX_FILE = 2_000_000_000
# Bytes GB18030 text has before its first invalid UTF-8 byte are ASCII; this many well-formed
# UTF-8 characters before it mean a UTF-8 file with foreign bytes pasted in.
MIXED_AFTER = 8
# How files begin that are called tables and are none.
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<(?:!doctype|html|head|body|table|meta|style|\?xml|workbook)|%PDF-|\{\\rtf|\{\s*\"|\[\s*[\[{])",
    re.IGNORECASE,
).match


def refused(code: str, name: str, line: int | None, zh: str, en: str) -> Invalid:
    """Return the failure of the file called `name` at a line."""
    at_zh = name + (f" 第 {line} 行" if line else "")
    at_en = name + (f", line {line}" if line else "")
    extra = {"file": name, **({"line": line} if line else {})}
    fault = Fault(code, f"{at_zh}：{zh}", f"{at_en}: {en}", extra=extra)
    return Invalid(code, fault.zh, fault.en, [fault])


@dataclass(frozen=True, slots=True)
class Scan:
    """How a file is encoded, and the sha256 of its bytes."""

    encoding: str
    digest: str


def size_of(path: Path, name: str) -> int:
    """Return a file's size in bytes; raises `Invalid` where it is empty, too large, unreadable."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise refused(
            "csv.unreadable",
            name,
            None,
            f"无法读取（{error.strerror}），请检查路径和权限。",
            f"cannot be read ({error.strerror}); check path and permissions.",
        ) from error
    if size == 0:
        raise refused(
            "csv.empty",
            name,
            None,
            "文件是空的（0 字节），可能没有存好；请重新导出后再上传。",
            "the file is empty (0 bytes), perhaps it was not saved; export and upload it again.",
        )
    if size > MAX_FILE:
        limit = MAX_FILE // 1_000_000_000
        raise refused(
            "csv.too_large",
            name,
            None,
            f"文件超过 {limit} GB，请拆成几个文件。",
            f"the file is larger than {limit} GB; split it.",
        )
    return size


def scan(path: Path, name: str, given: str | None) -> Scan:
    """One pass over the bytes: digest, NULs, and which encoding the whole file obeys.

    Raises `Invalid` (`csv.nul`, `csv.encoding`) at the line that does not fit, `csv.markup` for a
    page, XML, JSON or a PDF that is only called a table, `csv.cut` for one that breaks off.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        head = file.read(1_000)
        if _MARKUP(head):
            raise refused(
                "csv.markup",
                name,
                None,
                "这是网页、XML、JSON 或 PDF，不是表格（常见于网站导出的“.xls”）；请用 Excel 或 WPS"
                " 打开后另存为 .xlsx。",
                "this is a web page, XML, JSON or a PDF, not a table (as sites export '.xls');"
                " open it in a spreadsheet and save it as .xlsx.",
            )
        wide = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        file.seek(0)
        offset = 0
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if not wide and (at := chunk.find(b"\0")) >= 0:
                raise _nul(path, name, offset + at)
            offset += len(chunk)
    if given:
        return Scan(_named(path, name, given), digest.hexdigest())
    broken, seen = _first_bad(path, "utf-16" if wide else "utf-8")
    if broken is None:
        return Scan("utf-16" if wide else "utf-8-sig", digest.hexdigest())
    if seen and not wide and broken >= path.stat().st_size - 3 and _breaks_off(path, broken):
        raise _cut_off(path, name, broken)
    if not wide and seen <= MIXED_AFTER and not head.startswith(codecs.BOM_UTF8):
        bad, _ = _first_bad(path, "gb18030")
        if bad is None:
            return Scan("gb18030", digest.hexdigest())
        if bad >= path.stat().st_size - 3:
            raise _cut_off(path, name, bad)
    line = _line_at(path, broken)
    raise refused(
        "csv.encoding",
        name,
        line,
        "这里的字节既不是 UTF-8 也不是 GB18030（文件混用了编码？）。请用一种编码另存后再导入。",
        "bytes here are neither UTF-8 nor GB18030 (mixed encodings?). Save the file in one"
        " encoding and import it again.",
    )


def _breaks_off(path: Path, offset: int) -> bool:
    """Whether the last bytes are the beginning of a UTF-8 character."""
    with path.open("rb") as file:
        file.seek(offset)
        left = file.read()
    try:
        left.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _cut_off(path: Path, name: str, offset: int) -> Invalid:
    return refused(
        "csv.cut",
        name,
        _line_at(path, offset),
        "文件在一个字的中间断了，多半没有传完或没有存完；请重新导出或重新上传。",
        "the file breaks off in the middle of a character: it was not sent or saved whole. Export"
        " or upload it again.",
    )


def digest_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _nul(path: Path, name: str, offset: int) -> Invalid:
    return refused(
        "csv.nul",
        name,
        _line_at(path, offset),
        "含有 NUL 字符，这不是文本文件。请从原程序重新导出为 CSV。",
        "holds a NUL character, so this is not a text file. Export it as CSV again.",
    )


def _named(path: Path, name: str, encoding: str) -> str:
    try:
        found = codecs.lookup(encoding).name
    except LookupError:
        raise refused(
            "csv.encoding",
            name,
            None,
            f"不认识编码“{encoding}”，请写 utf-8 或 gb18030。",
            f"the encoding '{encoding}' is unknown; write utf-8 or gb18030.",
        ) from None
    broken, _ = _first_bad(path, found)
    if broken is not None:
        line = _line_at(path, broken)
        raise refused(
            "csv.encoding",
            name,
            line,
            f"这里的字节不符合编码 {encoding}。",
            f"bytes here do not fit the encoding {encoding}.",
        )
    return "utf-8-sig" if found == "utf-8" else found


def _first_bad(path: Path, encoding: str) -> tuple[int | None, int]:
    """Return the offset of the first undecodable byte, and how many wide characters precede it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    wide, offset = 0, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "ignore")
                return offset - pending + error.start, wide + _wide(good)
            wide += 0 if text.isascii() else _wide(text)
            offset += len(chunk)
            if not chunk:
                return None, wide


def _wide(text: str) -> int:
    return sum(1 for character in text if character > "\x7f")


def _line_at(path: Path, offset: int) -> int:
    lines, left = 1, offset
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            lines += chunk.count(b"\n")
            left -= len(chunk)
    return lines
