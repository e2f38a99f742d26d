import type { Shape } from "../shared/api.js";
import { language } from "../shared/words.js";
import { day, moment } from "./clock.js";
import type { Cell } from "./csv.js";
import { beginOf, num, sums, text, type Interval, type Row } from "./figures.js";
import type { Picture } from "./picture.js";
import { t } from "./words.js";

/** More bars than that no eye tells apart. */
const MOST_NAMES = 15;

/** Comments, and who wrote them: of an interval's commenters those who had written before are the returning ones. */
export function activity(rows: Row[], interval: Interval): Picture {
  const returning = (r: Row) => num(r["commenters"]) - num(r["newCommenters"]);
  const of = (column: string) => rows.map((r) => num(r[column]));
  return {
    id: "activity",
    title: t("activity"),
    columns: [t("when"), t("comments"), t("commenters"), t("newcomers"), t("returning"), t("reactions"), t("flags")],
    rows: rows.map((r): Cell[] => [
      text(r["local"]),
      num(r["comments"]),
      num(r["commenters"]),
      num(r["newCommenters"]),
      returning(r),
      num(r["reactions"]),
      num(r["flags"]),
    ]),
    show: (_, column, row) =>
      column === 0 ? (interval === "hour" ? moment : day)(beginOf(rows[row] as Row)) : undefined,
    drawing: {
      xs: rows.map(beginOf),
      lines: [
        { label: t("comments"), values: of("comments"), as: "bars" },
        { label: t("commenters"), values: of("commenters"), as: "line" },
        { label: t("newcomers"), values: of("newCommenters"), as: "line" },
        { label: t("returning"), values: rows.map(returning), as: "line" },
      ],
    },
  };
}

/** A day of the week, Monday first. */
const weekdays = Array.from({ length: 7 }, (_, i) =>
  new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + i)),
);

/** By the hour that the wall clock showed; the table has each weekday, too. */
export function hours(rows: Row[]): Picture {
  const counts = Array.from({ length: 24 }, () => Array.from({ length: 7 }, () => 0));
  for (const row of rows) (counts[num(row["hour"])] as number[])[num(row["weekday"]) - 1] = num(row["comments"]);
  const sums = counts.map((of) => of.reduce((sum, n) => sum + n, 0));
  const names = sums.map((_, hour) => `${hour}`.padStart(2, "0"));
  const isEmpty = sums.every((n) => n === 0);
  return {
    ...bars("hours", t("hours"), t("hourOfDay"), isEmpty ? [] : names.map((name, i) => [name, sums[i] ?? 0])),
    columns: [t("hourOfDay"), t("comments"), ...weekdays],
    rows: isEmpty ? [] : names.map((name, i) => [name, sums[i] ?? 0, ...(counts[i] ?? [])]),
  };
}

/** Comments of the period by what is known of their article. */
export function byArticle(
  id: "sections" | "authors",
  rows: Row[],
  articles: Shape<"Article">[],
  of: (article: Shape<"Article">) => string | null,
): Picture {
  const known = new Map(articles.map((a) => [a.key, of(a)]));
  const found = sums(rows.map((r) => [known.get(text(r["article"])) ?? t("none"), num(r["comments"])]));
  return bars(id, t(id), t(id === "sections" ? "section" : "author"), found);
}

/** Where people speak now. */
export function mostDiscussed(rows: Row[]): Picture {
  const top = rows.slice(0, MOST_NAMES);
  return {
    ...bars("now", t("now"), t("article"), top.map((r) => [text(r["title"]), num(r["comments"])])),
    columns: [t("article"), t("comments"), t("commenters"), t("depth")],
    rows: top.map((r) => [text(r["title"]), num(r["comments"]), num(r["commenters"]), num(r["depth"])]),
    isOpen: true,
  };
}

function bars(id: string, title: string, name: string, found: [string, number][]): Picture {
  const shown = found.slice(0, Math.max(MOST_NAMES, id === "hours" ? 24 : 0));
  return {
    id,
    title,
    columns: [name, t("comments")],
    rows: found,
    drawing: {
      xs: shown.map((_, i) => i),
      names: shown.map(([name]) => name),
      lines: [{ label: t("comments"), values: shown.map(([, n]) => n), as: "bars" }],
    },
  };
}
