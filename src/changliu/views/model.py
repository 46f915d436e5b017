"""What a view says; no I/O."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from changliu.kit.copies import Copy
from changliu.kit.labels import Labels
from changliu.kit.yaml_models import refusal
from changliu.records.query.model import Grain
from changliu.views.parts import INTERNAL, NAMED, Formula, Known, Part, Path, RoleKey

# Bounds of one view: more columns than this are an export.
MAX_COLUMNS, MAX_CARDS, MAX_MEASURES, MAX_GROUPS, MAX_SORTS, MAX_ROLES = 100, 12, 20, 3, 5, 50
MAX_TEAMS = 50

# Filters of members' own views; what the pages keep for them: what was searched for.
COPIES = (
    Copy("view", json=("body",), only="t.member IS NOT NULL"),
    Copy("member_setting", json=("value",)),
)

ViewType = Literal["list", "board", "calendar", "gallery", "tree", "region"]
Cards = Annotated[tuple[Path, ...], Field(max_length=MAX_CARDS)]


class Column(Part):
    """A column: field path, width in pixels, whether it stays while scrolling, a figure below."""

    field: Path
    width: int | None = Field(None, ge=40, le=1_200)
    pinned: bool = False
    hidden: bool = False
    figure: Literal["sum", "avg", "min", "max"] | None = None


class Group(Part):
    """Rows are grouped by a field path; dates by a grain."""

    field: Path
    grain: Grain | None = None


class ViewMeasure(Part):
    """A figure of every group and of the whole: an aggregate formula."""

    key: str = Field(pattern="^[a-z][a-z0-9_]{0,59}$")
    label: Labels
    formula: Formula


class Board(Part):
    """A board: one column per option of a select field; `sum` is added up above each."""

    field: Path
    cards: Cards = ()
    sum: Path | None = None
    closed: tuple[str, ...] = Field((), max_length=100)


class Calendar(Part):
    """A calendar: from when, until when (a moment, when left out)."""

    start: Path
    end: Path | None = None


class Gallery(Part):
    """Cards with a picture."""

    image: Path | None = None
    cards: Cards = ()


class Tree(Part):
    """Records below records: a reference to the same object."""

    parent: Path


class Region(Part):
    """Records by 省市区."""

    field: Path


class ViewBody(Known):
    """How records of an object are shown, and which.

    The settings of its own type are needed (`board` for a board, and so on); those of others may
    be there, so that a reader can switch. `sort` are field paths, `-` for descending. It is for who
    holds a role of `visible_to` and belongs to a team of `teams` or one below; an empty list of
    either leaves nobody out. `default_for` are roles (`*`: all) whose members see it first. `maker`
    is the member who shared it, None for what came as a definition.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    object: str = Field(title="对象", description="Object", min_length=1, max_length=60)
    type: ViewType = Field("list", title="类型", description="Type")
    label: Labels = Field(title="名称", description="Label")
    icon: str | None = Field(None, title="图标", description="Icon", max_length=60)
    position: int = Field(100, title="排列顺序", description="Place in the order", ge=0, le=100_000)
    columns: Annotated[tuple[Column, ...], NAMED] = Field(
        (), title="列", description="Columns", max_length=MAX_COLUMNS
    )
    filter: Formula | None = Field(None, title="筛选", description="Filter")
    sort: tuple[Path, ...] = Field((), title="排序", description="Sort", max_length=MAX_SORTS)
    group_by: Annotated[tuple[Group, ...], NAMED] = Field(
        (), title="分组", description="Groups", max_length=MAX_GROUPS
    )
    measures: tuple[ViewMeasure, ...] = Field(
        (), title="汇总", description="Figures", max_length=MAX_MEASURES
    )
    board: Board | None = Field(None, title="看板设置", description="Board")
    calendar: Calendar | None = Field(None, title="日历设置", description="Calendar")
    gallery: Gallery | None = Field(None, title="卡片设置", description="Gallery")
    tree: Tree | None = Field(None, title="层级设置", description="Tree")
    region: Region | None = Field(None, title="区域设置", description="Region")
    colour_by: Path | None = Field(None, title="行颜色", description="Row colour")
    visible_to: tuple[RoleKey, ...] = Field(
        (), title="可见角色", description="Visible to", max_length=MAX_ROLES
    )
    teams: tuple[UUID, ...] = Field((), title="可见团队", description="Teams", max_length=MAX_TEAMS)
    default_for: tuple[RoleKey, ...] = Field(
        (), title="默认给", description="Default for", max_length=MAX_ROLES
    )
    maker: UUID | None = Field(None, json_schema_extra=INTERNAL)

    @model_validator(mode="after")
    def _is_set_up(self) -> "ViewBody":
        if self.type not in ("list", "gallery") and getattr(self, self.type) is None:
            raise refusal(
                "view.settings",
                f"“{self.type}”视图还缺少设置，请填写 {self.type}。",
                f"A {self.type} needs its settings; give '{self.type}'.",
            )
        for name, given in (("columns", [c.field for c in self.columns]),
                            ("measures", [m.key for m in self.measures])):  # fmt: skip
            if len(set(given)) < len(given):
                raise refusal(
                    "view.twice",
                    f"{name} 里有重复的一项，请删去一处。",
                    f"Something stands twice in '{name}'; delete one.",
                )
        return self


SETTINGS = ("board", "calendar", "gallery", "tree", "region")
