"""The file that a list is read from: there, readable, and the same from the first look to the last."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.batch.reading.unreadable import UnreadableFileError

_MISSING: Final = "找不到名单文件，请核对路径和文件名"
_LOOP: Final = "名单文件是指向自己的链接，打不开：请选用原来的文件"
_FOLDER: Final = "这是文件夹，不是文件：请选用文件夹里的名单文件"
_NO_FILE: Final = "这不是普通文件（而是管道或设备）：请先把内容存成文件，再筛查"
_FORBIDDEN: Final = "没有权限读取名单文件：请核对文件的权限，或复制一份后重试"
_CHANGED: Final = "名单文件在读取时被改动或移走了：请等它保存、传送完毕后重试"
_FAULTY: Final = "名单文件读不出来（存放它的磁盘、U盘或网络位置可能有问题）：请复制到本机后重试"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def identity(path: Path) -> tuple[int, ...]:
    """Return what tells the file at *path* and its content from any other; refuse what is no readable file."""
    with reading():
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise UnreadableFileError(_FOLDER)
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableFileError(_NO_FILE)
        if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
            raise UnreadableFileError(_FORBIDDEN)
        return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


def check_unchanged(path: Path, before: tuple[int, ...]) -> None:
    """Refuse a file that is no longer the one it was: what was read would be parts of two."""
    try:
        same = identity(path) == before
    except UnreadableFileError:
        same = False
    if not same:
        raise UnreadableFileError(_CHANGED)


@contextmanager
def reading() -> Iterator[None]:
    """Say in words what the system says of a file that cannot be read."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise  # of scratch files, where a list is put in order
        told = error.errno
    else:
        return
    said = {
        errno.ENOENT: _MISSING,
        errno.ENOTDIR: _MISSING,
        errno.ELOOP: _LOOP,
        errno.EACCES: _FORBIDDEN,
        errno.EPERM: _FORBIDDEN,
    }
    raise UnreadableFileError(said.get(told or 0, _FAULTY))
