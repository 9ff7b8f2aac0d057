"""最低生活保障：核对过的例子。标准：农村717元/月=8604元/年，城市727元/月=8724元/年。"""

from datetime import date

from app.rules.policy import Verdict
from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={
        "local": True,
        "rural": True,
        "income_per_capita": 5000,
        "assets_within_limit": True,
        "tekun": "none",
    },
    in_force_facts={"income_per_capita": 5000},
    first_day=Verdict.UNDETERMINED,  # 2018年的低保标准没有可靠来源，等区里提供
    cases={
        "农村低收入家庭": ({}, YES, "3604元/年"),
        "两口之家按两人补": ({"members": [{}, {}]}, YES, "7208元/年"),
        "农村差一分到标准": ({"income_per_capita": 8603.99}, YES, "0.01元/年"),
        "农村正好到标准": ({"income_per_capita": 8604}, NO),
        "农村高一分": ({"income_per_capita": 8604.01}, NO),
        "城市差一分到标准": ({"rural": False, "income_per_capita": 8723.99}, YES),
        "城市正好到标准": ({"rural": False, "income_per_capita": 8724}, NO),
        "收入在两个标准之间，户籍不清楚": ({"rural": None, "income_per_capita": 8700}, ASK),
        "收入低于两个标准，户籍不清楚": ({"rural": None}, YES, "金额待核实农村户籍家庭后确定"),
        "收入不清楚": ({"income_per_capita": None}, ASK),
        "财产超标": ({"assets_within_limit": False}, NO),
        "财产不清楚": ({"assets_within_limit": None}, ASK),
        "全家都是特困": ({"tekun": "dispersed"}, NO),
        "全家都是集中供养特困": ({"tekun": "institutional"}, NO),
        "一人特困一人不是": ({"members": [{"tekun": "dispersed"}, {}]}, YES),
        "特困不清楚": ({"tekun": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "标准执行首日": ({"day": date(2022, 7, 1)}, YES),
        "标准执行前一日没有标准": ({"day": date(2022, 6, 30)}, ASK),
    },
)
