"""Secrets: random tokens and their digests, password hashes, signed text and closed text.

Passwords are Argon2id, hashed in threads, two at a time: one hash takes 64 MB and tens of
milliseconds of both cores (argon2-cffi's RFC 9106 low-memory parameters).
"""

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_HASHER = PasswordHasher()
_THREADS = ThreadPoolExecutor(2, "password")
# Verified in place of a missing account's hash, so that answers take equally long for both; made
# from random bytes that were thrown away.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$GAXZhmWs000+hTjSYx6k/A$"
    "0a2pPae7z6IS1G8/WfAkeJeBf445RxE3LcpE7lgbDUo"
)


def new_token(prefix: str) -> str:
    """Return a new opaque token: the prefix, then 256 random bits in URL-safe letters."""
    return f"{prefix}{secrets.token_urlsafe(32)}"


def new_password() -> str:
    """Return a password to show once: four groups of five letters without look-alikes (98 bits)."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def digest(token: str) -> bytes:
    """Return the SHA-256 under which a token is stored; enough, as tokens are random."""
    return hashlib.sha256(token.encode()).digest()


async def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Say whether a password fits its hash; takes as long when there is none to fit."""
    loop = asyncio.get_running_loop()
    fits = await loop.run_in_executor(_THREADS, _verify, stored or _NOBODY, password)
    return fits and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Say whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


class Signer:
    """Text that comes back unchanged or not at all: HMAC-SHA256 with one key and purpose."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = hmac.digest(key, purpose.encode(), "sha256")

    def sign(self, content: bytes) -> str:
        """Return the content with its signature, URL-safe."""
        signature = hmac.digest(self._key, content, "sha256")[:16]
        return base64.urlsafe_b64encode(signature + content).decode().rstrip("=")

    def open(self, text: str) -> bytes | None:
        """Return the signed content, or None when the text is not ours."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return None
        signature, content = raw[:16], raw[16:]
        expected = hmac.digest(self._key, content, "sha256")[:16]
        return content if hmac.compare_digest(signature, expected) else None


class Box:
    """Texts that only this installation reads: AES-256-GCM under keys outside the database.

    A text is bound to what it is about, so that it opens nowhere else. The first key closes, every
    key opens: to rotate, rename `<name>.key` to `<name>.key.<anything>`; a new one is made.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {hashlib.sha256(key).hexdigest()[:16]: AESGCM(key) for key in keys}
        self._current = next(iter(self._keys))

    def close(self, text: str, about: str) -> str:
        """Return the text closed: `box:<key's name>:<nonce and content>`."""
        nonce = secrets.token_bytes(12)
        content = nonce + self._keys[self._current].encrypt(nonce, text.encode(), about.encode())
        return f"{_BOX}{self._current}:{base64.urlsafe_b64encode(content).decode()}"

    def open(self, closed: str, about: str) -> str | None:
        """Return what was closed; None when a key is missing or it is about something else."""
        name, _, content = closed.removeprefix(_BOX).partition(":")
        key = self._keys.get(name)
        if key is None or not is_closed(closed):
            return None
        try:
            raw = base64.urlsafe_b64decode(content)
            return key.decrypt(raw[:12], raw[12:], about.encode()).decode()
        except (InvalidTag, ValueError):
            return None

    def is_current(self, closed: str) -> bool:
        """Say whether a text was closed with the key that closes today."""
        return closed.startswith(f"{_BOX}{self._current}:")


_BOX = "box:"


def is_closed(text: str) -> bool:
    """Say whether a text was closed by a box, of whatever key."""
    return text.startswith(_BOX)


@lru_cache(maxsize=8)
def box_of(data: Path, name: str) -> Box:
    """Return the box of `<data>/secrets/<name>.key`, made when missing, and of keys before it."""
    current = kept_secret(data, f"{name}.key")
    former = sorted((data / "secrets").glob(f"{name}.key.*"))
    return Box([current, *(file.read_bytes() for file in former)])


def instance_key(data: Path) -> bytes:
    """Return the installation's key, `<data>/secrets/instance.key`, made (0600) when missing."""
    return kept_secret(data, "instance.key")


def kept_secret(data: Path, name: str) -> bytes:
    """Return the 32 random bytes of `<data>/secrets/<name>`, made (0600) when missing."""
    path = data / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        with open(draft, "xb", opener=_private) as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link fails when another process was first; a rename would replace its key.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
