"""Settings: few, typed, read once from the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from changliu.kit.labels import Language


class Settings(BaseModel):
    """What an operator may set; each field's description is its documentation."""

    model_config = ConfigDict(frozen=True)

    data: Path = Field(Path("var"), description="Folder of the embedded database, files and keys.")
    database_url: str | None = Field(
        None,
        description="PostgreSQL 16 or newer, as a superuser or owner; replaces the embedded one.",
    )
    postgres_bin: Path | None = Field(None, description="Folder with PostgreSQL binaries to use.")
    admin_password: str | None = Field(
        None, description="First administrator's password; otherwise one is made and shown once."
    )
    port: int = Field(8000, description="HTTP port.", ge=0, le=65535)
    workers: int = Field(1, description="Worker processes for background jobs.", ge=0, le=64)
    timezone: str = Field("Asia/Shanghai", description="Time zone of dates in formulas.")
    language: Language | None = Field(
        None,
        description="Language of the names a new workspace begins with: zh-CN or en; otherwise the"
        " terminal's.",
    )
    insecure_http: bool = Field(
        False, description="Allow sign-in over plain HTTP beyond localhost (shows a banner)."
    )
    max_upload_mb: int = Field(100, description="Largest upload, in MB.", ge=1, le=10_000)
    backups: Path | None = Field(
        None, description="Folder of the daily backups that serve makes; none without it."
    )
    backup_at: str = Field(
        "02:30", description="When to make the daily backup.", pattern=r"^([01]\d|2[0-3]):[0-5]\d$"
    )
    backup_keep: int = Field(14, description="Daily backups to keep.", ge=1, le=10_000)
    backup_passphrase_file: Path | None = Field(
        None, description="File whose first line closes the keys in daily backups."
    )
    metrics_token: str | None = Field(
        None, description="Bearer token that may read /api/health/prometheus from elsewhere."
    )
    crash_at: str | None = Field(
        None, description="Failpoint at which the process kills itself (tests only)."
    )


ENVIRONMENT = {
    "data": "CHANGLIU_DATA",
    "database_url": "DATABASE_URL",
    "postgres_bin": "CHANGLIU_POSTGRES_BIN",
    "admin_password": "CHANGLIU_ADMIN_PASSWORD",
    "port": "CHANGLIU_PORT",
    "workers": "CHANGLIU_WORKERS",
    "timezone": "CHANGLIU_TIMEZONE",
    "language": "CHANGLIU_LANGUAGE",
    "insecure_http": "CHANGLIU_INSECURE_HTTP",
    "max_upload_mb": "CHANGLIU_MAX_UPLOAD_MB",
    "backups": "CHANGLIU_BACKUPS",
    "backup_at": "CHANGLIU_BACKUP_AT",
    "backup_keep": "CHANGLIU_BACKUP_KEEP",
    "backup_passphrase_file": "CHANGLIU_BACKUP_PASSPHRASE_FILE",
    "metrics_token": "CHANGLIU_METRICS_TOKEN",
    "crash_at": "CHANGLIU_CRASH_AT",
}


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment (the process's own by default).

    Raises pydantic.ValidationError naming the variable's field when a value does not fit.
    """
    source = os.environ if environment is None else environment
    given = {name: source[key] for name, key in ENVIRONMENT.items() if source.get(key)}
    return Settings.model_validate(given)
