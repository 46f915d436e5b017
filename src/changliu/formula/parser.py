"""Tokens to syntax: a Pratt parser. Binding powers from low to high:

OR(1) < AND(2) < NOT(3) < = <> < <= > >= IN(4) < &(5) < + -(6) < * /(7) < ^(8) < unary -(9) < %(10);
operators of one power group to the left, so 2^3^2 is 64 and -2^2 is 4, as in Excel.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from changliu.formula.errors import FormulaError, refuse
from changliu.formula.lexer import UNITS, Sort, Token, tokens
from changliu.formula.syntax import (
    Among,
    Binary,
    Invoke,
    Many,
    Name,
    Number,
    Path,
    Prefix,
    Syntax,
    Text,
    Truth,
)
from changliu.formula.world import fold

MAX_BRACKETS = 60
MAX_NODES = 500
# A chain of + or nested operators grows the tree without brackets; this bounds every later
# recursion far below Python's limit.
MAX_DEPTH = 120

KEYWORDS = {
    "and": "AND", "且": "AND", "并且": "AND",
    "or": "OR", "或": "OR", "或者": "OR",
    "not": "NOT", "非": "NOT",
    "in": "IN", "属于": "IN",
    "true": "TRUE", "真": "TRUE",
    "false": "FALSE", "假": "FALSE",
}  # fmt: skip
POWERS = {
    "OR": 1, "AND": 2, "NOT": 3,
    "=": 4, "<>": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "IN": 4,
    "&": 5, "+": 6, "-": 6, "*": 7, "/": 7, "^": 8, "%": 10,
}  # fmt: skip
_UNARY_MINUS = 9
_GATHERED = ("OR", "AND", "&")

S = TypeVar("S", bound=Syntax)


def parse(text: str) -> Syntax:
    """The syntax of a formula; a leading `=` is skipped. FormulaError at the first mistake."""
    parser = _Parser(tokens(text))
    parser.skip("=")
    whole = parser.expression(0)
    if parser.token.sort is not Sort.END:
        raise parser.misplaced("trail")
    return whole


def keyword(token: Token) -> str:
    """AND, OR, NOT, IN, TRUE, FALSE when the bare word is one of them, else nothing."""
    return KEYWORDS.get(fold(token.text), "") if token.sort is Sort.WORD else ""


class _Parser:
    def __init__(self, stream: list[Token]) -> None:
        self.stream = stream
        self.at = 0
        self.nodes = 0
        self.brackets = 0
        self.levels = 0

    # --- tokens

    @property
    def token(self) -> Token:
        return self.stream[self.at]

    def next(self) -> Token:
        token = self.stream[self.at]
        self.at = min(self.at + 1, len(self.stream) - 1)
        return token

    def is_sign(self, sign: str, ahead: int = 0) -> bool:
        token = self.stream[min(self.at + ahead, len(self.stream) - 1)]
        return token.sort is Sort.SIGN and token.text == sign

    def skip(self, sign: str) -> bool:
        if self.is_sign(sign):
            self.next()
            return True
        return False

    def misplaced(self, code: str) -> FormulaError:
        token = self.token
        if token.sort is Sort.END:
            return refuse("eof", token.start, token.end)
        return refuse(code, token.start, token.end, found=token.text)

    # --- nodes

    def keep(self, node: S) -> S:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise refuse("size", node.start, node.end, limit=MAX_NODES)
        if node.depth > MAX_DEPTH:
            raise refuse("deep", node.start, node.end, limit=MAX_DEPTH)
        return node

    def expression(self, power: int) -> Syntax:
        self.levels += 1
        if self.levels > MAX_DEPTH:
            raise refuse("deep", self.token.start, self.token.end, limit=MAX_DEPTH)
        left = self.operand()
        while (op := self.operator()) and POWERS[op] > power:
            left = self.extend(left, op)
        self.levels -= 1
        return left

    def operator(self) -> str:
        token = self.token
        if token.sort is Sort.SIGN:
            return token.text if token.text in POWERS else ""
        word = keyword(token)
        if word == "NOT":  # only `x NOT IN (…)` has NOT after a value
            return "IN" if keyword(self.stream[self.at + 1]) == "IN" else ""
        return word if word in POWERS else ""

    def extend(self, left: Syntax, op: str) -> Syntax:
        if op == "IN":
            return self.among(left)
        if op == "%":
            return self.keep(Prefix(left.start, self.next().end, left.depth + 1, "%", left))
        if op in _GATHERED:
            items = [left]
            while self.operator() == op:
                self.next()
                items.append(self.expression(POWERS[op]))
            return self.keep(Many(left.start, items[-1].end, _depth(items), op, tuple(items)))
        self.next()
        right = self.expression(POWERS[op])
        return self.keep(Binary(left.start, right.end, _depth((left, right)), op, left, right))

    def among(self, value: Syntax) -> Syntax:
        negated = keyword(self.next()) == "NOT"
        if negated:
            self.next()
        if not self.is_sign("("):
            raise refuse("expect_list", self.token.start, self.token.end)
        items, end = self.arguments()
        if not items:
            raise refuse("expect", end - 1, end, found=")")
        node: Syntax = Among(value.start, end, _depth((value, *items)), value, items)
        node = self.keep(node)
        if negated:
            node = self.keep(Prefix(value.start, end, node.depth + 1, "NOT", node))
        return node

    def operand(self) -> Syntax:
        token = self.token
        if token.sort is Sort.NUMBER:
            return self.number(self.next())
        if token.sort is Sort.TEXT:
            self.next()
            return self.keep(Text(token.start, token.end, 1, token.text))
        if token.sort is Sort.LABEL:
            return self.path()
        if token.sort is Sort.WORD:
            return self.word()
        if self.is_sign("("):
            return self.group()
        if self.is_sign("-") or self.is_sign("+"):
            return self.signed(self.next())
        raise self.misplaced("expect")

    def number(self, token: Token) -> Syntax:
        digits = token.text.rstrip("万亿")
        unit = token.text[len(digits) :]
        value = Decimal(digits) * UNITS.get(unit, 1)
        return self.keep(Number(token.start, token.end, 1, token.text, value))

    def signed(self, sign: Token) -> Syntax:
        item = self.expression(_UNARY_MINUS)
        if sign.text == "+":
            return item
        return self.keep(Prefix(sign.start, item.end, item.depth + 1, "-", item))

    def word(self) -> Syntax:
        word, token = keyword(self.token), self.token
        called = self.is_sign("(", ahead=1)
        if word in ("TRUE", "FALSE"):
            self.next()
            if called and self.is_sign(")", ahead=1):
                self.next()
                token = self.next()
            return self.keep(Truth(token.start, token.end, 1, word == "TRUE"))
        if word == "NOT":
            self.next()
            item = self.expression(POWERS["NOT"] - 1)
            return self.keep(Prefix(token.start, item.end, item.depth + 1, "NOT", item))
        if word and not (called and word in _GATHERED):
            raise self.misplaced("expect")
        return self.call(word) if called else self.path()

    def call(self, word: str) -> Syntax:
        token = self.next()
        args, end = self.arguments()
        if word and args:
            return self.keep(Many(token.start, end, _depth(args), word, args))
        name = Name(token.text, token.start, token.end)
        return self.keep(Invoke(token.start, end, _depth(args), name, args))

    def arguments(self) -> tuple[tuple[Syntax, ...], int]:
        bracket = self.open()
        args: list[Syntax] = []
        if not self.is_sign(")"):
            args.append(self.expression(0))
            while self.skip(","):
                args.append(self.expression(0))
        return tuple(args), self.close(bracket)

    def group(self) -> Syntax:
        bracket = self.open()
        inner = self.expression(0)
        self.close(bracket)
        return inner

    def open(self) -> Token:
        bracket = self.next()
        self.brackets += 1
        if self.brackets > MAX_BRACKETS:
            raise refuse("deep", bracket.start, bracket.end, limit=MAX_BRACKETS)
        return bracket

    def close(self, bracket: Token) -> int:
        if self.token.sort is Sort.END:
            raise refuse("paren", bracket.start, bracket.end)
        if not self.is_sign(")"):
            raise self.misplaced("trail")
        self.brackets -= 1
        return self.next().end

    def path(self) -> Syntax:
        names = [self.name()]
        while self.skip("."):
            names.append(self.name())
        return self.keep(Path(names[0].start, names[-1].end, 1, tuple(names)))

    def name(self) -> Name:
        token = self.token
        if token.sort not in (Sort.WORD, Sort.LABEL):
            raise self.misplaced("expect_name")
        self.next()
        return Name(token.text, token.start, token.end)


def _depth(items: Sequence[Syntax]) -> int:
    return 1 + max((item.depth for item in items), default=0)
