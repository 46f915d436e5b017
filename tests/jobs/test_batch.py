"""A batch: order, retries, poison, duplicates, and who may take work back."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.jobs.conftest import crew, left, note, seen, write_effect

from changliu.jobs import service
from changliu.jobs.batch import STRIKES, back_off, run_batch
from changliu.jobs.model import Job, Later, NewJob, Park
from changliu.jobs.store import claim
from changliu.kit import clock
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import NotFound
from changliu.kit.ids import uuid7


async def test_effects_and_acknowledgement_commit_together(
    database: Database, workspace: Workspace
) -> None:
    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "note", {"name": "a"})
        await service.enqueue(tx, "note", {"name": "b"})
    outcome = await run_batch(database, workspace, crew())
    assert len(outcome.done) == 2
    assert await seen(database, workspace) == ["a", "b"]
    assert await left(database, workspace) == []
    assert await left(database, workspace, "job_running") == []


async def test_a_rolled_back_job_never_runs(database: Database, workspace: Workspace) -> None:
    async def attempt() -> None:
        async with database.transaction(workspace) as tx:
            await service.enqueue(tx, "note", {"name": "a"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await attempt()
    assert (await run_batch(database, workspace, crew())).claimed == 0


async def test_business_time_is_one_instant_for_a_whole_batch(
    database: Database, workspace: Workspace
) -> None:
    instants = set()

    async def look(tx: Tx, _: Job) -> None:
        instants.update({clock.now(), tx.now})

    async with database.transaction(workspace) as tx:
        await service.enqueue_many(tx, [NewJob("look"), NewJob("look")])
    await run_batch(database, workspace, crew(look=look))
    assert len(instants) == 1


async def test_one_failure_takes_back_only_its_own_effects(
    database: Database, workspace: Workspace
) -> None:
    async def half(tx: Tx, _: Job) -> None:
        await write_effect(tx, "never")
        raise ValueError("no \0 such thing")

    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "note", {"name": "a"})
        await service.enqueue(tx, "half", {}, max_attempts=2)
        await service.enqueue(tx, "note", {"name": "b"})
    team = crew(half=half)
    await run_batch(database, workspace, team)
    assert await seen(database, workspace) == ["a", "b"]
    (job,) = await left(database, workspace)
    assert (job["attempts"], job["dead_at"]) == (1, None)
    assert job["error"] == "ValueError: no  such thing"
    await run_batch(database, workspace, team)
    (job,) = await left(database, workspace)
    assert job["attempts"] == 2
    assert job["dead_at"] is not None
    assert (await run_batch(database, workspace, team)).claimed == 0


async def test_a_statement_error_does_not_spoil_the_batch(
    database: Database, workspace: Workspace
) -> None:
    async def broken(tx: Tx, _: Job) -> None:
        await tx.rows("SELECT 1/0")

    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "broken", {})
        await service.enqueue(tx, "note", {"name": "a"})
        await service.enqueue(tx, "unheard.of", {}, max_attempts=1)
    await run_batch(database, workspace, crew(broken=broken))
    assert await seen(database, workspace) == ["a"]
    broken_job, unknown = await left(database, workspace)
    assert "DivisionByZero" in broken_job["error"]
    assert unknown["dead_at"] is not None


async def test_jobs_of_one_key_run_in_order_past_retries_and_the_dead(
    database: Database, workspace: Workspace
) -> None:
    tries: list[str] = []

    async def moody(tx: Tx, job: Job) -> None:
        name = job.payload["name"]
        tries.append(name)
        if name == "poison" or (name == "b" and tries.count("b") < 3):
            raise ValueError(name)
        await write_effect(tx, name)

    async with database.transaction(workspace) as tx:
        names = ["a", "b", "poison", "c"]
        jobs = [NewJob("moody", {"name": n}, lock_key="k", max_attempts=4) for n in names]
        await service.enqueue_many(tx, jobs)
        await service.enqueue(tx, "moody", {"name": "other"}, lock_key="l")
    team = crew(moody=moody)
    while (await run_batch(database, workspace, team)).claimed:
        pass
    assert await seen(database, workspace) == ["a", "other", "b", "c"]
    assert [job["payload"]["name"] for job in await left(database, workspace)] == ["poison"]


async def test_later_is_no_failure_and_park_is_final(
    database: Database, workspace: Workspace
) -> None:
    async def later(*_: object) -> None:
        raise Later(timedelta(hours=1))

    async def park(*_: object) -> None:
        raise Park("the template is gone")

    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "later", {})
        await service.enqueue(tx, "park", {})
    await run_batch(database, workspace, crew(later=later, park=park))
    waiting, parked = await left(database, workspace)
    assert (waiting["attempts"], waiting["dead_at"]) == (0, None)
    assert waiting["run_at"] - clock.real() > timedelta(minutes=59)
    assert (parked["attempts"], parked["error"]) == (1, "Park: the template is gone")
    assert parked["dead_at"] is not None


async def test_callbacks_of_a_failed_job_are_dropped(
    database: Database, workspace: Workspace
) -> None:
    called: list[str] = []

    async def call(tx: Tx, job: Job) -> None:
        tx.after_commit.append(lambda: called.append(job.payload["name"]))
        if job.payload["name"] == "bad":
            raise ValueError

    async with database.transaction(workspace) as tx:
        await service.enqueue_many(tx, [NewJob("call", {"name": n}) for n in ("good", "bad")])
    await run_batch(database, workspace, crew(call=call))
    assert called == ["good"]


async def test_a_duplicate_merges_only_with_work_not_begun(
    database: Database, workspace: Workspace
) -> None:
    async with database.transaction(workspace) as tx:
        first = await service.enqueue(
            tx, "note", {"name": "a"}, dedupe="d", run_at=tx.now + timedelta(hours=1)
        )
        assert await service.enqueue(tx, "note", {"name": "b"}, dedupe="d") == first
        kept = [NewJob("note", {"name": n}, dedupe="e") for n in ("c", "d")]
        assert len(await service.enqueue_many(tx, kept)) == 1

    async def again(tx: Tx, job: Job) -> None:
        await note(tx, job)
        await service.enqueue(tx, "note", {"name": "after"}, dedupe="e2")

    await run_batch(database, workspace, crew(note=again))
    assert sorted(await seen(database, workspace)) == ["a", "c"]
    assert [job["payload"]["name"] for job in await left(database, workspace)] == ["after"]


async def test_a_job_that_asks_for_itself_is_asked_again(
    database: Database, workspace: Workspace
) -> None:
    async def again(tx: Tx, job: Job) -> None:
        await note(tx, job)
        if (left := job.payload["left"]) > 0:
            await service.enqueue(tx, "note", {"name": f"{left}", "left": left - 1}, dedupe="more")

    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "note", {"name": "first", "left": 3}, dedupe="more")
    for _ in range(5):
        await run_batch(database, workspace, crew(note=again))
    assert await seen(database, workspace) == ["first", "3", "2", "1"]
    assert await left(database, workspace) == []


async def test_a_job_that_failed_is_merged_with_again(
    database: Database, workspace: Workspace
) -> None:
    async def bad(*_: object) -> None:
        raise ValueError

    async with database.transaction(workspace) as tx:
        first = await service.enqueue(tx, "bad", {}, dedupe="d")
    await run_batch(database, workspace, crew(bad=bad))
    async with database.transaction(workspace) as tx:
        assert await service.enqueue(tx, "bad", {}, dedupe="d") == first
        (job,) = await left(database, workspace)
    assert (job["id"], job["attempts"]) == (first, 1)


async def test_a_dead_job_does_not_swallow_its_duplicate(
    database: Database, workspace: Workspace
) -> None:
    async def bad(*_: object) -> None:
        raise Park("no")

    async with database.transaction(workspace) as tx:
        dead = await service.enqueue(tx, "bad", {}, dedupe="d")
    await run_batch(database, workspace, crew(bad=bad))
    async with database.transaction(workspace) as tx:
        assert await service.enqueue(tx, "note", {"name": "a"}, dedupe="d") != dead
        assert [job["id"] for job in await service.list_dead(tx)] == [dead]
        await service.rerun(tx, dead)
    assert {job["dedupe"] for job in await left(database, workspace)} == {"d", None}


async def test_run_again_and_discard(database: Database, workspace: Workspace) -> None:
    async with database.transaction(workspace) as tx:
        job = await service.enqueue(tx, "unheard.of", {"name": "a"}, max_attempts=1)
        other = await service.enqueue(tx, "unheard.of", {}, max_attempts=1)
    await run_batch(database, workspace, crew())
    async with database.transaction(workspace) as tx:
        await service.rerun(tx, job)
        await service.discard(tx, other)
        with pytest.raises(NotFound, match=r"job\.missing"):
            await service.discard(tx, other)
        with pytest.raises(NotFound, match=r"job\.missing"):
            await service.rerun(tx, other)
    outcome = await run_batch(database, workspace, crew(**{"unheard.of": note}))
    assert outcome.done == [job]


async def test_withdraw_takes_only_what_no_worker_holds(
    database: Database, workspace: Workspace
) -> None:
    cause, other = uuid4(), uuid4()
    async with database.transaction(workspace) as tx:
        for changeset, name in ((cause, "a"), (cause, "b"), (other, "c")):
            await service.enqueue(tx, "note", {"name": name}, caused_by=changeset)
    async with database.transaction(workspace) as working:
        await claim.claim(working, 1, clock.real(), ())
        async with database.transaction(workspace) as tx:
            assert await service.withdraw(tx, [cause]) == 1
    assert [job["payload"]["name"] for job in await left(database, workspace)] == ["a", "c"]


async def test_a_job_that_kills_its_worker_is_isolated_then_set_aside(
    database: Database, workspace: Workspace
) -> None:
    async with database.transaction(workspace) as tx:
        jobs = [NewJob("note", {"name": n}) for n in ("a", "killer", "b")]
        ids = await service.enqueue_many(tx, jobs)
    team = crew()

    async def die(batch: list[int]) -> None:
        async with database.transaction(workspace) as tx:
            await claim.mark(tx, uuid7(), batch, clock.real())

    await die(ids)
    for suspect in ids:
        assert (await run_batch(database, workspace, team)).done == [suspect], "it runs alone"
    # Everyone was innocent so far: they ran, alone, and their strikes went with them.
    assert sorted(await seen(database, workspace)) == ["a", "b", "killer"]
    assert await left(database, workspace, "job_strike") == []

    async with database.transaction(workspace) as tx:
        killer = await service.enqueue(tx, "note", {"name": "real killer"})
    for _ in range(STRIKES):
        await die([killer])
    outcome = await run_batch(database, workspace, team)
    assert outcome.done == []
    (job,) = await left(database, workspace)
    assert job["dead_at"] is not None
    assert "died or hung 4 times" in job["error"]


async def test_a_job_that_hangs_is_set_aside_and_holds_nobody_up(
    database: Database, workspace: Workspace
) -> None:
    hung = 0

    async def hang(*_: object) -> None:
        nonlocal hung
        hung += 1
        await asyncio.Event().wait()

    async with database.transaction(workspace) as tx:
        await service.enqueue_many(tx, [NewJob("hang"), NewJob("note", {"name": "a"})])
    team = replace(crew(hang=hang), batch_seconds=0.2)
    for _ in range(100):
        # On a busy machine the time may be over before the handler begins, or before the strike.
        with suppress(TimeoutError):
            await run_batch(database, workspace, team)
            break
    assert 1 < hung <= STRIKES
    patient = replace(team, batch_seconds=30)
    await run_batch(database, workspace, patient)
    await run_batch(database, workspace, patient)
    assert await seen(database, workspace) == ["a"]
    (job,) = await left(database, workspace)
    assert "died or hung" in job["error"]


def test_pauses_grow_to_an_hour() -> None:
    seconds = [back_off(attempts).total_seconds() for attempts in range(1, 12)]
    assert 0.4 <= seconds[0] <= 0.6
    assert 6.4 <= seconds[2] <= 9.6
    assert max(seconds) <= 4_320
