"""The workbook that an official gets back says what the tidy result says, where it can be used."""

import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from app.batch import workbook
from app.batch.asking import questions
from app.batch.outcomes import Outcomes, aligned
from app.batch.screened import ROW, Screened, no_remarks
from app.batch.wide import STATE
from app.batch.workbook import TooLargeForExcelError, WorkbookResult
from app.rules.policy import Verdict
from policies import POLICIES
from tests.batch.screened_lists import ABOUT, DAY, OWN, SCREENER, random_list, read_sheet, remarks, screened

LABELS = {verdict.value: verdict.label for verdict in Verdict}


def write(path: Path, *parts: Screened, in_order: bool = True) -> Path:
    with WorkbookResult(path, POLICIES, ABOUT, in_order=in_order) as result:
        for part in parts:
            result.add(part)
        result.finish()
    return path


def parts(seed: int, *sizes: int, holes: float = 0.25) -> list[Screened]:
    made, row = [], 2
    for number, size in enumerate(sizes):
        made.append(screened(random_list(seed + number, size, holes), row))
        row += made[-1].rows.height
    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Screened]]:
    made = parts(10, 40, 1, 25)
    return write(tmp_path_factory.mktemp("book") / "结果.xlsx", *made), made


def test_the_own_rows_and_columns_come_back_as_they_were(written: tuple[Path, list[Screened]]) -> None:
    path, made = written
    expected = pl.concat(part.originals for part in made).drop(ROW)
    found = read_sheet(path, "结果")
    assert found.columns[: len(OWN) + 1] == [*OWN, STATE]
    assert found.select(OWN).equals(expected, null_equal=True)
    assert set(found[STATE]) == {"已筛查"}


def test_every_cell_begins_with_the_verdict_of_the_tidy_result(written: tuple[Path, list[Screened]]) -> None:
    path, made = written
    found = read_sheet(path, "结果")
    first = pl.concat([part.rows["first"] for part in made])
    for frames in zip(*(part.tidy for part in made), strict=True):
        tidy = pl.concat(frames)
        policy = SCREENER.by_code[tidy["policy"][0]]
        household = policy.subject.name == "household"
        column = found[f"{policy.title}（按户）" if household else policy.title]
        words = (column.filter(first) if household else column).str.split("：").list.first()
        assert words.to_list() == tidy["verdict"].cast(pl.String).replace(LABELS).to_list()


def test_rosters_hold_exactly_what_is_eligible_or_open(written: tuple[Path, list[Screened]]) -> None:
    path, made = written
    tidy = pl.concat(frame for part in made for frame in part.tidy).filter(pl.col("verdict") != "ineligible")
    titles = {policy.code: policy.title for policy in POLICIES}
    for unit, rows in tidy.group_by("handling_unit"):
        name = next(p.handled_by for p in POLICIES if p.handled_by.code == unit[0]).name_on(DAY)
        roster = read_sheet(path, f"花名册·{name}")
        keys = ["户编号", "人口编号", "惠民项目", "筛查结果"]
        expected = rows.select(
            pl.col("household_reference").alias("户编号"),
            pl.col("member_reference").alias("人口编号"),
            pl.col("policy").cast(pl.String).replace(titles).alias("惠民项目"),
            pl.col("verdict").cast(pl.String).replace(LABELS).alias("筛查结果"),
        )
        assert roster.select(keys).sort(keys).equals(expected.sort(keys), null_equal=True)
        assert roster["姓名"].null_count() == 0


def test_the_counts_of_policies_and_villages_are_those_of_the_tidy_result(
    written: tuple[Path, list[Screened]],
) -> None:
    path, made = written
    tidy = pl.concat(frame for part in made for frame in part.tidy)
    policies = read_sheet(path, "政策统计")
    for policy in POLICIES:
        row = policies.filter(pl.col("惠民项目") == policy.title).row(0, named=True)
        verdicts = tidy.filter(pl.col("policy") == policy.code)["verdict"].cast(pl.String)
        for verdict in Verdict:
            assert int(row[verdict.label]) == (verdicts == verdict.value).sum()
    villages = read_sheet(path, "各村汇总")
    assert villages["乡镇"][-1] == "合计"
    assert villages.height == 4
    total = villages.row(-1, named=True)
    assert int(total["人数"]) == sum(part.rows.height for part in made)
    for policy in POLICIES:
        eligible = ((tidy["policy"] == policy.code) & (tidy["verdict"].cast(pl.String) == "eligible")).sum()
        assert int(total[f"{policy.title}·符合"]) == eligible
    counted = villages.head(-1)["人数"].cast(pl.Int64).sum()
    assert counted == int(total["人数"])


def test_questions_are_asked_of_those_of_whom_a_single_screening_asks_them() -> None:
    profiles = random_list(30, 60, holes=0.3)
    part = screened(profiles)
    outcomes = Outcomes(POLICIES)
    asked = questions(part.rows, aligned(part.rows, part.tidy, outcomes), outcomes)
    from app.batch.asking import _KEYS

    found = {(place, household, _KEYS[fact]) for place, fact, household, _ in asked.iter_rows()}
    place, wanted = 0, set()
    for profile in profiles:
        for question in SCREENER.screen(profile, DAY).questions:
            key = question.question.fact.key
            member = question.question.member
            wanted.add((place + (member or 0), member is None, key))
        place += len(profile.members)
    assert wanted <= found
    # A household's result may name a fact without saying of whom; then all whose fact is unknown are asked.
    assert len(found - wanted) <= 0.1 * len(wanted)


def test_the_line_of_a_person_puts_the_most_useful_question_first(written: tuple[Path, list[Screened]]) -> None:
    path, _ = written
    lines = read_sheet(path, "待核实")
    assert lines.height
    for first, count, listed in lines.select("先问", "先问一项牵涉的结果数", "全部要问的（由多到少）").iter_rows():
        pieces = listed.split("；")
        assert pieces[0] == f"{first}（{count}项）"
        counts = [int(piece.rpartition("（")[2].removesuffix("项）")) for piece in pieces]
        assert counts == sorted(counts, reverse=True)


def test_rows_set_aside_keep_their_place_and_say_why(tmp_path: Path) -> None:
    part = screened(random_list(11, 6))
    bad = part.originals.head(1).with_columns(pl.lit(9999, pl.Int64).alias(ROW), pl.lit("坏行").alias("备注"))
    originals = pl.concat(
        [part.originals.head(3), bad.with_columns(pl.lit(4, pl.Int64).alias(ROW)), part.originals[3:]]
    )
    originals = originals.with_columns(pl.int_range(2, originals.height + 2).alias(ROW))
    rows = part.rows.with_columns(pl.when(pl.col(ROW) >= 5).then(pl.col(ROW) + 1).otherwise(pl.col(ROW)).alias(ROW))
    rejects = remarks((5, "证件号码", "身份证号码校验不符，请对照身份证逐位核对"), (5, "年龄", "请填数字"))
    warnings = remarks((3, "户主", "这一户有两个户主，请核对"))
    path = write(tmp_path / "a.xlsx", Screened(originals, rows, part.tidy, rejects, warnings))
    found = read_sheet(path, "结果")
    assert found["备注"].to_list().index("坏行") == 3
    assert found[STATE][3] == "退回：证件号码 身份证号码校验不符，请对照身份证逐位核对；退回：年龄 请填数字"
    assert [row[len(OWN) + 1 :] for row in found.iter_rows()][3] == (None,) * 46
    assert found.filter(pl.col(STATE) != "已筛查").height == 1
    assert read_sheet(path, "退回行")["原表行号"].to_list() == ["5", "5"]
    assert read_sheet(path, "提示").row(0) == ("3", "户主", "这一户有两个户主，请核对")


def test_parts_out_of_order_are_put_back_in_the_order_of_the_file(tmp_path: Path) -> None:
    made = parts(12, 5, 5, 5)
    straight = write(tmp_path / "a.xlsx", *made)
    turned = write(tmp_path / "b.xlsx", *reversed(made), in_order=False)
    assert read_sheet(straight, "结果").equals(read_sheet(turned, "结果"))


def test_a_list_without_rows_makes_a_workbook(tmp_path: Path) -> None:
    nothing = screened([])
    path = write(tmp_path / "a.xlsx", nothing)
    assert openpyxl.load_workbook(path).sheetnames[0] == "结果"
    assert read_sheet(path, "结果").height == 0
    assert openpyxl.load_workbook(write(tmp_path / "b.xlsx")).sheetnames[0] == "结果"


def test_a_part_of_which_every_row_was_set_aside_comes_first(tmp_path: Path) -> None:
    first, second = parts(20, 2, 3)
    rejects = pl.DataFrame({"row": first.originals[ROW], "column": "户编号", "message": "太多"})
    aside = Screened(first.originals, first.rows.clear(), (), rejects, no_remarks())
    found = read_sheet(write(tmp_path / "a.xlsx", aside, second), "结果")
    assert found.height == first.originals.height + second.originals.height
    assert found[STATE].head(first.originals.height).unique().to_list() == ["退回：户编号 太多"]
    assert found.columns == read_sheet(write(tmp_path / "b.xlsx", second), "结果").columns


def test_nobody_eligible_leaves_no_empty_rosters(tmp_path: Path) -> None:
    part = screened(random_list(13, 4))
    tidy = tuple(
        frame.with_columns(pl.lit("ineligible", frame["verdict"].dtype).alias("verdict")) for frame in part.tidy
    )
    tidy = tuple(frame.with_columns(missing_facts=pl.lit([], frame["missing_facts"].dtype)) for frame in tidy)
    path = write(tmp_path / "a.xlsx", part._replace(tidy=tidy))
    names = openpyxl.load_workbook(path).sheetnames
    assert not [name for name in names if name.startswith("花名册")]
    assert read_sheet(path, "待核实").height == 0


def test_twelve_members_and_long_names(tmp_path: Path) -> None:
    part = screened(random_list(14, 8, most=12))
    name = "阿卜杜热合曼·" * 30
    originals = part.originals.with_columns(pl.lit(name).alias("姓名"))
    path = write(tmp_path / "a.xlsx", part._replace(originals=originals))
    assert set(read_sheet(path, "结果")["姓名"]) == {name}


def test_a_large_part_is_written_before_the_next_is_screened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_AT_ONCE", 0)
    sizes = []
    with WorkbookResult(tmp_path / "a.xlsx", POLICIES, ABOUT) as result:
        for part in parts(30, 20, 20):
            result.add(part)
            assert result.result is not None
            sizes.append(result.result.part.size)
        result.finish()
    assert 0 < sizes[0] < sizes[1]


@pytest.mark.parametrize("few", [0, 200])
def test_columns_of_few_and_of_many_texts_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(workbook, "_FEW", few)
    odd = ["=1+1", " a ", "a&b", "", None, "_x0041_", "二\n行", "长" * 40_000]
    part = screened(random_list(17, 30))
    texts = [odd[place % len(odd)] for place in range(part.originals.height)]
    originals = part.originals.with_columns(pl.Series("备注", texts, dtype=pl.String))
    path = write(tmp_path / "a.xlsx", part._replace(originals=originals))
    shown = [
        None if not text else text if len(text) < 32_767 else f"{text[:32_758]}…（过长，已截短）" for text in texts
    ]
    assert read_sheet(path, "结果")["备注"].to_list() == shown
    with zipfile.ZipFile(path) as archive:
        shared = archive.read("xl/sharedStrings.xml").decode()
    assert ("a&amp;b" in shared) == (few > 0)


def test_would_be_formulas_stay_text(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", screened(random_list(15, 3), remark='=HYPERLINK("http://x","y")'))
    book = openpyxl.load_workbook(path)
    for page in book.worksheets:
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert set(read_sheet(path, "结果")["备注"]) == {'=HYPERLINK("http://x","y")'}


def test_a_result_can_be_screened_again(tmp_path: Path) -> None:
    part = screened(random_list(16, 3))
    titled = part.originals.with_columns(pl.lit("上次的").alias(POLICIES[0].title), pl.lit("上次的").alias(STATE))
    path = write(tmp_path / "a.xlsx", part._replace(originals=titled))
    head = [cell.value for cell in openpyxl.load_workbook(path)["结果"][1]]
    assert head.count(STATE) == 1
    assert f"{STATE}(2)" in head


def test_too_many_rows_are_refused_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.batch.workbook.MOST_ROWS", 10)
    with pytest.raises(TooLargeForExcelError, match="CSV或Parquet"):
        write(tmp_path / "a.xlsx", screened(random_list(17, 20)))
    assert not list(tmp_path.iterdir())


def test_rosters_of_a_long_list_hold_only_the_eligible_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.batch.workbook.LONGEST_WITH_OPEN", 10)
    part = screened(random_list(19, 20))
    path = tmp_path / "a.xlsx"
    with WorkbookResult(path, POLICIES, ABOUT, rows=part.rows.height) as result:
        result.add(part)
        result.finish()
    names = [name for name in openpyxl.load_workbook(path).sheetnames if name.startswith("花名册")]
    listed = pl.concat(read_sheet(path, name) for name in names)
    assert set(listed["筛查结果"]) == {"符合"}
    eligible = pl.concat(part.tidy)["verdict"].cast(pl.String) == "eligible"
    assert listed.height == eligible.sum()
    assert read_sheet(path, "说明").to_series(1).str.contains("只列符合的").any()


def test_a_roster_that_overflows_says_how_much_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.batch.spreadsheet.MOST_ROWS", 40)
    path = write(tmp_path / "a.xlsx", *parts(18, 4, 4))
    said = read_sheet(path, "说明").filter(pl.col("说明") == "未列全")
    assert said.height
    assert all(read_sheet(path, name).height <= 39 for name in said[said.columns[1]].str.extract("“(.*?)”"))


def test_heads_stay_in_sight_and_rows_can_be_filtered(written: tuple[Path, list[Screened]]) -> None:
    book = openpyxl.load_workbook(written[0])
    page = book["结果"]
    assert page.freeze_panes == "F2"
    assert page.auto_filter.ref == f"A1:{page.cell(1, page.max_column).column_letter}{page.max_row}"
    assert page["F2"].number_format == "@"
    fills = {str(cell.value).split("：")[0]: cell.fill.fgColor.rgb for cell in page[2][len(OWN) + 1 :]}
    assert fills.get("符合", "FFC6EFCE") == "FFC6EFCE"
    assert fills.get("待核实", "FFFFEB9C") == "FFFFEB9C"


def test_no_remark_is_an_empty_frame() -> None:
    assert no_remarks().is_empty()


def test_a_village_is_one_however_its_name_is_typed(tmp_path: Path) -> None:
    part = screened(random_list(5, 6))
    typed = pl.Series(["乌衣镇", " 乌衣镇", "乌衣镇\u3000", "\u200b乌衣镇"])
    towns = typed.gather(pl.int_range(part.originals.height, eager=True) % typed.len())
    own = part.originals.with_columns(towns.alias("乡(镇)"), pl.lit("示例村").alias("村"))
    villages = read_sheet(write(tmp_path / "r.xlsx", part._replace(originals=own)), "各村汇总")
    assert villages["乡镇"].to_list() == ["乌衣镇", "合计"]
