"""Writes the table of Chinese characters that search keys are made with, once per edition.

`python -m tools.generate_hz > src/changliu/records/migrations/control/<number>_hz.sql`: the
readings without tones of pypinyin and the simplified forms of OpenCC. A migration never changes:
newer data is a new file.
"""

import re
import sys
import unicodedata
from collections import Counter, defaultdict
from textwrap import wrap

import opencc
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

# The unified characters and extension A; 〇 counts as one.
RANGES = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x3007, 0x3008))
# Readings a character may have; more are not found by sound.
MOST = 4
# Family names read as in no other word.
NAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao",
    "尉": "yu", "重": "chong", "盖": "ge", "翟": "zhai", "乐": "yue", "任": "ren", "华": "hua",
    "缪": "miao", "覃": "qin", "员": "yun", "召": "shao", "种": "chong", "秘": "bi", "冼": "xian",
    "洗": "xian", "祭": "zhai", "折": "she", "万": "mo", "俟": "qi", "能": "nai", "阙": "que",
    "牟": "mu", "谌": "chen", "乜": "nie", "逄": "pang", "幺": "yao", "缴": "jiao", "黑": "he",
}  # fmt: skip
SYLLABLE = re.compile(r"[a-z]{1,6}")
HEAD = """\
-- Characters, how they are read and their simplified form: made by tools/generate_hz.py from
-- pypinyin and OpenCC. One table for all workspaces; `reads` is that of the simplified form.
CREATE TABLE changliu_fx.hz (
  ch text COLLATE "C" PRIMARY KEY,
  simple text NOT NULL,
  reads text[] NOT NULL
);
GRANT SELECT ON changliu_fx.hz TO PUBLIC;
"""
FILL = """\
INSERT INTO changliu_fx.hz (ch, simple, reads)
SELECT c.ch, coalesce(s.simple, c.ch), string_to_array(v.reads, ' ')
FROM v CROSS JOIN LATERAL unnest(string_to_array(replace(v.chars, E'\\n', ''), NULL)) AS c(ch)
LEFT JOIN s ON s.ch = c.ch;
ANALYZE changliu_fx.hz;
"""


def syllables(text: str) -> list[str]:
    """Return readings such as `lǜ,lù` without tones; ü is typed as v or as u."""
    found = []
    for part in text.split(","):
        bare = unicodedata.normalize("NFD", part.strip()).replace("u\u0308", "v")
        bare = "".join(c for c in bare if not unicodedata.combining(c)).replace("ɡ", "g")
        if SYLLABLE.fullmatch(bare) and set(bare) & set("aeiouv"):
            found += [bare, bare.replace("v", "u")] if "v" in bare else [bare]
    return list(dict.fromkeys(found))


def readings() -> dict[str, list[str]]:
    """Return the readings of each character: the first of the dictionary, then those of phrases."""
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, parts in PHRASES_DICT.items():
        for ch, said in zip(phrase, parts, strict=False):
            heard[ch].update(syllables(said[0]))
    made = {}
    for code, text in PINYIN_DICT.items():
        ch, known = chr(code), syllables(text)
        if not known or not any(code in r for r in RANGES):
            continue
        often = [s for s, _ in heard[ch].most_common() if s in known]
        named = [NAMES[ch]] if ch in NAMES else []
        first = known[:2] if "v" in known[0] else known[:1]
        made[ch] = list(dict.fromkeys([*first, *named, *often]))[:MOST]
    return made


def simplified(characters: list[str]) -> dict[str, str]:
    """Return the simplified form of every character that has another one."""
    convert = opencc.OpenCC("t2s").convert
    forms = {ch: convert(ch) for ch in characters}
    return {ch: form for ch, form in forms.items() if form != ch and len(form) == 1}


def table() -> tuple[dict[str, str], dict[str, str]]:
    """Return (character: its readings in one text), (character: simplified form)."""
    own = readings()
    simple = {ch: form for ch, form in simplified(sorted(own)).items() if form in own}
    of: dict[str, list[str]] = defaultdict(list)
    for ch in sorted(own, key=lambda c: (c in simple, c)):
        of[simple.get(ch, ch)] += own[ch]
    reads = {ch: " ".join(list(dict.fromkeys(of[simple.get(ch, ch)]))[:MOST]) for ch in own}
    return reads, simple


def migration() -> str:
    """Return the text of the migration."""
    reads, simple = table()
    groups: dict[str, list[str]] = defaultdict(list)
    for ch in sorted(reads):
        groups[reads[ch]].append(ch)
    rows = [f"('{said}','{''.join(chars)}')" for said, chars in sorted(groups.items())]
    pairs = ("".join(simple), "".join(simple.values()))
    texts = ["'\n" + "\n".join(wrap(text, 100)) + "\n'" for text in pairs]
    lists = [f"string_to_array(replace({text}, E'\\n', ''), NULL)" for text in texts]
    filled = (
        HEAD, "WITH v (reads, chars) AS (VALUES\n", ",\n".join(rows), "\n),\n",
        "s (ch, simple) AS (SELECT * FROM unnest(", ",\n".join(lists), "))\n", FILL,
    )  # fmt: skip
    return "".join(filled)


if __name__ == "__main__":
    sys.stdout.write(migration())
