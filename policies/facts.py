"""The facts a policy may ask about: the one data dictionary.

The request schema, the questions on the phone, the columns of a batch file and
the words of an explanation are all derived from this file.

Absence is an answer: "none" is a code of its list.  Only what nobody has told
us yet is unknown.
"""

from app.rules import Amount, Choice, Code, Entity, When, YesNo


class Assistance(Code):
    DIBAO = "dibao", "低保"
    MARGINAL = "marginal", "低保边缘"
    LOW_INCOME = "low_income", "其他低收入"
    NONE = "none", "未认定"


class PovertyRegistration(Code):
    REGISTERED = "registered", "建档立卡贫困户"
    LIFTED = "lifted", "已脱贫(享受政策)"
    MONITORED = "monitored", "防止返贫监测对象"
    NONE = "none", "否"


class DwellingGrade(Code):
    A = "A", "A级(安全)"
    B = "B", "B级(基本安全)"
    C = "C", "C级(局部危险)"
    D = "D", "D级(整栋危险)"
    DANGEROUS = "dangerous", "危房(未分级)"
    NONE = "none", "无房"


class Sex(Code):
    MALE = "male", "男"
    FEMALE = "female", "女"


class DisabilityCategory(Code):
    VISION = "vision", "视力"
    HEARING = "hearing", "听力"
    SPEECH = "speech", "言语"
    PHYSICAL = "physical", "肢体"
    INTELLECTUAL = "intellectual", "智力"
    PSYCHIATRIC = "psychiatric", "精神"
    MULTIPLE = "multiple", "多重"
    NONE = "none", "无残疾人证"


class DisabilityGrade(Code):
    FIRST = "1", "一级"
    SECOND = "2", "二级"
    THIRD = "3", "三级"
    FOURTH = "4", "四级"
    NONE = "none", "无残疾人证"


class Tekun(Code):
    DISPERSED = "dispersed", "分散供养"
    INSTITUTIONAL = "institutional", "集中供养"
    NONE = "none", "否"


class SelfCare(Code):
    ABLE = "able", "能自理"
    PARTIAL = "partial", "半失能"
    UNABLE = "unable", "失能"


class Schooling(Code):
    NONE = "none", "不在校"
    PRESCHOOL = "preschool", "幼儿园"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR_HIGH = "senior_high", "普通高中"
    VOCATIONAL = "vocational", "中职"
    HIGHER = "higher", "高等教育"


class Work(Code):
    EMPLOYED = "employed", "在职"
    SELF_EMPLOYED = "self_employed", "自主创业或灵活就业"
    MIGRANT = "migrant", "外出务工(农民工)"
    UNEMPLOYED = "unemployed", "失业"
    LAID_OFF = "laid_off", "转岗"
    RETIRED = "retired", "退休"
    NONE = "none", "无业"


class ChildProtection(Code):
    ORPHAN = "orphan", "孤儿"
    UNATTENDED = "unattended", "事实无人抚养"
    DIFFICULT = "difficult", "其他困境儿童"
    NONE = "none", "否"


class Military(Code):
    RETIRED = "retired", "退役军人"
    DISABLED = "disabled", "残疾军人"
    BEREAVED = "bereaved", "烈士等遗属"
    CADRE = "cadre", "军休人员"
    NONE = "none", "否"


class Childbearing(Code):
    PREMARITAL = "premarital", "婚前"
    PLANNING = "planning", "备孕"
    PREGNANT = "pregnant", "孕期"
    NONE = "none", "否"


class Household(Entity):
    name = "household"

    local = YesNo("本区户籍", hint="填了户籍地区划代码就不用再填")
    rural = YesNo("农村户籍家庭")
    assistance = Choice("家庭救助认定", Assistance, hint="以民政部门认定为准")
    poverty_registration = Choice("建档立卡", PovertyRegistration)
    hardship_certified = YesNo("经学校或民政认定的家庭经济困难")
    income_per_capita = Amount("家庭人均年可支配收入", unit="元/年")
    assets_within_limit = YesNo("家庭财产符合低保规定")
    medical_expense = Amount("近12个月家庭自负医疗费用", unit="元")
    dwelling_grade = Choice("住房鉴定等级", DwellingGrade)
    relocated = YesNo("已纳入易地扶贫搬迁")
    cannot_self_build = YesNo("自筹资金和投工投料能力极弱")
    housing_difficulty = YesNo("城镇住房困难")


class Person(Entity):
    name = "person"

    birth_date = When("出生日期", hint="填了身份证号码就不用再填")
    age = Amount("年龄", unit="周岁", since=birth_date, hint="不知道出生日期时填周岁")
    sex = Choice("性别", Sex, hint="填了身份证号码就不用再填")
    disability_category = Choice("残疾类别", DisabilityCategory, hint="填了残疾人证号码就不用再填")
    disability_grade = Choice("残疾等级", DisabilityGrade, hint="填了残疾人证号码就不用再填")
    tekun = Choice("特困供养(含五保)", Tekun)
    single_dibao = YesNo("本人单独纳入低保(单人保)")
    self_care = Choice("生活自理能力", SelfCare)
    long_term_care = YesNo("需要长期照护")
    schooling = Choice("在校阶段", Schooling)
    boarding = YesNo("寄宿生")
    work = Choice("就业状况", Work)
    labour_capacity = YesNo("有劳动能力")
    employee_pension = YesNo("已参加职工养老保险(含机关事业单位)")
    pension_years = Amount("城乡居保累计缴费年限", unit="年", hint="按满年填写")
    resident_medical_insurance = YesNo("已参加城乡居民医保")
    family_planning_support = YesNo("计划生育特别扶助对象")
    child_protection = Choice("困境儿童类别", ChildProtection)
    left_behind = YesNo("农村留守儿童")
    military = Choice("优抚身份", Military)
    graduate_not_continuing = YesNo("未继续升学的应届初高中毕业生")
    returning_entrepreneur = YesNo("农民工返乡创业")
    severe_mental_disorder = YesNo("严重精神障碍患者")
    critical_illness = YesNo("患重特大疾病")
    emergency_unpaid = YesNo("急危重伤病且身份不明或无力支付")
    work_injury_care = YesNo("领取工伤生活护理费")
    independent_household = YesNo("单独立户")
    family_dependent = YesNo("靠家庭供养无法单独立户")
    no_income_source = YesNo("无生活来源")
    no_supporter = YesNo("无法定义务人或义务人无履行能力")
    childbearing = Choice("婚育阶段", Childbearing)
    stable_migrant_worker = YesNo("稳定就业的外来务工人员")
    new_employee_without_home = YesNo("新就业无房职工")
