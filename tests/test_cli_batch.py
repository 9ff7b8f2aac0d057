"""`batch` on the command line."""

from pathlib import Path

import pytest

from tests.command_line import call, plain, refused

LIST = "户编号,人口编号,出生日期,残疾等级,备用\n甲,1,1943-05-01,二级,x\n乙,1,1980-02-30,无残疾人证,\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="gb18030")
    return path


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
def test_a_list_is_screened_and_what_became_of_it_is_said(source, suffix):
    target = source.with_name(f"result.{suffix}")
    result = call("batch", source, target)
    assert result.exit_code == 0
    assert target.stat().st_size > 0
    said = plain(result.stdout)
    assert "名单2行，筛查1户1人" in said
    assert "退回1行" in said
    assert "没有用到的列：备用" in said


def test_the_template_is_made(tmp_path):
    target = tmp_path / "template.xlsx"
    assert call("batch", "template", target).exit_code == 0
    assert target.read_bytes().startswith(b"PK")


def test_what_cannot_be_done_is_said_before_anything_is_read(source):
    assert "找不到名单文件" in refused("batch", source.with_name("none.csv"), source.with_name("r.csv"))
    assert "文件夹不存在" in refused("batch", source, source.parent / "nowhere" / "r.csv")
    result = call("batch", source, source.with_name("r.pdf"))
    assert (result.exit_code, "结尾" in result.stderr) == (1, True)


def test_a_file_that_is_no_list_is_refused_without_a_word_of_it(tmp_path):
    page = tmp_path / "list.csv"
    page.write_text("<html><body>CANARY-7</body></html>", encoding="utf-8")
    result = call("batch", page, tmp_path / "r.csv")
    assert result.exit_code == 1
    assert "CANARY" not in result.stdout + result.stderr
    assert not (tmp_path / "r.csv").exists()
