"""The words of `words.yaml`: what people write above columns, whatever they sell."""

from pathlib import Path
from typing import Any

from changliu.kit.yaml_lines import read_file
from changliu.transfer.heading import folded

_WORDS: dict[str, Any] = read_file(Path(__file__).with_name("words.yaml")).value
# Cells that mean blank.
BLANK: tuple[str, ...] = tuple(_WORDS["blank"])
# Folded names of columns by the type of field they usually fill.
KINDS = {kind: frozenset(map(folded, words)) for kind, words in _WORDS["types"].items()}
# Folded names of columns that say whose a record is.
OWNERSHIP_WORDS = {key: frozenset(map(folded, _WORDS[key])) for key in ("owner", "team")}
# Names of columns of members, by field, and of where they work.
MEMBER_WORDS: dict[str, list[str]] = _WORDS["members"]
