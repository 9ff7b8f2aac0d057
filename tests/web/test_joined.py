"""Modules that are served as one do what they did apart."""

import json
import subprocess
from graphlib import CycleError

import pytest

from app.api import web
from app.api.joined import imported, joined, redirected
from tests.web.node import node

A = 'import { twice } from "./b.js";\nconst own = 1;\nexport const three = twice(own) + own;\n'
B = "const own = 2;\nexport function twice(x) {\n  return own * x;\n}\n"


def test_what_modules_keep_to_themselves_does_not_meet(tmp_path):
    path = tmp_path / "all.mjs"
    path.write_text(joined({"a.js": A, "b.js": B}) + "console.log(JSON.stringify([three, twice(5)]));", "utf-8")
    assert json.loads(subprocess.check_output([node(), path])) == [3, 10]


def test_only_what_is_wanted_of_them_is_exported():
    text = 'import { three, twice } from "../rules/b.js";\nimport { el } from "../dom.js";\n'
    assert list(imported(text, "rules")) == ["three", "twice"]
    assert joined({"a.js": A, "b.js": B}, {"three"}).endswith("export { three };\n")


@pytest.mark.parametrize(
    "text",
    [
        'import { x } from "./c/b.js";\n',
        'import { x as y } from "../b.js";\n',
        'import { twice } from "../b.js";\n',
        'import * as b from "./b.js";\n',
        'import { twice as x } from "./b.js";\n',
        "export default 1;\n",
        "export const twice = 1;\n",
    ],
)
def test_what_cannot_be_joined_is_refused(text):
    with pytest.raises(ValueError, match="export"):
        joined({"a.js": text, "b.js": B})


def test_what_they_import_from_above_is_imported_once_and_from_where_they_stand_now():
    above = 'import { el } from "../dom.js";\nimport * as packs from "../packs.js";\n'
    text = joined({"a.js": above + A, "b.js": above.replace("{ el }", "{ el, tell }") + B})
    assert [line for line in text.splitlines() if line.startswith("import")] == [
        'import { el, tell } from "./dom.js";',
        'import * as packs from "./packs.js";',
    ]


def test_one_name_for_two_things_from_above_is_refused():
    with pytest.raises(ValueError, match="different things"):
        joined({"a.js": 'import { x } from "../a.js";\n' + A, "b.js": 'import { x } from "../b.js";\n' + B})


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
