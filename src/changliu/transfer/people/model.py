"""Where a person's data lies and what is asked of it; no I/O."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

# Records of one request: a person stands in a few; more is another person's data too.
MOST_RECORDS = 100
# Records named per object when looking for a person.
MOST_FOUND = 100
# History of one record that is handed out.
MOST_ENTRIES = 10_000


class Strict(BaseModel):
    """A body without unknown members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FindBody(Strict):
    """What to look for: a phone number, an e-mail address, a name, as a whole."""

    text: str = Field(min_length=2, max_length=200)


class Place(Strict):
    """One record that holds data of the person."""

    object: str = Field(min_length=1, max_length=100)
    id: UUID


class ExportBody(Strict):
    """The records to hand out."""

    records: tuple[Place, ...] = Field(min_length=1, max_length=MOST_RECORDS)


class EraseBody(Strict):
    """The records to erase the person from, and why; `values` as for one record, by its object."""

    records: tuple[Place, ...] = Field(min_length=1, max_length=MOST_RECORDS)
    reason: str = Field(min_length=1, max_length=1_000)
    values: dict[str, dict[str, Any]] = Field({})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased where, and what was refused with the reason."""

    erased: list[dict[str, Any]]
    refused: list[dict[str, Any]]
