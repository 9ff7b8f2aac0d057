"""Node.js for the tests of the page's rules: the one that the wheel of Playwright carries."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PATIENCE = 600


def node() -> Path:
    """Return the program."""
    found = find_spec("playwright")
    assert found is not None, "playwright is among the requirements of the tests"
    return Path(found.origin or "").parent / "driver" / "node"


def run(script: str, pack: Path, requests: Iterable[Any]) -> Iterator[Any]:
    """Run *script* of this folder with the rule pack in the file *pack*; yield its answer to each request."""
    sent = "\n".join(json.dumps(request, ensure_ascii=False) for request in requests)
    command = [str(node()), str(FOLDER / script), str(pack)]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return map(json.loads, done.stdout.splitlines())
