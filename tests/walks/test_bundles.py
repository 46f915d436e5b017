"""An installation of a bundle is whole or not there, whenever its process dies."""

import signal

import orjson
import pytest
from tests.walks.harness import new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED
from tests.walks.test_saves import prepared


@pytest.mark.feature("Z11")
async def test_an_install_is_whole_or_not_there_whenever_its_process_dies() -> None:
    async with new_site() as site, prepared(site) as client:
        before = (await client.get("/api/meta")).json()
        token = client.headers["authorization"]
        requests = [
            {
                "step": step,
                "method": "POST",
                "path": "/api/bundles/sales/install",
                "body": {},
                "headers": {"authorization": token},
            }
            for step in (*KILLED["bundles"], "schema.ddl")
        ]
        file = site.data / "requests.json"
        file.write_bytes(orjson.dumps(requests))
        child = site.child("saves", "-m", "tests.walks.one_save", str(site.data), str(file))
        await child.start().ended(120)
        assert site.text("saves").split() == [str(-signal.SIGKILL)] * len(requests)
        assert (await client.get("/api/meta")).json() == before
        assert [b["installed"] for b in (await client.get("/api/bundles")).json()["items"]] == [
            None
        ]
        await hold(site)
        installed = await client.post("/api/bundles/sales/install")
        assert installed.status_code == 200, installed.text
        keys = {found["key"] for found in (await client.get("/api/meta")).json()["objects"]}
        assert {"lead", "account", "opportunity"} <= keys
        await hold(site)
        path = "/api/bundles/sales/uninstall"
        impact = (await client.post(path)).json()["confirm"]
        before = (await client.get("/api/meta")).json()
        requests = [{**each, "path": f"{path}?confirm={impact}"} for each in requests]
        file.write_bytes(orjson.dumps(requests))
        again = site.child("again", "-m", "tests.walks.one_save", str(site.data), str(file))
        await again.start().ended(120)
        assert site.text("again").split() == [str(-signal.SIGKILL)] * len(requests)
        assert (await client.get("/api/meta")).json() == before
        await hold(site)
        assert (await client.post(f"{path}?confirm={impact}")).status_code == 200
        left = {found["key"] for found in (await client.get("/api/meta")).json()["objects"]}
        assert left.isdisjoint({"lead", "account", "opportunity"})
        await hold(site)
