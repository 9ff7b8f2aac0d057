"""The key ring of a deployment, made at the first start."""

import os
from pathlib import Path
from typing import Final

from app.errors import StartError
from app.security.keyring import Keyring, Ring, RootKey, Suite
from app.settings import Settings

FILE: Final = "keyring"


def open_keyring(settings: Settings) -> Keyring:
    """Return the key ring in the data folder; make it if there is none.  Raise StartError if it cannot be read."""
    file = settings.data_dir / FILE
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(file)
        root = RootKey(bytes.fromhex(file.read_text()))
    except (OSError, ValueError):
        raise StartError(f"密钥环文件 {file} 读不出来：请检查权限和磁盘空间，或从备份恢复。") from None
    return Keyring(Ring({root.id: root}, root.id, root, Suite.AES), Suite.AES)


def _make(file: Path) -> None:
    """Write a new ring whole or not at all; of several processes, one does."""
    if file.exists():
        return
    draft = file.with_name(f"{FILE}.{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(RootKey.new().root.hex())
        written.flush()
        os.fsync(written.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
