"""The units and the sections that charge them, against tables typed from the specification."""

from datetime import date, timedelta
from pathlib import Path

import pytest

import policies
from app.rules import Unit, UnitName
from policies.units import MEDICAL_REFORM, SECTIONS, UNITS
from tests.tables import rows

TEXT = (Path(policies.__file__).parent / "sources" / "nanqiao-2018-plan.txt").read_text(encoding="utf-8")

UNIT_TABLE = """
education 区教体局
human-resources 区人社局
finance 区财政局
medical-reform 区医改办
health 区卫计委
civil-affairs 区民政局
housing 区住建局
culture 区文广新局
media 区传媒中心
disabled-federation 区残联
poverty-alleviation 区扶贫办
establishment 区编办
development-reform 区发改委
agriculture 区农委
market-supervision 区市场监督管理局
publicity 区委宣传部
townships 各镇、龙蟠社管中心
"""
LEAD_TABLE = """
二(一) education
二(二) human-resources
二(三) human-resources finance medical-reform health
二(四) health
二(五) civil-affairs
二(六) housing
二(七) culture media education townships
二(八) disabled-federation
"""
COOPERATING_TABLE = """
二(一) poverty-alleviation establishment finance development-reform human-resources
二(二) poverty-alleviation finance development-reform education civil-affairs agriculture disabled-federation
二(三) poverty-alleviation development-reform civil-affairs
二(四) poverty-alleviation market-supervision finance development-reform human-resources
二(五) poverty-alleviation finance development-reform education health
二(六) poverty-alleviation finance
二(七) publicity poverty-alleviation development-reform finance
二(八) publicity poverty-alleviation development-reform education civil-affairs finance human-resources
    housing culture health
"""


def test_the_units_bear_the_codes_of_the_specification_and_the_names_of_the_plan():
    assert [f"{unit.code} {unit.name_in_source}" for unit in UNITS] == rows(UNIT_TABLE)


def test_a_section_charges_the_units_of_the_specification_in_its_order():
    def charged(units):
        return " ".join(unit.code for unit in units)

    assert [f"{s.number} {charged(s.lead_units)}" for s in SECTIONS] == rows(LEAD_TABLE)
    assert [f"{s.number} {charged(s.cooperating_units)}" for s in SECTIONS] == rows(COOPERATING_TABLE)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.number)
def test_the_plan_itself_names_these_units_under_this_heading(section):
    def named(units):
        return "、".join(unit.name_in_source for unit in units)

    part = TEXT[TEXT.index(f"\n{section.number[1:]}{section.title}。") :]
    lead, cooperating = (part[part.index(role) :].splitlines()[0] for role in ("牵头责任单位:", "配合单位:"))
    assert lead.removesuffix("。") == f"牵头责任单位:{named(section.lead_units)}"
    assert cooperating.removesuffix("。").removesuffix("等") == f"配合单位:{named(section.cooperating_units)}"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.code)
def test_a_unit_is_called_as_in_the_plan_on_the_day_of_the_plan(unit):
    assert unit.name_on(date(2018, 11, 19)) == unit.name_in_source


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.renamed], ids=lambda unit: unit.code)
def test_a_unit_bears_a_later_name_from_its_day_on_and_says_why(unit):
    for later in unit.renamed:
        assert unit.name_on(later.start) == later.name
        assert unit.name_on(later.start - timedelta(days=1)) != later.name
        assert later.reason


def test_the_latest_name_counts_whatever_the_order():
    early, late = UnitName(date(2019, 1, 1), "甲局", "一"), UnitName(date(2021, 1, 1), "乙局", "二")
    unit = Unit("some", "原局", (late, early))
    assert [unit.name_on(date(year, 6, 1)) for year in (2018, 2020, 2026)] == ["原局", "甲局", "乙局"]


def test_medical_reform_is_the_medical_insurance_bureau_since_the_county_reform():
    assert MEDICAL_REFORM.name_on(date(2026, 11, 23)) == "区医保局"
