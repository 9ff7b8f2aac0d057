"""What of a batch's row is sealed: the key of its files, and its summary, which holds the headers of the list."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.errors import DamagedRecordError
from app.models import Batch
from app.security.keyring import Keyring, UnsealError


def sealed_key(keyring: Keyring, id: str, key: bytes) -> bytes:
    """Return the key of a batch's files as it is kept."""
    return keyring.seal(key, f"batches.key:{id}")


def opened_key(keyring: Keyring, batch: Batch) -> bytes:
    """Return the key of a batch's files; raise DamagedRecordError."""
    with damage_is_said():
        return keyring.open(batch.key, f"batches.key:{batch.id}")


def sealed_summary(keyring: Keyring, id: str, summary: Mapping[str, Any]) -> bytes:
    """Return what became of a list as it is kept."""
    return keyring.seal(json.dumps(summary, ensure_ascii=False).encode(), f"batches.summary:{id}")


def opened_summary(keyring: Keyring, batch: Batch) -> dict[str, Any] | None:
    """Return what became of a list, None until it is done; raise DamagedRecordError."""
    if batch.summary is None:
        return None
    with damage_is_said():
        found: dict[str, Any] = json.loads(keyring.open(batch.summary, f"batches.summary:{batch.id}"))
        return found


@contextmanager
def damage_is_said() -> Iterator[None]:
    """Raise DamagedRecordError where something does not open."""
    try:
        yield
    except UnsealError:
        pass
    else:
        return
    raise DamagedRecordError("这份名单的结果打不开，可能已损坏。请重新上传筛查，并告知系统管理员检查磁盘和密钥环。")
