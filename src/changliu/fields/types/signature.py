"""A signature drawn by hand."""

from typing import ClassVar

from changliu.fields.attached import FileSettings, FilesType
from changliu.fields.model import FieldSettings
from changliu.fields.settings import setting


class SignatureSettings(FileSettings):
    """One picture, drawn on the screen."""

    max_files: int = setting(1, "最多签名数", "most signatures", ge=1, le=10)
    accept: tuple[str, ...] = setting(
        ("image/png", "image/jpeg", "image/webp"), "允许的类型", "accepted types", max_length=50
    )


class SignatureType(FilesType[SignatureSettings]):
    """A signature drawn on the screen, kept as a picture."""

    name: ClassVar[str] = "signature"
    label: ClassVar[dict[str, str]] = {"zh-CN": "签名", "en": "Signature"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "手写签名，存为图片；写法同附件。",
        "en": "A signature drawn by hand, kept as a picture; written as files are.",
    }
    settings: ClassVar[type[FieldSettings]] = SignatureSettings
