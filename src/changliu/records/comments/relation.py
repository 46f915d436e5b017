"""Comments as formulas see them: `EXISTS(comment, created_by = ME())`, 评论."""

from changliu.formula.model import Kind
from changliu.formula.world import FieldFact
from changliu.schema.relations import SystemRelation

COMMENTS = SystemRelation(
    "comment",
    ("comment", "评论", "Comment"),
    "comment",
    (
        FieldFact("text", ("text", "内容", "Text"), Kind.TEXT, column="text"),
        FieldFact(
            "created_by", ("created_by", "评论人", "Author"), Kind.REF, column="created_by",
            target="member",
        ),
        FieldFact(
            "created_at", ("created_at", "评论时间", "Created at"), Kind.DATETIME,
            column="created_at",
        ),
    ),
)  # fmt: skip
