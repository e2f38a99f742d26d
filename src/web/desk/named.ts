import type { Shape } from "../shared/api.js";
import { may } from "../shared/session.js";
import type { Desk } from "./desk-context.js";

/** Those who wrote most are looked through; the API finds people by their keys alone. */
const MOST = 5_000;

export type Named = Pick<Shape<"Author">, "key" | "name">;

/** People by a part of their name: of those in the queues, and, where the token may ask for reports, of those who wrote most. */
export async function named(desk: Desk, text: string, signal: AbortSignal): Promise<Named[]> {
  const [{ site }, wanted] = [desk, folded(text)];
  const queues = (["pending", "flagged", "rejected"] as const).map(async (state) => {
    const query = { state, limit: 100 };
    const { items } = await desk.api.get("/v1/sites/{site}/moderation/queue", { path: { site }, query, signal });
    return items.flatMap(({ comment }) => comment.author ?? []);
  });
  const report = may(desk.session, "analyst") ? [writers(desk, signal)] : [];
  const found = (await Promise.all([...queues, ...report])).flat().filter((p) => folded(p.name).includes(wanted));
  return [...new Map(found.map((p) => [p.key, p])).values()];
}

async function writers(desk: Desk, signal: AbortSignal): Promise<Named[]> {
  const path = { site: desk.site, report: "commenters" } as const;
  const { columns, rows } = await desk.api.get("/v1/sites/{site}/analytics/{report}", { path, query: { limit: MOST }, signal });
  const [key, name] = [columns.indexOf("commenter"), columns.indexOf("name")];
  // the last row is of all, and has no name
  return (rows as unknown[][]).flatMap((row) => (typeof row[name] === "string" ? [{ key: String(row[key]), name: row[name] }] : []));
}

/** Without case and accents: who looks for somebody has their name from hearsay. */
const folded = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
