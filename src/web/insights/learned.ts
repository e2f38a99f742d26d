import { share } from "../shared/words.js";
import { day } from "./clock.js";
import type { Cell } from "./csv.js";
import { beginOf, num, text, type Row } from "./figures.js";
import type { Picture } from "./picture.js";
import { t } from "./words.js";

/** So much of a model's hash tells it from others. */
const SHORT = 8;

/** What the learned model is worth at work: of what it held what was right, and of what was taken away what it had held. */
export function learned(rows: Row[]): Picture {
  const weeks = [...new Set(rows.map((r) => text(r["local"])))];
  // several models may have been at work in one
  const sum = (week: string, column: string) =>
    rows.reduce((sum, r) => sum + (text(r["local"]) === week ? num(r[column]) : 0), 0);
  const ratio = (of: (week: string) => number) =>
    weeks.map((week) => (of(week) === 0 ? null : sum(week, "confirmed") / of(week)));
  return {
    id: "learned",
    title: t("learned"),
    note: t("learnedNote"),
    columns: [t("when"), t("model"), t("heldByIt"), t("confirmed"), t("letThrough"), t("missed"), t("precision"), t("found")],
    rows: rows.map((r): Cell[] => [
      text(r["local"]),
      text(r["model"]),
      ...["held", "confirmed", "letThrough", "missed", "precision", "recall"].map((c) => (typeof r[c] === "number" ? (r[c] as number) : null)),
    ]),
    show: (value, column, row) => {
      if (column === 0) return day(beginOf(rows[row] as Row));
      if (column === 1) return text(value).slice(0, SHORT);
      return column > 5 && typeof value === "number" ? share(value) : undefined;
    },
    drawing: {
      xs: weeks.map((week) => beginOf({ local: week })),
      lines: [
        { label: t("precision"), values: ratio((week) => sum(week, "held")), as: "line" },
        { label: t("found"), values: ratio((week) => sum(week, "confirmed") + sum(week, "missed")), as: "line" },
      ],
      format: share,
    },
  };
}
