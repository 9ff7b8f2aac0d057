"""What a request may hold, derived from the data dictionary.

These models read one value at a time; what values mean together is the door's.
"""

from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from app.intake.wire import (
    LONGEST_TEXT,
    MOST,
    amount_reader,
    read_date,
    read_disability_certificate,
    read_identity,
    read_reference,
    read_region,
)
from app.rules import Amount, Choice, Entity, When, YesNo
from app.rules.expressions import Fact, vocabulary
from policies.facts import Household, Person

MOST_MEMBERS: Final = 30
MOST_POLICIES: Final = 200

_DATE = PlainValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})
_TEXT = StringConstraints(max_length=LONGEST_TEXT)
_Short: TypeAlias = Annotated[str, _TEXT]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


def _as_sent(fact: Fact) -> Any:
    """Return the type and the documentation of one fact in a request; null is unknown."""
    kind: Any
    example: Any
    match fact:
        case YesNo():
            kind, said, example = bool, "true 是，false 否", True
        case Choice():
            codes = tuple(option.value for option in fact.options)
            kind, example = Literal[codes], codes[0]
            said = "代码：" + "；".join(f"{option.value} {option.label}" for option in fact.options)
        case Amount():
            said, example = f"单位：{fact.unit}", 0
            whole = {"type": "integer"} if fact.scale == 1 else {"type": "number", "multipleOf": 1 / fact.scale}
            limits = {**whole, "minimum": 0, "maximum": MOST[fact.unit]}
            kind = Annotated[int, PlainValidator(amount_reader(fact)), WithJsonSchema(limits)]
        case When():
            kind, said, example = Annotated[date, *_DATE], "", "1943-05-01"
        case _:
            raise TypeError(f"{fact!r} is of no known kind")
    about = Field(title=fact.label, description="。".join(filter(None, (said, fact.hint))) or None, examples=[example])
    return Annotated[kind | None, about], None


def _facts_of(entity: type[Entity]) -> dict[str, Any]:
    return {fact.key: _as_sent(fact) for fact in vocabulary(entity)}


def _text(title: str, description: str, example: str, *checks: Any) -> tuple[Any, None]:
    about = Field(title=title, description=description, examples=[example])
    return Annotated[Annotated[str, _TEXT, *checks] | None, about], None


_REFERENCE = AfterValidator(read_reference)

MemberRequest = create_model(
    "MemberRequest",
    __base__=_Request,
    __cls_kwargs__={"title": "家庭成员"},
    __doc__="一名家庭成员。不知道的项不填，或填 null。",
    reference=_text(
        "人口编号", "调用方自己的编号，户内不重复，不填时为顺序号；勿填证件号码、手机号码", "1", _REFERENCE
    ),
    id_number=_text(
        "身份证号码",
        "18位。只用来得出出生日期和性别，不保存",
        "349999194305010011",
        AfterValidator(read_identity),
    ),
    disability_certificate=_text(
        "残疾人证号",
        "20位，补换证22位。只用来得出残疾类别、残疾等级和身份证号码，不保存",
        "34999919430501001142",
        AfterValidator(read_disability_certificate),
    ),
    **_facts_of(Person),
)

_Members: TypeAlias = Annotated[
    list[MemberRequest],
    Field(min_length=1, max_length=MOST_MEMBERS, title="家庭成员", description=f"1至{MOST_MEMBERS}人"),
]
HouseholdRequest = create_model(
    "HouseholdRequest",
    __base__=_Request,
    __cls_kwargs__={"title": "家庭"},
    __doc__="一户家庭。不知道的项不填，或填 null。",
    reference=_text("户编号", "调用方自己的编号；勿填证件号码、手机号码", "H-7", _REFERENCE),
    region_code=_text(
        "行政区划代码",
        "户籍地的代码，2、4、6、9或12位；可据以得出是否本区户籍",
        "341103100201",
        AfterValidator(read_region),
    ),
    **_facts_of(Household),
    members=(_Members, ...),
)

EXAMPLE: Final[dict[str, Any]] = {
    "as_of": "2026-11-23",
    "policies": ["longevity-allowance"],
    "household": {
        "reference": "H-7",
        "region_code": "341103100201",
        "rural": True,
        "assistance": "dibao",
        "members": [{"reference": "1", "birth_date": "1943-05-01", "disability_grade": "none"}],
    },
}


class ScreeningRequest(_Request, title="筛查请求"):
    """对一户家庭作筛查。"""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    as_of: Annotated[date, *_DATE] | None = Field(
        None, title="筛查日期", description="按这一天的年龄和政策筛查，不填为今天；自2018-01-01起，至今后十年"
    )
    policies: Annotated[list[_Short], Field(min_length=1, max_length=MOST_POLICIES)] | None = Field(
        None, title="政策代码", description="只筛查这些政策，不填为全部；代码见 GET /v1/policies"
    )
    store: bool | None = Field(None, title="是否保存", description="填 false 时不保存，也没有编号；不填为 true")
    household: HouseholdRequest = Field(title="家庭")
