"""The guide to connecting a sign-on tells the truth."""

import json
import re
from pathlib import Path

import pytest

from app.errors import PROBLEMS
from app.security import issuer
from app.security.authentication import REMEMBERED
from app.security.roles import Role
from app.security.tokens import ALGORITHMS, SKEW
from app.settings import documented
from tests.command_line import call
from tests.issuer import Issuer

GUIDE = (Path(__file__).parents[1] / "docs" / "sign-on.md").read_text(encoding="utf-8")


def block(mark):
    (found,) = re.findall(rf"(?ms)^```\w+ {mark}\n(.*?)^```$", GUIDE)
    return found


@pytest.mark.parametrize(
    "setting", [row for row in documented() if "SIGN_ON" in row.variable], ids=lambda setting: setting.variable
)
def test_every_setting_has_its_row(setting):
    assert f"| `{setting.variable}` | {setting.default} | {setting.description} |" in GUIDE


def test_what_it_says_to_try_works_and_its_token_is_taken(tmp_path):
    with Issuer() as process:
        variables = dict(re.findall(r"export (\w+)=(\S+)", block("service").replace("8080", str(process.port))))
        assert variables["HUIMIN_SIGN_ON_ISSUER"] == process.name
        claims = json.loads(block("claims"))
        claims = {name: value for name, value in claims.items() if name not in ("iss", "iat", "exp")}
        variables["HUIMIN_DATA_DIR"] = str(tmp_path)
        result = call("sign-on", "--token", "-", text=process.token(**claims), **variables)
    assert result.exit_code == 0, result.stdout
    assert "接受：乌衣镇民政办，镇（街道），341103100" in result.stdout


def test_its_numbers_and_names_are_the_program_s():
    assert f"{issuer.FRESH / 60:.0f}分钟取一次" in GUIDE
    assert f"最多每{issuer.PAUSE:.0f}秒一次" in GUIDE
    assert f"再用{issuer.KEPT / 3600:.0f}小时" in GUIDE
    assert f"加{SKEW}秒" in GUIDE
    assert f"其他进程{REMEMBERED:.0f}秒内" in GUIDE
    assert all(role in GUIDE for role in Role)
    assert all(algorithm in GUIDE for algorithm in ALGORITHMS)
    assert set(re.findall(r"/problems/[\w-]+", GUIDE)) <= {kind.type for kind in PROBLEMS}
