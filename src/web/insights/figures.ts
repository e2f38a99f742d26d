import type { Shape, ThreadStoreClient } from "../shared/api.js";
import { wall } from "./clock.js";
import type { Cell } from "./csv.js";

/** A report's rows, by the names of its columns. */
export type Row = Record<string, Cell>;

export type Interval = Shape<"ReportInterval">;

export interface Span {
  from?: string;
  to?: string;
}

type ReportName =
  | "activity"
  | "articles"
  | "civility"
  | "commenters"
  | "conversation"
  | "hours"
  | "learned"
  | "moderation"
  | "paths"
  | "retention"
  | "returning"
  | "rules"
  | "threads"
  | "top"
  | "votes"
  | "workload";

export class Figures {
  constructor(
    readonly api: ThreadStoreClient,
    readonly site: string,
  ) {}

  async report(report: ReportName, span: Span, interval?: Interval, signal?: AbortSignal, limit?: number): Promise<Row[]> {
    const query = { ...span, ...(interval === undefined ? {} : { interval }), ...(limit === undefined ? {} : { limit }) };
    const answer = await this.api.get("/v1/sites/{site}/analytics/{report}", {
      path: { site: this.site, report },
      query,
      ...(signal === undefined ? {} : { signal }),
    });
    // the last row has the totals
    return (answer.rows as Cell[][]).slice(0, -1).map((row) => Object.fromEntries(answer.columns.map((c, i) => [c, row[i] ?? null])));
  }

  /** The articles that are discussed most, for what reports do not know of them. */
  async articles(most: number, signal?: AbortSignal): Promise<Shape<"Article">[]> {
    const found: Shape<"Article">[] = [];
    const query = { sort: "mostCommented", limit: 100 } as const;
    const request = { path: { site: this.site }, query, ...(signal === undefined ? {} : { signal }) };
    for await (const article of this.api.items("/v1/sites/{site}/articles", request)) {
      // from there on nobody has written anything
      if (article.commentCount === 0 || found.length >= most) break;
      found.push(article);
    }
    return found;
  }
}

export const num = (cell: Cell | undefined): number => (typeof cell === "number" ? cell : 0);
export const text = (cell: Cell | undefined): string => (cell === null || cell === undefined ? "" : String(cell));

/** When a row begins, by the wall clock. */
export const beginOf = (row: Row): number => wall(text(row["local"] ?? null));

/** Sums by a name, the greatest first. */
export function sums(pairs: [name: string, n: number][]): [string, number][] {
  const found = new Map<string, number>();
  for (const [name, n] of pairs) found.set(name, (found.get(name) ?? 0) + n);
  return [...found].sort((a, b) => b[1] - a[1]);
}
