// A household as it was typed in, a profile that the rules can trust out: the door of the service, on the phone.

import { anniversary, completedYears, isDay } from "./days.js";
import { normalise, readCertificate, readIdNumber, readRegion } from "./identity.js";

const OLDEST = 130;
const LONGEST = 64;
const TITLES = {
  id_number: "身份证号码",
  disability_certificate: "残疾人证号",
  region_code: "行政区划代码",
};
const ID_LIKE =
  /^[0-9]{17}[0-9X]$|^.*(?<![0-9])[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X].*$/s;
const PHONE_LIKE = /(?<![0-9])(\+?86-?)?1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}(?![0-9])/;

/**
 * Read a household in the wire's form as it stands on *day*.
 * Return { profile, faults }; a profile is to be screened only where there is no fault.
 */
export function readHousehold(pack, household, day, today = day) {
  const door = new Door(pack, household, day, today);
  const { faults, warnings } = door;
  const places = new Map(faults.map((fault) => [fault, placeOf(fault.at, { as_of: day, household })]));
  faults.sort((a, b) => compare(places.get(a), places.get(b)));
  const said = ({ at, message }) => ({ field: pathOf(at), message });
  return { profile: { ...door.profile, warnings: warnings.map(said) }, faults: faults.map(said) };
}

class Door {
  constructor(pack, household, day, today) {
    Object.assign(this, { pack, household, day, faults: [], warnings: [] });
    const { first, years_ahead: years } = pack.days;
    if (!(day >= first && day <= anniversary(today, years))) {
      this.fault(["as_of"], `筛查日期应在${first}至今后${years}年之间`);
    }
    const facts = this.read(household, "household", ["household"]);
    this.locate(facts);
    const references = [];
    const holders = new Map();
    const members = household.members.map((member, place) => {
      references.push(this.reference(member, ["household", "members", place]) || String(place + 1));
      return this.member(member, place, holders);
    });
    references.forEach((reference, place) => {
      const first = references.indexOf(reference);
      if (first < place) {
        const message = `人口编号与第${first + 1}位家庭成员的重复，请改用不同的编号（不填时为顺序号）`;
        this.fault(["household", "members", place, "reference"], message);
      }
    });
    const reference = this.reference(household, ["household"]);
    this.profile = { reference, references, household: facts, members };
  }

  fault(at, message) {
    this.faults.push({ at, message });
  }

  /** Return the value that *holder* states under *key*; null where it says nothing. */
  stated(holder, key) {
    const value = holder[key];
    return value === undefined || value === "" ? null : value;
  }

  /** Return the facts of an entity, money in 分. */
  read(holder, entity, at) {
    const facts = {};
    for (const fact of this.pack.facts.values()) {
      if (fact.entity !== entity) continue;
      const value = this.stated(holder, fact.key);
      facts[fact.key] = value === null ? null : this.value(fact, value, [...at, fact.key]);
    }
    return facts;
  }

  value(fact, value, at) {
    const refuse = (message) => {
      this.fault(at, `${fact.label}：${message}`);
      return null;
    };
    if (fact.kind === "date") {
      return isDay(value) ? value : refuse("请按“年-月-日”填写一个存在的日期，用半角数字，如 1943-05-01");
    }
    if (fact.kind !== "amount") return value;
    const most = this.pack.most.amounts[fact.unit];
    if (typeof value !== "number" || !Number.isFinite(value)) return refuse(`请填数字（单位${fact.unit}），用半角，不加引号`);
    if (value < 0 || value > most) return refuse(`请填0至${most}之间的数字（单位${fact.unit}）`);
    const exact = Math.round(value * fact.scale);
    if (exact / fact.scale !== value) {
      return refuse(`${fact.scale === 100 ? "最多两位小数" : "不能有小数"}（单位${fact.unit}）`);
    }
    return exact;
  }

  reference(holder, at) {
    const text = this.stated(holder, "reference");
    if (text === null) return null;
    const title = at.length > 1 ? "人口编号" : "户编号";
    const refuse = (message) => {
      this.fault([...at, "reference"], `${title}：${message}`);
      return null;
    };
    if ([...text].length > LONGEST) return refuse(`太长，最多${LONGEST}个字`);
    if (!text.trim()) return refuse("请填编号，不能是空白");
    if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) return refuse("编号不能含换行等看不见的字符");
    const plain = normalise(text);
    return ID_LIKE.test(plain) || PHONE_LIKE.test(plain)
      ? refuse("看起来是证件号码或手机号码，请改用户编号、人口编号等序号")
      : text;
  }

  /** Return what *read* makes of the text under *key*, or null. */
  document(holder, key, at, read) {
    const text = this.stated(holder, key);
    if (text === null) return null;
    const found = read(text);
    if (!found.fault) return found;
    const said = found.fault.startsWith(TITLES[key]) ? found.fault : `${TITLES[key]}：${found.fault}`;
    this.fault([...at, key], said);
    return null;
  }

  locate(facts) {
    const region = this.document(this.household, "region_code", ["household"], (text) => readRegion(text, this.pack));
    if (region === null) return;
    if (region.warning) this.warnings.push({ at: ["household", "region_code"], message: region.warning });
    if (facts.local === null) facts.local = region.local;
    else if (region.local !== null && facts.local !== region.local) {
      this.fault(["household", "local"], "本区户籍与行政区划代码不一致，请核对后改正其一");
    }
  }

  member(member, place, holders) {
    const at = ["household", "members", place];
    const facts = this.read(member, "person", at);
    const certificate = this.document(member, "disability_certificate", at, readCertificate);
    const idNumber = this.document(member, "id_number", at, readIdNumber);
    const source = idNumber ? "id_number" : "disability_certificate";
    const bornIn = facts.birth_date === null && (idNumber || certificate) ? source : "birth_date";
    if (idNumber || certificate) this.prove(facts, idNumber, certificate, source, at, holders, place);
    const { disability_category: category, disability_grade: grade } = facts;
    if (category === null || grade === null) {
      if (category === "none" || grade === "none") facts.disability_category = facts.disability_grade = "none";
    } else if ((category === "none") !== (grade === "none") && !certificate) {
      const message = "残疾等级与残疾类别矛盾：没有残疾人证时两项都填“无残疾人证”，有证时都按证填写";
      this.fault([...at, "disability_grade"], message);
    }
    if (facts.birth_date !== null) this.checkAge(facts, at, bornIn);
    return facts;
  }

  prove(facts, idNumber, certificate, source, at, holders, place) {
    const fill = (key, proved, from) => {
      if (facts[key] === null) facts[key] = proved;
      else if (facts[key] !== proved) {
        const label = this.pack.facts.get(`person.${key}`).label;
        this.fault([...at, key], `${label}与${TITLES[from]}不一致，请核对后改正其一`);
      }
    };
    if (certificate) {
      const from = "disability_certificate";
      if (idNumber && idNumber.number !== certificate.id.number) {
        this.fault([...at, from], "残疾人证号的前18位与身份证号码不一致，请核对后改正其一");
      }
      fill("disability_category", certificate.disability_category, from);
      fill("disability_grade", certificate.disability_grade, from);
    }
    const id = idNumber || certificate.id;
    fill("birth_date", id.birth_date, source);
    fill("sex", id.sex, source);
    if (id.warning) this.warnings.push({ at: [...at, source], message: id.warning });
    if (!holders.has(id.number)) holders.set(id.number, place);
    else this.fault([...at, source], `${TITLES[source]}与第${holders.get(id.number) + 1}位家庭成员的相同，请核对`);
  }

  checkAge(facts, at, bornIn) {
    const years = completedYears(facts.birth_date, this.day);
    if (years < 0) this.fault([...at, bornIn], "出生日期晚于筛查日期，请核对");
    else if (years > OLDEST) this.fault([...at, bornIn], `按出生日期，筛查当日已超过${OLDEST}周岁，请核对`);
    else if (facts.age !== null && facts.age !== years) {
      this.fault([...at, "age"], "年龄与按出生日期算到筛查当日的周岁不一致，请核对后改正其一");
    }
  }
}

const pathOf = (at) => at.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("").slice(1);

/** Return where a field stands in the request, so that faults are told in the order in which it was written. */
function placeOf(at, request) {
  let node = request;
  return at.map((part) => {
    const keys = node && typeof node === "object" ? Object.keys(node) : [];
    const place = typeof part === "number" ? part : keys.indexOf(part);
    node = node && typeof node === "object" ? node[part] : undefined;
    return keys.length === 0 ? 0 : place < 0 ? keys.length : place;
  });
}

function compare(a, b) {
  const at = a.findIndex((place, i) => place !== b[i]);
  return at < 0 ? a.length - b.length : b[at] === undefined ? 1 : a[at] - b[at];
}
