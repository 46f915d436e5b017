"""Shares as formulas see them: `EXISTS(share, member = ME())`, 共享."""

from changliu.access.scopes import SHARE
from changliu.formula.model import Kind
from changliu.formula.world import FieldFact, Option
from changliu.schema.relations import SystemRelation

_LEVELS = (Option("read", ("查看", "read")), Option("write", ("编辑", "write")))

SHARES = SystemRelation(
    SHARE,
    (SHARE, "共享", "Share"),
    "share",
    (
        FieldFact(
            "member", ("member", "成员", "Member"), Kind.REF, column="member", target="member"
        ),
        FieldFact("team", ("team", "团队", "Team"), Kind.REF, column="team", target="team"),
        FieldFact(
            "access", ("access", "权限", "Access"), Kind.CHOICE, column="access", options=_LEVELS
        ),
        FieldFact(
            "expires_at", ("expires_at", "到期时间", "Expires at"), Kind.DATETIME,
            column="expires_at",
        ),
        FieldFact(
            "created_by", ("created_by", "共享人", "Shared by"), Kind.REF, column="created_by",
            target="member",
        ),
        FieldFact(
            "created_at", ("created_at", "共享时间", "Shared at"), Kind.DATETIME,
            column="created_at",
        ),
    ),
)  # fmt: skip
