"""The units that the plan charges, and what they have been called since.

The plan's own name always stands beside the present one.  Where the date of a
renaming in the district itself is not established, the date is that of the
county-level reform by which it had to be done.
"""

from datetime import date

from app.rules import Section, Unit, UnitName

_COUNTY_REFORM = date(2019, 2, 28)
_REFORM_2019 = "2019年县级机构改革"

EDUCATION = Unit("education", "区教体局")
HUMAN_RESOURCES = Unit("human-resources", "区人社局")
FINANCE = Unit("finance", "区财政局")
MEDICAL_REFORM = Unit(
    "medical-reform",
    "区医改办",
    (UnitName(_COUNTY_REFORM, "区医保局", f"{_REFORM_2019}，医疗救助改由医保部门负责"),),
)
HEALTH = Unit("health", "区卫计委", (UnitName(_COUNTY_REFORM, "区卫健委", _REFORM_2019),))
CIVIL_AFFAIRS = Unit("civil-affairs", "区民政局")
HOUSING = Unit("housing", "区住建局")
CULTURE = Unit("culture", "区文广新局", (UnitName(_COUNTY_REFORM, "区文旅局", _REFORM_2019),))
MEDIA = Unit("media", "区传媒中心")
DISABLED_FEDERATION = Unit("disabled-federation", "区残联")
POVERTY_ALLEVIATION = Unit(
    "poverty-alleviation",
    "区扶贫办",
    (UnitName(date(2021, 6, 30), "区乡村振兴局", "2021年全省县级乡村振兴局成立"),),
)
ESTABLISHMENT = Unit("establishment", "区编办")
DEVELOPMENT_REFORM = Unit("development-reform", "区发改委")
AGRICULTURE = Unit("agriculture", "区农委", (UnitName(_COUNTY_REFORM, "区农业农村局", _REFORM_2019),))
MARKET_SUPERVISION = Unit("market-supervision", "区市场监督管理局")
PUBLICITY = Unit("publicity", "区委宣传部")
TOWNSHIPS = Unit("townships", "各镇、龙蟠社管中心")

UNITS = (
    EDUCATION,
    HUMAN_RESOURCES,
    FINANCE,
    MEDICAL_REFORM,
    HEALTH,
    CIVIL_AFFAIRS,
    HOUSING,
    CULTURE,
    MEDIA,
    DISABLED_FEDERATION,
    POVERTY_ALLEVIATION,
    ESTABLISHMENT,
    DEVELOPMENT_REFORM,
    AGRICULTURE,
    MARKET_SUPERVISION,
    PUBLICITY,
    TOWNSHIPS,
)

# ── the plan's eight sections ──────────────────────────────────────────────

EDUCATION_SECTION = Section(
    "二(一)",
    "基层基本公共教育",
    (EDUCATION,),
    (
        POVERTY_ALLEVIATION,
        ESTABLISHMENT,
        FINANCE,
        DEVELOPMENT_REFORM,
        HUMAN_RESOURCES,
    ),
)
EMPLOYMENT_SECTION = Section(
    "二(二)",
    "基层基本劳动就业创业",
    (HUMAN_RESOURCES,),
    (
        POVERTY_ALLEVIATION,
        FINANCE,
        DEVELOPMENT_REFORM,
        EDUCATION,
        CIVIL_AFFAIRS,
        AGRICULTURE,
        DISABLED_FEDERATION,
    ),
)
SOCIAL_INSURANCE_SECTION = Section(
    "二(三)",
    "基层基本社会保险",
    (HUMAN_RESOURCES, FINANCE, MEDICAL_REFORM, HEALTH),
    (POVERTY_ALLEVIATION, DEVELOPMENT_REFORM, CIVIL_AFFAIRS),
)
HEALTH_SECTION = Section(
    "二(四)",
    "基层基本医疗卫生",
    (HEALTH,),
    (
        POVERTY_ALLEVIATION,
        MARKET_SUPERVISION,
        FINANCE,
        DEVELOPMENT_REFORM,
        HUMAN_RESOURCES,
    ),
)
SOCIAL_SERVICES_SECTION = Section(
    "二(五)",
    "基层基本社会服务",
    (CIVIL_AFFAIRS,),
    (POVERTY_ALLEVIATION, FINANCE, DEVELOPMENT_REFORM, EDUCATION, HEALTH),
)
HOUSING_SECTION = Section("二(六)", "基层基本住房保障", (HOUSING,), (POVERTY_ALLEVIATION, FINANCE))
CULTURE_SECTION = Section(
    "二(七)",
    "基层基本公共文化体育",
    (CULTURE, MEDIA, EDUCATION, TOWNSHIPS),
    (PUBLICITY, POVERTY_ALLEVIATION, DEVELOPMENT_REFORM, FINANCE),
)
DISABILITY_SECTION = Section(
    "二(八)",
    "基层残疾人基本公共服务",
    (DISABLED_FEDERATION,),
    (
        PUBLICITY,
        POVERTY_ALLEVIATION,
        DEVELOPMENT_REFORM,
        EDUCATION,
        CIVIL_AFFAIRS,
        FINANCE,
        HUMAN_RESOURCES,
        HOUSING,
        CULTURE,
        HEALTH,
    ),
)
SECTIONS = (
    EDUCATION_SECTION,
    EMPLOYMENT_SECTION,
    SOCIAL_INSURANCE_SECTION,
    HEALTH_SECTION,
    SOCIAL_SERVICES_SECTION,
    HOUSING_SECTION,
    CULTURE_SECTION,
    DISABILITY_SECTION,
)
