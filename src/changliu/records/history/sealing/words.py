"""What a check of history says: where, what happened, what to do next."""

from uuid import UUID

from changliu.records.history.sealing.model import Finding

# Changeset, object and record of an entry.
Place = tuple[UUID, str, UUID]
_NEXT_ZH = "请对照备份查明是谁、何时改动的。"
_NEXT_EN = "Compare with a backup to find out who did it and when."


def entry_altered(seal: int, entry: int, place: Place) -> Finding:
    """An entry, or the changeset it belongs to, is not as it was sealed."""
    return Finding(
        "audit.entry_altered",
        f"修改记录第 {entry} 条（变更集 {place[0]}）封存后被改动。{_NEXT_ZH}",
        f"Entry {entry} of the history (changeset {place[0]}) was altered after it was sealed."
        f" {_NEXT_EN}",
        seal, entry, *place,
    )  # fmt: skip


def removed(seal: int, entry: int) -> Finding:
    """A sealed entry is not there any more."""
    return Finding(
        "audit.entry_removed",
        f"修改记录第 {entry} 条封存后被删除。{_NEXT_ZH}",
        f"Entry {entry} of the history was removed after it was sealed. {_NEXT_EN}",
        seal, entry,
    )  # fmt: skip


def inserted(seal: int, entry: int, place: Place) -> Finding:
    """An entry stands where none was when the stretch was sealed."""
    return Finding(
        "audit.entry_inserted",
        f"修改记录第 {entry} 条（变更集 {place[0]}）是封存后插入的。{_NEXT_ZH}",
        f"Entry {entry} of the history (changeset {place[0]}) was put in after the sealing."
        f" {_NEXT_EN}",
        seal, entry, *place,
    )  # fmt: skip


def false_clear(seal: int, entry: int, place: Place, field: str) -> Finding:
    """A clear personal value is not the one whose digest was sealed."""
    return Finding(
        "audit.clear_value_altered",
        f"修改记录第 {entry} 条里个人信息字段 {field} 的原文与封存的摘要不符。{_NEXT_ZH}",
        f"In entry {entry} of the history the clear value of the personal field {field} is not the"
        f" one that was sealed. {_NEXT_EN}",
        seal, entry, *place,
    )  # fmt: skip


def altered(seal: int) -> Finding:
    """Something in a seal's own row was changed."""
    return Finding(
        "audit.seal_altered",
        f"第 {seal} 个封条被改动。{_NEXT_ZH}",
        f"Seal {seal} was altered. {_NEXT_EN}",
        seal,
    )


def leaves_altered(seal: int) -> Finding:
    """A seal's list of hashes is not the one its root was made of."""
    return Finding(
        "audit.seal_altered",
        f"第 {seal} 个封条的摘要清单被改动。{_NEXT_ZH}",
        f"The list of hashes in seal {seal} was altered. {_NEXT_EN}",
        seal,
    )


def unlinked(seal: int) -> Finding:
    """A seal does not continue the one before it."""
    return Finding(
        "audit.seal_unlinked",
        f"第 {seal} 个封条与前一个封条不衔接：其中一个被改动或替换。{_NEXT_ZH}",
        f"Seal {seal} does not continue the one before: one of them was altered or replaced."
        f" {_NEXT_EN}",
        seal,
    )


def gone(first: int, found: int) -> Finding:
    """Seals are missing in the middle."""
    return Finding(
        "audit.seal_removed",
        f"第 {first} 个封条不见了，下一个是第 {found} 个。{_NEXT_ZH}",
        f"Seal {first} is gone; the next one there is {found}. {_NEXT_EN}",
        first,
    )


def cut(last: int, remembered: int) -> Finding:
    """The chain ends before the seal this installation remembers."""
    return Finding(
        "audit.chain_cut",
        f"封条到第 {last} 个为止，但本机记得第 {remembered} 个：后面的被删除，"
        "或者数据库是从较早的备份恢复的。查明之前不再封存；若确属恢复，"
        "请移走数据目录 seals 中该工作区的 .head 文件。",
        f"The chain ends with seal {last}, but this installation remembers seal {remembered}: the"
        " later ones were removed, or the database was restored from an earlier backup. Nothing is"
        " sealed until this is cleared up; if it was restored, move the workspace's .head file in"
        " the data folder's seals away.",
        last + 1,
    )


def unsigned(seal: int) -> Finding:
    """The signature is not one of the key it names."""
    return Finding(
        "audit.signature_wrong",
        f"第 {seal} 个封条的签名不对。{_NEXT_ZH}",
        f"The signature of seal {seal} is wrong. {_NEXT_EN}",
        seal,
    )


def unknown_key(seal: int, key: str) -> Finding:
    """A key signed that this installation does not know."""
    return Finding(
        "audit.key_unknown",
        f"第 {seal} 个封条由未知密钥 {key} 签名；若它属于另一台机器，"
        "请把其公钥写入 secrets/seal.trusted。",
        f"Seal {seal} was signed by the unknown key {key}; if it belongs to another machine, add"
        " its public key to secrets/seal.trusted.",
        seal,
    )
