"""Options of a field that are taken away while records still hold them."""

from collections.abc import Iterator, Sequence
from typing import Any

from changliu.definitions.model import Effect
from changliu.kit.db import Tx
from changliu.schema import store
from changliu.schema.body import FieldBody

MULTIPLE = "multi_select"


async def held_but_dropped(
    tx: Tx, table: str, old: FieldBody, new: FieldBody
) -> tuple[list[Effect], FieldBody]:
    """Return an effect per option that `new` drops and records hold, and the body that keeps
    those options as retired."""
    before = dict(_walk(old.settings.get("options") or ()))
    after = dict(_walk(new.settings.get("options") or ()))
    gone = [path for path in before if path not in after]
    if not gone or old.id is None or new.type not in ("select", "cascade", MULTIPLE):
        return [], new
    counts = await store.count_options(tx, table, old.place, gone, many=new.type == MULTIPLE)
    held = [path for path in gone if path in counts]
    effects = [_effect(before[path], counts[path]) for path in held]
    settings = dict(new.settings)
    settings["options"] = _kept(settings.get("options") or (), old.settings["options"], held)
    return effects, new.model_copy(update={"settings": settings}) if held else new


def _walk(options: Sequence[dict[str, Any]], above: str = "") -> Iterator[tuple[str, Any]]:
    for option in options:
        path = f"{above}{option['key']}"
        yield path, option
        yield from _walk(option.get("options") or (), f"{path}/")


def _kept(
    options: Sequence[dict[str, Any]], old: Sequence[dict[str, Any]], held: Sequence[str]
) -> list[dict[str, Any]]:
    """Put the held options back, retired, at the end of their level."""
    made = []
    former = {option["key"]: option for option in old}
    for option in options:
        below = former.get(option["key"], {}).get("options") or ()
        deeper = [p.partition("/")[2] for p in held if p.startswith(f"{option['key']}/")]
        rest = _kept(option.get("options") or (), below, deeper) if deeper else None
        made.append({**option, "options": rest} if rest else option)
    present = {option["key"] for option in options}
    for option in old:
        wanted = any(p.partition("/")[0] == option["key"] for p in held)
        if wanted and option["key"] not in present:
            made.append({**option, "retired": True})
    return made


def _effect(option: dict[str, Any], count: int) -> Effect:
    labels = option.get("label") or {}
    zh, en = labels.get("zh-CN", option["key"]), labels.get("en", option["key"])
    return Effect(
        "option",
        f"有 {count} 条记录选了“{zh}”；它会保留为停用选项",
        f"{count} records hold '{en}'; it stays as a retired option",
    )
