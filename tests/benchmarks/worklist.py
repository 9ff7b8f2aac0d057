"""The first page of a unit's worklist among a million hand-offs, over HTTP, on PostgreSQL."""

import json
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.onewindow.handoffs import content_of, place_of
from app.onewindow.tables import Handoff
from app.security.keyring import Keyring
from tests.api.conftest import application
from tests.benchmarks.measure import Measure, in_turn
from tests.deployments import deployment
from tests.onewindow.cases import HOUSING, answer, desk, order
from tests.postgres import PostgreSQL

COUNT = 1_000_000
TARGET = 0.050
FLOOR = "/v1/me"
"""A request that only tells whose key it is: what the machine's other work does to any."""
UNITS = "{education,human-resources,medical-reform,health,civil-affairs,housing,culture,disabled-federation}"
"""Eight units, 96 villages, nine of ten cases ended; deadlines from a month ago to two months ahead."""
FILL = f"""
insert into handoffs (
    id, case_no, screening_id, policy, position, region_code, made_for, unit, state, is_open, awaits_acceptance,
    due, accept_by, finish_by, priority, channel, made_by, made_at, changed_at, content
)
select md5(i::text)::uuid::text, 'HM' || i, md5('s' || i)::uuid::text, 'policy-' || abs(hashtext('p' || i)) % 46, i % 30 - 1,
    '34110310' || abs(hashtext('t' || i)) % 8 || 200 + abs(hashtext('v' || i)) % 12,
    u, u, s, s in ('delivered', 'accepted'), s = 'delivered', d, d, d, 'normal', 'phone', 'c-1',
    timestamptz '2026-11-01' + i * interval '1 second', timestamptz '2026-11-25', ''
from (
    select i, ('{UNITS}'::text[])[1 + i % 8] u, (case when i / 8 % :ended = 0 then
        (case when i / 80 % 2 = 0 then 'delivered' else 'accepted' end) else 'approved' end) s,
        date '2026-10-24' + (i / 8 % 90)::int d
    from generate_series(1, :count) i
) made
"""
ASKED = {
    "first page": "",
    "late acceptance": "&overdue=acceptance",
    "late completion": "&overdue=completion",
    "one township": "&region=341103103",
    "one policy": "&policy=policy-7",
}


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield the 95th percentile of each question's answers."""
    count, times = (100_000, 50) if quick else (COUNT, 200)
    postgres = PostgreSQL()
    with tempfile.TemporaryDirectory() as folder:
        try:
            postgres.start()
            with postgres.database() as url:
                app = application(deployment(Path(folder), url))
                service = app.state.service
                for ended, kind in ((10, "nine of ten ended"), (1, "all open")):
                    service.database.write(
                        lambda session, ended=ended: _fill(session, count, ended)  # type: ignore[misc]
                    )
                    with TestClient(app, headers=app.state.headers) as client:
                        for name, query in ASKED.items():
                            path = f"/v1/units/housing/worklist?limit=50{query}"
                            _seal(client, service.keyring, path)
                            asked = {"page": partial(_seconds, client, path), "floor": partial(_seconds, client, FLOOR)}
                            found = {side: sorted(seconds) for side, seconds in in_turn(times, asked).items()}
                            middle, late = (found["page"][int(times * share)] for share in (0.5, 0.95))
                            floor = found["floor"][int(times * 0.95)]
                            yield Measure(
                                f"{name}, {kind}",
                                f"{middle * 1000:.0f}, {late * 1000:.0f} ms",
                                f"p50, p95 of {count:,}; {floor * 1000:.0f} ms whose key it is",
                                TARGET / late,
                                "p95 ≤ 50 ms",
                            )
        finally:
            postgres.remove()


def _fill(session: Session, count: int, ended: int) -> None:
    session.execute(text("set local statement_timeout = 0"))
    session.execute(text("truncate handoffs cascade"))
    session.execute(text(FILL), {"count": count, "ended": ended})
    session.execute(text("analyze handoffs"))


def _seal(client: TestClient, keyring: Keyring, path: str) -> None:
    """Give the cases of a page the content that they would have."""
    from app.api import worklists

    shown: list[str] = []
    line, worklists.line = worklists.line, lambda _, case: shown.append(case.id) or {}  # type: ignore[func-returns-value]
    try:
        assert client.get(path).status_code == 200
    finally:
        worklists.line = line
    assert shown
    id = "01900000-0000-7000-8000-000000000000"

    def work(session: Session) -> None:
        from app.onewindow import handoffs

        made = desk(keyring)
        (case,) = handoffs.make(session, made, order(id, HOUSING), answer(id), "341103100201")
        content = json.dumps(content_of(keyring, case.handoff), ensure_ascii=False).encode()
        for each in session.scalars(select(Handoff).where(Handoff.id.in_(shown))):
            each.content = keyring.seal(content, place_of(each.id))
        session.delete(case.handoff)

    client.app.state.service.database.write(work)  # type: ignore[attr-defined]


def _seconds(client: TestClient, path: str) -> float:
    started = time.perf_counter()
    assert client.get(path).status_code == 200
    return time.perf_counter() - started
