"""The lines of a record: a child table that is read and written with it."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from changliu.fields.model import Field, FieldSettings
from changliu.fields.protocol import Cells, FormulaFact, Storage
from changliu.fields.references import id_of
from changliu.fields.refusal import Refused, wrong_type
from changliu.fields.settings import setting
from changliu.fields.stored import read_column
from changliu.formula.world import Kind

LINES = "lines"
# Lines of one record: more is a list of records of its own, not a part of a form.
MAX_LINES = 1_000


class LinesSettings(FieldSettings):
    """The line object: one that says `lines_of` this object."""

    object: str = setting(..., "明细对象", "line object", min_length=1, max_length=60)


class LinesType:
    """A list of lines; the rows lie in the line object's own table."""

    name: ClassVar[str] = LINES
    label: ClassVar[dict[str, str]] = {"zh-CN": "明细", "en": "Lines"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "整份明细一起读写：带 id 的行保留或修改，不带 id 的新建，没列出的删除，"
        "顺序即行序；null 或 [] 清空，不发送则不变。",
        "en": "The whole list is read and written: a line with its id is kept or changed, one"
        " without is made, one left out is deleted, in this order; null or [] removes all, not sent"
        " changes nothing.",
    }
    example: ClassVar[str] = '[{"id":"0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20","quantity":2}]'
    settings: ClassVar[type[FieldSettings]] = LinesSettings
    computed: ClassVar[bool] = True

    def storage(self, settings: FieldSettings) -> Storage | None:  # noqa: ARG002
        """Return None: no column."""
        return None

    def parse(self, values: Sequence[Any], field: Field) -> Cells:
        """Check the shape: a list of at most 1,000 lines `{id?, …values}`, each id once."""
        return read_column(values, field, read_lines)

    def render(self, values: Sequence[Any], field: Field) -> list[Any]:  # noqa: ARG002
        """Return lines as they are: their fields are rendered one by one."""
        return list(values)

    def unique_key(self, column: str) -> str | None:  # noqa: ARG002
        """Return None: nothing to keep unique."""
        return None

    def operators(self, settings: FieldSettings) -> tuple[str, ...]:  # noqa: ARG002
        """Return none: filter by an aggregate over the lines."""
        return ()

    def fact(self, field: Field) -> FormulaFact:
        """Return a child list."""
        return FormulaFact(Kind.CHILDREN, target=getattr(field.settings, "object", None))

    def from_text(self, texts: Sequence[str | None], field: Field, formats: Sequence[str]) -> Cells:  # noqa: ARG002
        """Refuse every cell that is not blank: lines are not imported with their record."""
        return read_column(texts, field, _refuse_cell)

    def to_text(self, values: Sequence[Any], field: Field) -> list[str]:  # noqa: ARG002
        """Write a list of lines as JSON."""
        return ["" if v is None else json.dumps(v, ensure_ascii=False) for v in values]


def read_lines(value: object) -> list[dict[str, Any]]:
    """Return lines with canonical ids; raises `Refused` (`field.type`, `lines.too_many`,
    `lines.twice`)."""
    if not isinstance(value, list) or not all(isinstance(line, dict) for line in value):
        raise wrong_type(value, "明细行的列表", "a list of lines such as [{…}]")
    if len(value) > MAX_LINES:
        raise Refused(
            "lines.too_many",
            f"有 {len(value)} 行，最多 {MAX_LINES} 行，请拆成几条记录。",
            f"has {len(value)} lines, at most {MAX_LINES} are allowed; split the record.",
        )
    lines = [{**line, "id": id_of(line.get("id"))} if line.get("id") else line for line in value]
    ids = [line["id"] for line in lines if line.get("id")]
    if len(ids) != len(set(ids)):
        raise Refused(
            "lines.twice",
            "同一行出现了两次，请只保留一行。",
            "holds the same line twice; keep one of them.",
        )
    return lines


def _refuse_cell(value: object) -> None:  # noqa: ARG001
    raise Refused(
        "field.read_only",
        "是明细，不能随记录导入，请去掉这一列。",
        "holds lines and is not imported with its record; leave the column out.",
    )
