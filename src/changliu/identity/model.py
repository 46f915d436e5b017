"""Who acts and with which workspace rights; no I/O."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from changliu.kit.db import Workspace
from changliu.kit.labels import DEFAULT_LANGUAGE, Language


class Right(StrEnum):
    """Workspace rights: they guard every route that is not about records."""

    MEMBERS_MANAGE = "members.manage"
    SCHEMA_CHANGE = "schema.change"
    RULES_CHANGE = "rules.change"
    VIEWS_CHANGE = "views.change"
    VIEWS_SHARE = "views.share"
    ROLES_CHANGE = "roles.change"
    BUNDLES_INSTALL = "bundles.install"
    DATA_IMPORT = "data.import"
    DATA_REVERT = "data.revert"
    AUDIT_READ = "audit.read"
    PERSONAL_EXPORT = "personal.export"
    PERSONAL_ERASE = "personal.erase"
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


# What people call the rights, for messages and for the roles page.
RIGHT_LABELS: Mapping[Right, dict[str, str]] = {
    Right.MEMBERS_MANAGE: {"zh-CN": "管理成员", "en": "manage members"},
    Right.SCHEMA_CHANGE: {"zh-CN": "修改对象和字段", "en": "change objects and fields"},
    Right.RULES_CHANGE: {"zh-CN": "修改规则和流程", "en": "change rules and processes"},
    Right.VIEWS_CHANGE: {"zh-CN": "修改视图和表单", "en": "change views and forms"},
    Right.VIEWS_SHARE: {"zh-CN": "共享视图", "en": "share views"},
    Right.ROLES_CHANGE: {"zh-CN": "修改角色和权限", "en": "change roles and grants"},
    Right.BUNDLES_INSTALL: {"zh-CN": "安装应用包", "en": "install bundles"},
    Right.DATA_IMPORT: {"zh-CN": "导入数据", "en": "import data"},
    Right.DATA_REVERT: {"zh-CN": "撤销他人的变更", "en": "revert other people's changes"},
    Right.AUDIT_READ: {"zh-CN": "查看审计记录", "en": "read the audit"},
    Right.PERSONAL_EXPORT: {"zh-CN": "导出个人信息", "en": "hand out personal data"},
    Right.PERSONAL_ERASE: {"zh-CN": "抹除个人信息", "en": "erase personal data"},
    Right.JOBS_MANAGE: {"zh-CN": "管理后台任务", "en": "manage jobs"},
}

# The role that may everything, also what comes later; grants on every object are implied.
ADMIN_ROLE = "admin"

# Scopes of API tokens: `full` is everything the member may; `read` opens no writing transaction;
# `write` does; a right's name lends that right as well.
TOKEN_SCOPES: frozenset[str] = frozenset({"full", "read", "write", *Right})


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a live session or token speaks for, as the control schema says."""

    id: UUID
    kind: Literal["browser", "api", "token"]
    account: UUID
    member: UUID
    workspace: Workspace
    state: str
    language: Language | None
    scopes: frozenset[str]
    seen_at: datetime | None
    expires_at: datetime | None

    @property
    def via(self) -> Literal["browser", "api"]:
        """The door: a browser's cookie, or a token in a header."""
        return "browser" if self.kind == "browser" else "api"


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who signs in; `login_key` is the login as compared."""

    id: UUID
    login: str
    hash: str
    language: Language | None
    totp_secret: str | None
    totp_on: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """An account's place in a workspace."""

    account: UUID
    workspace: Workspace
    member: UUID


def login_key(login: str) -> str:
    """Return a login as it is compared: NFKC, no outer blanks, case folded."""
    return unicodedata.normalize("NFKC", login).strip().casefold()
