"""The one tree of what can go wrong, and the one shape in which the API says so.

No message carries a submitted value or a secret: messages end up in answers,
on terminals and in logs.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

MEDIA_TYPE = "application/problem+json"
AGAIN_AFTER = 5
"""Seconds after which a client should try again when the database is away."""


class FieldError(NamedTuple):
    """What is wrong with one field: its path in the request, and words without its value."""

    field: str
    message: str


class HuiminError(Exception):
    """Anything that this program refuses or cannot do; the message is for its reader, in Chinese."""


class StartError(HuiminError):
    """The service cannot start."""


class SettingsError(StartError):
    """An environment variable holds what cannot be used."""


class ProblemError(HuiminError):
    """A request that is answered with a problem document (RFC 9457)."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "/problems/internal-error"
    title: ClassVar[str] = "服务内部出错"

    def __init__(
        self, detail: str, errors: Iterable[FieldError] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def document(self, request_id: str | None = None) -> bytes:
        """Return the problem document; with *request_id*, the logged lines about it can be found."""
        document: dict[str, Any] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": [{"field": field, "message": message} for field, message in self.errors],
        }
        if request_id is not None:
            document["request_id"] = request_id
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


class InternalError(ProblemError):
    """Nobody foresaw it."""

    def __init__(self) -> None:
        super().__init__("请稍后重试；如果仍然出错，请把请求编号（request_id）告知系统管理员。")


class DamagedRecordError(ProblemError):
    """What is stored is not what was stored: damaged, moved, or changed by somebody else."""

    status, type, title = 500, "/problems/damaged-record", "保存的内容已损坏"


class BadRequestError(ProblemError):
    status, type, title = 400, "/problems/bad-request", "请求不合规范"


class MalformedError(ProblemError):
    status, type, title = 400, "/problems/malformed-json", "请求体不是合法的JSON"


class MalformedUploadError(ProblemError):
    status, type, title = 400, "/problems/malformed-upload", "上传的内容不完整或格式有误"


class UnauthorizedError(ProblemError):
    """Nobody knows who asks."""

    status, type, title = 401, "/problems/unauthorized", "需要有效的密钥"

    def __init__(self, detail: str, *, presented: bool = False, guessed: bool = True) -> None:
        self.guessed = guessed
        challenge = 'Bearer realm="huimin"' + (', error="invalid_token"' if presented else "")
        super().__init__(detail, headers={"WWW-Authenticate": challenge})
        self.presented = presented


class SignatureRefusedError(ProblemError):
    """What a platform sent bears no signature that can be accepted."""

    status, type, title = 401, "/problems/signature-refused", "签名未被接受"


class ForbiddenError(ProblemError):
    """Whoever asks may not do this, or not here."""

    status, type, title = 403, "/problems/forbidden", "没有权限"

    def __init__(self, detail: str, *, about: str | None = None) -> None:
        """*about*, for the audit trail: the permission that is missing, or "region"."""
        super().__init__(detail)
        self.about = about


class NotFoundError(ProblemError):
    status, type, title = 404, "/problems/not-found", "没有找到"


class HiddenError(NotFoundError):
    """It is there, and not for whoever asks, who is told that it is not; the audit trail is told which."""

    def __init__(self, detail: str, *, object: str) -> None:
        super().__init__(detail)
        self.object = object


class MethodError(ProblemError):
    status, type, title = 405, "/problems/method-not-allowed", "不支持这种请求方法"


class SlowBodyError(ProblemError):
    status, type, title = 408, "/problems/request-timeout", "请求接收超时"


class ConflictError(ProblemError):
    """It cannot be done as things stand."""

    status, type, title = 409, "/problems/conflict", "目前的状态不能这样做"


class ChangedElsewhereError(ProblemError):
    """What a request goes on from is no longer the last; where the last is, the header Location says."""

    status, type, title = 409, "/problems/changed-elsewhere", "这一户在别处又登记过"


class TooLargeError(ProblemError):
    status, type, title = 413, "/problems/content-too-large", "请求体过大"


class MediaTypeError(ProblemError):
    status, type, title = 415, "/problems/unsupported-media-type", "请求体的格式不受支持"


class KeyReusedError(ProblemError):
    """The Idempotency-Key stands for another request."""

    status, type, title = 409, "/problems/idempotency-key-reused", "幂等键已用于别的请求"

    def __init__(self) -> None:
        super().__init__("这个 Idempotency-Key 已用于内容不同的请求；新的请求请换一个新的键。")


class TooManyError(ProblemError):
    """More was asked for than may be, for so many seconds to come."""

    status, type, title = 429, "/problems/too-many-requests", "请求过多"

    def __init__(self, detail: str, seconds: float) -> None:
        super().__init__(detail, headers={"Retry-After": str(max(1, math.ceil(seconds)))})


class RangeError(ProblemError):
    """A stretch is asked for that the file does not have."""

    status, type, title = 416, "/problems/range-not-satisfiable", "文件没有这一段"

    def __init__(self, size: int) -> None:
        super().__init__("文件没有这么长：可能已经下载完整。", headers={"Content-Range": f"bytes */{size}"})


class HeadTooLargeError(ProblemError):
    status, type, title = 431, "/problems/headers-too-large", "请求头过大"

    def __init__(self) -> None:
        super().__init__("请求行和请求头合计应在32KB以内，不超过100项。")


class InvalidHouseholdError(ProblemError):
    status, type, title = 422, "/problems/invalid-household", "家庭信息有误"


class InvalidParameterError(ProblemError):
    status, type, title = 422, "/problems/invalid-parameter", "请求参数有误"


class UnavailableError(ProblemError):
    """The database is away for the moment."""

    status, type, title = 503, "/problems/unavailable", "服务暂时不可用"

    def __init__(self) -> None:
        said = "数据库暂时连接不上或过于繁忙，请稍后重试。"
        super().__init__(said, headers={"Retry-After": str(AGAIN_AFTER)})


class SignOnUnavailableError(ProblemError):
    """The keys of the district's sign-on cannot be had, so nobody knows whether a token is good."""

    status, type, title = 503, "/problems/sign-on-unavailable", "统一身份认证暂时不可用"

    def __init__(self) -> None:
        said = "暂时取不到统一身份认证的公钥，令牌无法核验，请稍后重试；用密钥的请求不受影响。"
        super().__init__(said, headers={"Retry-After": str(AGAIN_AFTER)})


class BusyError(ProblemError):
    """More at once than the service is to bear."""

    status, type, title = 503, "/problems/busy", "服务繁忙"

    def __init__(self) -> None:
        super().__init__("同时的连接太多，请稍后重试。", headers={"Retry-After": str(AGAIN_AFTER)})


class QueueFullError(ProblemError):
    """Too many lists wait already."""

    status, type, title = 503, "/problems/queue-full", "排队的名单太多"

    def __init__(self) -> None:
        super().__init__("等待筛查的名单已满，请稍后再上传。", headers={"Retry-After": "60"})


class StorageFullError(ProblemError):
    """There is no room left for what was to be kept."""

    status, type, title = 507, "/problems/storage-full", "存储空间已满"

    def __init__(self, said: str = "") -> None:
        said = said or "服务器的磁盘已满，没有保存。请告知系统管理员清理空间后重试；不保存的筛查不受影响。"
        super().__init__(said, headers={"Retry-After": "60"})


class UnreadyError(ProblemError):
    """Something that the service needs is missing."""

    status, type, title = 503, "/problems/not-ready", "尚不能提供服务"

    def __init__(self, errors: Iterable[FieldError]) -> None:
        super().__init__("请按 errors 中的说明处理。", errors, {"Retry-After": str(AGAIN_AFTER)})


PROBLEMS: tuple[type[ProblemError], ...] = (
    BadRequestError,
    MalformedError,
    MalformedUploadError,
    UnauthorizedError,
    SignatureRefusedError,
    ForbiddenError,
    NotFoundError,
    MethodError,
    SlowBodyError,
    ChangedElsewhereError,
    ConflictError,
    TooLargeError,
    MediaTypeError,
    KeyReusedError,
    TooManyError,
    RangeError,
    HeadTooLargeError,
    InvalidHouseholdError,
    InvalidParameterError,
    InternalError,
    DamagedRecordError,
    UnavailableError,
    UnreadyError,
    SignOnUnavailableError,
    BusyError,
    QueueFullError,
    StorageFullError,
)
"""Every kind of problem document, as the documentation lists them."""


def place_of(error: BaseException) -> str:
    """Return the type of *error* and where it arose, which is all that a log may hold of it."""
    place, trace = "?", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        module = trace.tb_frame.f_globals.get("__name__", "?")
        place = f"{module}:{code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__module__}.{type(error).__qualname__} @ {place}"
