"""`batch` on the command line."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from app.cli.progress import Waiting
from tests.batch.screened_lists import read_sheet
from tests.batch.workbooks import write_workbook
from tests.command_line import call, plain, refused
from tests.spark import spark_session  # noqa: F401

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


def test_lists_on_further_sheets_are_told_and_written_down(tmp_path):
    village = [["户编号", "姓名"], ["甲", "张三"]]
    source, target = write_workbook(tmp_path / "list.xlsx", village, village), tmp_path / "r.xlsx"
    said = plain(call("batch", source, target).stdout)
    assert "第2张工作表也像人员名单，没有读" in said
    assert any("第2张工作表也像" in text for text in read_sheet(target, "说明")["内容"])


def test_the_template_is_made(tmp_path):
    target = tmp_path / "template.xlsx"
    assert call("batch", "template", target).exit_code == 0
    assert target.read_bytes().startswith(b"PK")


def test_what_cannot_be_done_is_said_before_anything_is_read(source):
    assert "找不到名单文件" in refused("batch", source.with_name("none.csv"), source.with_name("r.csv"))
    assert "文件夹不存在" in refused("batch", source, source.parent / "nowhere" / "r.csv")
    assert "结尾" in refused("batch", source, source.with_name("r.pdf"))


def test_a_file_that_is_no_list_is_refused_without_a_word_of_it(tmp_path):
    page = tmp_path / "list.csv"
    page.write_text("<html><body>CANARY-7</body></html>", encoding="utf-8")
    assert "CANARY" not in refused("batch", page, tmp_path / "r.csv")
    assert not (tmp_path / "r.csv").exists()


# ── since an earlier result ────────────────────────────────────────────────

EARLIER = "户编号,人口编号,出生日期,是否本区户籍\n甲,1,1943-05-01,是\n乙,1,1980-02-03,是\n"
LATER = EARLIER.replace("1980-02-03", "1938-02-03")


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    (tmp_path / "earlier.csv").write_text(EARLIER, encoding="utf-8")
    (tmp_path / "later.csv").write_text(LATER, encoding="utf-8")
    result = call("batch", tmp_path / "earlier.csv", tmp_path / "上次.parquet", "--as-of", "2026-11-23")
    assert result.exit_code == 0, result.stderr
    return tmp_path / "上次.parquet"


def changed(target: Path) -> dict[str, str]:
    """Return the explanation of each change of the longevity allowance, by household."""
    match target.suffix:
        case ".xlsx":
            frame = read_sheet(target, "变化")
        case ".csv":
            frame = pl.read_csv(target.with_name("r.变化.csv"), infer_schema=False)
        case _:
            frame = pl.read_parquet(target.with_name("r.变化.parquet")).filter(policy="longevity-allowance")
            return dict(frame.select("household_reference", "explanation").rows())
    return dict(frame.filter(pl.col("惠民项目") == "80周岁以上高龄津贴").select("户编号", "说明").rows())


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
def test_changes_since_an_earlier_result_are_listed_and_summed_up(previous, suffix):
    target = previous.with_name(f"r.{suffix}")
    result = call("batch", previous.with_name("later.csv"), target, "--since", previous, "--as-of", "2026-11-23")
    assert result.exit_code == 0, result.stderr
    assert list(changed(target)) == ["乙"]
    assert "年满80周岁" in changed(target)["乙"]
    said = plain(result.stdout)
    assert "与上次相比：新增符合" in said
    assert "80周岁以上高龄津贴1条" in said
    assert ("“变化”表" if suffix == "xlsx" else f"r.变化.{suffix}") in said
    expected = {"earlier.csv", "later.csv", "上次.parquet", f"r.{suffix}", f"r.变化.{suffix}"}
    assert {path.name for path in previous.parent.iterdir()} == expected - (
        {"r.变化.xlsx"} if suffix == "xlsx" else set()
    )


def test_a_result_may_take_the_place_of_the_one_it_is_compared_with(previous):
    result = call("batch", previous.with_name("later.csv"), previous, "--since", previous, "--as-of", "2026-11-23")
    assert "新增符合" in plain(result.stdout)
    again = call("batch", previous.with_name("later.csv"), previous, "--since", previous, "--as-of", "2026-11-23")
    assert "与上次相比没有变化" in plain(again.stdout)


def test_what_is_no_earlier_result_is_refused_before_anything_is_written(previous):
    later, target = previous.with_name("later.csv"), previous.with_name("r.xlsx")
    assert "请选用批量筛查时保存的.parquet结果" in plain(refused("batch", later, target, "--since", later))
    assert "找不到上次的结果" in refused("batch", later, target, "--since", previous.with_name("none.parquet"))
    assert not target.exists()


def test_interrupted_it_leaves_nothing_behind(previous, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.batch.comparison.changes", interrupt)
    before = {path.name for path in previous.parent.iterdir()}
    for suffix in ("xlsx", "csv", "parquet"):
        target = previous.with_name(f"r.{suffix}")
        assert call("batch", previous.with_name("later.csv"), target, "--since", previous).exit_code == 130
        assert {path.name for path in previous.parent.iterdir()} == before


# ── progress ───────────────────────────────────────────────────────────────


def test_in_a_log_the_rows_are_said_a_line_every_few_seconds(capsys):
    now = [0.0]
    with Waiting(lambda: now[0]) as waiting:
        waiting.phase("筛查")
        for second in range(1, 13):
            now[0] = float(second)
            waiting.rows(100 * second, 2000)
    assert capsys.readouterr().err.splitlines() == [
        "筛查：500/2000 行，每秒 100 行，约剩 0:00:15",
        "筛查：1000/2000 行，每秒 100 行，约剩 0:00:10",
    ]


# ── engines ────────────────────────────────────────────────────────────────


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of facts as an engine reads it."""
    path = tmp_path / "facts.parquet"
    people = {"household_reference": ["甲", "乙"], "member_reference": ["1", "1"], "local": [True, True]}
    pl.DataFrame({**people, "birth_date": [date(1938, 2, 3), None]}).write_parquet(path)
    return path


def test_duckdb_gives_what_polars_gives(table):
    keys = ["household_reference", "member_reference", "policy", "verdict", "amount", "reasons", "handling_unit"]
    found = []
    for engine in ("duckdb", "polars"):
        target = table.with_name(f"{engine}.parquet")
        result = call("batch", table, target, "--engine", engine, "--as-of", "2026-11-23")
        assert result.exit_code == 0, result.stderr
        frame = pl.read_parquet(target).select(keys).with_columns(pl.col("verdict").cast(pl.String))
        found.append(frame.sort(keys[:3]).rows())
    assert found[0] == found[1]
    since = call("batch", table, target, "--since", table.with_name("duckdb.parquet"), "--as-of", "2026-11-23")
    assert "与上次相比没有变化" in plain(since.stdout), since.stderr


def test_an_engine_that_is_asked_for_wrongly_is_told_how(table):
    target = table.with_name("r.parquet")
    assert "polars、duckdb或spark" in plain(refused("batch", table, target, "--engine", "oracle"))
    assert "--enginespark一起用" in plain(refused("batch", table, target, "--spark", "local[1]"))
    assert "只筛查.parquet" in plain(refused("batch", table, target.with_name("r.csv"), "--engine", "duckdb"))
    assert "默认的引擎" in plain(refused("batch", table, target, "--engine", "duckdb", "--since", table))
    pl.DataFrame({"local": [True]}).write_parquet(table)
    assert "缺少户编号一列" in plain(refused("batch", table, target, "--engine", "duckdb"))
    table.write_text("CANARY-7")
    result = call("batch", table, target, "--engine", "duckdb")
    assert (result.exit_code, "DuckDB没有完成" in plain(result.stderr), "CANARY" in result.stderr) == (1, True, False)
    assert not target.exists()


@pytest.mark.spark
def test_spark_screens_from_the_command_line(table, spark_session):  # noqa: F811
    target = table.with_name("spark")
    result = call("batch", table, target, "--engine", "spark", "--as-of", "2026-11-23")
    assert result.exit_code == 0, result.stderr
    assert pl.read_parquet(target / "*.parquet").height > 0
    again = call("batch", table, target, "--engine", "spark")
    assert (again.exit_code, "Spark不覆盖" in plain(again.stderr)) == (1, True)
