"""The views and forms of the sales app: whatever one says, the other doors understand."""

from typing import Any

import httpx
import pytest
from tests.doors import Sales, open_client, sign_in

from changliu.identity import members
from changliu.identity import service as identity

PASSWORD = "correct horse 42"
ROLES = ["admin", "rep", "manager", "finance", "hrbp", "legal", "success"]
ENTERED = ("lead", "account", "contact", "opportunity", "activity", "task", "product")


async def ok(request: Any) -> Any:
    answer = await request
    assert answer.status_code == 200, answer.text
    return answer.json()


async def asked_of_the_doors(client: httpx.AsyncClient, view: dict[str, Any]) -> None:
    """Ask a list, and figures, as a page would that shows this view."""
    params = {
        "fields": ",".join(column["field"] for column in view["columns"]),
        "sort": ",".join(view["sort"]),
        "filter": view["filter"] or "",
    }
    await ok(client.get(f"/api/records/{view['object']}", params=params))
    figures = [
        {"key": f"f{at}", "formula": f"{column['figure'].upper()}({column['field']})"}
        for at, column in enumerate(view["columns"])
        if column.get("figure")
    ]
    board = view["board"] or {}
    if board.get("sum"):
        figures.append({"key": "board", "formula": f"SUM({board['sum']})"})
    groups = list(view["group_by"]) or ([{"field": board["field"]}] if board else [])
    figures += [{"key": m["key"], "formula": m["formula"]} for m in view["measures"]]
    if groups or figures:
        body = {"object": view["object"], "group_by": groups, "filter": view["filter"] or "",
                "measures": figures or [{"key": "n", "formula": "COUNT()"}]}  # fmt: skip
        await ok(client.post("/api/query", json=body))


@pytest.mark.feature("Z11")
async def test_every_role_can_use_every_view_and_form_it_has(sales: Sales) -> None:
    async with sales.platform.database.transaction(sales.workspace) as tx:
        team = await identity.ensure_team(tx, "hq", "总部", None)
        for role in ROLES[1:]:
            member = await identity.ensure_member(tx, f"views {role}", team, [role])
            await members.give_account(tx, member, f"views-{role}", PASSWORD)
    for role in ROLES:
        async with open_client(sales.platform) as opened:
            client = sales.client if role == "admin" else opened
            if role != "admin":
                await sign_in(client, f"views-{role}", PASSWORD)
            views = (await ok(client.get("/api/views")))["items"]
            for view in views:
                await asked_of_the_doors(client, view)
            meta = await ok(client.get("/api/meta"))
            (app,) = meta["navigation"]
            assert app["app"] == "sales"
            assert [v["key"] for v in meta["views"]] == [v["key"] for v in views]
            for entry in app["objects"]:
                form = await ok(client.get(f"/api/objects/{entry['object']}/form"))
                assert form["tabs"], (role, entry)


async def test_a_rep_begins_with_a_board_of_stages_and_their_sums(sales: Sales) -> None:
    views = (await ok(sales.client.get("/api/views", params={"object": "opportunity"})))["items"]
    first = views[0]
    assert (first["key"], first["type"], first["notes"]) == ("opportunity_pipeline", "board", [])
    assert (first["board"]["field"], first["board"]["sum"]) == ("stage", "amount")
    for key in ENTERED:
        form = await ok(sales.client.get(f"/api/objects/{key}/form"))
        assert (form["key"], form["notes"]) == (key, [])
        assert all(set(tab["label"]) == {"zh-CN", "en"} for tab in form["tabs"])
