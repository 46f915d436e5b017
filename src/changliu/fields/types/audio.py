"""Spoken notes."""

from typing import ClassVar

from changliu.fields.attached import FileSettings, FilesType
from changliu.fields.model import FieldSettings
from changliu.fields.settings import setting


class AudioSettings(FileSettings):
    """Recordings only; browsers record into a video container, too."""

    max_files: int = setting(5, "最多录音数", "most recordings", ge=1, le=100)
    accept: tuple[str, ...] = setting(
        ("audio/*", "video/webm", "video/mp4"), "允许的类型", "accepted types", max_length=50
    )


class AudioType(FilesType[AudioSettings]):
    """Recordings made in the browser or uploaded."""

    name: ClassVar[str] = "audio"
    label: ClassVar[dict[str, str]] = {"zh-CN": "录音", "en": "Audio"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "录音附件；写法同附件。",
        "en": "Recordings; written as files are.",
    }
    settings: ClassVar[type[FieldSettings]] = AudioSettings
