"""Events: what is announced, to whom, and in which transaction."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from psycopg import sql

from changliu.events import reference, service
from changliu.events.catalogue import CATALOGUE
from changliu.jobs.service import withdraw
from changliu.kit.db import Tx, Workspace
from changliu.kit.platform import Platform


@pytest.fixture(autouse=True)
def _subscribed() -> Iterator[None]:
    before = dict(service._subscriptions)
    service.subscribe({"record.created": ["automations.match", "metrics.mark"]})
    yield
    service.subscribe(before)


async def jobs(tx: Tx) -> list[dict[str, object]]:
    query = sql.SQL("SELECT kind, lock_key, payload FROM {}.job ORDER BY id")
    return await tx.dicts(query.format(sql.Identifier(tx.schema)))


def created(count: int) -> dict[str, object]:
    records = [str(uuid4()) for _ in range(count)]
    return {"object": "o", "records": records, "changeset": "c", "actor": "a", "via": "api"}


@pytest.mark.feature("Z9")
async def test_a_fact_becomes_one_job_per_handler_and_thousand_records(
    platform: Platform, workspace: Workspace
) -> None:
    payload, changeset = created(2_300), uuid4()
    async with platform.database.transaction(workspace) as tx:
        assert await service.emit(tx, "record.created", payload, caused_by=changeset) == 6
        written = await jobs(tx)
        assert [job["kind"] for job in written] == ["automations.match"] * 3 + ["metrics.mark"] * 3
        parts = [job["payload"]["records"] for job in written[:3]]  # type: ignore[index]
        assert [len(part) for part in parts] == [1000, 1000, 300]
        assert [record for part in parts for record in part] == payload["records"]
        assert all(job["payload"]["event"] == "record.created" for job in written)  # type: ignore[index]
        assert await withdraw(tx, [changeset]) == 6


async def test_what_nobody_subscribed_to_costs_nothing(
    platform: Platform, workspace: Workspace
) -> None:
    async with platform.database.transaction(workspace) as tx:
        assert await service.emit(tx, "member.disabled", {"member": "m"}) == 0
        assert await jobs(tx) == []


@pytest.mark.feature("Z9")
async def test_unknown_names_and_wrong_payloads_are_refused(
    platform: Platform, workspace: Workspace
) -> None:
    with pytest.raises(LookupError, match=r"record\.crated"):
        service.subscribe({"record.crated": ["x"]})
    assert service.subscribers("record.created") == ("automations.match", "metrics.mark")
    async with platform.database.transaction(workspace) as tx:
        with pytest.raises(LookupError):
            await service.emit(tx, "record.crated", {})
        with pytest.raises(ValueError, match="carries"):
            await service.emit(tx, "member.disabled", {"name": "Li"})


def test_every_event_is_a_fact_explained_in_both_languages() -> None:
    page = reference.page()
    assert len({event.name for event in CATALOGUE}) == len(CATALOGUE)
    for event in CATALOGUE:
        assert f"## `{event.name}`" in page
        assert event.name.rpartition(".")[2].rpartition("_")[2].endswith("ed")
        assert event.sentence["zh-CN"] != event.sentence["en"]
        assert event.payload
        assert event.many is None or event.many in event.payload
