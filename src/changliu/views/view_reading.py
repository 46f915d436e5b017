"""A view's body, read as its author: every path and formula, and what each has to be."""

from collections.abc import Collection

from changliu.formula import Mode
from changliu.formula.model import Kind
from changliu.views.model import ViewBody
from changliu.views.reading import Fits, Reached, Reading, kinds

_WHEN = kinds(Kind.DATE, Kind.DATETIME)
_LIST = ("是下级记录的列表，请改用汇总字段。", "is a list of child records; show a roll-up.")
_PICTURES = ("image", "photo", "file", "signature")


def read_view(reading: Reading, body: ViewBody, roles: Collection[str]) -> ViewBody:
    """Return the body with what was read; the reading's faults say what could not be."""
    _columns(reading, body)
    _settings(reading, body)
    reading.formula(body.filter, Mode.CONDITION, "filter")
    for at, measure in enumerate(body.measures):
        reading.formula(measure.formula, Mode.AGGREGATE, f"measures.{at}.formula")
    reading.roles(body.visible_to, roles, "visible_to")
    reading.roles(body.default_for, roles, "default_for")
    return body.model_copy(update=reading.made())


def _columns(reading: Reading, body: ViewBody) -> None:
    for at, column in enumerate(body.columns):
        fits = _adds_up(column.figure) if column.figure else _shows
        words = ("不是数值，不能汇总。", "is no number and has no such figure.")
        words = words if column.figure else _LIST
        reading.path(column.field, f"columns.{at}.field", fits, words)
    for at, text in enumerate(body.sort):
        words = ("不能排序。", "cannot be sorted by.")
        reading.path(text.lstrip("-+"), f"sort.{at}", _sorts, words)
    for at, group in enumerate(body.group_by):
        fits = _WHEN if group.grain else _sorts
        words = ("不能这样分组。", "cannot be grouped by so.")
        reading.path(group.field, f"group_by.{at}.field", fits, words)
    words = ("不是单选字段，不能用来上色。", "is no select field and gives no colour.")
    reading.path(body.colour_by, "colour_by", kinds(Kind.CHOICE), words)


def _settings(reading: Reading, body: ViewBody) -> None:
    here = reading.target.id
    if body.board is not None:
        words = ("不是本对象的单选字段，不能做看板的列。", "is no select field of this object.")
        reading.path(body.board.field, "board.field", _own_choice, words)
        words = ("不是数值，不能合计。", "is no number and cannot be added up.")
        reading.path(body.board.sum, "board.sum", kinds(Kind.NUMBER), words)
        for at, text in enumerate(body.board.cards):
            reading.path(text, f"board.cards.{at}", _shows, _LIST)
    if body.calendar is not None:
        words = ("不是日期。", "is no date.")
        reading.path(body.calendar.start, "calendar.start", _WHEN, words)
        reading.path(body.calendar.end, "calendar.end", _WHEN, words)
    if body.gallery is not None:
        words = ("不是图片字段。", "holds no picture.")
        reading.path(body.gallery.image, "gallery.image", _is_picture, words)
        for at, text in enumerate(body.gallery.cards):
            reading.path(text, f"gallery.cards.{at}", _shows, _LIST)
    if body.tree is not None:
        words = ("不是指向本对象的关联字段。", "is no reference to the same object.")
        reading.path(body.tree.parent, "tree.parent", lambda r: _is_parent(r, here), words)
    if body.region is not None:
        words = ("不是省市区字段。", "is no region field.")
        reading.path(body.region.field, "region.field", _is_region, words)


def _adds_up(figure: str) -> Fits:
    numbers = kinds(Kind.NUMBER)
    return numbers if figure in ("sum", "avg") else lambda r: numbers(r) or _WHEN(r)


def _shows(reached: Reached) -> bool:
    return reached.fact.kind is not Kind.CHILDREN or reached.field is not None


def _sorts(reached: Reached) -> bool:
    return not reached.fact.is_list and reached.fact.kind is not Kind.JSON


def _own_choice(reached: Reached) -> bool:
    return reached.own and reached.fact.kind is Kind.CHOICE


def _is_picture(reached: Reached) -> bool:
    return reached.field is not None and reached.field.type in _PICTURES


def _is_parent(reached: Reached, here: str) -> bool:
    return reached.own and reached.fact.kind is Kind.REF and reached.fact.target == here


def _is_region(reached: Reached) -> bool:
    return reached.own and reached.field is not None and reached.field.type == "region"
