"""`screen`: what it shows of an answer, and which files it refuses."""

import json
import re

import pytest
from rich.cells import cell_len

from app import __version__
from app.answering.answers import Answers
from app.cli.terminal import NARROW
from app.clock import today
from app.intake.door import LARGEST_BODY, read_submission
from app.screening import Screener
from policies import POLICIES
from tests.command_line import EXAMPLE, WRONG_ID, call, household, plain, refused, shown


def test_json_is_exactly_what_the_api_answers():
    body = EXAMPLE.read_bytes()
    submission = read_submission(body, today=today(), home="341103", codes={policy.code for policy in POLICIES})
    result = call("screen", EXAMPLE, "--json")
    assert result.stdout_bytes == Answers(Screener(POLICIES), __version__).render(submission, id=None) + b"\n"


def test_a_bare_household_is_screened_like_a_whole_request():
    request = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    bare = shown("screen", "-", "--json", "--as-of", request["as_of"], text=json.dumps(request["household"]))
    assert bare == shown("screen", EXAMPLE, "--json")


def test_the_day_on_the_command_line_goes_before_that_in_the_file():
    assert json.loads(shown("screen", EXAMPLE, "--json", "--as-of", "2028-01-20"))["as_of"] == "2028-01-20"


def test_without_a_day_it_is_today_in_china():
    answer = shown("screen", "-", "--json", text=household({"age": 40}))
    assert json.loads(answer)["as_of"] == str(today())


def test_a_byte_order_mark_is_no_obstacle():
    assert shown("screen", "-", text=b"\xef\xbb\xbf" + household({"age": 40}).encode())


@pytest.mark.parametrize("width", [40, 59, 60, 80, 99, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(width):
    table = shown("screen", EXAMPLE, width=width)
    assert max(map(cell_len, table.splitlines())) <= width


@pytest.mark.parametrize("width", [50, 500])
def test_the_table_says_what_the_answer_says(width):
    answer = json.loads(shown("screen", EXAMPLE, "--json"))
    table = plain(shown("screen", EXAMPLE, width=width))
    for result in answer["results"]:
        assert result["title"] in table
        if result["verdict"] == "eligible":
            assert result["amount"]["text"] in table or width > NARROW, "a table's column wraps it"
            assert result["handling_unit"]["name"] in table
        if result["verdict"] == "ineligible":
            assert all(reason["finding"].replace(" ", "") in table for reason in result["reasons"])
        for missing in (*result["missing_facts"], *result["missing_figures"]):
            assert missing["label"] in table
    for question in answer["questions"]:
        assert question["label"] in table
    for verdict, label in (("eligible", "符合"), ("undetermined", "待核实"), ("ineligible", "不符合")):
        count = sum(result["verdict"] == verdict for result in answer["results"])
        assert f"■{label}（{count}）" in table
    assert plain(answer["notice"]) in table


def test_verdicts_come_eligible_first():
    table = shown("screen", EXAMPLE)
    places = [table.index(f"■ {part}") for part in ("符合（", "待核实（", "不符合（", "需要核实的问题")]
    assert places == sorted(places)


def test_a_unit_that_was_renamed_bears_both_names():
    renamed = plain(shown("screen", "-", text=household({"age": 40})))
    assert "区卫健委" in renamed
    assert "方案称区卫计委" in renamed
    in_2018 = plain(shown("screen", "-", "--as-of", "2018-12-01", text=household({"age": 40})))
    assert "区卫健委" not in in_2018


def test_the_same_result_for_several_people_is_said_once():
    table = plain(shown("screen", "-", text=household({"age": 40}, {"age": 40}, {"age": 41})))
    assert table.count("家庭医生签约服务") == 1
    assert "每名成员" in table
    assert "成员1、成员2—年龄40周岁，低于80周岁" in table


def test_several_identities_are_named_and_counted_once():
    person = {"age": 40, "schooling": "none", "employee_pension": False, "disability_grade": "1"}
    table = plain(shown("screen", "-", text=household(person, local=True, assistance="dibao")))
    assert "具有低保对象、重度残疾人多种身份，只计一次" in table


def test_what_is_received_already_is_marked():
    person = {"age": 40, "tekun": "none"}
    facts = {"local": True, "rural": True, "income_per_capita": 100, "assets_within_limit": True}
    table = shown("screen", "-", text=household(person, **facts, assistance="dibao"), width=50)
    assert "最低生活保障〔已在享受〕" in table


def test_what_only_points_a_way_is_marked():
    assert "公共体育场馆免费或低收费开放〔逐步推进〕" in shown("screen", "-", text=household({"age": 40}), width=50)


def test_what_changes_by_itself_is_listed_the_soonest_first():
    children = [{"birth_date": f"{year}-03-04", "schooling": "none"} for year in (2011, 2012)]
    text = household(*children, local=True, poverty_registration="lifted")
    table = shown("screen", "-", "--as-of", "2026-11-23", text=text)
    days = re.findall(r"^\s*(20\d\d-\d\d-\d\d)\s", table[table.index("■ 24个月内") :], re.MULTILINE)
    assert days == sorted(days)
    assert {"2027-03-04", "2028-03-04"} <= set(days)


def test_warnings_and_conflicts_are_shown():
    person = {"age": 70, "self_care": "unable", "long_term_care": True, "disability_grade": "1"}
    text = household(person, region_code="341103999000", assistance="dibao")
    table = plain(shown("screen", "-", text=text))
    assert "■请核对" in table
    assert "■不能简单相加" in table
    assert "择高" in table


def test_nothing_is_stored(tmp_path):
    call("screen", EXAMPLE, HUIMIN_DATA_DIR=str(tmp_path / "data"))
    assert list(tmp_path.iterdir()) == []


def test_a_question_to_several_is_asked_once():
    table = plain(shown("screen", "-", text=household({"age": 40}, {"age": 50})))
    asked = table[table.index("■需要核实的问题") :]
    assert asked.count("患重特大疾病：是/否") == 1


# ── what screen refuses ───────────────────────────────────────────────────────


def test_what_is_wrong_is_listed_by_field_and_never_repeated():
    text = household({"id_number": WRONG_ID, "sex": "女士"}, {"birth_date": "2030-99-99", "电话": "13800000000"})
    message = refused("screen", "-", text=text)
    for field in ("members[0].id_number", "members[0].sex", "members[1].birth_date", "members[1]"):
        assert field in message
    for value in (WRONG_ID, "女士", "2030-99-99", "13800000000", "电话"):
        assert value not in message


def test_a_field_is_named_as_in_the_file():
    bare = household({"age": "x"})
    assert re.search(r"^\s*members\[0\]\.age", refused("screen", "-", text=bare), re.MULTILINE)
    whole = f'{{"household": {bare}}}'
    assert re.search(r"^\s*household\.members\[0\]\.age", refused("screen", "-", text=whole), re.MULTILINE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (household({"reference": "张三"}).encode("gbk"), "文件是GBK编码"),
        (household({"reference": "张三"}).encode("utf-16"), "文件是UTF-16编码"),
        (b"\xff\xff\xff\xff", "文件是无法识别的编码"),
        (b"", "空的"),
        (b"{", "不是正确的 JSON"),
        (b'{"members": [{"age": NaN}]}', "不是正确的 JSON"),
        (b'{"members": [{"age": 1, "age": 2}]}', "重复的项"),
        (b"[" * 5000, "嵌套太深"),
        (b"[]", "对象"),
        (b'{"members": []}', "1至30人"),
        (b" " * (LARGEST_BODY + 1), "太大"),
    ],
    ids=["gbk", "utf-16", "binary", "empty", "cut short", "nan", "duplicate", "deep", "list", "nobody", "large"],
)
def test_a_file_that_cannot_be_read_is_explained(content, said, tmp_path):
    file = tmp_path / "户.json"
    file.write_bytes(content)
    for message in (refused("screen", file), refused("screen", "-", text=content)):
        assert said in plain(message).replace("正确的JSON", "正确的 JSON")


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "没有这个文件" in refused("screen", tmp_path / "nobody.json")
    assert "这是目录" in refused("screen", tmp_path)
    assert "文件打不开" in refused("screen", "a\0b")


@pytest.mark.parametrize("day", ["2026-02-29", "yesterday", "2017-12-31", "9999-01-01", "20261123"])
def test_an_impossible_day_is_refused(day):
    assert "as_of" in refused("screen", EXAMPLE, "--as-of", day)
    assert "--as-of" in refused("policies", "--as-of", day)


def test_a_setting_that_cannot_be_used_is_named():
    result = call("screen", EXAMPLE, HUIMIN_REGION="滁州")
    assert result.exit_code == 1
    assert "HUIMIN_REGION" in result.stderr
    assert "滁州" not in result.stderr
