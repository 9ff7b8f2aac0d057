"""Lists of invented people, uploaded and waited for."""

import time
from collections.abc import Mapping
from typing import Any

PATH = "/v1/batches"
LIST = "户编号,人口编号,出生日期\n甲,1,1943-05-01\n乙,1,1980-02-30\n丙,1,1990-01-01\n".encode()
NAME = "赵某某的名单.csv"


def upload(client: Any, content: bytes = LIST, headers: Mapping[str, str] | None = None, **fields: str) -> Any:
    data = {"as_of": "2026-11-23", **fields}
    return client.post(PATH, files={"file": (NAME, content)}, data=data, headers=headers)


def accepted(client: Any, content: bytes = LIST, **fields: str) -> str:
    answer = upload(client, content, **fields)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"{PATH}/{answer.json()['id']}"
    return str(answer.json()["id"])


def ended(client: Any, id: str) -> dict[str, Any]:
    """Wait for the end of a batch, and return it."""
    for _ in range(600):
        shown = client.get(f"{PATH}/{id}").json()
        if shown["ended_at"] is not None:
            return dict(shown)
        time.sleep(0.1)
    raise AssertionError(shown)
