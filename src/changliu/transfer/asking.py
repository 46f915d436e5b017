"""What must be answered before an import begins: which row is the header, what fills the required
fields, how dates read."""

from typing import Any

from changliu.kit.errors import Fault
from changliu.schema.model import Object
from changliu.transfer.guessing import DateOrder, Lists
from changliu.transfer.intake import questions, read_body
from changliu.transfer.keying import key_notices
from changliu.transfer.model import Import
from changliu.transfer.needing import needed_by, needed_faults
from changliu.transfer.roster import MEMBERS
from changliu.transfer.totals import total_notices


def asked_of(made: Import, target: Object, lists: Lists = ()) -> list[Fault]:
    """Return the questions of an import; each has the path of its answer in the mapping. `lists`
    are the target's fields of lines."""
    found = [_header(made.described)] if made.described.get("header_by") == "first" else []
    if made.body.get("columns"):
        mapping = read_body(made.body)
        # Whether a column is missing is known once the header is.
        needed = () if found else needed_by(target, lists, mapping)
        found += needed_faults(needed, mapping, made.described)
        found += [_dates(each) for each in questions(mapping, made.described, target)]
    return found


def noticed_in(made: Import, target: Object) -> list[Fault]:
    """Return what to know of an import before it begins: nothing of it needs an answer."""
    if not made.body.get("columns"):
        return []
    mapping = read_body(made.body)
    found = [*key_notices(mapping, made.described, target)] if target is not MEMBERS else []
    return [*found, *total_notices(made.described, mapping.totals)]


def settled(described: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a file whose header a person has agreed to."""
    if described.get("header_by") != "first":
        return described
    return {**described, "header_by": "given"}


def _header(described: dict[str, Any]) -> Fault:
    row, names = described["header_row"], described["header"]
    shown = "、".join(names[:10])
    return Fault(
        "import.header",
        f"不能确定第 {row} 行（{shown}）是表头：请在 header_row 里写出表头的行号，没有表头写 0。",
        f"Row {row} ({shown}) may not be the header: say in 'header_row' which row is, 0 for none.",
        path="mapping.header_row",
        extra={"row": row, "names": names},
    )


def _dates(asked: DateOrder) -> Fault:
    return Fault(
        "import.asks",
        f"“{asked.column}”列的日期有几种读法，请先选定一种（映射里的 format）。",
        f"The dates of '{asked.column}' can be read in several ways; choose one ('format').",
        path=f"mapping.columns.{asked.column}.format",
        extra={"readings": asked.readings()},
    )
