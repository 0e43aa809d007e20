"""The installation's key under a passphrase, as a backup keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giljabi.model.errors import BadParameter

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ABOUT = b"giljabi/installation-key"
_NONCE = bytes(12)  # a salt is used once, and so is the key that is made of it


def lock_key(key: bytes, passphrase: str, salt: bytes) -> bytes:
    """Encrypt a key under a passphrase; ``salt`` are 16 random bytes, new for each time."""
    return _cipher(passphrase, salt).encrypt(_NONCE, key, _ABOUT)


def unlock_key(sealed: bytes, passphrase: str, salt: bytes) -> bytes:
    """Give a key back; raises BadParameter where the passphrase is another one."""
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher(passphrase, salt).decrypt(_NONCE, sealed, _ABOUT)
    except InvalidTag:
        raise BadParameter("the passphrase is not the one the key was kept under") from None


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The costs that OWASP names for scrypt: 128 MiB.
    return AESGCM(Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode()))
