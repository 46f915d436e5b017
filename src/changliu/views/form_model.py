"""What a form says; no I/O."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from changliu.kit.labels import Labels
from changliu.kit.yaml_models import refusal
from changliu.views.parts import NAMED, Formula, Known, Part, Path, RoleKey

MAX_TABS, MAX_SECTIONS, MAX_FIELDS, MAX_FACTS, MAX_QUICK = 20, 30, 300, 8, 12
# The parts of a body that are conditions.
CONDITIONS = ("visible", "required", "read_only")


class FormField(Part):
    """A field of the record; `span` is how many columns of its section it takes.

    The conditions are formulas over the record as typed; a field that is required, or never to be
    written, stays so whatever a form says.
    """

    field: str = Field(min_length=1, max_length=60)
    span: int = Field(1, ge=1, le=4)
    visible: Formula | None = None
    required: Formula | None = None
    read_only: Formula | None = None
    help: Labels | None = None


class Section(Part):
    """Fields in columns; or `lines`, a field of lines; or `related`, a list of referring records.

    `show` are field paths of the lines or the related records, their own order when left out.
    """

    label: Labels | None = None
    columns: int = Field(2, ge=1, le=4)
    folded: bool = False
    visible: Formula | None = None
    fields: Annotated[tuple[FormField, ...], NAMED] = Field((), max_length=MAX_FIELDS)
    lines: str | None = Field(None, min_length=1, max_length=60)
    related: str | None = Field(None, min_length=1, max_length=120)
    show: tuple[Path, ...] = Field((), max_length=20)

    @property
    def listed(self) -> str | None:
        """The list it holds: a field of lines, or one of referring records."""
        return self.lines or self.related

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Section":
        if sum(map(bool, (self.fields, self.lines, self.related))) != 1:
            raise refusal(
                "form.section",
                "一个分区只能放字段、明细或相关列表之一，请填其中一项。",
                "A section holds fields, lines or a related list; give exactly one of them.",
            )
        return self


class Tab(Part):
    """Sections behind one tab."""

    label: Labels
    visible: Formula | None = None
    sections: tuple[Section, ...] = Field(min_length=1, max_length=MAX_SECTIONS)


class FormBody(Known):
    """How a record of an object is laid out, for reading, entering and changing.

    `header` are the facts shown above it (field paths). `stage` is the one among them whose options
    are the way a record goes, shown as a bar. `quick` are the fields of the form that
    are asked for first where there is little room: on a phone, on the spot.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    object: str = Field(title="对象", description="Object", min_length=1, max_length=60)
    label: Labels = Field(title="名称", description="Label")
    position: int = Field(100, title="排列顺序", description="Place in the order", ge=0, le=100_000)
    header: tuple[Path, ...] = Field(
        (), title="要点", description="Facts above", max_length=MAX_FACTS
    )
    stage: str | None = Field(None, title="阶段", description="Stage", max_length=60)
    quick: tuple[str, ...] = Field(
        (), title="快速录入", description="Quick entry", max_length=MAX_QUICK
    )
    tabs: tuple[Tab, ...] = Field(
        title="页签", description="Tabs", min_length=1, max_length=MAX_TABS
    )
    visible_to: tuple[RoleKey, ...] = Field(
        (), title="可见角色", description="Visible to", max_length=50
    )
    default_for: tuple[RoleKey, ...] = Field(
        (), title="默认给", description="Default for", max_length=50
    )

    @property
    def sections(self) -> Iterator[tuple[str, Section]]:
        """Every section with its place in the body (`tabs.0.sections.1`)."""
        for number, tab in enumerate(self.tabs):
            for at, section in enumerate(tab.sections):
                yield f"tabs.{number}.sections.{at}", section

    @model_validator(mode="after")
    def _names_each_field_once(self) -> "FormBody":
        named = [f.field for _, section in self.sections for f in section.fields]
        twice = next((name for name in named if named.count(name) > 1), None)
        if twice is not None:
            raise refusal(
                "form.twice",
                f"字段“{twice}”在表单里出现了两次，请删去一处。",
                f"The field '{twice}' stands twice in the form; delete one.",
            )
        if len(named) > MAX_FIELDS:
            raise refusal(
                "form.fields",
                f"一张表单最多 {MAX_FIELDS} 个字段，请减少。",
                f"A form has at most {MAX_FIELDS} fields; use fewer.",
            )
        if self.stage is not None and self.stage not in self.header:
            raise refusal(
                "form.stage",
                f"阶段“{self.stage}”不在要点里，请先把它加进要点。",
                f"The stage '{self.stage}' is not among the facts above; add it there first.",
            )
        missing = next((name for name in self.quick if name not in named), None)
        if missing is not None:
            raise refusal(
                "form.quick",
                f"快速录入的字段“{missing}”不在表单里，请先把它放进一个分区。",
                f"The quick field '{missing}' is not in the form; put it into a section first.",
            )
        return self
