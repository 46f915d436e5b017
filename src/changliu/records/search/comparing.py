"""Whether what records are found by is what they say, and making it anew."""

from dataclasses import dataclass

from changliu.kit.db import Tx
from changliu.records.search.store import compare, upkeep
from changliu.schema.catalogue import catalogue
from changliu.schema.searching import ask_for_keys, shape_of

# Records of each object whose keys are made again and compared.
SAMPLE = 200


@dataclass(slots=True)
class KeysFound:
    """Of one workspace: records without keys, keys without a record, how many were looked at and
    how many of those had other keys; objects whose keys are still being made."""

    missing: int = 0
    stray: int = 0
    looked: int = 0
    altered: int = 0
    unfinished: int = 0

    @property
    def wrong(self) -> int:
        """All that is not as it should be."""
        return self.missing + self.stray + self.altered


async def compare_keys(tx: Tx, sample: int = SAMPLE) -> KeysFound:
    """Count all keys of the workspace and compare a sample of each object's."""
    found, known, told = await catalogue(tx), await upkeep.shapes(tx), KeysFound()
    for target in found.objects:
        shape = shape_of(target)
        made, _, filled = known.get(target.id, ({}, None, False))
        if not shape:
            continue
        if not filled or made != shape:
            told.unfinished += 1
            continue
        missing, stray = await compare.count_strays(tx, found, target)
        looked, altered = await compare.compare_sample(tx, found, target, sample)
        told.missing, told.stray = told.missing + missing, told.stray + stray
        told.looked, told.altered = told.looked + looked, told.altered + altered
    return told


async def make_anew(tx: Tx) -> None:
    """Have the job make every key of the workspace again; meanwhile those there are serve."""
    found = await catalogue(tx)
    for target in found.objects:
        if shape := shape_of(target):
            await compare.drop_strays(tx, found, target)
            await upkeep.note(tx, target.id, shape, None, filled=False)
    await ask_for_keys(tx)
