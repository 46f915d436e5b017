"""Installing bundles into a real workspace: atomic, idempotent, faithful to local changes."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from changliu.bundles import service
from changliu.bundles.export import export_files, write_files
from changliu.bundles.model import Bundle
from changliu.bundles.plan import Plan
from changliu.definitions import service as definitions
from changliu.definitions.kind import KindRegistry
from changliu.identity import service as identity
from changliu.kit.db import Workspace
from changliu.kit.errors import Invalid, NotFound
from changliu.kit.platform import Platform
from changliu.main import KINDS as ALL_KINDS
from changliu.records.context import context_for
from changliu.schema.catalogue import catalogue
from changliu.schema.kind import FIELD_KIND
from changliu.schema.turns import run_turn

SALES = Path(__file__).parents[2] / "apps" / "sales"
OVERWRITE = service.Wish({"": "theirs"})
admin = identity.system_actor


@pytest.fixture(scope="module")
def kinds() -> KindRegistry:
    return KindRegistry(ALL_KINDS)


async def versions(platform: Platform, workspace: Workspace) -> tuple[int, int]:
    async with platform.database.transaction(workspace, write=False) as tx:
        return tx.catalogue_version, tx.identity_version


@pytest.mark.feature("Z11")
async def test_the_sales_app_installs_and_a_second_install_changes_nothing(
    platform: Platform, workspace: Workspace, kinds: KindRegistry
) -> None:
    bundle = service.open_bundle(str(SALES))
    plan = await service.install(platform.database, workspace, kinds, bundle)
    assert {s.action for s in plan.steps} == {"create"}
    async with platform.database.transaction(workspace) as tx:
        found = await catalogue(tx)
        assert [o.key for o in found.objects] == list(bundle.app.objects)
        assert found.object("opportunity").label == {"zh-CN": "商机", "en": "Opportunity"}
        again = await service.diff(tx, await admin(tx), kinds, bundle)
    assert [s.zh for s in again.steps if s.action != "same"] == []
    before = await versions(platform, workspace)
    await service.install(platform.database, workspace, kinds, bundle)
    assert await versions(platform, workspace) == before


async def test_a_local_change_is_kept_until_told_otherwise(
    platform: Platform, workspace: Workspace, kinds: KindRegistry
) -> None:
    bundle = service.open_bundle(str(SALES))

    async def rename(tx: Any) -> None:
        actor = await identity.system_actor(tx)
        live = await definitions.get(tx, FIELD_KIND, "lead.company")
        body = {**live.body, "label": "企业"}
        await definitions.put(tx, actor, FIELD_KIND, "lead.company", body)

    await run_turn(platform.database, workspace, rename)
    async with platform.database.transaction(workspace) as tx:
        kept = await service.diff(tx, await admin(tx), kinds, bundle)
        forced = await service.diff(tx, await admin(tx), kinds, bundle, OVERWRITE.choices)
    assert [(s.action, s.key) for s in kept.steps if s.action != "same"] == [
        ("keep", "lead.company")
    ]
    (step,) = forced.changes
    assert (step.action, step.key) == ("change", "lead.company")
    assert any("企业" in line for line in step.details_zh)
    await service.install(platform.database, workspace, kinds, bundle, wish=OVERWRITE)
    async with platform.database.transaction(workspace) as tx:
        assert (await catalogue(tx)).object("lead").by_key["company"].label["zh-CN"] == "公司名称"


async def test_a_refused_bundle_names_its_lines_and_changes_nothing(
    platform: Platform, workspace: Workspace, kinds: KindRegistry, tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(SALES, folder)
    app = folder / "app.yaml"
    app.write_text(app.read_text().replace("key: sales", "key: broken"))
    product = folder / "objects" / "product.yaml"
    text = product.read_text().replace("(list_price-cost)", "(list_prise-cost)")
    product.write_text(
        text.replace("key: unit, label: {zh-CN: 计量单位", "key: unit, label: {zh-CN: 单位")
    )
    before = await versions(platform, workspace)
    bundle = service.open_bundle(str(folder))
    with pytest.raises(Invalid) as caught:
        await service.install(platform.database, workspace, kinds, bundle, wish=OVERWRITE)
    assert caught.value.code == "bundle.refused"
    (fault,) = caught.value.faults
    line = next(i for i, t in enumerate(text.splitlines(), 1) if "list_prise" in t)
    assert fault.extra == {"file": "broken/objects/product.yaml", "line": line}
    assert fault.path == "fields[5].formula"
    assert "list_price" in fault.en
    assert await versions(platform, workspace) == before
    async with platform.database.transaction(workspace) as tx:
        assert (await catalogue(tx)).object("product").by_key["unit"].label["zh-CN"] == "计量单位"


async def test_roles_and_teams_arrive_with_the_app(
    platform: Platform, workspace: Workspace
) -> None:
    async with platform.database.transaction(workspace) as tx:
        team = await identity.ensure_team(tx, "east_sh", "上海销售组", "east")
        member = await identity.ensure_member(tx, "王芳", team, ["rep"])
        actor = await identity.actor(tx, member)
        context = await context_for(tx, actor)
        lead = context.catalogue.object("lead")
        assert context.access.predicate(lead.id, "read") is not None  # type: ignore[arg-type]
        assert context.access.predicate(lead.id, "delete") is None  # type: ignore[arg-type]


async def test_an_exported_app_is_the_app_that_was_installed(
    platform: Platform, workspace: Workspace, kinds: KindRegistry, tmp_path: Path
) -> None:
    async with platform.database.transaction(workspace) as tx:
        write_files(tmp_path / "sales", await export_files(tx, kinds, "sales"))
        exported = service.open_bundle(str(tmp_path / "sales"))
        plan = await service.diff(tx, await admin(tx), kinds, exported)
        with pytest.raises(NotFound):
            await export_files(tx, kinds, "salse")
    original = service.open_bundle(str(SALES))
    shipped = (await _plan(platform, workspace, kinds, original)).steps
    assert sorted(s.key for s in plan.steps) == sorted(s.key for s in shipped)
    changed = {s.key: s.details_en for s in plan.steps if s.action != "same"}
    # A formula is written with today's labels; everything else is word for word.
    assert all("formula" in line.lower() for lines in changed.values() for line in lines), changed
    again = await service.install(platform.database, workspace, kinds, exported)
    assert {s.action for s in again.steps} <= {"same", "change"}
    async with platform.database.transaction(workspace) as tx:
        assert (await service.diff(tx, await admin(tx), kinds, exported)).changes == ()


async def _plan(
    platform: Platform, workspace: Workspace, kinds: KindRegistry, bundle: Bundle
) -> Plan:
    async with platform.database.transaction(workspace) as tx:
        return await service.diff(tx, await admin(tx), kinds, bundle)
