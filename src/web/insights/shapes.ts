import { number } from "../shared/words.js";
import { num, text, type Row } from "./figures.js";
import type { Picture } from "./picture.js";
import { t } from "./words.js";

/** How deep discussions go: of how many the deepest reply is that deep. */
export function depths(rows: Row[]): Picture {
  const found = of(rows, "depth");
  return {
    id: "depths",
    title: t("depths"),
    columns: [t("depth"), t("threads")],
    rows: found,
    drawing: {
      xs: found.map((_, i) => i),
      names: found.map(([depth]) => number(depth)),
      lines: [{ label: t("threads"), values: found.map(([, n]) => n), as: "bars" }],
    },
  };
}

/** How broad they are: of how many so many comments stand side by side. Drawn by doubling widths, since few are very broad. */
export function breadths(rows: Row[]): Picture {
  const found = of(rows, "breadth");
  const steps = Math.max(0, ...found.map(([breadth]) => Math.floor(Math.log2(breadth)) + 1));
  const drawn = Array.from({ length: steps }, (_, step) => {
    const [from, to] = [2 ** step, 2 ** (step + 1) - 1];
    const name = from === to ? number(from) : `${number(from)}–${number(to)}`;
    return [name, found.reduce((sum, [breadth, n]) => sum + (breadth >= from && breadth <= to ? n : 0), 0)] as const;
  });
  return {
    id: "breadths",
    title: t("breadths"),
    columns: [t("breadth"), t("threads")],
    rows: found,
    drawing: {
      xs: drawn.map((_, i) => i),
      names: drawn.map(([name]) => name),
      lines: [{ label: t("threads"), values: drawn.map(([, n]) => n), as: "bars" }],
    },
  };
}

const of = (rows: Row[], measure: string) =>
  rows.filter((r) => text(r["measure"]) === measure).map((r): [number, number] => [num(r["value"]), num(r["threads"])]);
