"""The OpenAPI document: the framework's paths, our schemas, and examples that our own code answered."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app import schemas
from app.api.access import SCHEME
from app.api.bulk_shapes import BULK_SHAPES
from app.api.case_shapes import CASE_SHAPES
from app.api.schema import REF, problems
from app.api.service import Service
from app.api.shapes import SHAPES
from app.api.webhooks import webhooks
from app.errors import DamagedRecordError, InternalError
from app.intake.door import read_document

DESCRIPTION = """\
给出一户家庭的情况，得到每名成员和全家能享受哪些基本公共服务待遇：结论、理由、依据、金额、还缺什么、由哪个单位办理。

* 不知道的情况不填。服务从不猜测：缺少情况时结论为“待核实”，并列出要问什么。
* 筛查不是行政决定，以镇（街道）和区有关单位审核确认为准。
* 除运行状态和本文档外，请求都要带 `Authorization: Bearer 密钥`；
  绑定了村（社区）、镇（街道）的密钥只能筛查和查看其范围内的家庭。
* 错误一律为 `application/problem+json`（RFC 9457），指出哪一项、怎么改，从不重复填报的内容。
* 答复支持 gzip；政策、数据字典和单位可凭 ETag 缓存。
"""
SIGN_IN = "密钥，或所接统一身份认证签发的令牌。密钥由系统管理员用 `python3 -m app keys create` 建立。"
TAGS = [
    {"name": "screenings", "description": "筛查"},
    {"name": "batches", "description": "批量筛查：上传名单，在后台筛查，下载结果"},
    {"name": "handoffs", "description": "一门受理：转交、回执、工作清单、告知单"},
    {"name": "lookups", "description": "政策、数据字典、单位"},
    {"name": "subjects", "description": "个人信息的查询和删除"},
    {"name": "clients", "description": "密钥"},
    {"name": "audit", "description": "审计记录"},
    {"name": "health", "description": "运行状态"},
]

_OLD_WOMAN = {
    "reference": "H-7",
    "region_code": "341103100201",
    "rural": True,
    "assistance": "dibao",
    "members": [{"reference": "1", "birth_date": "1943-05-01", "sex": "female", "disability_grade": "none"}],
}
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "stored": (
        "83岁老人一人户，只筛查高龄津贴，保存",
        {
            "as_of": "2026-11-23",
            "policies": ["longevity-allowance"],
            "household": _OLD_WOMAN,
        },
    ),
    "not-stored": ("同一户，筛查全部政策，不保存", {"as_of": "2026-11-23", "store": False, "household": _OLD_WOMAN}),
}
_EXAMPLE_ID = "019ab0c4-6d00-7cc3-98c4-dc0c0c07398f"


def document(app: FastAPI, service: Service) -> dict[str, Any]:
    """Return the document of *app*, with examples answered by *service*."""
    described = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=DESCRIPTION,
        tags=TAGS,
        routes=app.routes,
    )
    components = described.setdefault("components", {})
    components["schemas"] = _schemas()
    components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer", "description": SIGN_IN}}
    for operation in (each for item in described["paths"].values() for each in item.values()):
        damaged = (DamagedRecordError,) if "500" in operation["responses"] else ()
        said = problems(InternalError, *damaged)
        operation["responses"].update({str(status): words for status, words in said.items()})
    described["webhooks"] = webhooks()
    # After the framework, which drops every null, and an example with it.
    _add_examples(described["paths"], service)
    return described


def _schemas() -> dict[str, Any]:
    shapes: list[Any] = [schemas.ScreeningAnswer, schemas.Problem, *SHAPES, *CASE_SHAPES, *BULK_SHAPES]
    _, found = models_json_schema([(shape, "validation") for shape in shapes], ref_template=REF)
    return dict(sorted({**found["$defs"], **schemas.request_components()}.items()))


def _add_examples(paths: dict[str, Any], service: Service) -> None:
    post = paths["/v1/screenings"]["post"]
    post["requestBody"]["content"]["application/json"]["examples"] = {
        name: {"summary": summary, "value": request} for name, (summary, request) in REQUESTS.items()
    }
    full, brief = (_answered(service, brief=brief) for brief in (False, True))
    both = {"full": {"summary": "完整", "value": full}, "brief": {"summary": "简要（detail=brief）", "value": brief}}
    _content(post, "201")["examples"] = both
    _content(paths["/v1/screenings/{id}"]["get"], "200")["examples"] = both
    _content(post, "200")["examples"] = {"brief": {"summary": "不保存时没有编号", "value": {**brief, "id": None}}}


def _content(operation: dict[str, Any], status: str) -> dict[str, Any]:
    content: dict[str, Any] = operation["responses"][status]["content"]["application/json"]
    return content


def _answered(service: Service, *, brief: bool) -> dict[str, Any]:
    _, request = REQUESTS["stored"]
    submission = read_document(request, today=service.today(), home=service.settings.region, codes=service.codes)
    answer: dict[str, Any] = json.loads(service.answers.render(submission, id=_EXAMPLE_ID, brief=brief))
    return answer
