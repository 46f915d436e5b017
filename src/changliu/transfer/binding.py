"""What a mapping comes to: the plan of an import, into records or of members."""

from collections.abc import Mapping as Map
from dataclasses import replace

from changliu.fields.protocol import FieldType
from changliu.kit.yaml_lines import Document
from changliu.schema.model import Catalogue
from changliu.transfer.binder import MappingBinder
from changliu.transfer.guessing import lists_of
from changliu.transfer.mapping import Mapping
from changliu.transfer.needing import needed_by
from changliu.transfer.plan import ImportPlan
from changliu.transfer.roster import MEMBERS, RosterBinder, target_of


def bind(
    mapping: Mapping,
    document: Document,
    header: tuple[str, ...],
    catalogue: Catalogue,
    types: Map[str, FieldType],
) -> ImportPlan:
    """Return the plan; raises `Invalid` (code `import.mapping`) with every fault of the mapping."""
    target = target_of(catalogue, mapping.object or "")
    binder = RosterBinder if target is MEMBERS else MappingBinder
    plan = binder(mapping, document, header, target, (catalogue, types)).plan()
    needed = needed_by(target, lists_of(catalogue, target), mapping)
    return replace(plan, needed=frozenset(path for path, _ in needed))
