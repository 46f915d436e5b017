"""Who acts and with which workspace rights; no I/O."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from changliu.kit.db import Workspace
from changliu.kit.labels import DEFAULT_LANGUAGE, Language


class Right(StrEnum):
    """Workspace rights: they guard every route that is not about records."""

    MEMBERS_MANAGE = "members.manage"
    SCHEMA_CHANGE = "schema.change"
    RULES_CHANGE = "rules.change"
    ROLES_CHANGE = "roles.change"
    BUNDLES_INSTALL = "bundles.install"
    DATA_IMPORT = "data.import"
    DATA_REVERT = "data.revert"
    AUDIT_READ = "audit.read"
    JOBS_MANAGE = "jobs.manage"


@dataclass(frozen=True, slots=True)
class Actor:
    """A member at work: what rights and row predicates are computed from.

    `teams` are the teams the member belongs to; `tree` those and every team below them.
    """

    workspace: Workspace
    member: UUID
    name: str
    account: UUID | None
    roles: tuple[str, ...]
    rights: frozenset[str]
    teams: tuple[UUID, ...]
    tree: tuple[UUID, ...]
    main_team: UUID | None
    language: Language = DEFAULT_LANGUAGE
