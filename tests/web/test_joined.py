"""Modules that are served as one do what they did apart."""

import json
import subprocess
from graphlib import CycleError

import pytest

from app.api import web
from app.api.joined import joined, redirected
from tests.web.node import node

A = 'import { twice } from "./b.js";\nconst own = 1;\nexport const three = twice(own) + own;\n'
B = "const own = 2;\nexport function twice(x) {\n  return own * x;\n}\n"


def test_what_modules_keep_to_themselves_does_not_meet(tmp_path):
    path = tmp_path / "all.mjs"
    path.write_text(joined({"a.js": A, "b.js": B}) + "console.log(JSON.stringify([three, twice(5)]));", "utf-8")
    assert json.loads(subprocess.check_output([node(), path])) == [3, 10]


@pytest.mark.parametrize(
    "text",
    [
        'import { x } from "../b.js";\n',
        'import * as b from "./b.js";\n',
        'import { twice as x } from "./b.js";\n',
        "export default 1;\n",
        "export const twice = 1;\n",
    ],
)
def test_what_cannot_be_joined_is_refused(text):
    with pytest.raises(ValueError, match="export"):
        joined({"a.js": text, "b.js": B})


def test_a_circle_is_refused():
    with pytest.raises(CycleError):
        joined({"a.js": A, "b.js": 'import { three } from "./a.js";\n' + B})


def test_whoever_imports_from_the_folder_gets_the_one_module():
    text = 'import { x } from "../rules/days.js";\nimport { y } from "./rules/pack.js";\nimport "./rules.css";\n'
    assert (
        redirected(text, "rules")
        == 'import { x } from "../rules.js";\nimport { y } from "./rules.js";\nimport "./rules.css";\n'
    )


def test_the_rules_are_served_as_one_module():
    served = web.files()
    assert "rules.js" in served
    assert not [name for name in served if name.startswith("rules/")]
    assert b"export{" in served["rules.js"].body
