"""What a mapping file may say: which column goes into which field, and how its words read."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from changliu.kit.yaml_lines import Document, read_file
from changliu.kit.yaml_models import validated
from changliu.transfer.reader import Layout

Mode = Literal["create", "update", "both"]


class Strict(BaseModel):
    """A part of a mapping file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Lookup(Strict):
    """How a cell names another record: by one field of it; missing ones may be created."""

    by: str = "name"
    create_missing: bool = False


def _texts(value: Any) -> Any:
    """Let YAML's numbers and words stand for the texts they are in a CSV cell."""
    if isinstance(value, list):
        return [_text(item) for item in value]
    return [_text(value)]


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class Column(Strict):
    """One column: its field, and how a cell becomes a value.

    `values` replaces whole cells (a null replacement leaves the field blank); `null` lists cells
    that mean blank, beside the file's own list; `scale` multiplies a number.
    """

    field: str
    null: Words = ()
    values: dict[str, Any] = {}
    others: Literal["keep", "refuse", "blank"] = "keep"
    format: Words = ()
    reference: Lookup | None = None
    scale: str | None = Field(None, pattern=r"^-?\d{1,15}(\.\d{1,15})?$")
    prefix: str | None = Field(None, max_length=100)
    split: str | None = Field(None, min_length=1, max_length=5)


class LineRule(Strict):
    """How the lines of a record that exists are brought up to date.

    `match` names fields of a line that recognise it (none: its place in the list); `replace` makes
    the list that of the file, `keep` leaves lines the file does not name.
    """

    match: Words = ()
    mode: Literal["replace", "keep"] = "replace"


class TeamColumns(Strict):
    """Members only: the team a row's member belongs to, from the columns' texts.

    `path` names the team from the top down, `leader` the member who leads the last one; `{column}`
    stands for the cell.
    """

    path: list[str] = Field(min_length=1, max_length=8)
    leader: str | None = None


def _column_list(value: Any) -> Any:
    rules = value if isinstance(value, list) else [value]
    return [{"field": rule} if isinstance(rule, str) else rule for rule in rules]


Columns = Annotated[list[Column], BeforeValidator(_column_list)]


class Mapping(Strict):
    """A mapping file. Columns not named are ignored unless `unmapped: refuse`; `header_row` counts
    the rows of the file from 1 (0: there is none); with `match` the mode is both unless said.
    Rows that sum up others are left out unless `totals: keep`."""

    object: str | None = None
    match: Words = ()
    mode: Mode = "create"
    null: Words = ("",)
    encoding: str | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    sheet: str | None = Field(None, max_length=100)
    header_row: int | None = Field(None, ge=0, le=1_000)
    header_rows: int | None = Field(None, ge=1, le=3)
    columns: dict[str, Columns] = Field(min_length=1)
    constants: dict[str, Any] = {}
    lines: LineRule | None = None
    unmapped: Literal["ignore", "refuse"] = "ignore"
    totals: Literal["leave_out", "keep"] = "leave_out"
    teams: TeamColumns | None = None
    roles: Words = ()
    leader_roles: Words = ()

    @model_validator(mode="before")
    @classmethod
    def _mode(cls, given: Any) -> Any:
        """Whoever says how records are recognised wants them brought up to date."""
        if isinstance(given, dict) and given.get("match") and "mode" not in given:
            return {**given, "mode": "both"}
        return given


def read_mapping(path: Path) -> tuple[Mapping, Document]:
    """Read a mapping file; raises `Invalid` naming file, line, key and remedy."""
    document = read_file(path)
    return validated(document, Mapping), document


def layout_of(mapping: Mapping) -> Layout:
    """Return what a mapping says of the file itself."""
    return Layout(
        mapping.encoding, mapping.delimiter, mapping.sheet, mapping.header_row, mapping.header_rows
    )
