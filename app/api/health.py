"""Is the process alive, and can it serve?"""

from functools import cache

from starlette.responses import Response

from app.api.access import Router, open_to_all
from app.api.schema import answers, problems
from app.api.service import Service, ServiceDep
from app.database import check_writable, head
from app.errors import FieldError, UnavailableError, UnreadyError

router = Router(tags=["health"])
OK = b'{"status":"ok"}'

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
    description="检查数据库能否连接、表结构是否为最新、数据目录能否写入。",
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
    try:
        check_writable(service.settings.data_dir)
    except OSError:
        found.append(FieldError("data_dir", "数据目录不能写，请检查权限和磁盘空间"))
    return found
