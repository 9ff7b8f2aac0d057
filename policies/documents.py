"""The documents that policies and figures cite.

Only the plan is quoted, word for word, from `sources/`; every other document
is cited by title, number and article, with its gist in our own words.
"""

from app.rules import Grade, Source

PLAN = Source(
    "关于加强基层基本公共服务功能建设的实施方案",
    "南谯区政府办 2018-11-19，索引号MC00101180501201811001",
    Grade.OFFICIAL,
)

PRESCHOOL_AID_2017 = Source(
    "关于提高农村建档立卡贫困户家庭学前教育幼儿资助标准的通知",
    "皖教秘〔2017〕510号",
    Grade.COPIED,
)
PENSION_POVERTY_2017 = Source("关于切实做好社会保险扶贫工作的意见", "人社部发〔2017〕59号", Grade.COPIED)
CHUZHOU_DIBAO_2022 = Source(
    "滁州市人民政府办公室关于提高城乡低保和特困人员救助供养标准的通知",
    "2022-08-31印发，2022-07-01起执行",
    Grade.COPIED,
)
DISABILITY_ALLOWANCES_2015 = Source(
    "关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见",
    "国发〔2015〕52号及安徽省实施办法",
    Grade.COPIED,
)
DISABILITY_ALLOWANCES_2023 = Source(
    "安徽省民政厅、财政厅、残联关于残疾人两项补贴标准的通知",
    "2023-01-01起执行",
    Grade.COPIED,
)
SOCIAL_ASSISTANCE = Source("社会救助暂行办法", "国务院令第649号（2019年修订）", Grade.OFFICIAL)
ELDERLY_ANHUI = Source(
    "安徽省实施《中华人民共和国老年人权益保障法》办法",
    "2016-03-01起施行",
    Grade.COPIED,
)
RURAL_HOUSING_2017 = Source(
    "关于加强和完善建档立卡贫困户等重点对象农村危房改造若干问题的通知",
    "建村〔2017〕192号",
    Grade.COPIED,
)
COMPULSORY_EDUCATION = Source("中华人民共和国义务教育法", "", Grade.OFFICIAL)
SENIOR_HIGH_TUITION_2016 = Source(
    "关于免除普通高中建档立卡家庭经济困难学生学杂费的意见",
    "财教〔2016〕292号",
    Grade.COPIED,
)
STUDENT_AID_2019 = Source("学生资助资金管理办法", "财科教〔2019〕19号", Grade.REPORTED)
RESIDENT_PENSION_2014 = Source("国务院关于建立统一的城乡居民基本养老保险制度的意见", "国发〔2014〕8号", Grade.COPIED)
MEDICAL_AID_2022 = Source(
    "安徽省人民政府办公厅关于健全重特大疾病医疗保险和救助制度的实施意见",
    "皖政办〔2022〕6号",
    Grade.COPIED,
)
DIBAO_ILLNESS_2017 = Source(
    "安徽省将因病支出型贫困家庭纳入最低生活保障的指导意见",
    "2017年4月（人民日报2017-04-19报道）",
    Grade.COPIED,
)
TEKUN_2016 = Source("特困人员认定办法", "民发〔2016〕178号", Grade.COPIED)
ELDERLY_LAW = Source("中华人民共和国老年人权益保障法", "2018年修正", Grade.OFFICIAL)
ORPHANS_2010 = Source("国务院办公厅关于加强孤儿保障工作的意见", "国办发〔2010〕54号", Grade.COPIED)
CHILDREN_2016 = Source("国务院关于加强困境儿童保障工作的意见", "国发〔2016〕36号", Grade.COPIED)
MILITARY_2024 = Source("军人抚恤优待条例", "2024-10-01起施行（2024年修订）", Grade.OFFICIAL)
