"""Photos taken on the spot."""

from typing import ClassVar

from changliu.fields.attached import FilesType, PictureSettings
from changliu.fields.model import FieldSettings
from changliu.fields.settings import setting


class PhotoSettings(PictureSettings):
    """As for pictures; how the phone takes them."""

    max_files: int = setting(9, "最多照片数", "most photos", ge=1, le=100)
    watermark: bool = setting(
        True, "加时间和地点水印", "stamp time and place onto the photo when it is taken"
    )
    gallery: bool = setting(False, "允许从相册选择", "allow photos from the phone's gallery")


class PhotoType(FilesType[PhotoSettings]):
    """Photos from the camera, stamped with time and place by the phone."""

    name: ClassVar[str] = "photo"
    label: ClassVar[dict[str, str]] = {"zh-CN": "拍照", "en": "Photo"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "现场照片，手机拍摄时加时间和地点水印；写法同附件。",
        "en": "Photos taken on the spot, stamped with time and place; written as files are.",
    }
    settings: ClassVar[type[FieldSettings]] = PhotoSettings
