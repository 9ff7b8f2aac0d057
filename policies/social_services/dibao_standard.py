"""最低生活保障标准：按月公布，比较收入时折合成年。"""

from app.rules import cases, named
from policies.facts import Household
from policies.figures import figure
from policies.units import CIVIL_AFFAIRS

RURAL = figure("dibao.standard-rural", "农村低保标准", "元/月", CIVIL_AFFAIRS)
URBAN = figure("dibao.standard-urban", "城市低保标准", "元/月", CIVIL_AFFAIRS)

STANDARD_PER_YEAR = named(
    "当地低保标准（折合每年）",
    cases((Household.rural, RURAL), otherwise=URBAN) * 12,
    unit="元/年",
)
