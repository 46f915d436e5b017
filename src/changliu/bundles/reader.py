"""Reads a bundle's folder into a checked `Bundle`; every fault names file, line, key and remedy."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from changliu.bundles.checks import bundle_faults
from changliu.bundles.model import (
    KIND_FOLDERS,
    App,
    Bundle,
    DefinitionFile,
    ObjectFile,
    Part,
    RoleFile,
    TeamsFile,
)
from changliu.fields.protocol import FieldType
from changliu.kit.errors import Fault, Invalid, NotFound
from changliu.kit.yaml_lines import Document, located, read_file
from changliu.kit.yaml_models import nearest, validated

FOLDERS = ("objects", "roles", *KIND_FOLDERS, "demo", "i18n")
FILES = ("app.yaml", "teams.yaml", "README.md", "README.zh-CN.md")
MAX_FILES = 1_000


def find_bundles(roots: tuple[Path, ...]) -> dict[str, Path]:
    """Return the folders that hold an `app.yaml`, by folder name; earlier roots win."""
    found: dict[str, Path] = {}
    for root in roots:
        for app in sorted(root.glob("*/app.yaml")):
            found.setdefault(app.parent.name, app.parent)
    return found


def contents_of(folder: Path) -> dict[str, int]:
    """Return how many definitions of each kind a bundle's folder holds; nothing is read."""
    folders = {"objects": "object", "roles": "role", **KIND_FOLDERS}
    counts = {kind: len(list((folder / name).glob("*.yaml"))) for name, kind in folders.items()}
    return {kind: count for kind, count in counts.items() if count}


def shipped_roots() -> tuple[Path, ...]:
    """Return where bundles ship: inside the wheel, or `apps/` of a checkout."""
    package = Path(__file__).resolve().parents[1]
    return tuple(p for p in (package / "apps", package.parents[1] / "apps") if p.is_dir())


def locate(name: str, roots: tuple[Path, ...]) -> Path:
    """Return the folder of a bundle given its name or a path; raises `NotFound`."""
    direct = Path(name)
    if (direct / "app.yaml").is_file():
        return direct
    found = find_bundles(roots)
    if name in found:
        return found[name]
    raise unknown_bundle(name, found)


def unknown_bundle(name: str, found: Mapping[str, Path]) -> NotFound:
    """Return the refusal of a bundle that is not there, naming those that are."""
    guess = nearest(name, found)
    hint = (f"，您是不是想要“{guess}”？", f"; did you mean '{guess}'?") if guess else ("。", ".")
    listed = "、".join(found) or "–", ", ".join(found) or "–"
    return NotFound(
        "bundle.unknown",
        f"没有“{name}”这个应用包{hint[0]}现有：{listed[0]}。",
        f"There is no bundle '{name}'{hint[1]} Available: {listed[1]}.",
    )


def read_bundle(folder: Path, types: Mapping[str, FieldType]) -> Bundle:
    """Read and check a bundle; raises `Invalid` (code `bundle.invalid`) with every fault found."""
    faults: list[Fault] = []
    documents: dict[str, Document] = {}
    parts: dict[str, list[tuple[BaseModel, Document]]] = {}
    digest = hashlib.sha256()
    for path in _files(folder, faults):
        name = path.relative_to(folder).as_posix()
        try:
            document = read_file(path, f"{folder.name}/{name}")
            documents[name] = document
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
            parts.setdefault(_group(name), []).append((_checked(name, document), document))
        except Invalid as problem:
            faults.extend(problem.faults)
    _refuse(faults)
    bundle = _assemble(folder, digest.hexdigest(), parts, documents)
    _refuse(bundle_faults(bundle, types))
    return bundle


def _refuse(faults: list[Fault]) -> None:
    if faults:
        first, more = faults[0], len(faults) - 1
        zh = first.zh + (f"（另有 {more} 处）" if more else "")
        en = first.en + (f" (and {more} more)" if more else "")
        raise Invalid("bundle.invalid", zh, en, faults)


def _files(folder: Path, faults: list[Fault]) -> Iterator[Path]:
    if not (folder / "app.yaml").is_file():
        words = ("缺少 app.yaml，请添加。", "app.yaml is missing; add it.")
        faults.append(located(f"{folder.name}/app.yaml", 1, "bundle.missing", (), words))
        return
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.name not in (FOLDERS if entry.is_dir() else FILES):
            faults.append(_stray(folder, entry))
        elif entry.suffix == ".yaml":
            yield entry
        elif entry.is_dir() and entry.name in ("objects", "roles", *KIND_FOLDERS):
            yield from _yaml_in(folder, entry, faults)


def _yaml_in(folder: Path, entry: Path, faults: list[Fault]) -> Iterator[Path]:
    inside = sorted(entry.iterdir())
    if len(inside) > MAX_FILES:
        words = (f"文件超过 {MAX_FILES} 个。", f"holds more than {MAX_FILES} files.")
        faults.append(located(f"{folder.name}/{entry.name}", 1, "bundle.too_large", (), words))
        return
    for path in inside:
        if path.suffix == ".yaml" and path.is_file():
            yield path
        else:
            faults.append(_stray(folder, path))


def _stray(folder: Path, entry: Path) -> Fault:
    guess = nearest(entry.name, (*FOLDERS, *FILES))
    hint = (f"，您是不是想写“{guess}”", f"; did you mean '{guess}'") if guess else ("", "")
    words = (
        f"应用包里不认识这个文件{hint[0]}。请删去或改名。",
        f"a bundle has no such file{hint[1]}. Delete or rename it.",
    )
    shown = f"{folder.name}/{entry.relative_to(folder).as_posix()}"
    return located(shown, 1, "bundle.stray", (), words)


def _group(name: str) -> str:
    return name.split("/", 1)[0]


_MODELS: dict[str, type[BaseModel]] = {
    "app.yaml": App,
    "objects": ObjectFile,
    "roles": RoleFile,
    "teams.yaml": TeamsFile,
    **dict.fromkeys(KIND_FOLDERS, DefinitionFile),
}


def _checked(name: str, document: Document) -> BaseModel:
    return validated(document, _MODELS[_group(name)])


def _assemble(
    folder: Path,
    digest: str,
    parts: dict[str, list[tuple[BaseModel, Document]]],
    documents: dict[str, Document],
) -> Bundle:
    (app, _), *_ = parts["app.yaml"]
    assert isinstance(app, App)
    teams = [team for file, _ in parts.get("teams.yaml", []) for team in _teams(file)]
    others = [_part(kind, *p) for name, kind in KIND_FOLDERS.items() for p in parts.get(name, [])]
    return Bundle(
        app=app,
        folder=folder,
        digest=digest,
        objects=tuple(_part("object", *pair) for pair in parts.get("objects", [])),
        roles=tuple(_part("role", *pair) for pair in parts.get("roles", [])),
        others=tuple(others),
        teams=tuple(teams),
        documents=documents,
    )


def _teams(file: BaseModel) -> list[Any]:
    assert isinstance(file, TeamsFile)
    return file.teams


def _part(kind: str, file: BaseModel, document: Document) -> Part:
    body = file.model_dump(mode="json", exclude_unset=True)
    if "label" in body and "label" in type(file).model_fields:
        body["label"] = getattr(file, "label")  # noqa: B009 -- normalised to both languages
    return Part(kind, str(body["key"]), body, document)
