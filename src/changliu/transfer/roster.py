"""Members as something to import into: their columns, the teams a row names, what is guessed.

Members are no records, but a file of them is read, mapped and previewed like any other.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.schema.model import Catalogue, Object
from changliu.transfer.binder import MappingBinder
from changliu.transfer.heading import folded
from changliu.transfer.mapping import TeamColumns
from changliu.transfer.plan import BoundColumn, ImportPlan, Role
from changliu.transfer.words import MEMBER_WORDS

MEMBER = "member"
MEMBER_ROWS = 500


def _field(key: str, kind: str, zh: str, en: str, **settings: Any) -> Field:
    return Field(
        f"member.{key}",
        key,
        {"zh-CN": zh, "en": en},
        kind,
        FIELD_TYPES[kind].settings.model_validate(settings),
        column=key,
        synonyms=tuple(MEMBER_WORDS[key]),
    )


MEMBERS = Object(
    MEMBER,
    MEMBER,
    {"zh-CN": "成员", "en": "Member"},
    MEMBER,
    (
        _field("name", "text", "姓名", "Name", max_length=100),
        _field("email", "email", "邮箱", "E-mail"),
        _field("phone", "phone", "手机", "Mobile"),
        _field("login", "text", "用户名", "Username", max_length=100),
        _field("roles", "text", "角色", "Roles", max_length=500),
    ),
    title_field="member.name",
)


@dataclass(frozen=True)
class MemberPlan(ImportPlan):
    """What a file of members does: beside the columns the team of a row, and roles for all."""

    teams: TeamColumns | None = None
    roles: tuple[str, ...] = ()
    leader_roles: tuple[str, ...] = ()

    @property
    def batch_rows(self) -> int:
        """The most rows a batch may have: each takes some ten statements."""
        return MEMBER_ROWS

    def more(self) -> dict[str, Any]:
        """Return teams and roles."""
        teams = self.teams.model_dump(mode="json") if self.teams else None
        return {"teams": teams, "roles": [*self.roles], "leader_roles": [*self.leader_roles]}


class RosterBinder(MappingBinder):
    """Binds a mapping of members; teams are templates over columns."""

    @property
    def ownership(self) -> Map[str, Role]:
        """A member has no owner; the team is the one to work in."""
        return {"team": "team"}

    @property
    def identity(self) -> None:
        """Members are known by login, e-mail and name."""

    def plan(self) -> MemberPlan:
        """Return the plan; raises `Invalid` (`import.mapping`)."""
        for at, text in _templates(self.mapping.teams):
            for word in words_in(text):
                if word not in self.header:
                    self.unknown(at, ("这一列", "column"), word, self.header)
        bound = super().plan()
        return MemberPlan(
            bound.object,
            self.mapping.mode if "mode" in self.mapping.model_fields_set else "both",
            bound.header,
            bound.columns,
            (),
            bound.constants,
            bound.nulls,
            teams=self.mapping.teams,
            roles=self.mapping.roles,
            leader_roles=self.mapping.leader_roles,
        )

    def match(self, columns: list[BoundColumn]) -> tuple[BoundColumn, ...]:
        """Members are known by login, e-mail or name; somebody has to be named."""
        if self.mapping.match:
            self.fault(
                "import.match",
                ("match",),
                "成员按用户名、邮箱、姓名认出，请去掉 match。",
                "members are recognised by login, e-mail and name; leave 'match' out.",
            )
        if not any(column.key == "name" for column in columns):
            self.fault(
                "import.missing", ("columns",), "没有一列填写 name。", "no column fills 'name'."
            )
        return ()


def target_of(catalogue: Catalogue, key: str) -> Object:
    """Return what a file is imported into; raises `NotFound` (`object.unknown`)."""
    return MEMBERS if key == MEMBER else catalogue.object(key)


def found_target(catalogue: Catalogue, key: str) -> Object | None:
    """Return what a file was imported into, None where it has gone since."""
    return MEMBERS if key == MEMBER else catalogue.by_key.get(key)


def words_in(template: str) -> list[str]:
    """Return the columns a template such as `{大区}` names."""
    return [part.split("}")[0] for part in template.split("{")[1:] if "}" in part]


def guessed_teams(header: Sequence[str], taken: Sequence[str]) -> dict[str, Any] | None:
    """Guess who works where: areas above teams; without a team, each leader's own below them."""
    known = {what: {folded(w) for w in MEMBER_WORDS[what]} for what in ("area", "team", "leader")}
    found = {
        what: [name for name in header if name not in taken and folded(name) in words]
        for what, words in known.items()
    }
    path = [*found["area"], *(found["team"] or found["leader"][:1])]
    if not path:
        return None
    leader = {"leader": f"{{{found['leader'][0]}}}"} if found["leader"] else {}
    return {"path": [f"{{{name}}}" for name in path], **leader}


def _templates(teams: TeamColumns | None) -> list[tuple[tuple[str | int, ...], str]]:
    if teams is None:
        return []
    found: list[tuple[tuple[str | int, ...], str]] = [
        (("teams", "path", i), text) for i, text in enumerate(teams.path)
    ]
    return [*found, *([(("teams", "leader"), teams.leader)] if teams.leader else [])]
