// A button that calls the service: not twice at once, and whatever goes wrong is said.

import { CallError } from "../api.js";
import { tell } from "../dom.js";

/** Return *work* as a listener that holds its button until it is done; *said* is told what went wrong. */
export function busily(work, said = (words) => tell(words, "bad")) {
  return async (event) => {
    if (event) event.preventDefault();
    const button = event && (event.submitter || (event.currentTarget.matches("form") ? event.currentTarget.querySelector("[type=submit]") : event.currentTarget));
    if (button) button.disabled = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      said(wordsOf(error));
    } finally {
      if (button) freed(button);
    }
  };
}

/** Let *button* be pressed again; the focus, which a button loses that cannot be pressed, comes back to it. */
export function freed(button) {
  button.disabled = false;
  if (document.activeElement === document.body) button.focus({ preventScroll: true });
}

/** Return what an error says, with what it says of each field. */
export const wordsOf = ({ message, errors }) => [message, ...errors.map((one) => one.message)].join(" ");
