"""Search, over all and in a list, against the naive reading."""

from typing import Any

from tests.access.doors_world import Sight

# What is searched for, and the fields in which it may be found.
TEXTS = ("account 3", "ACCOUNT１", "deal 1", "n1", "0003", "+86 138 0000 0004", "count", "d", "a")
SEARCHED = {"account": ("name", "phone"), "deal": ("name", "note")}


async def searched(client: Any, sight: Sight, text: str) -> None:
    """Search over all, and a list with `q`: rows with the text in a field that may be read."""
    groups = (await client.get("/api/search", params={"q": text, "limit": 50})).json()["groups"]
    hits = {group["object"]: {hit["id"]: hit for hit in group["items"]} for group in groups}
    for target, keys in SEARCHED.items():
        found = [row for row in sight.rows(target) if _holds(sight, target, row, text)]
        assert hits.get(target, {}).keys() == {row["id"] for row in found}, (text, target)
        for row in found:
            hit = hits[target][row["id"]]
            assert hit["title"] == sight.get(target, row, "title")
            assert hit["text"] == row[hit["field"]]
            assert sight.reads(target, hit["field"], row)
            assert not sight.masks(target, hit["field"])
        listed = await client.get(f"/api/records/{target}", params={"q": text, "limit": 500})
        if not sight.sees(target):
            assert listed.status_code == 404
        elif not any(sight.reads(target, k) and not sight.masks(target, k) for k in keys):
            assert listed.status_code == 422
        else:
            assert {row["id"] for row in listed.json()["items"]} == {row["id"] for row in found}


def _holds(sight: Sight, target: str, row: dict[str, Any], text: str) -> bool:
    plain = text.lower().replace(" ", "").replace("１", "1")
    for key in SEARCHED[target]:
        if row[key] is None or not sight.reads(target, key, row) or sight.masks(target, key):
            continue
        value = row[key].replace(" ", "")
        if len(plain) == 1:
            if key == "name" and value.startswith(plain):
                return True
        elif plain in value or (plain.startswith("+86") and plain[3:] in value):
            return True
    return False
