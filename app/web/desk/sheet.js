// The desk's own style sheet, fetched with the first page of it.

import { el } from "../dom.js";

document.head.append(el("link", { rel: "stylesheet", href: "web/desk/desk.css" }));
