"""What the platform calls back: receipts, signed."""

import logging
from datetime import UTC, datetime

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import Router, open_to_all
from app.api.body import read_body, read_object
from app.api.handoffs import READING_BODY
from app.api.replies import as_json, private
from app.api.schema import answers, problems, takes
from app.api.service import Service, ServiceDep
from app.errors import (
    ConflictError,
    FieldError,
    InvalidParameterError,
    NotFoundError,
    SignatureRefusedError,
    StorageFullError,
    UnavailableError,
)
from app.onewindow import handoffs
from app.onewindow.course import ImpossibleError, State
from app.onewindow.receiving import Told, is_first, receive
from app.onewindow.requests import read_receipt
from app.onewindow.signatures import Checked, ClockError, SignatureError

router = Router(prefix="/v1/platform", tags=["handoffs"])
SOURCE = "platform"

log = logging.getLogger("huimin.platform")


@router.post(
    "/receipts",
    summary="平台回执（签名）",
    description="一门受理平台回传办理情况，`handoff` 写明哪一件。不用密钥，用与平台约定的签名，见"
    "`docs/one-window.md`。重发时重新签名（新的时间和随机数）；回执编号 `id` 相同的只登记一次。",
    responses={
        200: answers("ReceiptAnswer", "已登记，或早已登记"),
        **problems(
            SignatureRefusedError, NotFoundError, ConflictError, *READING_BODY, UnavailableError, StorageFullError
        ),
    },
    openapi_extra=takes("Receipt"),
)
@open_to_all
async def tell(request: Request, service: ServiceDep) -> Response:
    body = await read_body(request)
    checked = check_signature(request, service, body)
    named, told = read_receipt(read_object(body))
    if named is None:
        raise InvalidParameterError("请改正后重试。", [FieldError("handoff", "请填转交件编号")])
    return private(request, await service.run(_tell, service, checked, named, told))


def check_signature(request: Request, service: Service, body: bytes) -> Checked:
    """Return what the signature says; raise SignatureRefusedError, or NotFoundError where no platform is known."""
    if service.platform is None:
        raise NotFoundError("本服务没有接入一门受理平台：请管理员设置 HUIMIN_PLATFORM_SECRET 等环境变量。")
    try:
        return service.platform.scheme.check(dict(request.headers), body, datetime.now(UTC))
    except ClockError:
        # Whoever could sign may know; anybody else learns only that it was refused.
        said = "签名的时间与本服务的时钟相差太多（15分钟以上）：请校准时钟后重新签名发送。"
    except SignatureError as error:
        log.warning("signature refused: %s", error.reason)
        said = "签名未被接受：请核对签名方式、密钥和被签的内容。"
    raise SignatureRefusedError(said)


def _tell(service: Service, checked: Checked, named: str, told: Told) -> bytes:
    now = datetime.now(UTC)

    def work(session: Session) -> bytes:
        # In the transaction of what it tells: what was not kept may be sent again as it was.
        if not is_first(session, SOURCE, checked, now):
            raise SignatureRefusedError("这条签名消息已经收到过；要重发，请用新的时间和随机数重新签名。")
        case = handoffs.find(session, named)
        news = receive(session, service.keyring, case, told, source=SOURCE, units=service.directory, now=now)
        state = State(case.state)
        return as_json({"handoff": case.id, "state": state.value, "state_label": state.label, "is_new": news})

    try:
        return service.database.write(work)
    except ImpossibleError as error:
        said = str(error)
    raise ConflictError(f"{said}。")
