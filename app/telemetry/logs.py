"""Logs: one line an event on standard error, readable or JSON, and nothing of a person in either."""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Final

from structlog.processors import JSONRenderer, TimeStamper
from structlog.typing import EventDict, Processor

from app.errors import place_of
from app.telemetry import request_id

HIDDEN: Final = "***"
PERSONAL: Final = frozenset(
    "name full_name id_number certificate disability_certificate phone telephone mobile address "
    "bank_card birth_date authorization password key api_key token secret".split()
)
"""Fields whose values are never written, whoever logs them."""
_LABELS: Final = "姓名|户主|联系人|身份证号码?|公民身份号码|残疾人?证号?|电话|手机号?|住址|地址|银行卡号?|" + "|".join(
    sorted(PERSONAL, key=len, reverse=True)
)
_SHAPES: Final = re.compile(
    # A resident's number, today's or that of before 1999; with two or more digits behind it, a disability certificate.
    r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[\dXx](?:\d[\dB])?|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}"
    # A mobile telephone, with or without the country; a bank card.
    r"|(?:\+?86[- ]?)?1[3-9]\d{9}|[3-6]\d{15,18})(?![0-9A-Za-z])"
    # A client's key, or a token of a sign-on.
    r"|\b(?:BEARER|BASIC|[Bb]earer|[Bb]asic)\s+[\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*"
    # What stands behind a label for it, quoted or quoted within quotes.
    rf"|(?<![0-9A-Za-z_])(?P<label>(?:{_LABELS})(?:\\?[\"'])?\s*[:=：]\s*(?:\\?[\"'])?)[^\s\"'\\,;，；)）}}]+"
)
_SUSPECT: Final = (re.compile("[0-9]{11}"), re.compile(rf"{_LABELS}|BEARER|BASIC|[Bb]earer|[Bb]asic|eyJ"))
"""What a line must hold for any of the above to be in it: found out four times as fast, and most hold neither."""


class Line(logging.Formatter):
    """Makes a line of a record: the message, its fields when it has named ones, the request's id.

    Of an exception it writes what it is and where it arose: its message may hold what was submitted.
    """

    def __init__(self, form: str) -> None:
        super().__init__()
        render: Processor = JSONRenderer(serializer=_encoded) if form == "json" else _readable
        # Hiding is last: nothing is added to a line after it.
        self._chain = (TimeStamper(fmt="iso", key="time"), render)

    def format(self, record: logging.LogRecord) -> str:
        line: Any = _event(record)
        for step in self._chain:
            line = step(None, record.levelname, line)
        return hide(line)


def _event(record: logging.LogRecord) -> EventDict:
    named = record.args if isinstance(record.args, Mapping) else {}
    if not PERSONAL.isdisjoint(named):
        record.args = named = {name: HIDDEN if name in PERSONAL else value for name, value in named.items()}
    event = {"level": record.levelname, "logger": record.name, "event": record.getMessage(), **named}
    if (id := request_id.current.get()) is not None:
        event["request_id"] = id
    if record.exc_info and record.exc_info[1] is not None:
        event["exception"] = place_of(record.exc_info[1])
    return event


_encode: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode


def _encoded(event: EventDict, **_: Any) -> str:
    return _encode(event)


def _readable(_: Any, __: str, event: EventDict) -> str:
    more = "".join(f" {key}={event[key]}" for key in ("request_id", "exception") if key in event)
    return f"{event['time']} {event['level']} {event['logger']}: {event['event']}{more}"


def hide(text: str) -> str:
    """Return *text* without numbers of persons, telephones and keys, and what stands behind a label for such."""
    if not any(suspect.search(text) for suspect in _SUSPECT):
        return text
    return _SHAPES.sub(lambda found: (found["label"] or "") + HIDDEN, text)


def set_up(form: str) -> None:
    """Log to standard error; *form* is `text` or `json`."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("huimin").setLevel(logging.INFO)
