import { duration } from "../shared/times.js";
import { share } from "../shared/words.js";
import { day } from "./clock.js";
import type { Cell } from "./csv.js";
import { beginOf, num, text, type Row } from "./figures.js";
import type { Picture } from "./picture.js";
import { t, tOr } from "./words.js";

const shareOrNone = (value: Cell) => (typeof value === "number" ? share(value) : undefined);
const figure = (row: Row, column: string): number | null => (typeof row[column] === "number" ? (row[column] as number) : null);
const dayOf = (rows: Row[], row: number) => day(beginOf(rows[row] as Row));

/** More bars than that no eye tells apart. */
const MOST_NAMES = 15;

/** Who came, came back and stayed away, and how much of it all a few write. */
export function returning(rows: Row[]): Picture {
  const of = (column: string) => rows.map((r) => figure(r, column));
  const columns = ["commenters", "newCommenters", "returning", "lost", "top1Share", "top5Share", "top20Share"];
  const top = (n: number) => t("topShare", { n });
  return {
    id: "returning",
    title: t("whoReturns"),
    columns: [t("when"), t("commenters"), t("newcomers"), t("returning"), t("lost"), top(1), top(5), top(20)],
    rows: rows.map((r): Cell[] => [text(r["local"]), ...columns.map((c) => figure(r, c))]),
    show: (value, column, row) => (column === 0 ? dayOf(rows, row) : column > 4 ? shareOrNone(value) : undefined),
    drawing: {
      xs: rows.map(beginOf),
      lines: [
        { label: t("returning"), values: of("returning"), as: "bars" },
        { label: t("newcomers"), values: of("newCommenters"), as: "line" },
        { label: t("lost"), values: of("lost"), as: "line" },
      ],
    },
  };
}

/** Who writes most, and what comes back. */
export function mostActive(rows: Row[]): Picture {
  const drawn = rows.slice(0, MOST_NAMES);
  return {
    id: "commenters",
    title: t("mostActive"),
    columns: [t("commenter"), t("key"), t("comments"), t("repliesReceived"), t("reactions"), t("approvalRate")],
    rows: rows.map((r): Cell[] => [
      text(r["name"]),
      text(r["commenter"]),
      ...["comments", "repliesReceived", "reactions", "approvalRate"].map((c) => figure(r, c)),
    ]),
    show: (value, column) => (column === 5 ? shareOrNone(value) : undefined),
    drawing: {
      xs: drawn.map((_, i) => i),
      names: drawn.map((r) => text(r["name"])),
      lines: [{ label: t("comments"), values: drawn.map((r) => num(r["comments"])), as: "bars" }],
    },
  };
}

/** Whether people talk with each other, and what comes after replies by the staff. */
export function conversation(rows: Row[]): Picture {
  const columns = ["comments", "replies", "replyShare", "meanDepth", "staffReplies", "commentsBefore", "commentsAfter"];
  const shares = ["rejectedShareBefore", "rejectedShareAfter"];
  return {
    id: "conversation",
    title: t("conversation"),
    note: t("conversationNote"),
    columns: [
      t("when"),
      t("comments"),
      t("replies"),
      t("replyShare"),
      t("meanDepth"),
      t("staffReplies"),
      t("commentsBefore"),
      t("commentsAfter"),
      t("rejectedBefore"),
      t("rejectedAfter"),
      t("lifeAfter"),
    ],
    rows: rows.map((r): Cell[] => [text(r["local"]), ...[...columns, ...shares, "lifeAfterSecondsP50"].map((c) => figure(r, c))]),
    show: (value, column, row) => {
      if (column === 0) return dayOf(rows, row);
      if (column === 3 || column === 8 || column === 9) return shareOrNone(value);
      return column === 10 && typeof value === "number" ? duration(value) : undefined;
    },
    drawing: {
      xs: rows.map(beginOf),
      lines: [{ label: t("replyShare"), values: rows.map((r) => figure(r, "replyShare")), as: "line" }],
      format: share,
    },
  };
}

/** How readers become commenters. */
export function paths(rows: Row[]): Picture {
  const step = (row: Row) => tOr(`step.${text(row["step"])}`, text(row["step"]));
  // of nobody there is no share
  const found = rows.filter((r) => num(r["people"]) > 0);
  return {
    id: "paths",
    title: t("paths"),
    columns: [t("step"), t("people"), t("reached"), t("shareReached"), t("p50")],
    rows: found.map((r): Cell[] => [step(r), ...["people", "reached", "share", "secondsP50"].map((c) => figure(r, c))]),
    show: (value, column) =>
      column === 3 ? shareOrNone(value) : column === 4 && typeof value === "number" ? duration(value) : undefined,
    drawing: {
      xs: found.map((_, i) => i),
      names: found.map(step),
      lines: [{ label: t("shareReached"), values: found.map((r) => figure(r, "share")), as: "bars" }],
      format: share,
    },
  };
}

/** Who reacts together far beyond chance. It accuses nobody, and says so. */
export function votes(rows: Row[]): Picture {
  const drawn = rows.slice(0, MOST_NAMES);
  return {
    id: "votes",
    title: t("votes"),
    note: t("votesNote"),
    columns: [t("group"), t("commenter"), t("other"), t("together"), t("expected"), t("chance")],
    rows: rows.map((r): Cell[] => [
      num(r["group"]),
      text(r["commenter"]),
      text(r["other"]),
      num(r["together"]),
      Math.round(num(r["expected"]) * 100) / 100,
      figure(r, "chance"),
    ]),
    show: (value, column) => (column === 5 ? num(value).toExponential(1) : undefined),
    isOpen: true,
    drawing: {
      xs: drawn.map((_, i) => i),
      names: drawn.map((r) => `${text(r["commenter"])} · ${text(r["other"])}`),
      lines: [
        { label: t("together"), values: drawn.map((r) => num(r["together"])), as: "bars" },
        { label: t("expected"), values: drawn.map((r) => num(r["expected"])), as: "bars" },
      ],
    },
  };
}
