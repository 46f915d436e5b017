"""Bodies of the routes of imports, from JSON or from the parts of an upload."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from changliu.kit.errors import Invalid
from changliu.kit.http import validate
from changliu.kit.yaml_lines import read_text
from changliu.transfer.intake import read_body
from changliu.transfer.mapping import layout_of
from changliu.transfer.reader import Layout
from changliu.transfer.uploads import Wish


class NewImport(BaseModel):
    """What to import: a file uploaded before (`file`), or one in the same request; the object; how
    the file is laid out where that is not found; a mapping where it is known."""

    model_config = ConfigDict(extra="forbid")

    file: str | None = Field(None, max_length=64)
    object: str | None = Field(None, max_length=100)
    sheet: str | None = Field(None, max_length=100)
    header_row: int | None = Field(None, ge=0, le=1_000)
    header_rows: int | None = Field(None, ge=1, le=3)
    encoding: str | None = Field(None, max_length=40)
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    mapping: dict[str, Any] | None = Field(None)


class NewLayout(BaseModel):
    """How the file is laid out, where it was understood otherwise; what is left out is found."""

    model_config = ConfigDict(extra="forbid")

    sheet: str | None = Field(None, max_length=100)
    header_row: int | None = Field(None, ge=0, le=1_000)
    header_rows: int | None = Field(None, ge=1, le=3)
    encoding: str | None = Field(None, max_length=40)
    delimiter: str | None = Field(None, min_length=1, max_length=1)

    @property
    def layout(self) -> Layout:
        """What the reader of the file is told."""
        return Layout(self.encoding, self.delimiter, self.sheet, self.header_row, self.header_rows)


class Begin(BaseModel):
    """The body of POST …/commit: whether automations run on what is written."""

    model_config = ConfigDict(extra="forbid")

    automations: Literal["run", "quiet"] = Field("run")


def read_parts(words: Mapping[str, str]) -> NewImport:
    """Return what the parts beside an uploaded file say; `mapping` may be YAML or JSON.

    Raises `Invalid`.
    """
    given: dict[str, Any] = dict(words)
    for name in ("header_row", "header_rows"):
        if given.get(name, "").isdigit():
            given[name] = int(given[name][:6])
    if "mapping" in given:
        given["mapping"] = read_text(given["mapping"], "mapping").value
    return validate(NewImport, given)


def wish_of(new: NewImport) -> Wish:
    """Return what is wanted; raises `Invalid` (`import.object`, `import.mapping`)."""
    layout = Layout(new.encoding, new.delimiter, new.sheet, new.header_row, new.header_rows)
    mapping = None if new.mapping is None else read_body(new.mapping)
    target = new.object or (mapping.object if mapping else None)
    if target is None:
        raise Invalid(
            "import.object",
            "没有说明导入到哪个对象，请填写 object。",
            "The object to import into is not given; fill in 'object'.",
        )
    if mapping is not None:
        said = layout_of(mapping)
        layout = Layout(
            layout.encoding or said.encoding,
            layout.delimiter or said.delimiter,
            layout.sheet or said.sheet,
            said.header_row if layout.header_row is None else layout.header_row,
            layout.header_rows or said.header_rows,
        )
    return Wish(target, layout, new.mapping)
