"""From one physical state of a field to another: steps with their cost, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from changliu.fields.protocol import Storage
from changliu.kit.labels import Language


class Cost(StrEnum):
    """What a step costs people at work (measured at 1M rows)."""

    METADATA = "metadata"  # nothing
    INSTANT = "instant"  # about 20 ms
    INDEX = "index"  # seconds in the background; nobody waits


COST_WORDS = {
    Cost.METADATA: ("只改定义", "definition only"),
    Cost.INSTANT: ("瞬间完成", "instant"),
    Cost.INDEX: ("后台建索引，不影响使用", "index built in the background"),
}


@dataclass(frozen=True, slots=True)
class Index:
    """An index of one field: plain, or unique on a normalised key (`ddl.unique_key`)."""

    name: str
    unique: bool = False
    key: str = "exact"
    method: str = "btree"


@dataclass(frozen=True, slots=True)
class Step:
    """One physical step; `op` names its runner in `schema.ddl`."""

    op: str
    table: str
    cost: Cost = Cost.INSTANT
    zh: str = ""
    en: str = ""
    column: str = ""
    storage: Storage | None = None
    index: Index | None = None
    start: int = 1

    def as_json(self, language: Language) -> dict[str, str]:
        """Return `{op, cost, words}` in one language."""
        words = COST_WORDS[self.cost][language == "en"]
        message = self.zh if language == "zh-CN" else self.en
        return {"op": self.op, "cost": self.cost.value, "words": words, "message": message}


@dataclass(frozen=True, slots=True)
class Physical:
    """What a field needs of its table; nothing (`storage` None) when it is computed."""

    table: str
    column: str
    storage: Storage | None
    indexes: tuple[Index, ...] = ()
    sequence: int | None = None  # its first number
    counting: str = ""  # how numbers without gaps are counted; empty with gaps, or no number


def plan_object(table: str, built_in: Sequence[Step] = ()) -> list[Step]:
    """Return the steps of a new object, with those of the columns it has from the start."""
    made = Step("create_table", table, Cost.INSTANT, "新建数据表", "Create the table")
    return [made, *built_in]


def plan_field(old: Physical | None, new: Physical | None) -> list[Step]:
    """Return the steps from one state to another; a removed field keeps its column."""
    steps: list[Step] = []
    target = new or old
    if target is None or target.storage is None:
        return steps
    if new is not None and old is None:
        steps += _creation(new)
    elif old is not None and new is not None and old.counting not in ("", new.counting):
        words = ("编号接着已用的最大号继续", "Go on after the highest number given so far")
        steps.append(Step("carry_number", new.table, Cost.METADATA, *words, column=new.column))
    before = {index.name: index for index in (old.indexes if old else ())}
    after = {index.name: index for index in (new.indexes if new else ())}
    steps += [_dropped(target, i) for n, i in before.items() if after.get(n) != i]
    steps += [_added(target, i) for n, i in after.items() if before.get(n) != i]
    return steps


def _creation(new: Physical) -> list[Step]:
    words = ("新增一列（已有记录为空）", "Add a column (blank in existing records)")
    steps = [
        Step("add_column", new.table, Cost.INSTANT, *words, column=new.column, storage=new.storage)
    ]
    if new.sequence is not None:
        words = ("新建编号序列", "Create the number sequence")
        made = Step("create_sequence", new.table, Cost.INSTANT, *words, column=new.column)
        steps.append(replace(made, start=new.sequence))
    return steps


def _added(state: Physical, index: Index) -> Step:
    words = ("建立索引", "Build an index")
    if index.unique:
        words = ("检查并保证唯一", "Check that values are unique and keep them so")
    return Step("add_index", state.table, Cost.INDEX, *words, state.column, state.storage, index)


def _dropped(state: Physical, index: Index) -> Step:
    words = ("去掉索引", "Drop an index")
    if index.unique:
        words = ("不再要求唯一", "Values may repeat")
    return Step("drop_index", state.table, Cost.INSTANT, *words, state.column, state.storage, index)
