"""Files made to exhaust, mislead or break their reader: plain words, bounded memory, no traces."""

import io
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import orjson
import pytest
from tests.transfer.conftest import Desk, xlsx_of
from tests.transfer.test_bombs import FAR, MAIN, SHEET, cell, cells, with_sheet

from changliu.files.folder import folder_of
from changliu.kit.errors import Invalid
from changliu.transfer.reader import count_rows, open_source, read_lines
from changliu.transfer.sheets.process import MEMORY, SECONDS

pytestmark = pytest.mark.feature("Z19")
# Of a process that reads a CSV file, in kB; the interpreter and this module are most of it.
PEAK = 250_000
TEN_GB = 10_000_000_000
STRINGS = "xl/sharedStrings.xml"


def packed(size: int, unit: bytes, head: bytes = b"") -> bytes:
    """Return a raw deflate stream of about so many bytes: a block of the unit, repeated."""
    block = unit * ((1 << 20) // len(unit))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + one * (size // len(block)) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def bomb(part: str, body: bytes, told: int) -> bytes:
    """Return a workbook one part of which is this stream and tells of `told` bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of([["产品名称"]]))) as old:
        kept = [(n, old.read(n)) for n in old.namelist() if n != part]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in kept:
            new.writestr(name, data)
    name = part.encode()
    data = made.getvalue()
    directory = data.rfind(b"PK\x05\x06")
    count, length, start = struct.unpack("<HII", data[directory + 10 : directory + 20])
    told = min(told, 0xFFFFFFFE)
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(body), told, len(name), 0)
    local = b"PK\x03\x04" + head + name + body
    entry = (
        b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, start)
        + name
    )  # fmt: skip
    end = struct.pack(
        "<HHHHIIH", 0, 0, count + 1, count + 1, length + len(entry), start + len(local), 0
    )
    listed = data[start : start + length]
    return data[:start] + local + listed + entry + b"PK\x05\x06" + end


ZEROS = packed(TEN_GB, b"\0")
# As large as an archive may say it is, and three times as large once it is read.
TINY_STRINGS = packed(900_000_000, b"<si><t/></si>", f'<sst xmlns="{MAIN}">'.encode())


def many_sheets(count: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for number in range(count):
            new.writestr(f"xl/worksheets/sheet{number}.xml", b"<worksheet/>")
    return made.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12))
ENTITIES = cells(cell("A1", "&l11;").join(['<row r="1">', "</row>"]), f"<!DOCTYPE x [{LAUGHS}]>")
OUTSIDE = cells(
    f'<row r="1">{cell("A1", "产品名称")}</row><row r="2">{cell("A2", "&leak;")}</row>',
    '<!DOCTYPE x [<!ENTITY leak SYSTEM "file:///etc/passwd">]>',
)
HUGE_CELL = cells(f'<row r="1">{cell("A1", "产品名称")}{cell("B1", "字" * 200_000)}</row>')
EMPTY_ROWS = cells(
    f'<row r="1">{cell("A1", "产品名称")}</row>'
    + "".join(f'<row r="{n}"/>' for n in range(2, 1_000_001))
    + f'<row r="1000001">{cell("A1000001", "远处")}</row>'
)


def encrypted() -> bytes:
    """Return a compound file as Excel writes it for a workbook with a password."""
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    head += struct.pack("<I", 0) + struct.pack("<I", free) * 108

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        wide = name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII16sIQQIQ", wide, len(wide), kind, 1, free, right, child, b"", 0, 0, 0,
            start, size,
        )  # fmt: skip

    listed = entry("Root Entry", 5, 1, free, end, 0)
    listed += entry("EncryptionInfo", 2, free, 2, 2, 4096)
    listed += entry("EncryptedPackage", 2, free, free, 10, 4096)
    listed += bytes(128)
    chain = [fat_mark, end]
    for first in (2, 10):
        chain += [*range(first + 1, first + 8), end]
    fat = struct.pack(f"<{len(chain)}I", *chain) + struct.pack("<I", free) * (128 - len(chain))
    return head + fat + listed + bytes(16 * 512)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("zeros.xlsx", lambda: bomb(SHEET, ZEROS, TEN_GB), "xlsx.bomb"),
        ("liar.xlsx", lambda: bomb(SHEET, ZEROS, 1_000), None),
        ("tiny.xlsx", lambda: bomb(STRINGS, TINY_STRINGS, 900_000_000), None),
        ("strings.xlsx", lambda: bomb(STRINGS, ZEROS, 1_000), None),
        ("sheets.xlsx", lambda: many_sheets(6_000), "xlsx.bomb"),
        ("laughs.xlsx", lambda: with_sheet(ENTITIES), None),
        ("outside.xlsx", lambda: with_sheet(OUTSIDE), None),
        ("password.xlsx", encrypted, "xlsx.password"),
        ("old.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 5_000, "xlsx.unreadable"),
        ("archive.xlsx", lambda: many_sheets(1), "xlsx.unreadable"),
        ("page.xls", lambda: b"<html><table><tr><td>a</td></tr></table>", "csv.markup"),
        ("xml.xls", lambda: b'<?xml version="1.0"?><Workbook/>', "csv.markup"),
        ("paper.csv", lambda: b"%PDF-1.7\n1 0 obj\n", "csv.markup"),
        ("nul.csv", lambda: "产品名称,目录价\n甲,\0\n".encode(), "csv.nul"),
        ("quotes.csv", lambda: b'name,code\n"a,b\n' + b"c,d\n" * 100_000, "csv.syntax"),
        ("cell.xlsx", lambda: with_sheet(HUGE_CELL), "csv.syntax"),
    ],
)  # fmt: skip
async def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(
    desk: Desk, name: str, data: object, code: str | None
) -> None:
    folder = folder_of(desk.sales.platform.settings.data, desk.sales.workspace.schema).root
    before = sorted(p for p in folder.rglob("*") if p.is_file())
    began = time.monotonic()
    told = await desk.bring(data(), "product", 422, name=name)  # type: ignore[operator]
    assert time.monotonic() - began < 30
    assert told["code"] in ({code} if code else {"xlsx.unreadable", "xlsx.too_much", "xlsx.bomb"})
    assert told["detail"]
    assert "root:" not in str(told)
    assert sorted(p for p in folder.rglob("*") if p.is_file()) == before
    assert (await desk.ask("GET", ""))["items"] == []
    assert (await desk.client.get("/api/health")).status_code == 200


async def test_a_million_empty_rows_are_passed_over(desk: Desk) -> None:
    made = await desk.bring(with_sheet(EMPTY_ROWS), "product", name="空行.xlsx")
    assert made["header_row"] == 1
    await desk.ask("POST", f"/{made['id']}/cancel")


async def test_what_a_workbook_is_called_does_not_matter(desk: Desk) -> None:
    for name in ("产品.csv", "产品.xls", "产品"):
        made = await desk.bring(xlsx_of([["产品名称"], ["错名"]]), "product", name=name)
        assert made["preview"]["counts"]["create"] == 1
        await desk.ask("POST", f"/{made['id']}/cancel")
    made = await desk.bring("产品名称\n错名\n".encode(), "product", name="产品.xlsx")
    assert made["preview"]["counts"]["create"] == 1
    await desk.ask("POST", f"/{made['id']}/cancel")


@pytest.mark.parametrize("size", [60_000_000])
def test_one_endless_line_is_refused_without_being_read(tmp_path: Path, size: int) -> None:
    """A line, or a row over many lines, of any size: what is held of it is bounded."""
    path = tmp_path / "line.csv"
    for piece in (b"x," * 500_000, b'",\n"' * 250_000):
        with path.open("wb") as file:
            file.write(b"a,b\n")
            if piece[:1] == b'"':
                file.write(b'"')
            for _ in range(size // len(piece)):
                file.write(piece)
        program = f"from tests.transfer.test_hostile import looked; looked({str(path)!r})"
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def looked(path: str) -> None:
    """Open a file that must be refused, in a process of its own whose memory is measured."""
    code = ""
    try:
        source = open_source(Path(path))
        count_rows(source)
        list(read_lines(source))
    except Invalid as refused:
        code = refused.code
    assert code in ("csv.line", "csv.syntax", "csv.columns"), code
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0])
    assert peak < PEAK, f"{peak} kB were held at once"


@pytest.mark.parametrize("name", ["far", "strings"])
def test_a_child_stays_within_its_memory(tmp_path: Path, name: str) -> None:
    """Measured: what the child holds, and for how long, when a workbook wants more."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(with_sheet(FAR) if name == "far" else bomb(STRINGS, TINY_STRINGS, 900_000_000))
    task = {
        "path": str(path), "sheet": None, "target": str(tmp_path / "rows.csv"),
        "rows": 1_000, "columns": 500, "limits": {"memory": MEMORY, "seconds": SECONDS},
    }  # fmt: skip
    command = [sys.executable, "-m", "changliu.transfer.sheets.reading"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(orjson.dumps(task))
        child.stdin.close()
        answered = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode != 0 or b"refused" in answered
    assert used.ru_maxrss * 1024 < MEMORY
    assert used.ru_utime + used.ru_stime < 30
