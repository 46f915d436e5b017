"""A real company from its real files: rights at every door, a large change, nothing lost to kills.

Sales agents, managers and directors of the Maven data set ask a real server; what each is told is
compared with the files, read by plain Python. Server and database are killed between the phases and
in the middle of a changeset of 5,000 rows and of its revert.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from tests.acceptance.sets import DATA_SETS
from tests.walks.company import closely, doors, truth
from tests.walks.company.large import (
    CREATES,
    UPDATES,
    Large,
    Records,
    differing,
    edit_by_hand,
    follow,
    large,
    snapshot,
)
from tests.walks.company.office import Office, done, same, update
from tests.walks.harness import new_server, new_site

FOLDER = DATA_SETS / "maven_crm"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no data sets at {DATA_SETS}"),
]
# An agent with many deals, a manager, and a director over two managers.
CLOSE = ("Darcel Schlecht", "Melvin Marxen", "Director West")
BORROWER = "Anna Snelling"
# Agents of another region, and of another team in hers.
LENDERS = ("Vicki Laflamme", "Gladys Colclough")
BORROWING_TEAM = "East/Cara Losch"
ABROAD = "Zane Levy"
STEPS = ("check", "write", "record")
MOBILE = "13912345678"
WHO = "王小明"


@asynccontextmanager
async def opened() -> AsyncIterator[Office]:
    """The company behind a server of its own."""
    async with new_site(workspace=False) as site:
        server = new_server(site)
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
            office = Office(server, truth.read(FOLDER), http)
            await office.found(FOLDER)
            yield office


async def rise(office: Office, *, database: bool = True, **environment: str) -> None:
    """Kill the server, and the database unless told otherwise; start both again."""
    office.server.kill9()
    if database:
        # Killed in the middle of something just now, or a worker is about to start it again.
        with suppress(psutil.NoSuchProcess, FileNotFoundError):
            await office.server.site.kill_database()
        await office.server.site.start_database()
    await office.server.restart(**environment)


async def everybody(office: Office) -> None:
    """Compare what every agent, manager and director is told with the truth."""
    for viewer in office.truth.viewers():
        await doors.everything(office, office.seats[viewer.name])


@pytest.mark.timeout(900)
@pytest.mark.feature("Z5")
@pytest.mark.feature("Z12")
async def test_a_company_of_real_files_keeps_its_rights_and_its_past_under_fire() -> None:
    async with opened() as office:
        await rise(office)
        await everybody(office)
        await lend(office)
        await rise(office, database=False)
        await everybody(office)
        await look_closely(office)
        before = await snapshot(office.ops)
        planned, changeset = await change_much(office, before)
        edited = await edit_by_hand(office, planned)
        await everybody(office)
        await take_back(office, changeset, edited, before)
        await erase(office)
        await alter(office, next(iter(planned.changed)))


async def lend(office: Office) -> None:
    """Lend some deals and an account to an agent, some deals to a team; take one back."""
    theirs = {
        name: [d.code for d in office.truth.deals.values() if d.owner == name][:4]
        for name in (*LENDERS, ABROAD)
    }
    borrower = office.seats[BORROWER]
    to = {"member": borrower.member}
    for name in LENDERS:
        *kept, back = theirs[name]
        for code in (*kept, back):
            await share(office, "opportunity", office.deals[code], to)
        office.truth.lent_deals[BORROWER] |= set(kept)
        place = f"/records/opportunity/{office.deals[back]}/shares"
        (one,) = (await office.ops.read(place))["items"]
        answer = await office.ops.send("DELETE", f"{place}/{one['id']}")
        assert answer.status_code == 204, answer.text
    teams = {t["name"]: t["id"] for t in (await office.ops.read("/teams"))["items"]}
    for code in theirs[ABROAD]:
        await share(
            office,
            "opportunity",
            office.deals[code],
            {"team": teams[BORROWING_TEAM.split("/")[-1]]},
        )
    for viewer in office.truth.viewers():
        if viewer.team == BORROWING_TEAM:
            office.truth.lent_deals[viewer.name] |= set(theirs[ABROAD])
    account = next(a for a, o in office.truth.account_owner.items() if o == CLOSE[0])
    await share(office, "account", office.accounts[account], to)
    office.truth.lent_accounts[BORROWER].add(account)


async def share(office: Office, target: str, record: str, to: dict[str, str]) -> None:
    """Share one record to read."""
    place = f"/records/{target}/{record}/shares"
    done(await office.ops.send("POST", place, {**to, "access": "read"}))


async def look_closely(office: Office) -> None:
    """Three members, and the borrower, try every door on what is theirs and what is not."""
    change = update("account", office.accounts["Kan-code"], remark="年度审阅")
    changeset = (await office.save([change]))["id"]
    for name in (*CLOSE, BORROWER):
        seat = office.seats[name]
        lent = sorted(office.truth.lent_deals[name])
        await closely.single_records(office, seat)
        await closely.ways_round(office, seat, changeset)
        await closely.reasons(office, seat, office.truth.deals[lent[0]] if lent else None)
        await closely.page_is_told(office, seat)
    await closely.lines_of_others(office, office.seats[CLOSE[0]], office.seats[LENDERS[0]])


async def unanswered(request: Awaitable[httpx.Response], *, kill: Any = None) -> None:
    """Send a request whose answer never comes, its server being killed."""
    sending = asyncio.ensure_future(request)
    if kill is not None:
        await asyncio.wait([sending], timeout=random.uniform(0.05, 0.25))
        assert not sending.done(), f"answered before its death: {(await sending).text}"
        await kill()
    with suppress(httpx.TransportError):
        answer = await sending
        assert answer.status_code >= 500, answer.text


def all_or_nothing(before: Records, after: Records, rows: int) -> bool:
    """Whether a write in doubt happened: all its rows moved, or none did.

    It may have: a worker that finds no database starts it again, and a waiting request goes on.
    """
    moved = len(differing(before, after))
    assert moved in {0, rows}, f"{moved} of {rows} rows"
    return moved > 0


async def change_much(office: Office, before: dict[str, Any]) -> tuple[Large, str]:
    """Save 5,000 rows over servers that die; then it is there once, whole, and answered again."""
    planned = large(office)
    ops = office.ops

    def send() -> Awaitable[httpx.Response]:
        return ops.send("POST", "/changesets", planned.body, planned.key)

    for step in STEPS:
        await rise(office, database=False, CHANGLIU_CRASH_AT=step)
        await unanswered(send())
    await rise(office, CHANGLIU_CRASH_AT="committed")
    await unanswered(send(), kill=office.server.site.kill_database)
    await rise(office)
    all_or_nothing(before, await snapshot(ops), planned.rows)
    await rise(office, CHANGLIU_CRASH_AT="committed")
    await unanswered(send())
    await rise(office)
    again = await send()
    assert again.headers["idempotent-replayed"] == "true"
    results = done(again)["results"]
    same(len(results), CREATES + UPDATES)
    same([r["version"] for r in results[:CREATES]], [1] * CREATES)
    same(done(await send()), again.json())
    follow(office, planned)
    await everybody(office)
    same(len(differing(before, await snapshot(ops))), planned.rows)
    return planned, again.json()["id"]


async def take_back(
    office: Office, changeset: str, edited: list[str], before: dict[str, Any]
) -> None:
    """Revert over servers that die: 4,990 as before, the ten edited by hand listed and kept."""
    ops = office.ops

    def send() -> Awaitable[httpx.Response]:
        return ops.send("POST", f"/changesets/{changeset}/revert", {"reason": "调整取消"})

    full = await snapshot(ops)
    for step in STEPS:
        await rise(office, database=False, CHANGLIU_CRASH_AT=step)
        await unanswered(send())
    await rise(office)
    await unanswered(send(), kill=office.server.site.kill_database)
    await rise(office)
    if not all_or_nothing(full, await snapshot(ops), CREATES + UPDATES - len(edited)):
        await rise(office, CHANGLIU_CRASH_AT="committed")
        await unanswered(send())
        await rise(office)
    told = done(await send())
    same(told["kept_count"], len(edited))
    same(sorted(k["id"] for k in told["kept"]), sorted(edited))
    same({k["code"] for k in told["kept"]}, {"revert.changed_since"})
    same(told["records"], CREATES + UPDATES - len(edited))
    after = await snapshot(ops)
    same(differing(before, after), set(edited))
    same({i: after[i]["values"] for i in edited}, {i: full[i]["values"] for i in edited})
    deals = {item["values"]["external_code"] for item in after.values()}
    made = [code for code in office.truth.deals if code.startswith("NEW") and code not in deals]
    for code in made:
        del office.truth.deals[code]
    original = truth.read(FOLDER).deals
    for code, deal in original.items():
        if office.deals[code] not in edited:
            office.truth.deals[code] = deal
    await everybody(office)


async def erase(office: Office) -> None:
    """Erase a person under fire: gone from record and history, and the seals still hold."""
    admin, agent = office.seats["admin"], office.seats[CLOSE[0]]
    account = next(a for a, o in office.truth.account_owner.items() if o == CLOSE[0])
    values = {"name": WHO, "mobile": MOBILE, "account": office.accounts[account],
              "owner": agent.member}  # fmt: skip
    record = done(await office.ops.send("POST", "/records/contact", values))["id"]
    place = f"/records/contact/{record}"
    done(await agent.send("PATCH", place, {"mobile": MOBILE[::-1].replace("8", "1", 1)}))
    assert await office.command("audit", "seal", "--data", str(office.server.site.data)) == 0
    assert MOBILE in (await agent.get(f"{place}/history")).text
    wish = {"reason": "本人要求"}
    assert (await agent.send("POST", f"{place}/erase", wish)).status_code == 403
    for step in ("erase.blanked", "erase.deleted"):
        await rise(office, database=False, CHANGLIU_CRASH_AT=step)
        await unanswered(admin.send("POST", f"{place}/erase", wish))
    await rise(office)
    same((await agent.read(place))["values"]["name"], WHO)
    done(await admin.send("POST", f"{place}/erase", wish))
    await rise(office)
    for path in (place, f"{place}/history", f"{place}/timeline"):
        told = (await admin.get(path)).text
        assert WHO not in told, path
        assert MOBILE not in told, path
    assert await office.command("audit", "verify") == 0
    report = await office.ops.read("/audit/verify")
    assert report["ok"], report


async def alter(office: Office, code: str) -> None:
    """Alter one byte of history as a superuser: both doors of the check name entry and record."""
    assert await office.command("audit", "seal") == 0
    await rise(office)
    assert (await office.ops.read("/audit/verify"))["unsealed"] == 0
    record = office.deals[code]
    entry = await one_byte(office, record)
    report = await office.ops.read("/audit/verify")
    assert not report["ok"]
    (finding,) = report["findings"]
    same((finding["code"], finding["entry"], finding["record"]),
         ("audit.entry_altered", entry, record))  # fmt: skip
    assert await office.command("audit", "verify", LC_ALL="en_US.UTF-8") == 1
    assert f"Entry {entry} of the history" in office.server.site.text("command")


async def one_byte(office: Office, record: str) -> int:
    """Raise the last digit of an amount in a record's history; return the entry's number."""
    find = "SELECT seq, diff::text FROM ws_1.history WHERE record = %s AND op = 'update'"
    write = "UPDATE ws_1.history SET diff = %s::jsonb WHERE seq = %s"
    dsn = office.server.site.instance.admin_dsn
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        rows = await (await conn.execute(find, [record])).fetchall()
        entry, text = next((seq, text) for seq, text in rows if "100000" in text)
        await conn.execute(write, [text.replace("100000", "100001", 1), entry])
    return int(entry)
