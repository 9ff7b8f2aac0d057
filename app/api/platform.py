"""What the platform calls back: receipts, signed."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import Router, open_to_all
from app.api.addresses import address_of
from app.api.body import read_body, read_object
from app.api.replies import private
from app.api.schema import READING_BODY, answers, problems, takes
from app.api.service import Service, ServiceDep
from app.api.trail import event
from app.encoding import as_json
from app.errors import (
    ConflictError,
    FieldError,
    InvalidParameterError,
    NotFoundError,
    ProblemError,
    SignatureRefusedError,
    StorageFullError,
    TooManyError,
    UnavailableError,
)
from app.onewindow import handoffs
from app.onewindow.course import ImpossibleError, State
from app.onewindow.receiving import Told, is_first, receive
from app.onewindow.requests import read_receipt
from app.onewindow.signatures import Checked, ClockError, SignatureError
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action

router = Router(prefix="/v1/platform", tags=["handoffs"])
SOURCE = "platform"

FORGED = "签名未被接受：请核对签名方式、密钥和被签的内容。"
CLOCKS = "签名的时间与本服务的时钟相差太多（15分钟以上）：请校准时钟后重新签名发送。"
"""Only who could sign learns so much."""
REPEATED = "这条签名消息已经收到过；要重发，请用新的时间和随机数重新签名。"

log = logging.getLogger("huimin.platform")


@router.post(
    "/receipts",
    summary="平台回执（签名）",
    description="一门受理平台回传办理情况，`handoff` 写明哪一件。不用密钥，用与平台约定的签名，见"
    "`docs/one-window.md`。重发时重新签名（新的时间和随机数）；回执编号 `id` 相同的只登记一次。",
    responses={
        200: answers("ReceiptAnswer", "已登记，或早已登记"),
        **problems(
            SignatureRefusedError,
            NotFoundError,
            ConflictError,
            TooManyError,
            *READING_BODY,
            UnavailableError,
            StorageFullError,
        ),
    },
    openapi_extra=takes("Receipt"),
)
@open_to_all
async def tell(request: Request, service: ServiceDep) -> Response:
    body = await read_body(request)
    if service.platform is None:
        raise NotFoundError("本服务没有接入一门受理平台：请管理员设置 HUIMIN_PLATFORM_SECRET 等环境变量。")
    done = replace(event(request, Action.SIGNATURE_REFUSED, purpose="handoff"), client=SOURCE)
    try:
        checked = service.platform.scheme.check(dict(request.headers), body, datetime.now(UTC))
    except SignatureError as error:
        refused = error
    else:
        named, told = read_receipt(read_object(body))
        if named is None:
            raise InvalidParameterError("请改正后重试。", [FieldError("handoff", "请填转交件编号")])
        done = replace(done, action=Action(f"receipt.{told.receipt.event}"), object=named)
        return private(request, await service.run(_tell, service, checked, done, named, told))
    # Outside `except`, as everywhere: nothing that was sent is in a trace.
    address = address_of(request, service.settings.proxies)
    # Refused or not, what is signed rightly never waits; what is not fills no trail.
    service.attempts.check(address)
    service.attempts.failed(address)
    await service.run(_note_refusal, service, done, refused.outcome)
    raise SignatureRefusedError(CLOCKS if isinstance(refused, ClockError) else FORGED)


def _note_refusal(service: Service, done: Event, outcome: str) -> None:
    try:
        service.database.write(lambda session: audit.record(session, replace(done, outcome=outcome)))
    except ProblemError as error:
        # It is refused all the same.
        log.error("not in the audit trail: %s: %s", done.action, type(error).__name__)


def _tell(service: Service, checked: Checked, done: Event, named: str, told: Told) -> bytes:
    now = datetime.now(UTC)

    def work(session: Session) -> bytes:
        # In the transaction of what it tells: what was not kept may be sent again as it was.
        if not is_first(session, SOURCE, checked, now):
            raise _RepeatedError
        case = handoffs.find(session, named)
        news = receive(session, service.keyring, case, told, source=SOURCE, units=service.directory, now=now)
        audit.record(session, done)
        state = State(case.state)
        return as_json({"handoff": case.id, "state": state.value, "state_label": state.label, "is_new": news})

    try:
        return service.database.write(work)
    except _RepeatedError:
        said = ""
    except ImpossibleError as error:
        said = str(error)
    if said:
        raise ConflictError(f"{said}。")
    _note_refusal(service, replace(done, action=Action.SIGNATURE_REFUSED), "repeated")
    raise SignatureRefusedError(REPEATED)


class _RepeatedError(Exception):
    """A signed message that came before."""
