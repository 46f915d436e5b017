"""One member looks closely: single records, ways round a scope, reasons, what pages are told."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
from tests.walks.company.doors import account_as_read
from tests.walks.company.office import Office, Seat, done, same, update
from tests.walks.company.truth import Deal

ABSENT = "00000000-0000-7000-8000-000000000000"
SAMPLE = 5


async def single_records(office: Office, seat: Seat) -> None:
    """A record in reach opens at every door; any other is as if it did not exist."""
    seen = office.truth.deals_of(seat.viewer)
    for deal in _some(list(seen.values())):
        await _open(office, seat, deal)
    for deal in _some([d for d in office.truth.deals.values() if d.code not in seen]):
        record = office.deals[deal.code]
        for method, path, body in _single(record):
            told = await seat.send(method, path, body)
            absent = await seat.send(method, *_at_absent(path, body, record))
            assert told.status_code in {200, 403, 404}, (path, told.text)
            same(told.text.replace(record, ABSENT), absent.text, seat.viewer.name, method, path)
            assert told.status_code == absent.status_code


def _some(deals: list[Deal]) -> list[Deal]:
    """A few of them, spread over the whole."""
    return deals[:: max(len(deals) // SAMPLE, 1)][:SAMPLE]


async def _open(office: Office, seat: Seat, deal: Deal) -> None:
    place = f"/records/opportunity/{office.deals[deal.code]}"
    record = await seat.read(place)
    known = office.truth.accounts_of(seat.viewer)
    same(record["values"]["external_code"], deal.code)
    same(record["values"]["account"], account_as_read(office, deal.account, known), deal)
    assert (await seat.read(f"{place}/history"))["items"]
    assert (await seat.read(f"{place}/timeline"))["items"]
    assert (await seat.read(f"{place}/access"))["verbs"]["read"]
    found = await seat.read("/records/opportunity", q=deal.code.lower())
    same([item["id"] for item in found["items"]], [office.deals[deal.code]])


def _single(record: str) -> list[tuple[str, str, Any]]:
    """Everything that can be asked about one record."""
    place = f"/records/opportunity/{record}"
    trial = {"mode": "each", "dry_run": True,
             "changes": [update("opportunity", record, next_step="x")]}  # fmt: skip
    return [
        ("GET", place, None),
        ("GET", f"{place}/history", None),
        ("GET", f"{place}/timeline", None),
        ("GET", f"{place}/access", None),
        ("GET", f"{place}/shares", None),
        ("PATCH", place, {"next_step": "x"}),
        ("DELETE", place, None),
        ("POST", f"{place}/restore", {}),
        ("POST", f"{place}/shares", {"member": ABSENT}),
        ("POST", f"{place}/erase", {"reason": "x"}),
        ("POST", "/changesets", trial),
    ]


def _at_absent(path: str, body: Any, record: str) -> tuple[str, Any]:
    return path.replace(record, ABSENT), json.loads(json.dumps(body).replace(record, ABSENT))


async def ways_round(office: Office, seat: Seat, changeset: str) -> None:
    """Filters, sorts, groups, measures, cursors, references: none reaches past the scope.

    `changeset` is one of somebody else's.
    """
    seen = office.truth.deals_of(seat.viewer)
    hidden = _some([d for d in office.truth.deals.values() if d.code not in seen])
    for deal in hidden:
        named = f'external_code="{deal.code}"'
        assert (await seat.read("/records/opportunity", filter=named, count="true"))["total"] == 0
        assert (await seat.read("/records/opportunity", q=deal.code))["items"] == []
        assert await seat.figures("opportunity", "external_code", filter_=named, n="COUNT()") == []
        (row,) = await seat.figures("opportunity", n=f"COUNT({named})", x=f"SUM(amount, {named})")
        same((row["n"], row["x"]), (0, "0"))
    await _account_names(office, seat)
    await _another_cursor(office, seat, seen)
    assert (await seat.get(f"/changesets/{changeset}")).status_code == 404
    for path in ("/audit/verify", "/jobs"):
        assert (await seat.get(path)).status_code == 403


async def _account_names(office: Office, seat: Seat) -> None:
    """An account out of reach is blank in every path, and cannot be named in a write."""
    known = office.truth.accounts_of(seat.viewer)
    seen = [d for d in office.truth.deals_of(seat.viewer).values() if d.account]
    hidden = sorted({str(d.account) for d in seen} - known)
    assert hidden
    for name in hidden[:SAMPLE]:
        for condition in (f'account.name="{name}"', f'account.title="{name}"'):
            found = await seat.read("/records/opportunity", filter=condition, count="true")
            assert found["total"] == 0, (seat.viewer.name, name)
    rows = await seat.figures("opportunity", "account.name", n="COUNT()")
    assert {row["account.name"] for row in rows} - {None} <= known
    # The figures of an account count deals of everybody: not for whoever reads only some.
    asked = await seat.get("/records/account", filter="won_amount > 0")
    assert asked.json()["errors"][0]["code"] == "formula.field"
    meta = await seat.read("/meta")
    fields = {f["key"] for o in meta["objects"] if o["key"] == "account" for f in o["fields"]}
    assert "name" in fields
    assert not fields & {"won_amount", "won_count", "open_amount", "last_won_on"}
    own = next(d for d in seen if d.owner in seat.viewer.people)
    refusals = []
    for account in (office.accounts[hidden[0]], ABSENT):
        body = {"account": account}
        answer = await seat.send("PATCH", f"/records/opportunity/{office.deals[own.code]}", body)
        refusals.append((answer.status_code, answer.text.replace(account, ABSENT)))
    assert own.account != hidden[0]
    assert refusals[0] == refusals[1]
    assert refusals[0][0] == 422, refusals


async def _another_cursor(office: Office, seat: Seat, seen: dict[str, Deal]) -> None:
    """A cursor of somebody who reads everything leads nobody else to more."""
    asked = {"limit": "3", "sort": "-amount", "fields": "external_code,amount"}
    theirs = (await office.ops.read("/records/opportunity", **asked))["next"]
    answer = await seat.get("/records/opportunity", cursor=theirs, **asked)
    items = answer.json()["items"] if answer.status_code == 200 else []
    assert {item["values"]["external_code"] for item in items} <= set(seen)
    best = (await seat.read("/records/opportunity", **asked))["items"][0]["values"]["amount"]
    same(best, str(max(d.amount for d in seen.values() if d.amount is not None)))


async def reasons(office: Office, seat: Seat, lent: Deal | None) -> None:
    """“Why can X see this” names the role and its scope, or the share; others may not ask."""
    own = next(d for d in office.truth.deals.values() if d.owner in seat.viewer.people)
    scope = "own" if seat.viewer.role == "rep" else "team_tree"
    place = f"/records/opportunity/{office.deals[own.code]}/access"
    why = await seat.read(place)
    held = [r for r in why["reasons"] if r["verb"] == "read" and r["holds"]]
    same([(r["role"]["key"], r["scope"]) for r in held], [(seat.viewer.role, scope)])
    assert held[0]["message"]
    stranger = next(
        s for s in office.seats.values()
        if s.viewer.role == "rep" and not s.viewer.people & seat.viewer.people
        and own.code not in office.truth.deals_of(s.viewer)
    )  # fmt: skip
    if seat is not office.ops:
        assert (await seat.get(place, member=stranger.member)).status_code == 403
    no = await office.ops.read(place, member=stranger.member)
    assert not any(no["verbs"].values())
    if lent is not None:
        why = await seat.read(f"/records/opportunity/{office.deals[lent.code]}/access")
        held = [r for r in why["reasons"] if r["verb"] == "read" and r["holds"]]
        same([r["kind"] for r in held], ["share"])
        assert OPS_NAME in held[0]["message"]


OPS_NAME = "Ops"


async def lines_of_others(office: Office, agent: Seat, other: Seat) -> None:
    """On an account's timeline stand only the activities its reader may read."""
    account = next(a for a, o in office.truth.account_owner.items() if o == agent.viewer.name)
    place = f"/records/account/{office.accounts[account]}/timeline"
    for seat in (agent, other):
        values = {"subject": f"拜访 {seat.viewer.name}", "kind": "visit",
                  "account": office.accounts[account], "owner": seat.member}  # fmt: skip
        done(await office.ops.send("POST", "/records/activity", values))
    both = json.dumps(await office.ops.read(place), ensure_ascii=False)
    mine = json.dumps(await agent.read(place), ensure_ascii=False)
    assert f"拜访 {other.viewer.name}" in both
    assert f"拜访 {agent.viewer.name}" in mine
    assert f"拜访 {other.viewer.name}" not in mine
    same(len(await agent.pages("activity")), 1)


async def page_is_told(office: Office, seat: Seat) -> None:
    """The stream tells of changesets that touched what is read, and of no other."""
    seen = office.truth.deals_of(seat.viewer)
    mine = next(iter(seen))
    other = next(code for code in office.truth.deals if code not in seen)
    async with office.http.stream(
        "GET", "/api/events/stream", headers=seat.headers, timeout=30
    ) as answer:
        told = _events(answer)
        same((await anext(told))[0], "ready")
        made = []
        for code in (other, mine):
            change = update("opportunity", office.deals[code], remark=f"给 {seat.viewer.name} 看")
            made.append((await office.save([change]))["id"])
        async with asyncio.timeout(20):
            event, data = await anext(told)
        same((event, data), ("changeset", {"object": "opportunity", "changeset": made[1]}))


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    event = ""
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "data":
            yield event, json.loads(value)
