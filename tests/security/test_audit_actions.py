"""Every action that the code records has a name in Chinese, and no name is of nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import security
from app.onewindow.course import Event as Told
from app.onewindow.outbox import DeliveryState
from app.security.audit_actions import Action, label_of

APP = Path(security.__file__).parents[1]
TABLE = APP / "security" / "audit_actions.py"


def sources() -> Iterator[ast.AST]:
    for path in APP.rglob("*.py"):
        if path != TABLE:
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


def named() -> set[Action]:
    """Return the actions that the program names one by one."""
    return {
        Action[node.attr]
        for node in sources()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Action"
    }


def composed() -> set[str]:
    """Return the beginnings of the actions that the program makes of something's state: Action(f"receipt.{event}")."""
    calls = (node for node in sources() if isinstance(node, ast.Call) and ast.unparse(node.func) == "Action")
    return {ast.unparse(call.args[0]).removeprefix("f'").partition("{")[0] for call in calls}


OF_RECEIPTS = {Action(f"receipt.{told}") for told in Told}
OF_MESSAGES = {Action(f"handoff.{state}") for state in DeliveryState if state is not DeliveryState.WAITING}


def test_no_action_is_in_the_table_that_nothing_records():
    assert composed() == {"receipt.", "handoff."}
    assert named() | OF_RECEIPTS | OF_MESSAGES == set(Action)


def test_an_event_is_recorded_by_the_table_alone():
    bare = [
        ast.unparse(node)
        for node in sources()
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"event", "Event", "audit.Event", "_record", "_note"}
        and any(
            isinstance(arg, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z-]+", str(arg.value)) for arg in node.args
        )
    ]
    assert bare == []


@pytest.mark.parametrize("action", Action)
def test_each_is_called_by_a_chinese_name_of_its_own(action):
    assert re.fullmatch(r"[\u4e00-\u9fff（），：]{2,16}", action.label)
    assert [other for other in Action if other.label == action.label] == [action]
    assert label_of(action.value) == action.label


@pytest.mark.parametrize("told", Told)
def test_a_receipt_is_called_as_the_case_s_course_calls_it(told):
    assert Action(f"receipt.{told}").label == f"登记回执：{told.label}"
