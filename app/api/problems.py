"""Every error as a problem document (RFC 9457), whoever raised it."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import errors
from app.api import once
from app.api.body import linger
from app.api.service import service_of
from app.api.trail import event
from app.errors import MEDIA_TYPE, FieldError, ProblemError
from app.intake.door import RejectedError
from app.intake.wire import REFUSED as SAID
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.refusals import REFUSED
from app.telemetry import request_id

_PARAMETERS = {"missing": "必须填写", "literal_error": "不是可用的选项，可用的选项见接口说明 /docs"}


class ProblemResponse(Response):
    """A problem document; it hears a client out that is still sending, so that the client can read it."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: ProblemError) -> None:
        document = problem.document(request_id.current.get())
        super().__init__(document, problem.status, {"Cache-Control": "no-store", **problem.headers})
        self.hears_out = problem.status in (401, 403, 413, 415, 429)
        if problem.status in (408, 413, 415):
            self.headers["Connection"] = "close"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.hears_out:
            await super().__call__(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await linger(scope, receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def install(app: FastAPI) -> None:
    """Let *app* answer every error with a problem document."""
    app.add_exception_handler(once.Replayed, once.replayed)
    app.add_exception_handler(ProblemError, _of_ours)
    app.add_exception_handler(RejectedError, _of_the_door)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(RequestValidationError, _of_parameters)


async def _of_ours(request: Request, error: Any) -> Response:
    if (refused := _refusal(request, error)) is not None:
        service_of(request).refusals.note(refused)
    return ProblemResponse(error)


def _refusal(request: Request, error: ProblemError) -> Event | None:
    """Return the event that somebody was refused, if *error* says so."""
    match error:
        case errors.UnauthorizedError(presented=True):
            return event(request, Action.SIGN_IN_REFUSED, outcome=REFUSED)
        case errors.ForbiddenError():
            return event(request, Action.ACCESS_REFUSED, error.about, outcome=REFUSED)
        case errors.HiddenError():
            return event(request, Action.ACCESS_REFUSED, error.object, outcome=REFUSED)
        case _:
            return None


async def _of_the_door(_: Request, error: Any) -> Response:
    said = tuple(FieldError(field, message) for field, message in error.errors)
    if error.malformed:
        return ProblemResponse(errors.MalformedError("请求体应为 UTF-8 编码的 JSON，请按 errors 改正后重试。", said))
    return ProblemResponse(errors.InvalidHouseholdError("请按 errors 中的说明逐项改正后重试。", said))


async def _of_the_framework(request: Request, error: Any) -> Response:
    if error.status_code == 404:
        return ProblemResponse(errors.NotFoundError("没有这个地址，请核对路径；接口说明见 /docs。"))
    if error.status_code == 405:
        allowed = {"Allow": _allowed(request, error.headers or {})}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allowed)
        return ProblemResponse(
            errors.MethodError("这个地址不支持这种请求方法，支持的方法见 Allow 响应头。", headers=allowed)
        )
    if error.status_code < 500:
        return ProblemResponse(errors.BadRequestError("请核对请求后重试；接口说明见 /docs。"))
    return ProblemResponse(errors.InternalError())


def _allowed(request: Request, headers: Mapping[str, str]) -> str:
    methods = {
        method.strip() for name, listed in headers.items() if name.lower() == "allow" for method in listed.split(",")
    }
    # The framework names those of the first route with this path only.
    found = [route for route in iter_route_contexts(request.app.routes) if route.path_regex.match(request.url.path)]
    for route in found:
        # What a fixed path says goes before what a placeholder would take there.
        if route.methods and route.path == found[0].path:
            methods |= route.methods
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


async def _of_parameters(_: Request, error: Any) -> Response:
    said = [FieldError(".".join(map(str, item["loc"][1:])), _words(item)) for item in error.errors()]
    return ProblemResponse(errors.InvalidParameterError("请按 errors 中的说明改正请求参数后重试。", said))


def _words(item: Mapping[str, Any]) -> str:
    # Only our own readers' words are safe: those of the framework quote the value.
    return str(item["msg"]) if item["type"] == SAID else _PARAMETERS.get(item["type"], "填写有误，请核对")
