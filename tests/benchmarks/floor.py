"""The floor under the API: the same body parsed, and as many bytes as our answer given back.

Served by `uvicorn tests.benchmarks.floor:app`.  `/model/…` reads the body the way FastAPI
does by itself, `/bytes/…` gives its bytes straight to pydantic.
"""

import os
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from app.rules.expressions import Amount, Choice, Entity, Fact, When, YesNo, vocabulary
from policies.facts import Household, Person

DETAILS = ("full", "brief")
SIZES = "HUIMIN_BENCHMARK_SIZES"
"""The variable that holds the size of an answer in each detail, in bytes."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _as_sent(fact: Fact) -> Any:
    match fact:
        case YesNo():
            return bool
        case Choice():
            return Literal[tuple(str(option) for option in fact.options)]
        case Amount():
            return Annotated[float, Field(ge=0, le=1e9)]
        case When():
            return date
        case _:
            raise AssertionError(fact)


def _model(name: str, entity: type[Entity], **more: Any) -> Any:
    text = (Annotated[str, Field(max_length=64)] | None, None)
    facts: dict[str, Any] = {fact.key: (_as_sent(fact) | None, None) for fact in vocabulary(entity)}
    return create_model(name, __base__=Strict, reference=text, **facts, **more)


Member = _model("Member", Person)
Home = _model(
    "Home",
    Household,
    region_code=(str | None, None),
    members=(Annotated[list[Member], Field(min_length=1, max_length=30)], ...),
)


class Screening(Strict):
    as_of: date
    policies: list[str] | None = None
    store: bool
    household: Home


parse = Screening.__pydantic_validator__.validate_json
app = FastAPI()


def serve(detail: str, answer: bytes) -> None:
    @app.post(f"/model/{detail}")
    async def model(screening: Screening) -> Response:
        return Response(answer, media_type="application/json")

    @app.post(f"/bytes/{detail}")
    async def raw(request: Request) -> Response:
        parse(await request.body())
        return Response(answer, media_type="application/json")


for detail, size in zip(DETAILS, os.environ.get(SIZES, "0 0").split(), strict=True):
    serve(detail, b" " * int(size))
