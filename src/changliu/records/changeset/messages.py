"""What the platform's own checks say: stable code, Chinese, English, and what to do next."""

from changliu.fields.model import Field
from changliu.records.changeset.participant import Violation
from changliu.schema.lines import lines_field
from changliu.schema.model import Object
from changliu.schema.world import Reference

TAKEN = Violation(
    "record.exists",
    "这个编号的记录已经存在，请换一个编号或改为修改它。",
    "A record with this id exists already; use another id, or update it.",
    "id",
)
MISSING = Violation(
    "record.missing",
    "记录不存在或已被删除，请刷新后再试。",
    "The record does not exist or was deleted; refresh and try again.",
    "id",
)
STALE = Violation(
    "record.conflict",
    "记录在您打开之后被别人改过，请刷新后重新修改。",
    "Someone changed this record after you opened it; refresh and make your change again.",
    "version",
)
MERGED_LATE = Violation(
    STALE.code,
    "要合并的记录在您查看之后被别人改过，还没有合并；请看过改动后再合并。",
    "Someone changed a record after you looked at it, so nothing was merged; look at the change and"
    " merge again.",
    "version",
)
DENIED = Violation(
    "access.denied",
    "您没有对这条记录做此操作的权限，请联系管理员。",
    "You are not allowed to do this to this record; ask an administrator.",
)
OUT_OF_SCOPE = Violation(
    "access.out_of_scope",
    "改完之后这条记录会超出您的权限范围，请检查负责人和所属团队。",
    "After this change the record would be outside your scope; check owner and team.",
    "owner",
)
NO_TRANSFER = Violation(
    "access.no_transfer",
    "您没有转移负责人或团队的权限，请联系主管。",
    "You are not allowed to transfer this record to another owner or team; ask your manager.",
    "owner",
)
NO_OWNER = Violation(
    "owner.unknown",
    "负责人不存在或已停用，请选择在职成员。",
    "The owner does not exist or is disabled; choose an active member.",
    "owner",
)
NO_TEAM = Violation(
    "team.unknown",
    "团队不存在，请重新选择。",
    "The team does not exist; choose another one.",
    "team",
)

WITH_GROUP = Violation(
    "change.with_group",
    "它与本次提交里另一条有问题的记录相关联，因此没有保存，请先修正那一条。",
    "It belongs together with another refused change of this changeset; mend that one first.",
)

GOES_ALONG = Violation(
    "change.goes_along",
    "它会随本次提交删除的另一条记录一起删除，不能同时修改，请只保留一种。",
    "It is deleted along with another record of this changeset and cannot be changed as well; keep"
    " only one.",
    "id",
)

TANGLED = Violation(
    "change.tangled",
    "本次提交中互相牵连的改动太多，这一条没有保存，请分成较小的几批再提交。",
    "Too many changes of this changeset depend on each other and this one was not saved; submit"
    " them in smaller batches.",
)

OBJECT_GONE = Violation(
    "revert.object_gone",
    "它所属的对象已被删除，保持原样。",
    "Its object was removed; it stays as it is.",
)
CHANGED_SINCE = Violation(
    "revert.changed_since",
    "之后又被改过，保持现在的内容，请手工核对。",
    "It was changed again afterwards and stays as it is now; check it by hand.",
)
HELD = Violation(
    "revert.held",
    "有别的记录会随它一起删除，保持不动；请先处理那些记录。",
    "Other records would be deleted along with it, so it stays; see to those first.",
)
RETYPED = Violation(
    "revert.retyped",
    "有字段在这次改动之后改了类型，旧值不再适用，保持原样；需要时请手工修改。",
    "A field has changed its type since, so the old value no longer fits; it stays as it is."
    " Change it by hand where needed.",
)
ERASED = Violation(
    "revert.erased",
    "原来的个人信息已被清除，无法恢复，保持原样。",
    "Its earlier personal data was erased and cannot come back; it stays as it is.",
)


def refused_then(code: str) -> Violation:
    """A revert refused the record once, with this code; its words are not kept."""
    zh = "当时未能撤回，保持原样，请手工核对。"
    en = "It could not be taken back then and stayed as it was; check it by hand."
    return Violation(code, zh, en)


LINE_GONE = Violation(
    "lines.missing",
    "这一行已不存在，或不属于这条记录，请刷新后再改；新增的行不要带 id。",
    "This line is gone or is no part of this record; refresh and change it again. A new line has no"
    " id.",
    "id",
)


def own_door(line: Object, parent: Object) -> Violation:
    """Lines are written with the record they are a part of."""
    holder = lines_field(parent, line)
    assert holder is not None
    zh = (
        f"“{line.label['zh-CN']}”是“{parent.label['zh-CN']}”的明细，请修改那条记录的"
        f"“{holder.label['zh-CN']}”（{holder.key}）。"
    )
    en = (
        f"'{line.label['en']}' holds lines of '{parent.label['en']}'; change that record's"
        f" '{holder.label['en']}' ({holder.key}) instead."
    )
    return Violation("lines.own_door", zh, en)


def required(field: Field) -> Violation:
    """The field may not be blank."""
    zh, en = field.label["zh-CN"], field.label["en"]
    return Violation("field.required", f"“{zh}”必填。", f"'{en}' is required.", field.key)


def no_reference(field: Field) -> Violation:
    """The record pointed to is not there, or the caller may not read it: the same words."""
    zh, en = field.label["zh-CN"], field.label["en"]
    return Violation(
        "reference.missing",
        f"“{zh}”所选的记录不存在，请重新选择。",
        f"The record chosen for '{en}' does not exist; choose another one.",
        field.key,
    )


def not_unique(field: Field) -> Violation:
    """Another record has the same value."""
    zh, en = field.label["zh-CN"], field.label["en"]
    return Violation(
        "field.not_unique",
        f"“{zh}”的值已被另一条记录使用，请换一个值；要接手或互换它的值，请先单独提交一次把它清空。",
        f"Another record already has this '{en}'; use another value. To take it over or to swap"
        " the two, clear it there in a changeset of its own first.",
        field.key,
    )


def still_referenced(other: Object, field: Field) -> Violation:
    """Records of another object point here."""
    through = field.label["zh-CN"]
    zh = f"仍有“{other.label['zh-CN']}”通过“{through}”关联到它，请先改掉这些关联再删除。"
    en = (
        f"'{other.label['en']}' records still point to it through '{field.label['en']}';"
        " change those first, then delete."
    )
    return Violation("record.referenced", zh, en)


def leads_nowhere(reference: Reference) -> Violation:
    """A record that comes back would point to one that is gone."""
    source, field = reference.source.label, reference.field.label
    zh = f"“{source['zh-CN']}”的“{field['zh-CN']}”所指的记录已被删除，请先恢复那条记录。"
    en = (
        f"The record that '{field['en']}' of this '{source['en']}' points to was deleted;"
        " restore that one first."
    )
    return Violation("reference.gone", zh, en)


def unknown_field(key: str, target: Object, suggestion: str | None) -> Violation:
    """No such field, or one the caller may not read: the same words."""
    zh = f"对象“{target.label['zh-CN']}”没有“{key}”这个字段"
    en = f"'{target.label['en']}' has no field '{key}'"
    hint_zh = f"，是否想写“{suggestion}”？" if suggestion else "，请检查字段标识。"
    hint_en = f"; did you mean '{suggestion}'?" if suggestion else "; check the field key."
    return Violation("field.unknown", zh + hint_zh, en + hint_en, key)


def closed_field(field: Field) -> Violation:
    """The caller may write the field on other records, not on this one."""
    zh, en = field.label["zh-CN"], field.label["en"]
    return Violation(
        "field.forbidden",
        f"您没有修改这条记录的“{zh}”的权限，请去掉它或联系管理员。",
        f"You are not allowed to change '{en}' here; leave it out or ask an administrator.",
        field.key,
    )


def not_writable(field: Field, computed: bool) -> Violation:
    """The field takes no value from this caller."""
    zh, en = field.label["zh-CN"], field.label["en"]
    if computed:
        return Violation(
            "field.read_only",
            f"“{zh}”由系统计算，不能填写，请去掉它。",
            f"'{en}' is computed and takes no value; leave it out.",
            field.key,
        )
    return Violation(
        "field.forbidden",
        f"您没有修改“{zh}”的权限，请联系管理员。",
        f"You are not allowed to change '{en}'; ask an administrator.",
        field.key,
    )
