"""Binds a mapping to a file's header and an object's fields; every fault at its mapping line."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import Any

from changliu.fields.model import Field
from changliu.fields.protocol import FieldType
from changliu.fields.types.lines import LINES, LinesSettings
from changliu.fields.types.text import TextSettings
from changliu.kit.errors import Fault, Invalid
from changliu.kit.yaml_lines import Document
from changliu.kit.yaml_models import nearest
from changliu.schema.model import Catalogue, Object
from changliu.transfer.mapping import Column, Lookup, Mapping
from changliu.transfer.plan import (
    MATCHABLE,
    OWNERSHIP,
    RECORD,
    BoundColumn,
    ImportPlan,
    Role,
    path_of,
)


class MappingBinder:
    """Binds a mapping to a header and an object, gathering what is wrong with it."""

    def __init__(
        self,
        mapping: Mapping,
        document: Document,
        header: tuple[str, ...],
        target: Object,
        world: tuple[Catalogue, Map[str, FieldType]],
    ) -> None:
        self.mapping, self.document, self.header = mapping, document, header
        self.catalogue, self.types = world
        self.target = target
        self.faults: list[Fault] = []

    @property
    def ownership(self) -> Map[str, Role]:
        """Columns beside fields: whose a record is."""
        return OWNERSHIP

    @property
    def identity(self) -> Field | None:
        """The column of ids, where the target has one."""
        return RECORD

    def plan(self) -> ImportPlan:
        """Return the plan; raises `Invalid` (`import.mapping`) with every fault."""
        columns = [
            bound
            for name, rules in self.mapping.columns.items()
            for index, rule in enumerate(rules)
            if (bound := self._column(name, index, rule)) is not None
        ]
        self._twice(columns)
        self._lines(columns)
        self._unmapped()
        constants = self._constants(columns)
        match = self.match(columns)
        if self.faults:
            first = self.faults[0]
            raise Invalid("import.mapping", first.zh, first.en, self.faults)
        return ImportPlan(
            self.target,
            self.mapping.mode,
            self.header,
            tuple(columns),
            match,
            constants,
            frozenset(self.mapping.null),
            self.mapping.lines,
        )

    def fault(self, code: str, path: Sequence[str | int], zh: str, en: str) -> None:
        """Note what is wrong at a key of the mapping."""
        self.faults.append(self.document.fault(code, path, zh, en))

    def unknown(
        self, path: Sequence[str | int], what: tuple[str, str], word: str, known: Iterable[str]
    ) -> None:
        """Note a word that means nothing, and those that would."""
        listed = list(known)
        guess = nearest(word, listed)
        hint = (f"，您是不是想写“{guess}”", f"; did you mean '{guess}'") if guess else ("", "")
        shown = "、".join(listed[:40]), ", ".join(listed[:40])
        self.fault(
            "import.unknown",
            path,
            f"没有“{word}”{what[0]}{hint[0]}。可用：{shown[0]}。",
            f"there is no {what[1]} '{word}'{hint[1]}. Possible: {shown[1]}.",
        )

    def _column(self, name: str, index: int, rule: Column) -> BoundColumn | None:
        at: tuple[str | int, ...] = ("columns", name)
        if isinstance(_at(self.document, at), list):
            at = (*at, index)
        if name not in self.header:
            self.unknown(("columns", name), ("这一列", "column"), name, self.header)
            return None
        common: dict[str, Any] = {
            "header": name,
            "place": self.header.index(name),
            "key": rule.field,
            "rule": rule,
            "nulls": frozenset((*self.mapping.null, *rule.null)),
            "replacements": {k: _as_cell(v) for k, v in rule.values.items()},
        }
        if rule.field in self.ownership:
            return BoundColumn(**common, role=OWNERSHIP[rule.field])
        if "." in rule.field:
            return self._line(common, at, rule.field)
        if self.identity is not None and rule.field == self.identity.key:
            return self._given(common, at, self.identity)
        field = self.target.by_key.get(rule.field)
        if field is None:
            keys = [f.key for f in self.target.stored] + list(self.ownership)
            self.unknown((*at, "field"), ("这个字段", "field"), rule.field, keys)
            return None
        return self._field(common, at, field)

    def _line(
        self, common: dict[str, Any], at: Sequence[str | int], path: str
    ) -> BoundColumn | None:
        """Bind a column that fills a field of lines, such as `lines.product`."""
        key, _, inner = path.partition(".")
        holder = self.target.by_key.get(key)
        if holder is None or not isinstance(holder.settings, LinesSettings):
            known = [f.key for f in self.target.fields if f.type == LINES]
            self.unknown((*at, "field"), ("这个明细字段", "field of lines"), key, known)
            return None
        line = self.catalogue.object(holder.settings.object)
        field = line.by_key.get(inner)
        if field is None:
            keys = [f"{key}.{f.key}" for f in line.stored if not f.read_only]
            self.unknown((*at, "field"), ("这个字段", "field"), path, keys)
            return None
        bound = self._field({**common, "key": inner}, at, field)
        return None if bound is None else replace(bound, holder=key, deferred=False)

    def _lines(self, columns: list[BoundColumn]) -> None:
        """Check that columns of lines are of one list, and how its lines are recognised."""
        detail = [column for column in columns if column.holder]
        if len({column.holder for column in detail}) > 1:
            self.fault(
                "import.lines",
                ("columns",),
                "一次导入只能填写一个明细字段，请分几次导入。",
                "an import fills one field of lines; import the others apart.",
            )
        rule = self.mapping.lines
        if rule is None:
            return
        known = {column.key for column in detail}
        for key in rule.match:
            if key not in known:
                self.unknown(("lines", "match"), ("这一列明细", "column of lines"), key, known)
        if rule.mode == "keep" and not rule.match:
            self.fault(
                "import.match",
                ("lines", "mode"),
                "保留其余明细行时，要用 match 写明按哪个字段认出同一行。",
                "to keep other lines, say in 'match' which field recognises a line.",
            )

    def _field(
        self, common: dict[str, Any], at: Sequence[str | int], field: Field
    ) -> BoundColumn | None:
        if field.type == "autonumber" and field.key in self.mapping.match:
            return self._given(common, at, replace(field, type="text", settings=TextSettings()))
        if field.column is None or field.read_only or field.type == "autonumber":
            self.fault(
                "import.read_only",
                (*at, "field"),
                f"“{field.label['zh-CN']}”由系统填写，不能导入，请去掉这一列。",
                f"'{field.label['en']}' is filled by the system; leave this column out.",
            )
            return None
        if field.type in ("member", "team"):
            role: Role = "member" if field.type == "member" else "team"
            return BoundColumn(**common, role=role, field=field)
        kind = self.types[field.type]
        if field.type != "reference":
            return BoundColumn(**common, role="value", field=field, type=kind)
        return self._reference(common, at, field)

    def _given(
        self, common: dict[str, Any], at: Sequence[str | int], field: Field
    ) -> BoundColumn | None:
        """Bind a column of what the platform gave: it recognises records, nothing else."""
        if field.key in self.mapping.match:
            text = self.types["text"]
            return BoundColumn(**common, role="value", field=field, type=text, given=True)
        self.fault(
            "import.match",
            (*at, "field"),
            f"“{field.label['zh-CN']}”只用来认出已有的记录，请写进 match，或去掉这一列。",
            f"'{field.label['en']}' only recognises records: name it in 'match', or leave it out.",
        )
        return None

    def _reference(
        self, common: dict[str, Any], at: Sequence[str | int], field: Field
    ) -> BoundColumn | None:
        target = self.catalogue.object(str(getattr(field.settings, "object", "")))
        lookup = common["rule"].reference or Lookup(by=_title_key(target))
        by = target.by_key.get(lookup.by)
        if by is None or by.column is None:
            keys = [f.key for f in target.stored]
            path = (*at, "reference", "by") if common["rule"].reference else at
            self.unknown(path, ("这个字段", "field"), lookup.by, keys)
            return None
        deferred = target.id == self.target.id
        return BoundColumn(
            **common, role="reference", field=field, target=target, by=by, deferred=deferred
        )

    def _twice(self, columns: list[BoundColumn]) -> None:
        seen: dict[str, str] = {}
        for column in columns:
            path = path_of(column)
            if path in seen:
                self.fault(
                    "import.twice",
                    ("columns", column.header),
                    f"“{seen[path]}”已经填写字段“{path}”，请去掉一列。",
                    f"'{seen[path]}' fills the field '{path}' already; drop one.",
                )
            seen[path] = column.header

    def _unmapped(self) -> None:
        left = [name for name in self.header if name not in self.mapping.columns]
        if left and self.mapping.unmapped == "refuse":
            self.fault(
                "import.unmapped",
                ("columns",),
                f"这些列没有映射：{'、'.join(left)}。",
                f"these columns are not mapped: {', '.join(left)}.",
            )

    def _constants(self, columns: list[BoundColumn]) -> dict[str, Any]:
        filled = {path_of(c) for c in columns}
        for key in self.mapping.constants:
            field = self.target.by_key.get(key)
            if field is None or field.column is None:
                known = [f.key for f in self.target.stored]
                self.unknown(("constants", key), ("这个字段", "field"), key, known)
            elif key in filled:
                self.fault(
                    "import.twice",
                    ("constants", key),
                    f"字段“{key}”已由一列填写，请去掉一处。",
                    f"the field '{key}' is filled by a column; drop one.",
                )
        return dict(self.mapping.constants)

    def match(self, columns: list[BoundColumn]) -> tuple[BoundColumn, ...]:
        """Return the columns that recognise a record."""
        by_key = {
            c.key: c
            for c in columns
            if c.role == "value" and not c.holder and (f := c.field) and f.type in MATCHABLE
        }
        for key in self.mapping.match:
            if key not in by_key:
                self.unknown(("match",), ("这个可匹配的字段", "field to match by"), key, by_key)
        needed = self.mapping.mode != "create" and not self.mapping.match
        if needed:
            self.fault(
                "import.match",
                ("mode",),
                "更新已有记录需要 match 字段，请写明用哪个字段认出同一条记录。",
                "updating needs 'match': say which field recognises the same record.",
            )
        return tuple(by_key[k] for k in self.mapping.match if k in by_key)


def _title_key(target: Object) -> str:
    title = target.by_id.get(target.title_field or "")
    return title.key if title else "name"


def _as_cell(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _at(document: Document, path: Sequence[str | int]) -> Any:
    value = document.value
    for part in path:
        if not isinstance(value, dict | list):
            return None
        value = value.get(part) if isinstance(value, dict) else value[int(part)]
    return value
