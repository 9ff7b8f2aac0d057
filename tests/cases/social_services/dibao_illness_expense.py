"""因病支出型贫困家庭纳入低保：核对过的例子。

低保标准：农村8604元/年，城市8724元/年；两口之家农村17208元、城市17448元，三口之家农村25812元。
当地居民人均可支配收入还没有提供，所以其他条件都符合的家庭也只能待核实；假定区里提供了2万元的例子另写。
"""

from datetime import date

from app.rules.policy import Verdict
from tests.cases import ASK, NO, YES, Book

TWO = {"members": [{}, {}]}
THREE = {"income_per_capita": 10000, "members": [{}, {}, {}]}
BEFORE_STANDARD = {**TWO, "day": date(2022, 6, 30)}
SUPPLIED = {"figures": {"dibao-illness-expense.local-average": 20000}}

BOOK = Book(
    base={
        "local": True,
        "rural": True,
        "assets_within_limit": True,
        "income_per_capita": 15000,
        "medical_expense": 20000,
    },
    first_day=Verdict.UNDETERMINED,  # 2018年的低保标准和当地人均可支配收入都等区里提供
    cases={
        "两口之家收入3万元，看病2万元": (TWO, ASK, "金额待区定"),
        # ── 扣除医疗费用后和低保标准比 ──
        "农村两口之家，扣除后正好到标准": ({**TWO, "medical_expense": 12792}, NO),
        "农村两口之家，扣除后差一分到标准": ({**TWO, "medical_expense": 12792.01}, ASK),
        "农村两口之家，扣除后高一分": ({**TWO, "medical_expense": 12791.99}, NO),
        "城市两口之家，扣除后正好到标准": ({**TWO, "rural": False, "medical_expense": 12552}, NO),
        "城市两口之家，扣除后差一分到标准": ({**TWO, "rural": False, "medical_expense": 12552.01}, ASK),
        "城市两口之家，扣除后高一分": ({**TWO, "rural": False, "medical_expense": 12551.99}, NO),
        "扣除后在两个标准之间，农村": ({**TWO, "medical_expense": 12600}, NO),
        "扣除后在两个标准之间，户籍不清楚": ({**TWO, "rural": None, "medical_expense": 12600}, ASK),
        "扣除后高于两个标准，户籍不用问": ({**TWO, "rural": None, "medical_expense": 12552}, NO),
        "农村三口之家，扣除后正好到标准": ({**THREE, "medical_expense": 4188}, NO),
        "农村三口之家，扣除后差一分到标准": ({**THREE, "medical_expense": 4188.01}, ASK),
        "农村三口之家，扣除后高一分": ({**THREE, "medical_expense": 4187.99}, NO),
        "没有医疗费用，收入高于标准": ({**TWO, "medical_expense": 0}, NO),
        # ── 医疗费用和家庭收入比 ──
        "两口之家，医疗费用正好等于全家收入": ({**TWO, "medical_expense": 30000}, ASK),
        "两口之家，医疗费用超过全家收入一分": ({**TWO, "medical_expense": 30000.01}, ASK),
        "两口之家，医疗费用比全家收入少一分": ({**TWO, "medical_expense": 29999.99}, ASK),
        "三口之家，医疗费用超过全家收入一分": ({**THREE, "medical_expense": 30000.01}, ASK),
        "标准公布以前，医疗费用没有超过收入": ({**BEFORE_STANDARD, "medical_expense": 29999.99}, ASK),
        "标准公布以前，医疗费用超过收入": ({**BEFORE_STANDARD, "medical_expense": 30000.01}, ASK),
        # ── 当地人均可支配收入 ──
        "没有收入也没有看病": ({**TWO, "income_per_capita": 0, "medical_expense": 0}, ASK),
        "提供了平均收入，都符合": ({**TWO, **SUPPLIED}, YES, "金额待区定"),
        "人均收入比平均少一分": ({**TWO, **SUPPLIED, "income_per_capita": 19999.99, "medical_expense": 50000}, YES),
        "人均收入正好是平均": ({**TWO, **SUPPLIED, "income_per_capita": 20000, "medical_expense": 50000}, NO),
        "人均收入比平均多一分": ({**TWO, **SUPPLIED, "income_per_capita": 20000.01, "medical_expense": 50000}, NO),
        "收入不清楚，提供了平均收入": ({**TWO, **SUPPLIED, "income_per_capita": None}, ASK),
        "标准公布以前，医疗费用超过收入一分": ({**BEFORE_STANDARD, **SUPPLIED, "medical_expense": 30000.01}, YES),
        "标准公布以前，医疗费用正好等于收入": ({**BEFORE_STANDARD, **SUPPLIED, "medical_expense": 30000}, ASK),
        "标准公布以前，医疗费用比收入少一分": ({**BEFORE_STANDARD, **SUPPLIED, "medical_expense": 29999.99}, ASK),
        # ── 没有问到的 ──
        "医疗费用不清楚": ({**TWO, "medical_expense": None}, ASK),
        "收入不清楚": ({**TWO, "income_per_capita": None}, ASK),
        "财产超标": ({**TWO, "assets_within_limit": False}, NO),
        "财产不清楚": ({**TWO, "assets_within_limit": None}, ASK),
        "财产超标，别的不用问": (
            {**TWO, "assets_within_limit": False, "medical_expense": None, "income_per_capita": None},
            NO,
        ),
        "外区户籍": ({**TWO, "local": False}, NO),
        "户籍不清楚": ({**TWO, "local": None}, ASK),
    },
)
