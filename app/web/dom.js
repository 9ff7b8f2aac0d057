// Elements from plain calls: el("button", { class: "big", onclick: save }, "保存").

/** Return an element; properties that begin with "on" are listeners, true and false set and leave out an attribute. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...present(children));
  return element;
}

const present = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

/** Put *children* in place of what *parent* holds, and keep the focus and the open details where they were. */
export function replace(parent, ...children) {
  const focused = document.activeElement && parent.contains(document.activeElement) ? document.activeElement.id : "";
  const open = new Set([...parent.querySelectorAll("details[open][id]")].map((details) => details.id));
  parent.textContent = "";
  parent.append(...present(children));
  for (const details of parent.querySelectorAll("details[id]")) if (open.has(details.id)) details.open = true;
  const again = focused && document.getElementById(focused);
  if (again) again.focus({ preventScroll: true });
}

let told = 0;

/** Say *text* for a few seconds at the foot of the page, to screen readers too. */
export function tell(text, kind = "info") {
  const place = document.getElementById("told");
  const number = (told += 1);
  replace(place, el("p", { class: kind }, text));
  setTimeout(() => number === told && replace(place), 6000);
}
