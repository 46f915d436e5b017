"""Pictures."""

from typing import ClassVar

from changliu.fields.attached import FilesType, PictureSettings
from changliu.fields.model import FieldSettings


class ImageType(FilesType[PictureSettings]):
    """Pictures, shown in place."""

    name: ClassVar[str] = "image"
    label: ClassVar[dict[str, str]] = {"zh-CN": "图片", "en": "Image"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "图片附件，类型按文件内容判断；写法同附件。",
        "en": "Pictures, told by their content; written as files are.",
    }
    settings: ClassVar[type[FieldSettings]] = PictureSettings
