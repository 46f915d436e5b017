"""The commands of bundles, as an operator types them."""

import pytest
from tests.walks.harness import Site, new_site
from tests.walks.test_saves import prepared


async def told(site: Site, name: str, *arguments: str, code: int = 0) -> str:
    """Run `changliu bundle …` to its end and return what it wrote."""
    words = ("bundle", *arguments, "--data", str(site.data))
    child = site.child(name, "-m", "changliu", *words)
    assert await child.start(LANG="en").ended(120) == code, site.text(name)
    return site.text(name)


@pytest.mark.feature("Z11")
async def test_an_operator_shares_an_app_tries_it_and_takes_it_away() -> None:
    async with new_site() as site, prepared(site) as client:
        folder = site.data / "deals"
        wrote = await told(site, "export", "export", "deals", str(folder), "--object", "deal")
        assert str(folder) in wrote
        assert (folder / "objects" / "deal.yaml").is_file()
        trial = await told(site, "trial", "install", str(folder), "--dry-run")
        assert "deals 1.0.0:" in trial
        before = [b["key"] for b in (await client.get("/api/bundles")).json()["items"]]
        assert "deals" not in before
        await told(site, "install", "install", str(folder))
        assert "unchanged" in await told(site, "diff", "diff", str(folder))
        refused = await told(site, "refused", "uninstall", "deals", code=1)
        token = refused.split("--confirm ")[1].split()[0]
        done = await told(site, "gone", "uninstall", "deals", "--confirm", token)
        assert "remove" in done
        keys = {found["key"] for found in (await client.get("/api/meta")).json()["objects"]}
        assert "deal" not in keys
