from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.rules import Grade, Source
from app.rules.walk import figures_of
from policies import POLICIES, documents, figures
from policies.figures import FigureError, check_all_declared, figure, load, read_value
from policies.units import CIVIL_AFFAIRS, UNITS
from tests.tables import rows

ROW: dict[str, Any] = {
    "from": date(2022, 7, 1),
    "value": 717,
    "document": "CHUZHOU_DIBAO_2022",
    "clause": "农村低保标准",
}


def written(rows: list[str]) -> str:
    """Return a file of one figure; each row is the lines of one value."""
    return "".join(f"[[some-benefit.rate]]\n{row}\n" for row in rows)


LINES = 'from = 2022-07-01\nvalue = 717\ndocument = "CHUZHOU_DIBAO_2022"\nclause = "农村低保标准"'


@pytest.fixture
def file(monkeypatch):
    """Return a function that puts a text in the place of `figures.toml`."""
    monkeypatch.setattr(figures, "declared", {})
    return lambda text: monkeypatch.setattr(figures, "_ROWS", load(text))


def rate():
    return figure("some-benefit.rate", "标准", "元/月", CIVIL_AFFAIRS)


def test_a_value_is_dated_cited_and_carried_in_fen(file):
    file(written([LINES]))
    value = rate().on(date(2022, 7, 1))
    assert (value.start, value.exact, value.unit, value.minimum) == (date(2022, 7, 1), 71700, "元/月", False)
    assert value.clause == documents.CHUZHOU_DIBAO_2022.article("农村低保标准", "")


def test_a_value_holds_from_its_day_until_the_next(file):
    file(written([LINES, LINES.replace("2022", "2023", 1).replace("717", "757.5")]))
    days = [date(2022, 6, 30), date(2022, 7, 1), date(2023, 6, 30), date(2023, 7, 1)]
    assert [value and value.exact for value in map(rate().on, days)] == [None, 71700, 71700, 75750]


def test_values_may_stand_in_any_order(file):
    file(written([LINES.replace("2022", "2023", 1).replace("717", "757"), LINES]))
    assert rate().on(date(2022, 12, 31)).exact == 71700


def test_a_value_may_have_its_own_unit_and_be_a_minimum():
    value = read_value("some-benefit.rate", "元/年", {**ROW, "unit": "元/月", "minimum": True})
    assert (value.unit, value.minimum) == ("元/月", True)


def test_a_figure_that_the_file_does_not_list_is_unknown(file):
    file("")
    assert rate().on(date(2026, 11, 23)) is None


def test_one_key_is_one_figure_whoever_declares_it(file):
    file(written([LINES]))
    assert rate() is rate()


def test_zero_and_whole_numbers_of_other_units_are_values():
    assert read_value("k", "元", {**ROW, "value": 0}).exact == 0
    assert read_value("k", "周岁", {**ROW, "value": 60}).exact == 60


REFUSED = {
    "an item that is not known": ({"form": "现金"}, "不认识的项 form，可用的项是 .*clause.*value"),
    "an unknown document": ({"document": "NO_SUCH_NOTICE"}, "请先在那里登记文件"),
    "a name that is no document": ({"document": "Grade"}, "请先在那里登记文件"),
    "no document": ({"document": None}, "请先在那里登记文件"),
    "a document known by report only": ({"document": "HEARSAY"}, "《网传标准》.*请换成"),
    "no date": ({"from": None}, "请写成 2022-07-01 的样子"),
    "a date in quotation marks": ({"from": "2022-07-01"}, "请写成 2022-07-01 的样子"),
    "a date with a time": ({"from": datetime(2022, 7, 1, tzinfo=UTC)}, "请写成 2022-07-01 的样子"),
    "a negative value": ({"value": -1}, "value 应为不小于零的数，请写成"),
    "no value": ({"value": None}, "value 应为不小于零的数，请写成"),
    "a value in quotation marks": ({"value": "717"}, "value 应为不小于零的数，请写成"),
    "a yes for a value": ({"value": True}, "value 应为不小于零的数，请写成"),
    "no number": ({"value": Decimal("nan")}, "value 应为不小于零的数，请写成"),
    "an endless number": ({"value": Decimal("inf")}, "value 应为不小于零的数，请写成"),
    "three decimals": ({"value": Decimal("717.005")}, "最多两位小数.*请核对"),
    "too large a value": ({"value": Decimal("1e12")}, "过大，请核对"),
    "no clause": ({"clause": None}, "缺少 clause，请写明出自哪一条"),
    "an empty clause": ({"clause": ""}, "缺少 clause，请写明出自哪一条"),
    "a unit of another kind": ({"unit": "年"}, "请改成同类单位或删去"),
    "a unit that is no text": ({"unit": 1}, "请改成同类单位或删去"),
    "a minimum that is no yes or no": ({"minimum": "false"}, "minimum 请写 true 或 false"),
}


@pytest.mark.parametrize(("change", "advice"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_cannot_be_used_is_refused_with_what_to_do(change, advice, monkeypatch):
    monkeypatch.setattr(documents, "HEARSAY", Source("网传标准", "", Grade.REPORTED), raising=False)
    row = {key: value for key, value in {**ROW, **change}.items() if value is not None}
    with pytest.raises(FigureError, match=rf"^some-benefit\.rate：.*{advice}"):
        read_value("some-benefit.rate", "元/月", row)


def test_a_part_of_a_year_or_a_person_is_refused():
    with pytest.raises(FigureError, match=r"value 不能有小数.*请核对"):
        read_value("some-benefit.rate", "年", {**ROW, "value": Decimal("1.5")})


def test_two_values_from_one_day_are_refused(file):
    file(written([LINES, LINES.replace("717", "727")]))
    with pytest.raises(FigureError, match=r"^some-benefit\.rate：同一天有两个数值，请只留一个$"):
        rate()


def test_a_figure_that_no_policy_declares_is_refused(file):
    file(written([LINES]))
    with pytest.raises(FigureError, match=r"没有政策使用这些数额：some-benefit\.rate，请核对名称或删去"):
        check_all_declared()
    rate()
    check_all_declared()


@pytest.mark.parametrize("text", ["rate = 717", "[some-benefit]\nrate = 717", "[some-benefit.rate]\nvalue = 717"])
def test_a_value_outside_a_section_of_its_own_is_refused(text):
    with pytest.raises(FigureError, match=r"请单写一节，以 \[\[政策代码\.数额名\]\] 开头"):
        load(text)


def test_a_file_that_is_no_toml_is_refused_with_the_line():
    with pytest.raises(FigureError, match=r"不是合法的TOML，请按所示行列改正.*line 2"):
        load("[[some-benefit.rate]]\nvalue =\n")


# ── the figures in force, against tables typed from the specification ──────────

# key · value · unit · first day · grade · whether the source says 不低于
FIGURE_TABLE = """
pension-premium-subsidy.premium                200  元/年  2018-01-01  A  -
preschool-aid.registered                       800  元/年  2018-01-15  B  不低于
dibao.standard-rural                           717  元/月  2022-07-01  B  -
dibao.standard-urban                           727  元/月  2022-07-01  B  -
tekun-support.living-rural                     970  元/月  2022-07-01  B  不低于
tekun-support.living-urban                    1320  元/月  2022-07-01  B  不低于
disability-living-allowance.severe             800  元/年  2016-01-01  B  -
disability-living-allowance.severe              80  元/月  2023-01-01  B  不低于
disability-living-allowance.moderate           400  元/年  2016-01-01  B  -
disability-living-allowance.moderate            80  元/月  2023-01-01  B  不低于
severe-disability-nursing-allowance.allowance   60  元/月  2016-01-01  B  -
severe-disability-nursing-allowance.allowance   80  元/月  2023-01-01  B  不低于
"""
SOURCED = sorted(tuple(row.split()) for row in rows(FIGURE_TABLE))

# Declared without a value: the district supplies them.
OF_THE_DISTRICT = """
preschool-aid.other
boarding-living-subsidy.primary boarding-living-subsidy.junior
basic-pension.base
insurance-enrolment-support.tekun insurance-enrolment-support.dibao insurance-enrolment-support.registered
dibao-single-disabled.allowance
dibao-illness-expense.local-average dibao-illness-expense.allowance
tekun-nursing.partial tekun-nursing.unable
medical-assistance.aid
longevity-allowance.80-89 longevity-allowance.90-99 longevity-allowance.100
home-care-subsidy.subsidy
elder-nursing-subsidy.subsidy
child-living-guarantee.orphan child-living-guarantee.unattended child-living-guarantee.difficult
veteran-support.allowance
dilapidated-housing-renovation.grade-c dilapidated-housing-renovation.grade-d
public-rental-housing.income-line public-rental-housing.rent-subsidy
disability-insurance-subsidy.subsidy
disability-self-employment-support.subsidy
""".split()


def test_the_figures_are_the_sourced_ones_and_no_others():
    loaded = [
        (
            figure.key,
            f"{value.exact / 100:g}",
            value.unit,
            value.start.isoformat(),
            value.clause.source.grade.value,
            "不低于" if value.minimum else "-",
        )
        for figure in figures.declared.values()
        for value in figure.values
    ]
    assert sorted(loaded) == SOURCED


def test_no_figure_rests_on_a_report():
    grades = {value.clause.source.grade for figure in figures.declared.values() for value in figure.values}
    assert grades == {Grade.OFFICIAL, Grade.COPIED}


def test_the_file_fills_no_figure_that_no_policy_declares():
    figures.check_all_declared()


def test_every_other_figure_is_left_to_the_district():
    pending = [key for key, figure in figures.declared.items() if not figure.values]
    assert sorted(pending) == sorted(OF_THE_DISTRICT)


def test_every_figure_is_used_by_a_policy_and_supplied_by_a_unit():
    used = {
        figure.key
        for policy in POLICIES
        for rule in (policy.eligible, policy.entitlement.quantity)
        if rule is not None
        for figure in figures_of(rule)
    }
    assert used == set(figures.declared)
    assert all(figure.supplied_by in UNITS for figure in figures.declared.values())


def test_one_key_declared_in_two_ways_is_refused(monkeypatch):
    monkeypatch.setattr(figures, "declared", {})
    figures.figure("invented.sum", "补助", "元/月", CIVIL_AFFAIRS)
    with pytest.raises(figures.FigureError, match="两处声明"):
        figures.figure("invented.sum", "补助", "元/年", CIVIL_AFFAIRS)
