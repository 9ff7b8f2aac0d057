"""The rights of a person: what is stored about them handed over, and deleted, by reference.

The reference is in the body: what stands in an address stands in logs.
"""

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import subjects
from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.body import read_body, read_object
from app.api.once import ONCE, Once
from app.api.replies import private
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import Service, ServiceDep
from app.api.trail import event
from app.encoding import as_json
from app.errors import (
    DamagedRecordError,
)
from app.replays import Answer
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission
from app.subjects import InLists, Subject

router = Router(prefix="/v1/subjects", tags=["subjects"])

ASKED = {**ONCE, **takes("SubjectRequest")}
FAILING = problems(*READING_BODY, DamagedRecordError, *WRITING)


@router.post(
    "/export",
    summary="查询保存的个人信息",
    description="按户编号（和人口编号）导出保存的全部内容：筛查、名单中的结果、转交。编号写在请求体里，不写在网址里。",
    responses={200: answers("SubjectExport", "保存的内容"), **FAILING},
    openapi_extra=ASKED,
)
@needs(Permission.SUBJECTS_EXPORT, Scope.REGION)
async def export(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    subject, with_lists = subjects.read_subject(read_object(body))
    done = event(request, Action.SUBJECT_EXPORTED, subject.index(service.keyring), "subject-rights")
    answer = await service.run(_export, once, principal, subject, with_lists, done)
    return private(request, answer.body)


def _export(once: Once, principal: Principal, subject: Subject, with_lists: bool, done: Event) -> Answer:
    service = once.service
    held, under_way = _in_lists(service, principal, subject, with_lists)

    def work(session: Session) -> Answer:
        found = subjects.export(session, service.keyring, subject, principal.region_code)
        found["batches"] = [each.document() for each in held]
        found["batches_under_way"] = under_way
        audit.record(session, done)
        return Answer(200, as_json(found, default=str))

    return once.write(work, about=done.object)


@router.post(
    "/delete",
    summary="删除保存的个人信息",
    description="按户编号（和人口编号）删除保存的全部内容，不能恢复：筛查、转交，以及结果中有这一户的整份名单"
    "（`batches` 为 false 时名单保留）。审计记录只有编号，不受影响。",
    responses={200: answers("SubjectDeletion", "已删除"), **FAILING},
    openapi_extra=ASKED,
)
@needs(Permission.SUBJECTS_DELETE, Scope.REGION)
async def delete(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    subject, with_lists = subjects.read_subject(read_object(body))
    done = event(request, Action.SUBJECT_DELETED, subject.index(service.keyring), "subject-rights")
    answer = await service.run(_delete, once, principal, subject, with_lists, done)
    return private(request, answer.body)


def _delete(once: Once, principal: Principal, subject: Subject, with_lists: bool, done: Event) -> Answer:
    service = once.service
    held, under_way = _in_lists(service, principal, subject, with_lists)
    gone = [each.batch.id for each in held]

    def work(session: Session) -> Answer:
        counts = subjects.forget(session, service.keyring, subject, principal.region_code)
        subjects.forget_lists(session, gone)
        audit.record(session, done)
        return Answer(200, as_json({**counts, "batches": gone, "batches_under_way": under_way}))

    answer = once.write(work)
    for id in gone:
        service.batches.files.remove(id)
    return answer


def _in_lists(service: Service, principal: Principal, subject: Subject, wanted: bool) -> InLists:
    if not wanted:
        return InLists([], [])
    return subjects.in_lists(service.database, service.batches.files, service.keyring, subject, principal.region_code)
