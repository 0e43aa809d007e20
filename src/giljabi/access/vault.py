"""What a copy of the database alone gives away to nobody: secrets, and who was forgotten."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from giljabi.model.errors import BadParameter

_NONCE = 12
_KEY_BYTES = 32


class Vault:
    """Encrypts and digests for one workspace, under keys of its own.

    Parameters
    ----------
    key
        The installation's key: 32 random bytes.
    workspace_id
        Whose keys are derived from it.
    """

    def __init__(self, key: bytes, workspace_id: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(_derived(key, f"giljabi/{workspace_id}/secrets"))
        self._pepper = _derived(key, f"giljabi/{workspace_id}/digests")

    def encrypt(self, text: str, about: str) -> bytes:
        """Encrypt a text; ``about`` names what it is, and must be the same when it is read."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def decrypt(self, sealed: bytes, about: str) -> str:
        """Give an encrypted text back.

        Raises
        ------
        BadParameter
            If it was encrypted under another key, or as something else.
        """
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode()).decode()
        except InvalidTag:
            raise BadParameter(
                "a secret was encrypted under another key; bring back the secret.key or GILJABI_SECRET_KEY "
                "it was kept under, or enter the secret again"
            ) from None

    def digest(self, *parts: str) -> bytes:
        """Give the keyed digest of some texts, 32 bytes: without the key nobody can try out what they are."""
        code = hmac.new(self._pepper, digestmod=hashlib.sha256)
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            code.update(len(data).to_bytes(8, "big"))
            code.update(data)
        return code.digest()


def installation_key(home: Path, given: str | None = None) -> bytes:
    """Give the installation's key: the one given, else that of ``secret.key``, made when there is none.

    Parameters
    ----------
    home
        The folder with the file; only its owner may read it.
    given
        64 hexadecimal digits, as ``GILJABI_SECRET_KEY`` has them.

    Raises
    ------
    BadParameter
        If what is given, or the file, is no such key.
    """
    if given:
        return _read(given, "GILJABI_SECRET_KEY")
    file = home / "secret.key"
    if not file.exists():
        keep_key(home, secrets.token_bytes(_KEY_BYTES))
    return _read(file.read_text("ascii", errors="replace"), str(file))


def has_key(home: Path, given: str | None = None) -> bool:
    """Say whether an installation has a key already."""
    return bool(given) or (home / "secret.key").exists()


def keep_key(home: Path, key: bytes) -> None:
    """Keep a key in the file ``secret.key``, unless there is one."""
    home.mkdir(parents=True, exist_ok=True)
    made = home / f".secret.key.{secrets.token_hex(8)}"
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        # Of two processes that start at once, the first wins; a link never takes another's place.
        os.link(made, home / "secret.key")
    except FileExistsError:
        pass
    finally:
        made.unlink()


def _read(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise BadParameter(
            f"{where} holds no key; it has 64 hexadecimal digits, as `openssl rand -hex 32` gives"
        )
    return key


def _derived(key: bytes, name: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=name.encode()).derive(key)
