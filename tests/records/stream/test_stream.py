"""GET /api/events/stream over a real server: who is told what, when, and how it ends."""

import asyncio
import json
import time
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
import pytest_asyncio

from changliu import main
from changliu.kit.db import Database
from changliu.kit.platform import Platform
from changliu.operations.server import Server, listen
from changliu.records.stream import hints, hub, subscriber
from changliu.records.stream.hub import Streams


class Page:
    """An open page: the events it was told, as (event, data)."""

    def __init__(self):
        self.events, self.id, self.ended = [], None, False
        self.news = asyncio.Event()

    async def read(self, answer):
        event = None
        try:
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    self.id = value
                elif name == "event":
                    event = value
                elif name == "data":
                    self.events.append((event, json.loads(value)))
                    self.news.set()
        except httpx.HTTPError:
            pass
        self.ended = True
        self.news.set()

    def told(self, target=None):
        """The changesets told, perhaps of one object only."""
        return [
            data["changeset"] for event, data in self.events
            if event == "changeset" and target in (None, data["object"])
        ]  # fmt: skip

    async def until(self, proof, seconds=30):
        async with asyncio.timeout(seconds):
            while not proof(self):
                await self.news.wait()
                self.news.clear()


class Site:
    """A server of the application over a platform, with streams of its own."""

    def __init__(self, platform, server, url):
        self.platform, self.server, self.url = platform, server, url

    @asynccontextmanager
    async def page(self, client, last=None, open_for=None):
        headers = {"Authorization": f"Bearer {client.token}"}
        if last is not None:
            headers["Last-Event-ID"] = last
        async with (
            httpx.AsyncClient(base_url=self.url, timeout=None) as http,
            http.stream(
                "GET",
                "/api/events/stream",
                headers=headers,
                params={} if open_for is None else {"open_for": open_for},
            ) as answer,
        ):
            assert answer.status_code == 200, await answer.aread()
            assert answer.headers["content-type"].startswith("text/event-stream")
            page = Page()
            reading = asyncio.create_task(page.read(answer))
            try:
                await page.until(lambda p: ("ready", {}) in p.events)
                yield page
            finally:
                reading.cancel()
                await asyncio.wait([reading])


@asynccontextmanager
async def serve(platform):
    """Serve the application on a free port; stopped as `changliu serve` stops it."""
    sockets = listen("127.0.0.1", 0)
    up = asyncio.Event()
    server = Server(main.create_app(platform), up.set, platform.registry(Streams).close)
    task = asyncio.create_task(server.serve(sockets))
    await asyncio.wait_for(up.wait(), 60)
    try:
        yield Site(platform, server, f"http://127.0.0.1:{sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 60)


@asynccontextmanager
async def beside(platform):
    """A platform of its own over the same database, as another process has."""
    known = platform.database
    database = Database(known.app_dsn, known.owner_dsn, known.eraser_dsn)
    await database.open()
    try:
        registries = {**platform.registries, Streams: Streams()}
        yield Platform(database, platform.settings, registries)
    finally:
        await database.close()


@pytest_asyncio.fixture(scope="module")
async def site(house):
    async with beside(house.platform) as platform, serve(platform) as served:
        yield served


async def save(client, *changes):
    answer = await client.post("/api/changesets", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"], [row["id"] for row in answer.json()["results"]]


@pytest.mark.feature("Z5")
async def test_pages_are_told_of_what_they_read_and_of_nothing_else(house, site):
    async with (
        site.page(house.admin) as admin,
        site.page(house.rep) as rep,
        site.page(house.other) as other,
        site.page(house.manager) as manager,
        site.page(house.reader) as reader,
    ):
        both, _ = await save(
            house.rep,
            house.create("account", name="甲"), house.create("deal", title="乙"),
        )  # fmt: skip
        await admin.until(lambda p: len(p.told()) == 2)
        await rep.until(lambda p: p.told() == [both, both])
        await manager.until(lambda p: p.told() == [both, both])
        await reader.until(lambda p: p.told("account") == [both])
        own, [made] = await save(house.other, house.create("deal", title="丙"))
        await other.until(lambda p: p.told() == [own])
        gone, _ = await save(house.other, {"op": "delete", "object": "deal", "id": made})
        await other.until(lambda p: p.told() == [own, gone])
        await admin.until(lambda p: p.told() == [both, both, own, gone])
        await asyncio.sleep(0.5)
        assert rep.told() == [both, both]
        assert reader.told() == [both]
        assert other.told() == [own, gone]


async def test_what_was_announced_is_told_without_a_look(house, site, monkeypatch):
    monkeypatch.setattr(hub, "LOOK_S", 300)
    async with site.page(house.admin) as page:
        # Again and again: an announcement before the server listens is lost.
        async with asyncio.timeout(30):
            while not page.told():
                await save(house.admin, house.create("account", name="告知"))
                await asyncio.sleep(0.2)


@pytest.mark.feature("Z15")
async def test_comments_are_told_to_who_reads_the_record(house, site):
    _, [record] = await save(house.rep, house.create("account", name="谈"))
    path = f"/api/records/account/{record}/comments"
    async with (
        beside(house.platform) as platform,
        serve(platform) as second,
        second.page(house.manager) as manager,
        site.page(house.other) as other,
    ):
        said = await house.reader.post(path, json={"text": "到了"})
        about = ("comment", {"object": "account", "record": record})
        await manager.until(lambda p: p.events.count(about) == 1)
        await house.reader.delete(f"{path}/{said.json()['id']}")
        await manager.until(lambda p: p.events.count(about) == 2)
        await asyncio.sleep(0.3)
        assert about not in other.events
        last = manager.id
    async with site.page(house.manager, last=last) as again:
        await again.until(lambda p: about in p.events)


async def test_a_refused_or_rehearsed_changeset_is_not_told(house, site):
    async with site.page(house.admin) as page:
        change = house.create("account", name="试")
        await house.admin.post("/api/changesets", json={"changes": [change], "dry_run": True})
        refused = await house.admin.post(
            "/api/changesets", json={"changes": [house.create("account", size=1)]}
        )
        assert refused.status_code == 422
        made, _ = await save(house.admin, house.create("account", name="真"))
        await page.until(lambda p: p.told())
        await asyncio.sleep(0.3)
        assert page.told() == [made]


async def test_a_changeset_nobody_announced_is_found_by_looking(house, site, monkeypatch):
    monkeypatch.setattr(hints, "_announcers", set())
    async with site.page(house.admin) as page:
        made, _ = await save(house.admin, house.create("account", name="静"))
        await page.until(lambda p: p.told() == [made])


async def test_two_servers_tell_the_same(house, site):
    async with (
        beside(house.platform) as platform,
        serve(platform) as second,
        site.page(house.rep) as here,
        second.page(house.rep) as there,
    ):
        made, _ = await save(house.rep, house.create("deal", title="两处"))
        await here.until(lambda p: p.told() == [made])
        await there.until(lambda p: p.told() == [made])


async def test_a_page_that_was_away_is_caught_up(house, site):
    async with site.page(house.rep) as page:
        first, _ = await save(house.rep, house.create("deal", title="之前"))
        await page.until(lambda p: first in p.told())
    missed, _ = await save(house.rep, house.create("deal", title="期间"))
    hidden, _ = await save(house.other, house.create("deal", title="别人的"))
    async with site.page(house.rep, last=page.id) as again:
        await again.until(lambda p: missed in p.told())
        assert hidden not in again.told()
        assert ("resync", {}) not in again.events


@pytest.mark.parametrize("watched", [True, False])
async def test_what_came_between_reading_and_listening_is_told(house, site, watched):
    async with AsyncExitStack() as stack:
        if watched:
            await stack.enter_async_context(site.page(house.admin))
        long_ago, _ = await save(house.rep, house.create("deal", title="打开前"))
        await asyncio.sleep(hub.OPENING_OVERLAP_S + 0.5)
        began = time.monotonic()
        missed, _ = await save(house.rep, house.create("deal", title="打开时"))
        open_for = round((time.monotonic() - began) * 1000)
        async with site.page(house.rep, open_for=open_for) as page:
            await page.until(lambda p: missed in p.told())
            later, _ = await save(house.rep, house.create("deal", title="打开后"))
            await page.until(lambda p: later in p.told())
            assert long_ago not in page.told()
        known, _ = await save(house.rep, house.create("deal", title="再次打开"))
        # The address of a page that connects again still says how long it was open at first.
        async with site.page(house.rep, last=page.id, open_for=open_for) as again:
            await again.until(lambda p: known in p.told())


@pytest.mark.parametrize("open_for", ["86400000", "-1", "gestern"])
async def test_a_page_open_for_too_long_loads_anew(house, site, open_for):
    async with site.page(house.rep, open_for=open_for) as page:
        await page.until(lambda p: ("resync", {}) in p.events)


@pytest.mark.parametrize("last", ["1700000000000", "99999999999999", "abc", "-1", "1" * 400])
async def test_a_page_away_too_long_loads_anew(house, site, last):
    async with site.page(house.rep, last=last) as page:
        await page.until(lambda p: ("resync", {}) in p.events)


async def test_more_than_a_page_can_be_told_becomes_load_anew(house, site, monkeypatch):
    monkeypatch.setattr(subscriber, "MOST_WAITING", 2)
    changes = [house.create("account", name=f"多{n}") for n in range(2)]
    async with site.page(house.admin) as page:
        for _ in range(4):
            await asyncio.gather(*(save(house.admin, change) for change in changes * 2))
        await page.until(lambda p: ("resync", {}) in p.events)
        await asyncio.sleep(0.5)
        made, _ = await save(house.admin, house.create("account", name="之后"))
        await page.until(lambda p: made in p.told())


@pytest.mark.feature("Z5")
async def test_a_disabled_member_is_told_nothing_more(house, site):
    leaver = await house.hire("leaver", "rep", house.team)
    _, [deal] = await save(leaver, house.create("deal", title="我的"))
    async with site.page(leaver) as page, site.page(house.admin) as witness:
        await house.ok(house.admin.post(f"/api/members/{leaver.member}/disable"))
        made, _ = await save(
            house.admin,
            {"op": "update", "object": "deal", "id": deal, "values": {"title": "改了"}},
        )
        await page.until(lambda p: p.ended)
        assert page.events[-1][0] == "end"
        assert page.told() == []
        await witness.until(lambda p: made in p.told())
    async with httpx.AsyncClient(base_url=site.url) as http:
        headers = {"Authorization": f"Bearer {leaver.token}"}
        refused = await http.get("/api/events/stream", headers=headers)
        assert refused.status_code == 401


async def test_signing_out_ends_the_stream(house, site):
    guest = await house.sign_in("rep")
    async with site.page(guest) as page:
        assert (await guest.post("/api/auth/logout")).status_code in (200, 204)
        await page.until(lambda p: p.ended)
        assert page.events[-1][0] == "end"


async def test_an_open_page_is_no_use_of_an_idle_session(house, site, monkeypatch):
    monkeypatch.setattr(subscriber, "HEARTBEAT_S", 0.1)
    monkeypatch.setattr(subscriber, "PROVE_S", 0.3)
    guest = await house.sign_in("rep")
    async with site.page(guest) as page:
        await asyncio.sleep(0.6)
        assert not page.ended
        idle = "UPDATE changliu.session SET seen_at = seen_at - interval '9 hours' RETURNING id"
        await house.owner_rows(idle)
        try:
            await page.until(lambda p: p.ended)
        finally:
            await house.owner_rows(idle.replace("- interval", "+ interval"))
        assert page.events[-1][0] == "end"


async def test_a_right_taken_away_stops_what_is_told(house, site):
    mover = await house.hire("mover", "manager", house.parent_team)
    async with site.page(mover) as page:
        seen, _ = await save(house.rep, house.create("deal", title="看得见"))
        await page.until(lambda p: p.told() == [seen])
        await house.ok(
            house.admin.patch(f"/api/members/{mover.member}", json={"roles": ["reader"]})
        )
        unseen, _ = await save(house.rep, house.create("deal", title="看不见"))
        last, _ = await save(house.rep, house.create("account", name="可看"))
        await page.until(lambda p: last in p.told())
        assert unseen not in page.told()


async def test_the_heartbeat_moves_the_id_on(house, site, monkeypatch):
    monkeypatch.setattr(subscriber, "HEARTBEAT_S", 0.2)
    async with site.page(house.rep) as page:
        first = page.id
        async with asyncio.timeout(30):
            while int(page.id) <= int(first):  # noqa: ASYNC110 -- a heartbeat is no event
                await asyncio.sleep(0.05)
        assert [event for event, _ in page.events] == ["ready"]


async def test_strangers_and_unknown_parameters_are_refused(house, site):
    async with httpx.AsyncClient(base_url=site.url) as http:
        assert (await http.get("/api/events/stream")).status_code == 401
        headers = {"Authorization": f"Bearer {house.rep.token}"}
        answer = await http.get("/api/events/stream?object=deal", headers=headers)
        assert answer.json()["code"] == "request.parameter"


async def test_one_page_too_many_is_refused(house, site, monkeypatch):
    monkeypatch.setattr(hub, "MOST_OF_MEMBER", 1)
    async with site.page(house.far), httpx.AsyncClient(base_url=site.url) as http:
        headers = {"Authorization": f"Bearer {house.far.token}"}
        answer = await http.get("/api/events/stream", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (429, "stream.many")
        async with site.page(house.other):
            pass


async def test_nothing_runs_when_no_page_is_open(house, site):
    streams = site.platform.registry(Streams)
    async with site.page(house.rep):
        assert streams._watches
    async with asyncio.timeout(30):
        while streams._watches or streams._listener:  # noqa: ASYNC110 -- no event to wait for
            await asyncio.sleep(0.02)


async def test_stopping_the_server_does_not_wait_for_pages(house):
    async with beside(house.platform) as platform:
        async with serve(platform) as site:
            opened = site.page(house.rep)
            page = await opened.__aenter__()
            began = time.monotonic()
        assert time.monotonic() - began < subscriber.HEARTBEAT_S
        assert page.ended
        await opened.__aexit__(None, None, None)
