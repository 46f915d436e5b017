"""Writes an installed app, as it is now, as the files of a bundle."""

from pathlib import Path
from typing import Any

import yaml

from changliu.bundles import store
from changliu.bundles.bodies import plain
from changliu.bundles.model import KIND_FOLDERS
from changliu.bundles.reader import unknown_bundle
from changliu.definitions import service as definitions
from changliu.definitions.kind import KindRegistry
from changliu.fields.model import Field
from changliu.identity.directory import teams_by_key
from changliu.kit.db import Tx
from changliu.kit.errors import NotFound
from changliu.schema.body import FieldBody
from changliu.schema.catalogue import catalogue
from changliu.schema.lines import defined_fields
from changliu.schema.model import Catalogue, Object
from changliu.schema.shapes import print_shape, source_of

Files = dict[str, Any]
# Field flags that need no line when they are off.
FLAGS = frozenset({"required", "unique", "read_only", "sensitive", "personal", "indexed"})
FOLDERS_BY_KIND = {"role": "roles", **{kind: folder for folder, kind in KIND_FOLDERS.items()}}
# What an object's file says beside its title and fields.
_OBJECT = ("key", "label", "help", "icon", "timeline", "lines_of")


async def export_files(tx: Tx, kinds: KindRegistry, key: str) -> Files:
    """Return the files of an installed app as it is now, by name within its folder.

    Formulas are written with today's labels. Raises `NotFound` when no such app is installed.
    """
    rows = {row["key"]: row for row in await store.installed(tx)}
    if key not in rows:
        raise unknown_bundle(key, {name: Path(name) for name in rows})
    known = await catalogue(tx)
    own = [found for found in known.objects if found.app == key]
    about = {"key": key, "label": rows[key]["label"], "version": rows[key]["version"]}
    about |= {k: v for k, v in (rows[key]["about"] or {}).items() if v}
    files: Files = {"app.yaml": {**about, "objects": [found.key for found in own]}}
    for found in own:
        files[f"objects/{found.key}.yaml"] = await export_object(tx, kinds, known, found)
    base = await store.parts(tx, key)
    for kind, name in sorted(base):
        if kind in FOLDERS_BY_KIND:
            try:
                files[f"{FOLDERS_BY_KIND[kind]}/{name}.yaml"] = await _body(tx, kinds, kind, name)
            except NotFound:
                continue
    teams = await teams_by_key(tx)
    kept = [body for (kind, name), body in sorted(base.items()) if kind == "team" and name in teams]
    if kept:
        files["teams.yaml"] = {"teams": _parents_first(kept)}
    return files


def write_files(folder: Path, files: Files) -> int:
    """Write a bundle's files into a folder, made as needed; returns how many."""
    for name, document in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml_text(document), encoding="utf-8")
    return len(files)


def yaml_text(document: Any) -> str:
    """Return one file's text."""
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


async def export_object(
    tx: Tx, kinds: KindRegistry, known: Catalogue, found: Object
) -> dict[str, Any]:
    """Return the file of an object with its fields as they are now."""
    body = await _body(tx, kinds, "object", found.key)
    shared: dict[str, Any] = {k: body[k] for k in _OBJECT if k in body}
    if "title_field" in body:
        shared["title"] = body["title_field"]
    fields = [await _field(tx, kinds, known, found, field) for field in defined_fields(found)]
    return {**shared, "fields": fields}


async def _field(
    tx: Tx, kinds: KindRegistry, known: Catalogue, found: Object, field: Field
) -> dict[str, Any]:
    body = await _body(tx, kinds, "field", f"{found.key}.{field.key}", key=field.key)
    settings = body.pop("settings", {})
    body.pop("position", None)
    source = source_of(field.settings)
    if field.tree is not None and source is not None and "formula" in settings:
        settings["formula"] = print_shape(field.tree, known.world, found.id)  # type: ignore[arg-type]
    told = {k: v for k, v in body.items() if v is not False or k not in FLAGS}
    return {**told, **settings}


async def _body(
    tx: Tx, kinds: KindRegistry, kind: str, name: str, *, key: str | None = None
) -> dict[str, Any]:
    found = kinds.get(kind)
    live = await definitions.get(tx, found, name)
    model = found.model.model_validate(live.body)
    return {"key": key or name, **plain_text(plain(model), isinstance(model, FieldBody))}


def plain_text(value: Any, field: bool = False) -> Any:
    """Return a body in YAML's plain types; of a field, without what is not set."""
    if isinstance(value, dict):
        shown = {k: plain_text(v) for k, v in value.items()}
        return {k: v for k, v in shown.items() if v is not None and (not field or v != {})}
    if isinstance(value, list | tuple):
        return [plain_text(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _parents_first(teams: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order teams so that a parent comes before its teams."""
    ordered: list[dict[str, Any]] = []
    left = list(teams)
    while left:
        names = {team["key"] for team in ordered}
        known = {team["key"] for team in left}
        ready = [t for t in left if t.get("parent") in names or t.get("parent") not in known]
        ordered += ready or left
        left = [team for team in left if team not in ordered]
    return [{k: v for k, v in team.items() if v is not None} for team in ordered]
