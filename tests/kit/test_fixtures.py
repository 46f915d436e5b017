"""The fixtures themselves: a module's database is its own, and roles see what they should."""

import httpx
import psycopg
import pytest
from tests.doors import Sales

from changliu.kit.db import Workspace
from changliu.kit.platform import Platform


async def test_workspace_transaction_reads_its_state(
    platform: Platform, workspace: Workspace
) -> None:
    async with platform.database.transaction(workspace) as tx:
        assert min(tx.catalogue_version, tx.identity_version) >= 1
        assert tx.schema == workspace.schema


async def test_application_role_cannot_change_tables(
    platform: Platform, workspace: Workspace
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with platform.database.transaction(workspace) as tx:
            await tx.execute("CREATE TABLE ws_1.loose (id int)")


async def test_scratch_database_has_no_workspace(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn) as conn:
        found = conn.execute("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(ws_|changliu$)'")
        assert found.fetchone() == (0,)


async def test_unknown_address_is_a_problem_document(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/nowhere", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_administrator_is_signed_in(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/api/auth/session")
    assert answer.status_code == 200, answer.text
    assert "schema.change" in answer.json()["rights"]


async def test_sales_bundle_is_installed(sales: Sales) -> None:
    answer = await sales.client.get("/api/records/lead")
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == []
