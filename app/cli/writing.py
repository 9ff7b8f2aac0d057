"""What is said where a result cannot be written."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.errors import HuiminError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# What the columns' engine raises has no number, only the system's words.
_WORDS: Final = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "File too large": errno.EFBIG,
    "Permission denied": errno.EACCES,
    "Read-only file system": errno.EROFS,
}


class UnwritableResultError(HuiminError):
    """A result cannot be written where it is wanted."""


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Say in words why a result cannot be written to *target*."""
    try:
        yield
    except HuiminError:
        raise
    except Exception as error:
        told = _number(error)
        if told is None:
            raise
    else:
        return
    if told in _FULL:
        said = "磁盘空间不足，没有完成，也没有留下半个文件：请清理磁盘，或换一个位置后重试"
    elif target.is_dir():
        said = "结果的位置上已有一个同名的文件夹：请换一个文件名"
    elif not target.parent.is_dir():
        said = "结果文件所在的文件夹不存在，请先建好，或换一个位置"
    elif told in _FORBIDDEN:
        said = "没有权限在结果所在的文件夹里写文件：请核对文件夹的权限，或换一个位置"
    else:
        said = "结果写不进去（存放它的磁盘、U盘或网络位置可能有问题）：请换一个位置后重试"
    raise UnwritableResultError(said)


def _number(error: Exception) -> int | None:
    """Return the system's number for what went wrong, where it was the system that refused."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    unknown = errno.EIO if isinstance(error, OSError) else None
    return next((number for words, number in _WORDS.items() if words in str(error)), unknown)
