"""A refused changeset as one problem: its status is that of the faults, when they agree."""

from collections.abc import Sequence

from changliu.kit.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Problem

_KINDS: dict[str, type[Problem]] = {
    "record.missing": NotFound,
    "record.exists": Conflict,
    "record.conflict": Conflict,
    "record.referenced": Conflict,
    "reference.gone": Conflict,
    "access.denied": Forbidden,
    "access.out_of_scope": Forbidden,
    "access.no_transfer": Forbidden,
    "field.forbidden": Forbidden,
}
# Faults shown in one document; the count tells of the rest.
SHOWN = 200


def refuse(faults: Sequence[Fault]) -> Problem:
    """Return the problem that refuses a changeset for these faults (at least one)."""
    kinds = {_KINDS.get(fault.code, Invalid) for fault in faults}
    kind = kinds.pop() if len(kinds) == 1 else Invalid
    if len(faults) == 1:
        return kind(faults[0].code, faults[0].zh, faults[0].en, faults)
    return kind(
        "changeset.refused",
        f"有 {len(faults)} 处问题，什么也没有保存，请按提示修改后再提交。",
        f"{len(faults)} things are wrong and nothing was saved; mend them and submit again.",
        faults[:SHOWN],
    )
