"""The keys of an installation as one member: in clear, or closed by a passphrase."""

import base64
import binascii
import hashlib
import os
import re
import secrets
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from changliu.kit.errors import Invalid
from changliu.operations.backup.model import damaged

# RFC 7914's interactive parameters times four: 64 MB and some 0.2 s a try.
_COST = {"n": 2**16, "r": 8, "p": 1, "maxmem": 128 * 1024 * 1024}
_MAGIC, _SALT, _NONCE = b"changliu keys 1\n", 16, 12
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\.(key(\.[\w-]{1,60})?|trusted)")
MAX_BYTES = 1024 * 1024


def collect_keys(data: Path) -> dict[str, bytes]:
    """Return the keys of a data folder by file name; the database's passwords stay behind."""
    found = sorted((data / "secrets").glob("*"))
    return {file.name: file.read_bytes() for file in found if _NAME.fullmatch(file.name)}


def place_keys(data: Path, keys: dict[str, bytes]) -> None:
    """Write keys (0600) into a data folder, over those of the same name."""
    folder = data / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in keys.items():
        with open(folder / name, "wb", opener=_private) as file:
            file.write(content)


def remove_keys(data: Path) -> None:
    """Remove the keys that a restore cut off has placed."""
    for name in collect_keys(data):
        (data / "secrets" / name).unlink(missing_ok=True)


def close_keys(keys: dict[str, bytes], passphrase: str | None) -> bytes:
    """Return keys as a member, closed by AES-256-GCM under scrypt when there is a passphrase."""
    text = orjson.dumps({name: base64.b64encode(key).decode() for name, key in keys.items()})
    if passphrase is None:
        return text
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    return _MAGIC + salt + nonce + _box(passphrase, salt).encrypt(nonce, text, _MAGIC)


def open_keys(member: bytes, passphrase: str | None) -> dict[str, bytes]:
    """Return the keys of a member; raises `Invalid` (`backup.passphrase`, `backup.damaged`)."""
    text = member
    if member.startswith(_MAGIC):
        text = _opened(member.removeprefix(_MAGIC), passphrase)
    try:
        named = {str(name): base64.b64decode(key) for name, key in orjson.loads(text).items()}
    except (ValueError, AttributeError, TypeError, binascii.Error) as error:
        raise damaged("keys") from error
    if not all(_NAME.fullmatch(name) for name in named):
        raise damaged("keys")
    return named


def _opened(closed: bytes, passphrase: str | None) -> bytes:
    salt, nonce = closed[:_SALT], closed[_SALT : _SALT + _NONCE]
    try:
        if passphrase is not None:
            return _box(passphrase, salt).decrypt(nonce, closed[_SALT + _NONCE :], _MAGIC)
    except (InvalidTag, ValueError):
        pass
    raise Invalid(
        "backup.passphrase",
        "备份中的密钥由口令保护：请用 --passphrase-file 给出备份时的口令。",
        "The archive's keys are closed by a passphrase: give the one of the backup with"
        " --passphrase-file.",
    )


def _box(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(hashlib.scrypt(passphrase.encode(), salt=salt, dklen=32, **_COST))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
