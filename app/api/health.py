"""Is the process alive, and can it serve?"""

import shutil
from functools import cache
from typing import Final

from sqlalchemy import select
from starlette.responses import Response

from app.api.access import Router, open_to_all
from app.api.schema import answers, problems
from app.api.service import Service, ServiceDep
from app.database import check_writable, head
from app.errors import FieldError, StartError, UnavailableError, UnreadyError
from app.models import SealingKey
from app.security import ringfile
from app.security.sealing import DIGEST

router = Router(tags=["health"])
OK = b'{"status":"ok"}'
LEAST_FREE: Final = 16 * 2**20
"""Bytes that must be free where the data lies: room for a few hundred stored screenings."""

wanted = cache(head)


@router.get(
    "/livez",
    summary="进程是否存活",
    description="只说明进程能答复；不检查数据库。",
    responses={200: answers("Health", "存活")},
)
@open_to_all
async def livez() -> Response:
    return Response(OK, headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get(
    "/readyz",
    summary="能否提供服务",
    description="检查数据库能否连接、表结构是否为最新、密钥环是否还在、数据目录能否写入、磁盘是否快满。",
    responses={200: answers("Health", "可以提供服务"), **problems(UnreadyError)},
)
@open_to_all
async def readyz(service: ServiceDep) -> Response:
    if wrong := await service.run(faults, service):
        raise UnreadyError(wrong)
    return Response(OK, headers={"Cache-Control": "no-store"}, media_type="application/json")


def faults(service: Service) -> list[FieldError]:
    """Return what keeps the service from serving, each with what to do."""
    found = []
    try:
        revision = service.database.revision()
    except UnavailableError:
        found.append(FieldError("database", "数据库连接不上或打不开，请检查它是否在运行、磁盘是否已满"))
    else:
        if revision != wanted():
            found.append(FieldError("migrations", "数据库的表结构与程序版本不符，请用同一版本的程序重新启动以升级"))
        elif not _holds_ring(service):
            said = "密钥环文件不见了、读不出来，或不是这个数据库的：请立即放回原处，没有它，已保存的数据无法打开"
            found.append(FieldError("keyring", said))
    try:
        check_writable(service.settings.data_dir)
        free = shutil.disk_usage(service.settings.data_dir).free
    except OSError:
        found.append(FieldError("data_dir", "数据目录不能写，请检查权限和磁盘空间"))
    else:
        if free < LEAST_FREE:
            found.append(FieldError("disk", "磁盘快满了：数据目录所在的磁盘剩余不足16MB，请清理空间"))
    return found


def _holds_ring(service: Service) -> bool:
    """Tell whether a start at this moment would find the ring with which this database was made."""
    mark = select(SealingKey.id).where(SealingKey.purpose == DIGEST)
    try:
        return ringfile.load(service.settings).digest.id == service.database.read(lambda session: session.scalar(mark))
    except (StartError, UnavailableError):
        return False
