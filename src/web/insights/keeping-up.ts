import { duration } from "../shared/times.js";
import { share } from "../shared/words.js";
import { day, moment } from "./clock.js";
import type { Cell } from "./csv.js";
import { beginOf, num, text, type Interval, type Row } from "./figures.js";
import type { Picture } from "./picture.js";
import { t } from "./words.js";

const figure = (row: Row, column: string): number | null => (typeof row[column] === "number" ? (row[column] as number) : null);
const shareOrNone = (value: Cell) => (typeof value === "number" ? share(value) : undefined);
const DECIDED = ["decisions", "within10Minutes", "within60Minutes", "within240Minutes", "undone", "undoRate"];
const decided = () => [
  t("decisions"),
  ...[10, 60, 240].map((n) => t("withinMinutes", { n })),
  t("undone"),
  t("undoRate"),
];
/** Which of the columns of decisions, from the first of them on, are shares. */
const isShare = (column: number) => (column >= 1 && column <= 3) || column === 5;

/** Whether the queue is kept up with. */
export function workload(rows: Row[], interval: Interval): Picture {
  const found = rows.filter((r) => r["start"] !== null);
  const of = (column: string) => found.map((r) => num(r[column]));
  // of days on which nothing came in, nothing waited and nothing was decided there is nothing to say
  const isEmpty = found.every((r) => num(r["arrived"]) + num(r["waiting"]) + num(r["decisions"]) === 0);
  return {
    id: "workload",
    title: t("workload"),
    columns: [t("when"), t("arrived"), t("waiting"), t("meanAge"), ...decided()],
    rows: isEmpty
      ? []
      : found.map((r): Cell[] => [
          text(r["local"]),
          ...["arrived", "waiting", "meanAgeSeconds", ...DECIDED].map((c) => figure(r, c)),
        ]),
    show: (value, column, row) => {
      if (column === 0) return (interval === "hour" ? moment : day)(beginOf(found[row] as Row));
      if (column === 3) return typeof value === "number" ? duration(value) : undefined;
      return isShare(column - 4) ? shareOrNone(value) : undefined;
    },
    drawing: {
      xs: found.map(beginOf),
      lines: [
        { label: t("arrived"), values: of("arrived"), as: "bars" },
        { label: t("decisions"), values: of("decisions"), as: "line" },
        { label: t("waiting"), values: of("waiting"), as: "line" },
      ],
    },
  };
}

/** Who decided how much, how soon, and how much of it was taken back. */
export function decisions(rows: Row[]): Picture {
  const found = rows.filter((r) => r["start"] === null && r["moderator"] !== null);
  return {
    id: "decisions",
    title: t("inTime"),
    columns: [t("moderator"), ...decided()],
    rows: found.map((r): Cell[] => [text(r["moderator"]), ...DECIDED.map((c) => figure(r, c))]),
    show: (value, column) => (isShare(column - 1) ? shareOrNone(value) : undefined),
    isOpen: true,
  };
}

/** Which rule is wrong how often: of the whole period, and as time went on. */
export function rules(rows: Row[]): Picture {
  const whole = rows.filter((r) => r["start"] === null);
  return {
    id: "rules",
    title: t("rules"),
    columns: [t("rule.name"), t("when"), t("caught"), t("confirmed"), t("letThrough"), t("undecided"), t("precision")],
    rows: rows.map((r): Cell[] => [
      text(r["rule"]),
      r["local"] ?? null,
      ...["caught", "confirmed", "letThrough", "undecided", "precision"].map((c) => figure(r, c)),
    ]),
    show: (value, column, row) => {
      if (column === 1) return value === null ? t("whole") : day(beginOf(rows[row] as Row));
      return column === 6 ? shareOrNone(value) : undefined;
    },
    isOpen: true,
    drawing: {
      xs: whole.map((_, i) => i),
      names: whole.map((r) => text(r["rule"])),
      lines: [
        { label: t("caught"), values: whole.map((r) => num(r["caught"])), as: "bars" },
        { label: t("letThrough"), values: whole.map((r) => num(r["letThrough"])), as: "bars" },
      ],
    },
  };
}

/** How rough it gets: of all, and of what each rule caught. */
export function civility(rows: Row[]): Picture {
  const found = rows.filter((r) => num(r["comments"]) > 0);
  const name = (row: Row) => (row["rule"] === null ? t("all") : text(row["rule"]));
  const columns = ["comments", "rejected", "rejectedShare", "flagged", "flaggedShare", "flags", "scored", "meanScore", "scoreP95"];
  return {
    id: "civility",
    title: t("civility"),
    columns: [
      t("rule.name"),
      t("comments"),
      t("rejected"),
      t("rejectedShare"),
      t("flagged"),
      t("flaggedShare"),
      t("flags"),
      t("scored"),
      t("meanScore"),
      t("scoreP95"),
    ],
    rows: found.map((r): Cell[] => [name(r), ...columns.map((c) => figure(r, c))]),
    show: (value, column) => (column === 3 || column === 5 ? shareOrNone(value) : undefined),
    drawing: {
      xs: found.map((_, i) => i),
      names: found.map(name),
      lines: [{ label: t("rejectedShare"), values: found.map((r) => figure(r, "rejectedShare")), as: "bars" }],
      format: share,
    },
  };
}
