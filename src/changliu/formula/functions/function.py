"""What a function of the language is: names, parameters, result, words and examples."""

from dataclasses import dataclass, field
from enum import StrEnum

from changliu.formula.model import Kind

NUMBER = frozenset({Kind.NUMBER})
BOOL = frozenset({Kind.BOOL})
TEXT = frozenset({Kind.TEXT, Kind.CHOICE, Kind.REF})
DAY = frozenset({Kind.DATE, Kind.DATETIME})
SCALAR = NUMBER | BOOL | TEXT | DAY
LIST = frozenset({Kind.MULTI, Kind.UUIDS})
KINDS: dict[str, frozenset[Kind]] = {
    "N": NUMBER,
    "B": BOOL,
    "T": TEXT,
    "D": DAY,
    "A": SCALAR,
    "C": frozenset({Kind.CHOICE}),
    "L": LIST,
    "J": frozenset({Kind.JSON}),
    "R": frozenset({Kind.REF}),
    "*": SCALAR | LIST | {Kind.JSON},
    "#": LIST | {Kind.JSON},
}


class Form(StrEnum):
    """How a call is checked: PLAIN by its parameters, the others by code of their own."""

    PLAIN = "plain"
    BRANCHES = "branches"
    LIST = "list"
    ROLLUP = "rollup"
    CHANGE = "change"


class Topic(StrEnum):
    """The chapters of the functions page."""

    MATH = "math"
    TEXT = "text"
    DATE = "date"
    LOGIC = "logic"
    LIST = "list"
    ROLLUP = "rollup"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its names, the kinds it takes, and whether it may be left out or repeated.

    `written`: it must be a constant in the text of the formula.
    """

    zh: str
    en: str
    kinds: frozenset[Kind]
    optional: bool = False
    repeated: bool = False
    written: bool = False

    @property
    def names(self) -> tuple[str, str]:
        """(zh, en)."""
        return self.zh, self.en


@dataclass(frozen=True, slots=True)
class Example:
    """A formula on the sample records and its value as it travels (numbers as strings)."""

    formula: str
    value: str | bool | None
    object: str = "线索"


@dataclass(frozen=True, slots=True)
class Function:
    """One function; `aliases` are its other names, the Chinese one first."""

    name: str
    aliases: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    result: Kind
    topic: Topic
    zh: str
    en: str
    examples: tuple[Example, ...]
    form: Form = Form.PLAIN
    least: int = field(init=False)
    most: int = field(init=False)

    def __post_init__(self) -> None:
        """Count how few and how many arguments the parameters allow."""
        needed = sum(not p.optional for p in self.parameters)
        endless = any(p.repeated for p in self.parameters)
        object.__setattr__(self, "least", needed)
        object.__setattr__(self, "most", 500 if endless else len(self.parameters))

    def parameter(self, index: int) -> Parameter:
        """The parameter that takes the index-th argument; the repeated one takes all the rest."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def usage(self, lang: str = "zh") -> str:
        """`LEFT(文本, [个数])`."""
        shown = []
        for parameter in self.parameters:
            name = parameter.zh if lang == "zh" else parameter.en
            name = f"{name}…" if parameter.repeated else name
            shown.append(f"[{name}]" if parameter.optional else name)
        return f"{self.name}({', '.join(shown)})"


def parameters(signature: str) -> tuple[Parameter, ...]:
    """Parameters from a signature: `文本 text:T, 个数 count:N?`.

    After the kind letter (see KINDS): ? may be left out, + repeated, ! written out.
    """
    return tuple(_parameter(part) for part in signature.split(", ") if part)


def _parameter(part: str) -> Parameter:
    names, _, letters = part.partition(":")
    zh, en = names.split(" ")
    return Parameter(
        zh,
        en,
        KINDS[letters[0]],
        optional="?" in letters,
        repeated="+" in letters,
        written="!" in letters,
    )


@dataclass(frozen=True, slots=True)
class Chapter:
    """A topic being written down: calling it makes one function."""

    topic: Topic
    form: Form = Form.PLAIN
    object: str = "线索"

    def __call__(
        self,
        names: str,
        signature: str,
        result: Kind,
        words: str,
        *examples: tuple[str, str | bool | None],
        form: Form | None = None,
    ) -> Function:
        """`names`: "LEFT 左取"; `words`: "Chinese sentence | English sentence"."""
        name, *aliases = names.split(" ")
        zh, en = words.split(" | ")
        shown = tuple(Example(formula, value, self.object) for formula, value in examples)
        form = form or self.form
        return Function(
            name, tuple(aliases), parameters(signature), result, self.topic, zh, en, shown, form
        )
