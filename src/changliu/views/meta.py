"""What /meta says of views: the menu of apps and objects, and the views a member has."""

from typing import Any

from changliu.bundles import service as bundles
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.labels import Language
from changliu.views import store
from changliu.views.service import Desk, desk_of, summary, views_of


class Navigation:
    """The chapter `navigation` and `views` of /meta."""

    async def stamp(self, tx: Tx, actor: Actor) -> str:
        """Return what changes when this chapter does, beside catalogue and rights."""
        # Roles and teams decide which shared views there are: identity changes when they do.
        own = await store.stamp(tx, actor.member)
        return f"{actor.member.hex[-12:]}.{tx.identity_version}.{own}"

    async def make(self, tx: Tx, actor: Actor, language: Language) -> dict[str, Any]:
        """Return `{navigation, views}`: the menu names objects and views by key, app by app."""
        desk = await desk_of(tx, actor, language)
        views = [summary(desk, stored) for stored in await views_of(desk)]
        apps = {row["key"]: row for row in await bundles.installed(tx)}
        return {"navigation": _navigation(desk, views, apps), "views": views}


def _navigation(desk: Desk, views: list[dict[str, Any]], apps: dict[str, Any]) -> list[Any]:
    by_app: dict[str | None, list[Any]] = {key: [] for key in [*apps, None]}
    of: dict[str, list[str]] = {}
    for view in views:
        of.setdefault(view["object"], []).append(view["key"])
    for found in desk.catalogue.objects:
        if found.lines_of is not None or not desk.access.verbs(found.id):
            continue
        keys = of.get(found.key, [])
        entry = {"object": found.key, "views": keys, "default": keys[0] if keys else None}
        by_app[found.app if found.app in apps else None].append((_position(found.extra), entry))
    return [
        {
            "app": key,
            "label": apps[key]["label"] if key else _OWN,
            "icon": (apps[key]["about"] or {}).get("icon") if key else None,
            "objects": [entry for _, entry in sorted(entries, key=lambda each: each[0])],
        }
        for key, entries in by_app.items()
        if entries
    ]


_OWN = {"zh-CN": "自建", "en": "Own"}


def _position(extra: dict[str, object]) -> int:
    position = extra.get("position", 0)
    return position if isinstance(position, int) else 0
