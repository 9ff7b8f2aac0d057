"""The README and docs/ tell the truth: their tables are complete, their commands run, their guide is performed."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import pytest

from app.api.openapi import document
from app.cli import commands
from app.errors import PROBLEMS
from app.main import create_app
from app.security.roles import Permission, Role
from app.settings import documented
from tests.deployments import deployment

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {"README.md": README} | {
    f"docs/{path.name}": path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))
}
HANDBOOK = "\n".join(PAGES.values())
GUIDE_CODE = "centenarian-care-gift"


class Block(NamedTuple):
    """A block of code: its language, what is to be done with it (`run`, `file=…`), and its text."""

    language: str
    mark: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"(?ms)^```(\w+) ?(\S*)\n(.*?)^```$", HANDBOOK)]


def marked(mark: str) -> list[Block]:
    return [block for block in BLOCKS if block.mark == mark]


def targets(mark: str) -> list[tuple[Path, str]]:
    """Return the paths that blocks name after *mark*, with the blocks' texts."""
    return [(Path(block.mark.removeprefix(mark)), block.text) for block in BLOCKS if block.mark.startswith(mark)]


def environment(**variables: str) -> dict[str, str]:
    """Return the environment in which `python3` is this one, and nothing gets installed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIMIN_")}
    return {**kept, "PATH": path, "HUIMIN_NO_VENV": "1", "PYTHONDONTWRITEBYTECODE": "1", "CI": "", **variables}


def run(command: str, folder: Path = ROOT, **variables: str) -> str:
    """Run *command* as a shell would and return its output."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


# ── tables ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("setting", tuple(documented()), ids=lambda setting: setting.variable)
def test_every_setting_has_its_row(setting):
    assert f"| `{setting.variable}` | {setting.default} | {setting.description} |" in HANDBOOK


def test_no_setting_is_named_that_is_not_one():
    named = set(re.findall(r"^\| `(HUIMIN_\w+)` ", HANDBOOK, re.MULTILINE))
    assert named == {setting.variable for setting in documented()}


def test_every_command_has_its_row():
    page = PAGES["docs/command-line.md"]
    named = {row.split()[0] for row in re.findall(r"^\| `([a-z].*?)` ", page, re.MULTILINE)}
    made = {info.name or info.callback.__name__ for info in commands.registered_commands if info.callback}
    assert named == made | {group.name for group in commands.registered_groups}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_row(role):
    permissions = "，".join(f"`{each.value}`" for each in Permission if each in role.permissions)
    assert f"| `{role}` | {role.label} | {permissions} |" in HANDBOOK


def test_no_role_has_a_row_but_those_there_are():
    (table,) = re.findall(r"\| role \| \| permissions \|\n\|[-|]+\|\n((?:\|.*\n)+)", HANDBOOK)
    assert len(table.splitlines()) == len(Role)


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_has_its_row(permission):
    assert f"| `{permission.value}` | {permission.label} |" in HANDBOOK


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.__name__)
def test_every_problem_has_its_row(problem):
    assert f"| {problem.status} | `{problem.type}` | {problem.title} |" in HANDBOOK


def test_every_path_of_the_api_is_named(tmp_path):
    app = create_app(deployment(tmp_path))
    paths = document(app, app.state.service)["paths"]
    assert len(paths) >= 8
    named = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    assert [path for path in named if f"`{path}`" not in HANDBOOK] == []


def test_a_piece_of_a_module_is_that_of_the_module():
    pieces = targets("from=")
    assert pieces
    for path, text in pieces:
        assert text in (ROOT / path).read_text(encoding="utf-8"), f"the documentation quotes another {path}"


def test_files_and_folders_that_are_named_exist():
    named = re.findall(r"`((?:app|policies|tests|examples|requirements|\.ci)/[\w./]*)`", HANDBOOK)
    made = {str(path) for path, _ in targets("file=")}
    assert [path for path in named if path not in made and not (ROOT / path).exists()] == []


def anchors(page: str) -> set[str]:
    """Return where a link into *page* may lead: its headings, spelt as forges spell them."""
    headings = re.findall(r"(?m)^#+ (.+)$", PAGES[page])
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", PAGES[page]):
        path = (ROOT / page).parent.joinpath(target).resolve() if target else ROOT / page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(str(path.relative_to(ROOT))), f"{target}#{anchor}"


@pytest.mark.parametrize("page", [page for page in PAGES if page != "README.md"])
def test_the_readme_leads_to_every_page(page):
    assert f"({page})" in README


# ── commands ───────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_the_commands_of_the_command_line_run():
    lines = [line for block in marked("run") for line in block.text.splitlines() if "curl" not in block.text and line]
    assert len(lines) == 6
    for line in lines:
        assert run(line)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a service that the README's own command started, but for the port."""
    assert "python3 -m app start" in README
    with subprocess.Popen(
        [sys.executable, "-m", "app", "start", "--port", "0"],
        cwd=ROOT,
        env=environment(HUIMIN_DATA_DIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as server:
        assert server.stdout is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            assert found, "the first line names the address"
            yield found[0]
        finally:
            server.terminate()


@pytest.mark.slow
def test_the_example_over_http_is_answered_as_shown(address, tmp_path):
    (block,) = (block for block in marked("run") if "curl" in block.text)
    (making,) = marked("key")
    key = run(f"{making.text}\necho $KEY", HUIMIN_DATA_DIR=str(tmp_path)).strip()
    command = shlex.split(block.text.replace("$KEY", key))
    assert command[:2] == ["curl", "-s"]
    body = command[command.index("-d") + 1]
    headers = dict(word.split(": ") for before, word in pairwise(command) if before == "-H")
    url = next(word for word in command if word.startswith("http")).replace("http://127.0.0.1:8000", address)
    with urlopen(Request(url, body.encode(), headers), timeout=30) as answer:
        answered = json.load(answer)
    (shown,) = marked("excerpt")
    assert_part(json.loads(shown.text), answered)


def assert_part(shown: Any, whole: Any, place: str = "") -> None:
    """Check that *shown* is *whole* with things left out."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            assert key in whole, f"{place}.{key}"
            assert_part(value, whole[key], f"{place}.{key}")
    elif isinstance(shown, list):
        rest = iter(whole)
        for item in shown:
            assert any(is_part(item, candidate) for candidate in rest), f"{place}: {item}"
    else:
        assert shown == whole, place


def is_part(shown: Any, whole: Any) -> bool:
    try:
        assert_part(shown, whole)
    except AssertionError:
        return False
    return True


# ── the author guide ───────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the author guide was followed."""
    folder = tmp_path_factory.mktemp("guide")
    for name in ("app", "policies", "tests", "docs", "examples", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "alembic.ini", "README.md"):
        shutil.copy(ROOT / name, folder)
    files = targets("file=")
    assert len(files) == 2, "a benefit is two files"
    for path, text in files:
        assert not (ROOT / path).exists(), "the guide's benefit is invented"
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def screened(folder: Path, household: dict[str, Any], *, day: str) -> dict[str, Any]:
    """Screen *household* in *folder*'s copy of the project; return its results by policy."""
    (folder / "household.json").write_text(json.dumps(household), encoding="utf-8")
    answer = json.loads(run(f"python3 -m app screen household.json --json --as-of {day}", folder))
    return {result["policy"]: result for result in answer["results"]}


CENTENARIAN = {"local": True, "members": [{"birth_date": "1926-01-01", "self_care": "unable"}]}


@pytest.mark.slow
def test_the_guide_s_commands_run_and_its_tests_pass(project):
    (block,) = marked("guide")
    tests, card = block.text.splitlines()
    said = run(tests, project)
    passed = re.search(r"(\d+) passed", said)
    assert passed, said
    assert int(passed[1]) >= 10
    assert "失能百岁老人照护慰问金" in run(card, project)


@pytest.mark.slow
def test_the_guide_s_benefit_is_screened(project):
    result = screened(project, CENTENARIAN, day="2026-11-23")[GUIDE_CODE]
    assert result["verdict"] == "eligible"
    assert result["amount"]["text"] == "金额待区定"
    assert [figure["supplied_by"] for figure in result["missing_figures"]] == ["civil-affairs"]


@pytest.mark.slow
def test_only_the_lists_of_what_was_agreed_object(project):
    """Run every test about policies in the copy: two fail, and the guide says which."""
    suites = "tests/test_policies.py tests/test_policy_laws.py tests/test_coverage.py tests/test_figures.py"
    agreed = (
        "tests/test_policy_laws.py::test_every_policy_of_the_table_is_there_and_no_other",
        "tests/test_figures.py::test_every_other_figure_is_left_to_the_district",
    )
    assert all(f"`{test.partition('::')[0]}`" in HANDBOOK for test in agreed)
    deselected = " ".join(f"--deselect {test}" for test in agreed)
    run(f"python3 -m pytest -q -p no:cacheprovider {suites} {deselected}", project)
    for test in agreed:
        with pytest.raises(AssertionError, match="1 failed"):
            run(f"python3 -m pytest -q -p no:cacheprovider {test}", project)


# ── figures ────────────────────────────────────────────────────────────────


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A copy of the project of one's own."""
    shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "project"


@pytest.mark.slow
def test_a_figure_is_supplied_as_the_guide_says(copy):
    eighty_three = {"local": True, "members": [{"birth_date": "1943-05-01"}]}
    appended = targets("append=")
    assert [str(path) for path, _ in appended] == ["policies/documents.py", "policies/figures.toml"]
    for path, text in appended:
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}")
    for day, text in (("2026-12-01", "60元/月"), ("2026-11-30", "金额待区定")):
        assert screened(copy, eighty_three, day=day)["longevity-allowance"]["amount"]["text"] == text


@pytest.mark.slow
def test_one_changed_line_changes_an_amount(copy):
    worker = {
        "local": True,
        "assistance": "dibao",
        "members": [{"age": 40, "schooling": "none", "employee_pension": False}],
    }
    file = copy / "policies" / "figures.toml"
    before = file.read_text(encoding="utf-8")
    (standing,) = tomllib.loads(before)["pension-premium-subsidy"]["premium"]
    assert screened(copy, worker, day="2026-11-23")["pension-premium-subsidy"]["amount"]["value"] == standing["value"]
    head, found, tail = before.partition("[[pension-premium-subsidy.premium]]")
    changed = tail.replace(f"value = {standing['value']}\n", "value = 240\n", 1)
    file.write_text(head + found + changed, encoding="utf-8")
    assert screened(copy, worker, day="2026-11-23")["pension-premium-subsidy"]["amount"]["text"] == "240元/年"
