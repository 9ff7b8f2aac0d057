// Resident ID numbers (GB 11643), disability certificates and region codes: what they prove.
// A reader returns what was read, or { fault } with words that say what to do and never repeat the number.

import { isDay } from "./days.js";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK = "10X98765432";
const EARLIEST_BIRTH_YEAR = "1900";
const CATEGORIES = ["vision", "hearing", "speech", "physical", "intellectual", "psychiatric", "multiple"];
// GB/T 2260; 81 to 83 are also residence permits, and 9 begins the permanent residence cards of foreigners.
const PROVINCE = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[0-9])/;
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const LEVELS = [12, 9, 6, 4, 2];

/** Fold full-width forms and case, and drop blanks and invisible characters. */
export const normalise = (text) => text.normalize("NFKC").replace(INVISIBLE, "").replace(/\s/g, "").toUpperCase();

/** Return { number, birth_date, sex } of an 18-digit ID number. */
export function readIdNumber(text) {
  const number = normalise(text);
  if (/^[0-9]{15}$/.test(number)) return { fault: "这是15位旧身份证号码，请填写现行的18位身份证号码" };
  if (number.length === 20 || number.length === 22) {
    return { fault: "位数与残疾人证号相同：请把它填入残疾人证号，或只填写前18位身份证号码" };
  }
  if (/^[0-9](\.[0-9]*)?E\+?[0-9]+$/.test(number)) {
    return { fault: "号码已被表格软件改成科学记数法，后几位已丢失：请把该列设为文本，再按身份证重新填写" };
  }
  if (number.length !== 18) return { fault: "身份证号码应为18位，请核对有无漏写或多写" };
  if (!/^[0-9]{17}[0-9X]$/.test(number)) {
    return { fault: "身份证号码前17位应为数字，最后一位应为数字或字母X，请核对后重新填写" };
  }
  const birth_date = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isDay(birth_date)) return { fault: "身份证号码第7至14位是出生日期，但没有这一天，请对照身份证核对" };
  if (birth_date < EARLIEST_BIRTH_YEAR) {
    return { fault: "身份证号码第7至14位是出生日期，但年份过早，请对照身份证核对" };
  }
  const total = WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(number[place]), 0);
  if (CHECK[total % 11] !== number[17]) {
    return {
      fault: number.endsWith("000")
        ? "身份证号码校验不符，且末三位均为零，可能被表格软件改写：请把该列设为文本，再按身份证重新填写"
        : "身份证号码校验不符，请对照身份证逐位核对",
    };
  }
  const warning = PROVINCE.test(number) ? null : "身份证号码前两位不是已知的省级代码，请核对";
  return { number, birth_date, sex: Number(number[16]) % 2 ? "male" : "female", warning };
}

/** Return { id, disability_category, disability_grade } of a certificate, first issue or reissue. */
export function readCertificate(text) {
  const number = normalise(text);
  if (number.length === 18) {
    return {
      fault:
        "位数与身份证号码相同：残疾人证号是身份证号码后加残疾类别、等级各一位，共20位（补换证为22位），请按残疾人证填写",
    };
  }
  if (number.length !== 20 && number.length !== 22) return { fault: "残疾人证号应为20位或22位，请对照残疾人证核对" };
  const id = readIdNumber(number.slice(0, 18));
  if (id.fault) return { fault: `残疾人证号的前18位有误：${id.fault}` };
  const category = "1234567".indexOf(number[18]);
  if (category < 0) return { fault: "残疾人证号第19位是残疾类别，应为1至7，请对照残疾人证核对" };
  if (!"1234".includes(number[19])) return { fault: "残疾人证号第20位是残疾等级，应为1至4，请对照残疾人证核对" };
  if (number.length === 22 && !/^B[1-9]$/.test(number.slice(20))) {
    return { fault: "残疾人证号最后两位应为B1至B9，请对照残疾人证核对" };
  }
  return { id, disability_category: CATEGORIES[category], disability_grade: number[19] };
}

/** Return { code, local, warning } of a region code; *local* is null where the code does not tell. */
export function readRegion(text, pack) {
  const code = normalise(text);
  if (!LEVELS.includes(code.length) || !/^[1-9][0-9]+$/.test(code)) {
    return { fault: "行政区划代码应为2、4、6、9或12位数字，且不以0开头，请核对后重新填写" };
  }
  const [place, home] = [significant(code), significant(pack.region)];
  const township = place.length >= 9 ? place.slice(0, 9) : null;
  const listed = Object.keys(pack.townships);
  const known = !township || township in pack.townships || !listed.some((one) => one.slice(0, 6) === township.slice(0, 6));
  const warning = known ? null : "行政区划代码中的乡镇（街道）不在已知名单内，请核对";
  return { code, local: isLocal(place, home), warning };
}

function isLocal(place, home) {
  if (place.startsWith(home)) return true;
  if (home.startsWith(place)) return null;
  // Residents of a development zone are registered in one of the real counties around it.
  if (place.slice(0, 4) === home.slice(0, 4) && /^7[1-9]$/.test(place.slice(4, 6))) return null;
  return false;
}

// Trailing zero groups stand for "all of it".
function significant(code) {
  return LEVELS.slice(1).reduce(
    (kept, shorter, place) =>
      kept.length === LEVELS[place] && /^0*$/.test(kept.slice(shorter)) ? kept.slice(0, shorter) : kept,
    code,
  );
}
