"""Words of a file that are no option of a field, and the option each may stand for.

What differs only by 级, 客户, 意向 and the like is sure, and goes into the guessed mapping; what is
only near is proposed, for a person to choose.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import Any

from changliu.fields.lists import entries_of
from changliu.fields.model import Field
from changliu.fields.options import OptionSettings, Vocabulary
from changliu.transfer.heading import folded

# Words looked at in a column; one of more holds no options.
MOST = 100
# Share of letters two words have in common to be near: 网站 and 官网 have half. Letters say less:
# api and baidu have half too.
NEAR, NEAR_LATIN = 0.5, 0.75
# Characters of a word that is found within another; of one letter, every text has it.
WITHIN = 2
_TAIL = re.compile(r"(?<=.)(?:级别|等级|阶段|客户|用户|意向|程度|状态|级|类|型|度|的)$")


def words_of(samples: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the distinct texts of columns that have few of them."""
    found = {name: [*dict.fromkeys(filter(None, texts))] for name, texts in samples.items()}
    return {name: words for name, words in found.items() if len(words) <= MOST}


def sure_words(field: Field | None, words: Iterable[str]) -> dict[str, str]:
    """Return the words that are sure to mean an option, and which: texts to keys."""
    return {each["value"]: each["option"] for each in _proposed(field, words) if each["sure"]}


def proposed_words(
    field: Field | None, words: Iterable[str], settled: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return `{value, option, label, sure}` for words that nothing says anything of yet; `option`
    is None where none is near."""
    return [each for each in _proposed(field, words) if each["value"] not in settled]


def _proposed(field: Field | None, words: Iterable[str]) -> Iterator[dict[str, Any]]:
    settings = field.settings if field is not None else None
    if field is None or not isinstance(settings, OptionSettings):
        return
    known = settings.vocabulary
    many = field.type != "select"
    texts = (part for word in words for part in (entries_of(word) if many else [word.strip()]))
    for text in islice(dict.fromkeys(filter(None, texts)), MOST):
        if not known.knows(text):
            option, sure = _nearest(known, text)
            label = known.names.get(option) if option else None
            yield {"value": text, "option": option, "label": label, "sure": sure and not many}


def _nearest(known: Vocabulary, text: str) -> tuple[str | None, bool]:
    bare = _bare(text)
    names = [(key, _bare(name)) for key in known.keys for name in _names(known, key)]
    same = {key for key, name in names if name == bare}
    if len(same) == 1:
        return same.pop(), True
    scored = [(_alike(bare, name), key) for key, name in sorted(names)]
    best, key = max(scored, default=(0.0, ""))
    return (key, False) if best >= (NEAR_LATIN if bare.isascii() else NEAR) else (None, False)


def _names(known: Vocabulary, key: str) -> Sequence[str]:
    return next((o.names for o in known.options if o.key == key), ())


def _alike(one: str, other: str) -> float:
    if min(len(one), len(other)) >= WITHIN and (one in other or other in one):
        return 0.9
    return SequenceMatcher(None, one, other).ratio()


def _bare(word: str) -> str:
    """A word without spaces, marks, and what options of a kind all end with."""
    text = folded(word)
    while (cut := _TAIL.sub("", text)) != text:
        text = cut
    return text
