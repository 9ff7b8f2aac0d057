"""The key ring's file, or environment variable: made at the first start, read, and replaced whole."""

import base64
import binascii
import errno
import json
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.errors import StartError
from app.security.keyring import ROOT_SIZE, Keyring, Ring, RootKey, Suite
from app.settings import Settings

FORMAT: Final = "huimin keyring 1"
NAME: Final = "keyring"

log = logging.getLogger("huimin.keyring")


def path_of(settings: Settings) -> Path:
    """Return where the ring's file is, or would be."""
    return settings.keyring_file or settings.data_dir / NAME


def exists(settings: Settings) -> bool:
    """Tell whether there is a ring."""
    return settings.keyring is not None or path_of(settings).exists()


def new_ring(suite: Suite) -> Ring:
    """Return a ring of fresh keys."""
    key = RootKey.new()
    return Ring({key.id: key}, key.id, RootKey.new(), suite)


def load(settings: Settings) -> Ring:
    """Return the ring; raise StartError, which says what to do."""
    if settings.keyring is not None:
        return _parsed(settings.keyring.get_secret_value(), "环境变量 HUIMIN_KEYRING")
    return _read(path_of(settings))


def keyring(settings: Settings) -> Keyring:
    """Return the ring as a `Keyring`, which takes up a changed file by itself."""
    newer: Callable[[], Ring | None] = lambda: None  # noqa: E731 (one of two)
    if settings.keyring is None:
        newer = _Watch(path_of(settings)).newer
    return Keyring(load(settings), Suite(settings.cipher), newer)


class _Watch:
    """Notices that the file was replaced: one look at its date, a millionth of a second."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen = self._look()

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self.path)  # noqa: PTH116 (on every sealing)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def newer(self) -> Ring | None:
        now = self._look()
        if now is None or now == self.seen:
            return None
        self.seen = now
        try:
            return _read(self.path)
        except StartError as error:
            # What is in memory still opens everything that it did.
            log.error("the key ring changed and cannot be read, the former one stays in use: %s", type(error).__name__)
            return None


def save(ring: Ring, path: Path, *, replace: bool) -> None:
    """Write *ring* to *path*, for this user's eyes only, all of it or nothing; raise OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(written(ring) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.replace(path)
        else:
            # Fails where there is one: no ring is ever lost to another.
            path.hardlink_to(fresh)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def written(ring: Ring) -> str:
    """Return *ring* as the file and the environment variable hold it."""
    document = {
        "format": FORMAT,
        "sealing": ring.sealing,
        "keys": {id: _text(key) for id, key in ring.keys.items()},
        "digest": {"id": ring.digest.id, "key": _text(ring.digest), "suite": ring.digest_suite.value},
    }
    return json.dumps(document, indent=2)


def _text(key: RootKey) -> str:
    return base64.b64encode(key.root).decode()


def _read(path: Path) -> Ring:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except OSError as error:
        reason = {errno.EACCES: "没有权限", errno.EISDIR: "是目录"}.get(error.errno or 0, os.strerror(error.errno or 0))
        raise StartError(f"密钥环文件 {path} 读不了（{reason}）。请检查文件和它的权限。") from None
    except UnicodeDecodeError:
        text = ""
    if stat.S_IMODE(mode) & 0o077:
        raise StartError(f"密钥环文件 {path} 的权限太宽，其他用户也能读写。请执行：chmod 600 {path}")
    return _parsed(text, f"密钥环文件 {path}")


def _parsed(text: str, called: str) -> Ring:
    try:
        if len(text.strip()) == 2 * ROOT_SIZE:
            # As the first rings were written: one key for everything, in hexadecimal.
            root = RootKey(bytes.fromhex(text))
            return Ring({root.id: root}, root.id, root, Suite.AES)
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ValueError
        keys = {id: _key(id, content) for id, content in document["keys"].items()}
        digest = _key(document["digest"]["id"], document["digest"]["key"])
        ring = Ring(keys, document["sealing"], digest, Suite(document["digest"]["suite"]))
        if ring.sealing not in keys:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        pass
    else:
        return ring
    # Raised outside: the parser's error holds the text.
    raise StartError(f"{called} 的内容不对：不是密钥环，或者其中的密钥已被改动。请用备份的密钥环恢复。")


def _key(id: str, content: str) -> RootKey:
    root = base64.b64decode(content, validate=True)
    key = RootKey(root)
    if len(root) != ROOT_SIZE or key.id != id:
        raise ValueError
    return key
