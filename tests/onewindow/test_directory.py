"""Cases follow their units: renamed by date, merged by date."""

from datetime import date, timedelta

import pytest

from app.onewindow.directory import Directory
from app.rules import Merger, Unit, UnitName
from policies.units import UNITS

DAY = date(2027, 3, 1)
BEFORE = DAY - timedelta(days=1)
INVENTED = Directory(
    (
        Unit(
            "relief", "区甲局", (UnitName(date(2026, 1, 1), "区甲乙局", "虚构"),), Merger(DAY, "farming", "虚构的合并")
        ),
        Unit("farming", "区丙局"),
        Unit("other", "区丁局"),
    )
)


def test_a_unit_is_called_as_it_is_that_day():
    assert INVENTED.described("relief", date(2025, 12, 31))["name"] == "区甲局"
    assert INVENTED.described("relief", date(2026, 1, 1))["name"] == "区甲乙局"


def test_from_the_day_of_a_merger_the_other_unit_has_the_cases():
    assert [INVENTED.holder("relief", day).code for day in (BEFORE, DAY)] == ["relief", "farming"]
    assert [INVENTED.family("farming", day) for day in (BEFORE, DAY)] == [("farming",), ("farming", "relief")]
    assert INVENTED.described("relief", DAY) == INVENTED.described("farming", DAY)


def test_who_was_merged_into_another_has_only_its_own():
    """An old key must not see what the larger unit has."""
    assert INVENTED.family("relief", DAY) == ("relief",)


def test_a_unit_that_no_release_knows_any_more_is_its_own_name():
    assert INVENTED.described("abolished", DAY)["name"] == "abolished"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.code)
def test_every_merger_of_the_district_leads_to_a_unit(unit):
    assert Directory(UNITS).holder(unit.code, date(2100, 1, 1)).code in {each.code for each in UNITS}
