import { html } from "lit";
import { duration } from "../shared/times.js";
import { share } from "../shared/words.js";
import { day, wall } from "./clock.js";
import type { Cell } from "./csv.js";
import { num, text, type Row } from "./figures.js";
import type { Picture } from "./picture.js";
import { t, tOr } from "./words.js";

const actionOf = (row: Row) => tOr(`action.${text(row["action"])}`, text(row["action"]));
const seconds = (row: Row, column: string): Cell => row[column] ?? null;
const waited = (value: Cell) => (typeof value === "number" ? duration(value) : undefined);

/** What came in, and what was done about it. */
export function load(rows: Row[]): Picture {
  const all = rows.filter((r) => r["by"] === "all");
  return {
    id: "moderation",
    title: t("load"),
    columns: [t("action"), t("count"), t("p50"), t("p95")],
    rows: all.map((r) => [actionOf(r), num(r["count"]), seconds(r, "secondsP50"), seconds(r, "secondsP95")]),
    show: (value, column) => (column > 1 ? waited(value) : undefined),
    isOpen: true,
    drawing: {
      xs: all.map((_, i) => i),
      names: all.map(actionOf),
      lines: [{ label: t("count"), values: all.map((r) => num(r["count"])), as: "bars" }],
    },
  };
}

/** How long what waited had waited when somebody decided. */
export function times(rows: Row[]): Picture {
  const timed = rows.filter((r) => r["by"] === "all" && r["secondsP50"] !== null);
  const minutes = (column: string) => timed.map((r) => num(r[column]) / 60);
  return {
    id: "times",
    title: t("times"),
    columns: [t("action"), t("p50"), t("p95")],
    rows: timed.map((r) => [actionOf(r), seconds(r, "secondsP50"), seconds(r, "secondsP95")]),
    show: (value, column) => (column > 0 ? waited(value) : undefined),
    drawing: {
      xs: timed.map((_, i) => i),
      names: timed.map(actionOf),
      lines: [
        { label: t("minutesP95"), values: minutes("secondsP95"), as: "bars" },
        { label: t("minutesP50"), values: minutes("secondsP50"), as: "bars" },
      ],
    },
  };
}

export function byReason(rows: Row[]): Picture {
  const found = rows.filter((r) => r["by"] === "reason");
  return {
    id: "reasons",
    title: t("byReason"),
    columns: [t("action"), t("reason"), t("means"), t("count"), t("p50")],
    rows: found.map((r) => [
      actionOf(r),
      text(r["reason"]),
      tOr(text(r["means"]), text(r["means"])),
      num(r["count"]),
      seconds(r, "secondsP50"),
    ]),
    show: (value, column) => (column === 4 ? waited(value) : undefined),
    isOpen: true,
  };
}

export function byModerator(rows: Row[]): Picture {
  const found = rows.filter((r) => r["by"] === "moderator");
  return {
    id: "moderators",
    title: t("byModerator"),
    columns: [t("moderator"), t("action"), t("count"), t("p50")],
    rows: found.map((r) => [text(r["moderator"]), actionOf(r), num(r["count"]), seconds(r, "secondsP50")]),
    show: (value, column) => (column === 3 ? waited(value) : undefined),
    isOpen: true,
  };
}

/** Weeks of first comments that a table shows beside each other. */
const MOST_WEEKS = 13;
/** Shades of a cell. */
const SHADES = 9;

/** Of those who first wrote in a week, how many wrote again in each week since. */
export function retention(rows: Row[]): Picture {
  const cohorts = [...new Set(rows.map((r) => text(r["local"])))];
  const weeks = Math.min(Math.max(0, ...rows.map((r) => num(r["week"]))) + 1, MOST_WEEKS);
  const shareOf = new Map(rows.map((r) => [`${text(r["local"])} ${num(r["week"])}`, num(r["share"])]));
  const sizes = new Map(rows.map((r) => [text(r["local"]), num(r["size"])]));
  const columns = Array.from({ length: weeks }, (_, w) => w);
  const average = columns.map((week) => {
    const of = cohorts.filter((c) => shareOf.has(`${c} ${week}`));
    const people = of.reduce((sum, c) => sum + (sizes.get(c) ?? 0), 0);
    const back = of.reduce((sum, c) => sum + (sizes.get(c) ?? 0) * (shareOf.get(`${c} ${week}`) ?? 0), 0);
    return people === 0 ? null : back / people;
  });
  return {
    id: "retention",
    title: t("retention"),
    columns: [t("cohort"), t("size"), ...columns.map((w) => t("weekN", { n: w }))],
    rows: cohorts.map((c) => [c, sizes.get(c) ?? 0, ...columns.map((w) => shareOf.get(`${c} ${w}`) ?? null)]),
    show: (value, column) => {
      if (column === 0) return day(wall(text(value)));
      if (column === 1) return undefined;
      if (value === null) return "";
      return html`<span class="heat heat-${Math.ceil(num(value) * SHADES)}">${share(num(value))}</span>`;
    },
    isOpen: true,
    drawing: {
      xs: columns,
      names: columns.map(String),
      lines: [{ label: t("average"), values: average, as: "bars" }],
      format: share,
    },
  };
}
