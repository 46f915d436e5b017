"""Compiling formulas: text to checked tree to SQL. There is no floor: the work is all ours."""

import statistics
import time
from collections.abc import Callable
from typing import Any, ClassVar

from benchmarks.harness import Comparison, Cost
from changliu.formula import EmitEnv, compile_text, emit
from changliu.formula.world import FieldFact, Kind, ObjectFact, Option

ROUNDS, CALLS = 7, 500
TEXTS = {
    "IF(回款总额>8000000,0.025,0.02)": "合同",
    'SUM(回款.金额, 回款.状态="已到账")': "合同",
    '合同.客户.行业 = "制造业"': "回款",
    "TODAY()-最后跟进日期 > 30": "合同",
}
STATES = (Option("in", ("已到账",)), Option("out", ("待收",)))


class Small:
    """Three objects: 客户 ← 合同 ← 回款."""

    objects: ClassVar[dict[str, ObjectFact]] = {
        "客户": ObjectFact("客户", ("客户",), "s", "o_1", {
            "c1": FieldFact("c1", ("行业",), Kind.CHOICE, "f_1",
                            options=(Option("made", ("制造业",)),)),
        }),
        "合同": ObjectFact("合同", ("合同",), "s", "o_2", {
            "h1": FieldFact("h1", ("回款总额",), Kind.NUMBER, "f_2"),
            "h2": FieldFact("h2", ("客户",), Kind.REF, "f_3", target="客户"),
            "h3": FieldFact("h3", ("最后跟进日期",), Kind.DATE, "f_4"),
            "h4": FieldFact("h4", ("回款",), Kind.CHILDREN, target="回款", via="p3"),
        }),
        "回款": ObjectFact("回款", ("回款",), "s", "o_3", {
            "p1": FieldFact("p1", ("金额",), Kind.NUMBER, "f_5"),
            "p2": FieldFact("p2", ("状态",), Kind.CHOICE, "f_6", options=STATES),
            "p3": FieldFact("p3", ("合同",), Kind.REF, "f_7", target="合同"),
        }),
    }  # fmt: skip

    def object(self, object_id: str) -> ObjectFact:
        """Return the facts of an object."""
        return self.objects[object_id]


def run(scale: int) -> list[Comparison]:
    """Measure parse + check, and parse + check + emit, per formula in ms."""
    del scale
    small = Small()
    lines = []
    for text, owner in TEXTS.items():
        node = compile_text(text, small, owner).node
        checked = _cost(lambda t=text, o=owner: compile_text(t, small, o))
        emitted = _cost(
            lambda n=node, o=owner: emit(n, small, object_id=o, env=EmitEnv(), alias="r")
        )
        full = Cost(
            round(checked.p50 + emitted.p50, 4), round(checked.p95 + emitted.p95, 4),
            round(checked.p50 + emitted.p50, 4), 0.0,
        )  # fmt: skip
        notes = {"check_us": round(checked.p50 * 1000), "emit_us": round(emitted.p50 * 1000)}
        lines.append(Comparison(text, full, None, notes))
    return lines


def _cost(call: Callable[[], Any]) -> Cost:
    call()
    walls = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(CALLS):
            call()
        walls.append((time.process_time() - began) / CALLS * 1000)
    walls.sort()
    return Cost(round(statistics.median(walls), 4), round(walls[-1], 4), 0.0, 0.0)
