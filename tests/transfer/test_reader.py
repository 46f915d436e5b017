"""Reading CSV: encodings, delimiters, bounds, and where a broken file breaks."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changliu.kit.errors import Invalid
from changliu.transfer.reader import MAX_CELL, Layout, count_rows, open_source, read_lines

ROWS = "名称,金额\n上海机电,100\n杭州软件,200\n"


def write(folder: Path, data: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(data)
    return path


def refused(folder: Path, data: bytes) -> Invalid:
    path = write(folder, data)
    with pytest.raises(Invalid) as caught:
        list(read_lines(open_source(path)))
    return caught.value


@pytest.mark.feature("Z19")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    source = open_source(write(tmp_path, ROWS.encode(encoding)))
    assert source.header == ("名称", "金额")
    assert [line.cells for line in read_lines(source)] == [["上海机电", "100"], ["杭州软件", "200"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = f'a{delimiter}b\n"x, y; z"{delimiter}2\n3{delimiter}4\n'
    source = open_source(write(tmp_path, text.encode()))
    assert source.delimiter == delimiter
    assert [line.cells for line in read_lines(source)] == [["x, y; z", "2"], ["3", "4"]]


def test_blank_rows_are_passed_over_and_lines_are_those_of_the_file(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, b'a,b\n1,"two\nlines"\n\n3,4\n'))
    assert [(line.row, line.line) for line in read_lines(source)] == [(1, 3), (3, 5)]
    assert [line.row for line in read_lines(source, skip=1)] == [3]
    assert count_rows(source) == 3


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "csv.empty", None),
        (b"a,b\n1,\x002\n", "csv.nul", 2),
        (
            "名称,b\n一二三四五六七八九,2\n".encode() + "乙方".encode("gb18030") + b",3\n",
            "csv.encoding",
            3,
        ),
        (b"a,b\n\xff\xff,2\n", "csv.encoding", 2),
        (b'a,b\n1,2\n"3,4\n5,6\n', "csv.syntax", 4),
        (b"a,b\n" + b"x" * (MAX_CELL + 1) + b",1\n", "csv.syntax", 2),
        (b",,\n", "csv.header", 1),
        (",".join(f"c{i}" for i in range(501)).encode() + b"\n1\n", "csv.columns", 1),
    ],
)
def test_a_broken_file_is_refused_at_its_line(
    tmp_path: Path, data: bytes, code: str, line: int | None
) -> None:
    problem = refused(tmp_path, data)
    assert problem.code == code
    assert problem.faults[0].extra.get("line") == line
    assert "file.csv" in problem.zh
    assert "file.csv" in problem.en


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        open_source(tmp_path / "none.csv")
    assert caught.value.code == "csv.unreadable"


def test_a_named_encoding_must_fit(tmp_path: Path) -> None:
    path = write(tmp_path, ROWS.encode("gb18030"))
    assert open_source(path, layout=Layout("gbk")).header == ("名称", "金额")
    for name in ("utf-8", "klingon"):
        with pytest.raises(Invalid) as caught:
            open_source(path, layout=Layout(name))
        assert caught.value.code == "csv.encoding"


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", "b"], *rows])
    lines = [line.cells for line in read_lines(open_source(path, layout=Layout(delimiter=",")))]
    assert lines == [row for row in rows if any(row)]
