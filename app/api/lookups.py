"""Look things up: policies, the data dictionary, units."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import PlainValidator, WithJsonSchema
from starlette.responses import Response

from app.api.access import Router, Scope, needs
from app.api.catalogue import SIGNATURE
from app.api.replies import shared
from app.api.schema import cached, problems
from app.api.service import ServiceDep
from app.errors import FieldError, InvalidParameterError, NotFoundError
from app.intake.door import FIRST_DAY, YEARS_AHEAD, is_within_reach
from app.intake.wire import read_date
from app.security.roles import Permission

router = Router(prefix="/v1", tags=["lookups"])

_Day = Annotated[date, PlainValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})]


async def day_of(
    service: ServiceDep,
    as_of: Annotated[
        _Day | None,
        Query(
            title="日期",
            description=f"按这一天的名称和数额显示，不填为今天；自{FIRST_DAY}起，至今后{YEARS_AHEAD}年",
            examples=["2026-11-23"],
        ),
    ] = None,
) -> date:
    """Return the day that a client looks at."""
    today = service.today()
    return check_day(as_of or today, today)


def check_day(day: date, today: date) -> date:
    """Return *day* if one may ask about it; raise InvalidParameterError."""
    if not is_within_reach(day, today):
        said = f"应在{FIRST_DAY}至今后{YEARS_AHEAD}年之间"
        raise InvalidParameterError("请改正请求参数后重试。", [FieldError("as_of", said)])
    return day


DayDep = Annotated[date, Depends(day_of)]


@router.get(
    "/policies",
    summary="政策目录",
    description="全部政策的概要，按方案的顺序。",
    responses={**cached("政策目录", "PolicyList"), **problems(InvalidParameterError)},
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def policies(request: Request, service: ServiceDep, day: DayDep) -> Response:
    return shared(request, service.catalogue.policies(day))


@router.get(
    "/policies/{code}",
    summary="政策卡",
    description="一项政策的全部内容：条件和依据、待遇和标准、办理单位、步骤、材料、与其他待遇的关系。",
    responses={**cached("政策卡", "PolicyCard"), **problems(NotFoundError, InvalidParameterError)},
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def policy(
    request: Request,
    code: Annotated[str, Path(title="政策代码", examples=["longevity-allowance"])],
    service: ServiceDep,
    day: DayDep,
) -> Response:
    return shared(request, service.catalogue.policy(code, day))


@router.get(
    "/facts",
    summary="数据字典",
    description="筛查会问到的全部情况：名称、代码、填法，以及用到它的政策。",
    responses=cached("数据字典", "FactList"),
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def facts(request: Request, service: ServiceDep) -> Response:
    return shared(request, service.catalogue.facts())


@router.get(
    "/units",
    summary="单位目录",
    description="责任单位：方案中的名称、现在的名称、历次更名和负责的政策。",
    responses={**cached("单位目录", "UnitList"), **problems(InvalidParameterError)},
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def units(request: Request, service: ServiceDep, day: DayDep) -> Response:
    return shared(request, service.catalogue.of_units(day))


@router.get(
    "/rulepack",
    summary="政策包",
    description="整套政策：规则、用语、条款、标准、单位，供没有网络时在手机上筛查，结论与本服务相同。"
    "`policy_set` 变了，内容就变了；`format` 变了，须更新读它的程序。"
    f"答复头 `{SIGNATURE}` 是对整个内容的签名（ES256，分离式 JWS，`b64` 为 false），"
    "使用前应当用 /v1/rulepack/key 的公钥核对。",
    responses=cached("政策包", "RulePack"),
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def rulepack(request: Request, service: ServiceDep) -> Response:
    return shared(request, service.catalogue.rulepack())


@router.get(
    "/rulepack/key",
    summary="核对政策包签名的公钥",
    description="JWK（RFC 7517）。第一次取到后应当保存：以后签名换了公钥的，要向区里问清楚再用。",
    responses=cached("公钥", "SigningKey"),
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def rulepack_key(request: Request, service: ServiceDep) -> Response:
    return shared(request, service.catalogue.signing_key())
