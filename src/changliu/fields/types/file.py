"""Files of any kind."""

from typing import ClassVar

from changliu.fields.attached import FileSettings, FilesType
from changliu.fields.model import FieldSettings


class FileType(FilesType[FileSettings]):
    """Attachments: contracts, drawings, tables."""

    name: ClassVar[str] = "file"
    label: ClassVar[dict[str, str]] = {"zh-CN": "附件", "en": "File"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "先用 POST /files 上传，再写入 id 列表；读作 [{id, name, type, size, sha256}]。",
        "en": "Upload by POST /files, then write a list of ids; read as"
        " [{id, name, type, size, sha256}].",
    }
    settings: ClassVar[type[FieldSettings]] = FileSettings
