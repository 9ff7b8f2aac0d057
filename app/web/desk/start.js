// For whoever sets the service up or connects a system to it, and no cadre: the first key, the interface's documentation.

import { el, replace } from "../dom.js";

export function page(main) {
  const card = (title, ...parts) => el("div", { class: "card" }, el("h2", {}, title), parts);
  replace(
    main,
    el("h1", {}, "管理员和开发人员"),
    card(
      "第一个密钥",
      el("p", {}, "在运行本服务的电脑上执行下面一行，最后打印的就是管理员的密钥，只显示这一次："),
      el("p", {}, el("code", {}, "python3 -m app keys create 系统管理员 --role admin")),
      el("p", {}, "用它登录后，在“密钥”一页给每个人、每个系统各建一个。"),
    ),
    card(
      "对接其他系统",
      el("p", {}, el("a", { href: "docs" }, "接口文档"), "：每个接口的用法，可以在线试用。"),
      el("p", {}, el("a", { href: "openapi.json" }, "接口描述文件"), "（OpenAPI，供程序读取）。"),
    ),
    el("p", {}, el("a", { href: "#/sign-in" }, "回到登录")),
  );
}
