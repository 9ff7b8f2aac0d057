// Days as texts "2026-11-23": they compare as they are, and no time zone can shift them.

/** Return the full years between two days; who was born on 29 February completes one on 1 March of a common year. */
export function completedYears(start, day) {
  return Number(day.slice(0, 4)) - Number(start.slice(0, 4)) - (day.slice(5) < start.slice(5) ? 1 : 0);
}

/** Return *day* so many years later; 29 February falls on 1 March, or with *eve* on 28 February. */
export function anniversary(day, years, eve = false) {
  const year = Number(day.slice(0, 4)) + years;
  const rest = day.slice(5) === "02-29" && !isLeap(year) ? (eve ? "02-28" : "03-01") : day.slice(5);
  return `${String(year).padStart(4, "0")}-${rest}`;
}

/** Whether *text* is a day that exists, written year-month-day. */
export function isDay(text) {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

/** Return today in China, whatever the clock of the device is set to. */
export function today() {
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(new Date());
}

const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysOf = (year, month) => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
