"""The signing key and the head of each chain: both outside the database, in the data folder."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from changliu.kit.secrets import kept_secret

KEY_FILE = "seal.key"
# Public keys of other machines or earlier keys: one hexadecimal key a line.
TRUSTED_FILE = "seal.trusted"


@dataclass(frozen=True, slots=True)
class SealKeys:
    """The key that signs, its name, and every public key by name that may have signed."""

    private: Ed25519PrivateKey
    name: str
    trusted: dict[str, Ed25519PublicKey]

    def sign(self, header: bytes) -> bytes:
        """Return the Ed25519 signature of a header (64 bytes)."""
        return self.private.sign(header)

    def is_signed(self, key: str, signature: bytes, header: bytes) -> bool:
        """Say whether a trusted key of that name signed the header."""
        public = self.trusted.get(key)
        if public is None:
            return False
        try:
            public.verify(signature, header)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal this installation has seen committed: its number and digest."""

    number: int
    digest: bytes


@lru_cache(maxsize=8)
def seal_keys(data: Path) -> SealKeys:
    """Return the keys of a data folder; the private one is made (0600) when missing."""
    private = Ed25519PrivateKey.from_private_bytes(kept_secret(data, KEY_FILE))
    own = private.public_key()
    trusted = {_name(own): own}
    file = data / "secrets" / TRUSTED_FILE
    if file.is_file():
        for line in file.read_text("ascii").split():
            other = Ed25519PublicKey.from_public_bytes(bytes.fromhex(line))
            trusted[_name(other)] = other
    return SealKeys(private, _name(own), trusted)


def _name(public: Ed25519PublicKey) -> str:
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def read_head(data: Path, home: str) -> Head | None:
    """Return the head kept for a workspace (`<database>.<schema>`); None before the first seal."""
    file = _head_file(data, home)
    if not file.is_file():
        return None
    number, digest = file.read_text("ascii").split()
    return Head(int(number), bytes.fromhex(digest))


def keep_head(data: Path, home: str, head: Head) -> None:
    """Write a head down durably; an older one never replaces a newer."""
    known = read_head(data, home)
    if known is not None and known.number >= head.number:
        return
    file = _head_file(data, home)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with draft.open("x", encoding="ascii") as stream:
        stream.write(f"{head.number} {head.digest.hex()}\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def _head_file(data: Path, home: str) -> Path:
    return data / "seals" / f"{home}.head"
