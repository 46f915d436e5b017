"""Line objects in a bundle: written in any order, installed after their object, exported alike."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from changliu.bundles import service
from changliu.bundles.export import export_files
from changliu.definitions.kind import KindRegistry
from changliu.identity import service as identity
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema.catalogue import catalogue
from changliu.schema.kind import KINDS

LABEL = {"zh-CN": "报价", "en": "Quote"}
ITEM = {"key": "item", "label": "产品", "type": "text"}
FILES: dict[str, dict[str, Any]] = {
    "app.yaml": {
        "key": "quotes",
        "label": LABEL,
        "version": "1.0.0",
        "objects": ["a_line", "quote"],
    },
    "objects/a_line.yaml": {"key": "a_line", "label": "行", "lines_of": "quote", "fields": [ITEM]},
    "objects/quote.yaml": {
        "key": "quote",
        "label": LABEL,
        "fields": [
            {"key": "size", "label": "行数", "type": "formula", "formula": "COUNT(lines)"},
            {"key": "lines", "label": "明细", "type": "lines", "object": "a_line"},
        ],
    },
}


def written(root: Path) -> str:
    """Write the bundle's files; returns the folder."""
    for name, body in FILES.items():
        path = root / "quotes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    return str(root / "quotes")


@pytest.mark.feature("Z11")
async def test_lines_install_after_their_object_and_export_without_what_is_built_in(
    platform: Platform, workspace: Workspace, tmp_path: Path
) -> None:
    kinds = KindRegistry([*KINDS])
    bundle = service.open_bundle(written(tmp_path))
    await service.install(platform.database, workspace, kinds, bundle)
    async with platform.database.transaction(workspace) as tx:
        found = await catalogue(tx)
        assert [f.key for f in found.object("a_line").fields] == ["item", "parent", "position"]
        again = await service.diff(tx, await identity.system_actor(tx), kinds, bundle)
        assert {step.action for step in again.steps} == {"same"}
        files = await export_files(tx, kinds, "quotes")
    line = files["objects/a_line.yaml"]
    assert (line["lines_of"], [f["key"] for f in line["fields"]]) == ("quote", ["item"])
    holder = next(f for f in files["objects/quote.yaml"]["fields"] if f["key"] == "lines")
    assert (holder["type"], holder["object"]) == ("lines", "a_line")


async def test_lines_go_with_their_app_and_come_back(
    platform: Platform, workspace: Workspace, tmp_path: Path
) -> None:
    kinds, database = KindRegistry([*KINDS]), platform.database
    trial = await service.uninstall(
        database, workspace, kinds, "quotes", wish=service.Wish(dry_run=True)
    )
    wish = service.Wish(confirm=trial.impact.token)
    await service.uninstall(database, workspace, kinds, "quotes", wish=wish)
    async with platform.database.transaction(workspace) as tx:
        assert (await catalogue(tx)).objects == ()
    bundle = service.open_bundle(written(tmp_path))
    await service.install(database, workspace, kinds, bundle)
    async with platform.database.transaction(workspace) as tx:
        found = (await catalogue(tx)).object("a_line")
    assert [f.key for f in found.fields] == ["item", "parent", "position"]
