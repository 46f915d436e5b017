"""Random formulas: well-typed ones by kind, and token soup."""

from pathlib import Path
from random import Random

import yaml

from changliu.formula.functions import FUNCTIONS, Form, Function
from changliu.formula.functions.function import BOOL, DAY, LIST, NUMBER, SCALAR, TEXT
from changliu.formula.functions.work import CALENDAR
from changliu.formula.model import Kind

N, T, B, D, S = Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME

VOCABULARY = yaml.safe_load((Path(__file__).parent / "vocabulary.yaml").read_text("utf-8"))
FIELDS = {name: VOCABULARY[name] for name in ("线索", "合同", "商机")}
UNITS = ["年", "季度", "月", "周", "天", "小时", "分钟"]
_BY_KIND = {N: NUMBER, T: TEXT, B: BOOL, D: DAY}
_CUSTOM = {
    "TEXT", "DATEADD", "DATEDIF", "WEEKDAY", "DATEVALUE", "KEY", "LABEL", "OPTIONINDEX", "ME",
    "ISME", "ISMYTEAM", "TITLE", "ID", "SIZE", "AND", "OR", "NOT", "TRUE", "FALSE", "BLANK", "GET",
    "GETNUM", "GETBOOL", "GETDATE", "HASKEY", "REPT",
}  # fmt: skip
_RESULTS: dict[Kind, list[Function]] = {
    kind: [
        f
        for f in FUNCTIONS.values()
        if f.form is Form.PLAIN and f.result is kind and f.name not in _CUSTOM
    ]
    for kind in (N, T, B, D, S)
}


class Generator:
    """Formulas of a wanted kind over the fields of one object."""

    def __init__(self, random: Random, object_id: str) -> None:
        self.random = random
        self.fields = FIELDS[object_id]

    def formula(self, kind: Kind, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.15:
            return self.leaf(kind)
        options = {N: self.number, T: self.text, B: self.truth, D: self.date, S: self.moment}
        return options[kind](depth - 1)

    def leaf(self, kind: Kind) -> str:
        constants = VOCABULARY["constants"]
        pool = (self.fields if self.random.random() < 0.65 else constants)[kind.value]
        return str(self.random.choice(pool))

    def scalar(self, depth: int) -> str:
        return self.formula(self.random.choice([N, T, B, D, S]), depth)

    def number(self, depth: int) -> str:
        pick = self.random.randrange(10)
        if pick < 3:
            op = self.random.choice(["+", "-", "*", "/", "+", "-", "*", "^"])
            return f"({self.formula(N, depth)}{op}{self.formula(N, depth)})"
        if pick == 3:
            return f"({self.formula(D, depth)}-{self.formula(self.random.choice([D, S]), depth)})"
        if pick == 4:
            return self.random.choice(["-({})", "({})%", "+{}"]).format(self.formula(N, depth))
        if pick == 5:
            unit = self.random.choice(UNITS)
            return f'DATEDIF({self.formula(D, depth)},{self.formula(S, depth)},"{unit}")'
        if pick == 6:
            name = self.random.choice(["SUM", "AVG", "MIN", "MAX"])
            return f"{name}({self.formula(N, depth)},{self.formula(N, depth)})"
        return self.choice(N, depth) if pick == 7 else self.plain(N, depth)

    def text(self, depth: int) -> str:
        pick = self.random.randrange(8)
        if pick < 2:
            return f"({self.scalar(depth)} & {self.scalar(depth)})"
        if pick == 2:
            pattern = self.random.choice(["0", "0.00", "#,##0.0", "0%", "#,##0"])
            return f'TEXT({self.formula(N, depth)},"{pattern}")'
        if pick == 3:
            pattern = self.random.choice(["yyyy-MM-dd", "yyyy年M月d日 H:mm", "HH:mm:ss"])
            return f'TEXT({self.formula(self.random.choice([D, S]), depth)},"{pattern}")'
        if pick == 4:
            times = self.random.choice(["2", "-1", "50", "0", self.formula(N, 0)])
            return f"REPT({self.formula(T, depth)},{times})"
        return self.choice(T, depth) if pick == 5 else self.plain(T, depth)

    def truth(self, depth: int) -> str:
        pick = self.random.randrange(10)
        kind = self.random.choice([N, T, D, S])
        if pick < 3:
            op = self.random.choice(["=", "<>", "<", "<=", ">", ">="])
            other = S if kind is D and self.random.random() < 0.3 else kind
            return f"({self.texted(kind, depth)} {op} {self.texted(other, depth)})"
        if pick == 3:
            items = ",".join(self.texted(kind, depth) for _ in range(3))
            return f"({self.texted(kind, depth)} IN ({items}))"
        if pick == 4:
            word = self.random.choice([" AND ", " OR ", " 且 "])
            return f"({self.formula(B, depth)}{word}{self.formula(B, depth)})"
        if pick == 5:
            return f"(NOT {self.formula(B, depth)})"
        if pick == 6:
            days = self.random.choice(["30", "0", "-7", "2.5", self.formula(N, 0)])
            op = self.random.choice(["=", "<>", "<", "<=", ">", ">="])
            return f"(TODAY()-{self.fields[D.value][0]} {op} {days})"
        if pick == 7:
            return f"ISBLANK({self.scalar(depth)})"
        return self.choice(B, depth) if pick == 8 else self.plain(B, depth)

    def texted(self, kind: Kind, depth: int) -> str:
        """A side of a comparison; a choice beside a text would need one of its options."""
        made = self.formula(kind, depth)
        return f'({made} & "")' if kind is T else made

    def date(self, depth: int) -> str:
        pick = self.random.randrange(5)
        if pick == 0:
            return f"({self.formula(D, depth)}{self.random.choice('+-')}{self.formula(N, depth)})"
        if pick == 1:
            unit = self.random.choice(UNITS[:5])
            return f'DATEADD({self.formula(D, depth)},{self.formula(N, depth)},"{unit}")'
        if pick == 2:
            return f"DATEVALUE({self.formula(self.random.choice([D, S]), depth)})"
        return self.choice(D, depth) if pick == 3 else self.plain(D, depth)

    def moment(self, depth: int) -> str:
        pick = self.random.randrange(4)
        if pick == 0:
            return f"({self.formula(S, depth)}{self.random.choice('+-')}{self.formula(N, depth)})"
        if pick == 1:
            unit = self.random.choice(UNITS)
            return f'DATEADD({self.formula(S, depth)},{self.formula(N, depth)},"{unit}")'
        return self.choice(S, depth) if pick == 2 else self.plain(S, depth)

    def choice(self, kind: Kind, depth: int) -> str:
        one, other = self.formula(kind, depth), self.formula(kind, depth)
        condition = self.formula(B, depth)
        shape = self.random.randrange(5)
        if shape == 0:
            return f"IFS({condition},{one},{self.formula(B, depth)},{other})"
        if shape == 1:
            return f"IFBLANK({one},{other})"
        if shape == 2:
            return f"CHOOSE({self.formula(N, depth)},{one},{other})"
        if shape == 3:
            number = self.formula(N, depth)
            return f"SWITCH({number},1,{one},{self.formula(N, depth)},{other},{one})"
        return f"IF({condition},{one},{other})"

    def plain(self, kind: Kind, depth: int) -> str:
        function = self.random.choice(_RESULTS[kind])
        least, most = function.least, min(function.most, function.least + 2)
        if function.name in CALENDAR:
            most = least  # the last one is a team
        args = [self.argument(function, i, depth) for i in range(self.random.randint(least, most))]
        return f"{function.name}({','.join(args)})"

    def argument(self, function: Function, index: int, depth: int) -> str:
        kinds = function.parameter(index).kinds
        if kinds == SCALAR or kinds > LIST:
            return self.scalar(depth)
        kind = next(kind for kind, known in _BY_KIND.items() if kinds == known)
        if kind is D and self.random.random() < 0.5:
            kind = S
        return self.formula(kind, depth)


def soup(random: Random) -> str:
    """A random string of tokens; almost never a formula."""
    return "".join(random.choice(VOCABULARY["soup"]) for _ in range(random.randint(1, 12)))
