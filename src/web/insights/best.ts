import { html } from "lit";
import type { Shape } from "../shared/api.js";
import type { Cell } from "./csv.js";
import { num, text, type Row } from "./figures.js";
import type { Picture } from "./picture.js";
import { t, tOr } from "./words.js";

const VALUES = ["replies", "reactions", "flags", "controversy", "featured"] as const;
const values = (row: Row): Cell[] => VALUES.map((v) => (v === "controversy" ? rounded(row[v] ?? null) : (row[v] ?? null)));
const rounded = (value: Cell) => (typeof value === "number" ? Math.round(value * 100) / 100 : value);
const by = (row: Row) => tOr(text(row["measure"]), text(row["measure"]));
/** An address that is followed leads to a page, and runs nothing. */
const isPage = (url: string) => /^https?:\/\//i.test(url);

/** The threads of which there is most of something. */
export function topThreads(rows: Row[]): Picture {
  const found = rows.filter((r) => r["kind"] === "thread");
  const replies = found.filter((r) => r["measure"] === "replies");
  return {
    id: "top-threads",
    title: t("topThreads"),
    columns: [t("most"), t("rank"), t("article"), ...VALUES.map((v) => t(v))],
    rows: found.map((r) => [by(r), num(r["rank"]), text(r["title"]), ...values(r)]),
    drawing: {
      xs: replies.map((_, i) => i),
      names: replies.map((r) => text(r["title"])),
      lines: [{ label: t("replies"), values: replies.map((r) => num(r["replies"])), as: "bars" }],
    },
  };
}

/** The comments of which there is most of something; where their article's page is known, with the way to them. */
export function topComments(rows: Row[], articles: Shape<"Article">[]): Picture {
  const found = rows.filter((r) => r["kind"] === "comment");
  const replies = found.filter((r) => r["measure"] === "replies");
  const pages = new Map(articles.map((a) => [a.key, a.url ?? ""]));
  const shown = found.map((r) => {
    const page = pages.get(text(r["article"])) ?? "";
    return isPage(page) ? html`<a href="${page.split("#")[0]}#comment-${text(r["comment"])}">${text(r["commenter"])}</a>` : undefined;
  });
  return {
    id: "top-comments",
    title: t("topComments"),
    columns: [t("most"), t("rank"), t("commenter"), t("article"), t("comment"), ...VALUES.map((v) => t(v))],
    rows: found.map((r) => [by(r), num(r["rank"]), text(r["commenter"]), text(r["title"]), text(r["comment"]), ...values(r)]),
    show: (_, column, row) => (column === 2 ? shown[row] : undefined),
    drawing: {
      xs: replies.map((_, i) => i),
      names: replies.map((r) => text(r["commenter"])),
      lines: [{ label: t("replies"), values: replies.map((r) => num(r["replies"])), as: "bars" }],
    },
  };
}
