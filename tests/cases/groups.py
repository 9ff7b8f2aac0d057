"""The ways in and out of the groups, from the specification and not from the code.

`IN_…` lists every way to belong to a group, alone; `NOT_…` denies it with every fact known.
The `NEAR_…` are people close to a group who do not belong.
"""

NOT_DIBAO = {"assistance": "none", "single_dibao": False}
IN_DIBAO = {
    "低保家庭": {"assistance": "dibao"},
    "单人保": {"single_dibao": True},
}

NOT_TEKUN = {"tekun": "none"}
IN_TEKUN = {
    "分散供养": {"tekun": "dispersed"},
    "集中供养": {"tekun": "institutional"},
}

NOT_REGISTERED = {"poverty_registration": "none"}
IN_REGISTERED = {
    "建档立卡贫困户": {"poverty_registration": "registered"},
    "已脱贫": {"poverty_registration": "lifted"},
    "监测对象": {"poverty_registration": "monitored"},
}

NOT_DISABLED = {"disability_category": "none", "disability_grade": "none"}
IN_SEVERE = {
    "一级残疾": {"disability_category": "physical", "disability_grade": "1"},
    "二级残疾": {"disability_category": "physical", "disability_grade": "2"},
}
IN_DISABLED = {
    **IN_SEVERE,
    "三级残疾": {"disability_category": "physical", "disability_grade": "3"},
    "四级残疾": {"disability_category": "physical", "disability_grade": "4"},
}
NEAR_SEVERE = {
    "三级残疾不算重度": {"disability_category": "physical", "disability_grade": "3"},
    "四级残疾不算重度": {"disability_category": "physical", "disability_grade": "4"},
}

NOT_LOW_INCOME = {**NOT_DIBAO, **NOT_TEKUN, **NOT_REGISTERED}
IN_LOW_INCOME = {
    **IN_DIBAO,
    **IN_TEKUN,
    **IN_REGISTERED,
    "低保边缘": {"assistance": "marginal"},
    "其他低收入": {"assistance": "low_income"},
}

NOT_POOR = {**NOT_LOW_INCOME, "hardship_certified": False}
IN_POOR = {**IN_LOW_INCOME, "认定的家庭经济困难": {"hardship_certified": True}}

NOT_CHILD_IN_DIFFICULTY = {"child_protection": "none"}
IN_CHILD_IN_DIFFICULTY = {
    "孤儿": {"child_protection": "orphan"},
    "事实无人抚养": {"child_protection": "unattended"},
    "其他困境儿童": {"child_protection": "difficult"},
}

# Another member is everything that the subject is not: it changes nothing for the subject.
ONLY_ANOTHER_MEMBER = {
    "members": [
        {},
        {
            "single_dibao": True,
            "tekun": "dispersed",
            "disability_category": "physical",
            "disability_grade": "1",
            "child_protection": "orphan",
        },
    ]
}
