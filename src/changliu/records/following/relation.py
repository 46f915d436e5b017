"""Followers as formulas see them: `EXISTS(follow, member = ME())`, 关注.

Only who asked, commented or was mentioned: owner and creator are fields of the record.
"""

from changliu.formula.model import Kind
from changliu.formula.world import FieldFact
from changliu.schema.relations import SystemRelation

FOLLOW = "follow"  # the id of the system relation

FOLLOWS = SystemRelation(
    FOLLOW,
    (FOLLOW, "关注", "Follow"),
    "follow",
    (
        FieldFact(
            "member", ("member", "成员", "Member"), Kind.REF, column="member", target="member"
        ),
        FieldFact(
            "created_at", ("created_at", "关注时间", "Created at"), Kind.DATETIME,
            column="created_at",
        ),
    ),
)  # fmt: skip
