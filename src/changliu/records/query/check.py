"""What a typed formula is, before anyone stores it: type, dependencies, browser tree."""

from typing import Any

from changliu.formula import Compiled, FormulaError, browser_tree, compile_text, print_tree
from changliu.kit.labels import Language
from changliu.records.query.paths import refused
from changliu.records.query.reader import Reader
from changliu.records.query.request import CheckBody


def check_formula(reader: Reader, request: CheckBody, language: Language) -> dict[str, Any]:
    """Return `{type, mode, text, dependencies, time_dependent, actor_dependent, tree?, slots?}`.

    Raises `NotFound` for the object and `Invalid` with start and end for the formula.
    """
    found = reader.object(request.object)
    world = reader.catalogue.world
    try:
        compiled = compile_text(request.formula, world, found.id, request.mode, reader.readable)
    except FormulaError as error:
        raise refused("formula", error) from error
    document: dict[str, Any] = {
        "type": compiled.kind.value,
        "mode": compiled.mode.value,
        "text": print_tree(compiled.node, world, found.id, language),
        "dependencies": _dependencies(reader, compiled),
        "time_dependent": compiled.time_dependent,
        "actor_dependent": compiled.actor_dependent,
    }
    if request.browser:
        tree, slots = browser_tree(
            compiled.node, world, found.id, reader.readable, reader.access.opens
        )
        document |= {"tree": tree, "slots": len(slots)}
    return document


def _dependencies(reader: Reader, compiled: Compiled) -> list[dict[str, str]]:
    named = []
    for object_id, field_id in compiled.dependencies:
        fact = reader.catalogue.world.object(object_id)
        named.append({"object": fact.names[0], "field": fact.fields[field_id].names[0]})
    return sorted(named, key=lambda d: (d["object"], d["field"]))
