"""What the acceptance tests share: where the sets lie, how a file is brought in."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson

from changliu.transfer.model import ImportRequest, Summary
from changliu.transfer.service import Importer

ROOT = Path(__file__).parents[2]
MAPPINGS = Path(__file__).parent / "mappings"
DATA_SETS = Path(os.environ.get("CHANGLIU_DATA_SETS", ROOT.parent / "shared" / "data"))

Query = Callable[..., Awaitable[list[dict[str, Any]]]]


async def bring(importer: Importer, file: Path, mapping: str, **options: Any) -> Summary:
    """Import one file with a mapping of this folder."""
    return await importer.run(ImportRequest(file, mapping=MAPPINGS / mapping, **options))


def truth(folder: Path) -> dict[str, Any]:
    """Return the figures worked out from the raw file without product code."""
    document: dict[str, Any] = orjson.loads((folder / "truth.json").read_bytes())
    return document


def title(value: Any) -> Any:
    """Return what a group is called: a reference's title, else the value."""
    return value["title"] if isinstance(value, dict) else value
