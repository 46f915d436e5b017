"""The public data sets, imported into a workspace that has the sales app."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.acceptance.sets import DATA_SETS, ROOT, Query

from changliu.bundles.service import install, open_bundle
from changliu.definitions.kind import KindRegistry
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.records.changeset.participant import Participants
from changliu.transfer.service import Importer


@pytest.fixture(scope="session")
def data_sets() -> Path:
    """The folder of the public data sets (`CHANGLIU_DATA_SETS`)."""
    if not (DATA_SETS / "maven_crm").is_dir():
        pytest.skip(f"no data sets at {DATA_SETS}; set CHANGLIU_DATA_SETS")
    return DATA_SETS


@pytest_asyncio.fixture(scope="module")
async def importer(platform: Platform, workspace: Workspace) -> Importer:
    """Imports into a workspace with the sales app, as the system member."""
    kinds = platform.registry(KindRegistry)
    await install(platform.database, workspace, kinds, open_bundle(str(ROOT / "apps" / "sales")))
    participants = platform.registry(Participants).items
    return Importer(platform.database, workspace, FIELD_TYPES, participants)


@pytest_asyncio.fixture(scope="module")
async def query(importer: Importer, admin: httpx.AsyncClient) -> AsyncIterator[Query]:
    """Ask `/api/query` for figures, as the administrator."""
    del importer

    async def ask(
        object_key: str, group: list[str], filter_: str | None = None, **measures: str
    ) -> list[dict[str, Any]]:
        fields = [
            {"field": name, "grain": grain} if grain else {"field": name}
            for name, _, grain in (g.partition("@") for g in group)
        ]
        body: dict[str, Any] = {
            "object": object_key,
            "group_by": fields,
            "measures": [{"key": k, "formula": f} for k, f in measures.items()],
        }
        answer = await admin.post(
            "/api/query", json=body | ({"filter": filter_} if filter_ else {})
        )
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows

    yield ask
