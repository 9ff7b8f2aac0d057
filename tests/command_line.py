"""Calls of the command line, and how to read what it prints."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from app.cli import commands

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "household.json"
# An invented ID number whose check character is wrong.
WRONG_ID = "349999194305010012"


def call(*arguments: object, text: str | bytes | None = None, width: int = 120, **variables: str) -> Result:
    """Call the command line in this process, with a terminal of *width* columns."""
    settings = {"COLUMNS": str(width), "HUIMIN_DATA_DIR": "/nonexistent", **variables}
    return CliRunner().invoke(commands, list(map(str, arguments)), input=text, env=settings)


def refused(*arguments: object, text: str | bytes | None = None, **variables: str) -> str:
    """Return what is said of a call that cannot be right: on standard error, without a traceback."""
    result = call(*arguments, text=text, **variables)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr


def shown(*arguments: object, text: str | bytes | None = None, width: int = 120) -> str:
    result = call(*arguments, text=text, width=width)
    assert (result.exit_code, result.stderr) == (0, ""), result.stderr
    return result.stdout


def household(*members: dict[str, Any], **facts: Any) -> str:
    return json.dumps({**facts, "members": list(members)}, ensure_ascii=False)


def plain(text: str) -> str:
    """Return *text* without blanks and lines, as words in a table are wrapped."""
    return re.sub(r"[\s─]", "", text)


def process(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run `python -m app` as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**environment, "HUIMIN_NO_VENV": "1", **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
