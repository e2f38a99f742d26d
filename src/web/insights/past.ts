import type { Shape, ThreadStoreClient } from "../shared/api.js";

/** A step in the life of a discussion. */
export interface Step {
  position: number;
  at: string;
  /** Comments written so far, whatever became of them. */
  written: number;
}

const PAGE = 10_000;
/** A slider has no use for more. */
const MOST = 50_000;

/** All that happened on an article, in the order in which it happened. */
export async function stepsOf(api: ThreadStoreClient, site: string, article: string, signal: AbortSignal): Promise<Step[]> {
  const steps: Step[] = [];
  let written = 0;
  for (let after = 0; steps.length < MOST; ) {
    const lines = await api.get("/v1/sites/{site}/events", {
      path: { site },
      query: { article, after, limit: PAGE },
      signal,
    });
    const events = lines
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Shape<"EventLine">);
    for (const { position, at, type } of events) {
      if (type === "comment-posted") written++;
      steps.push({ position, at, written });
    }
    if (events.length < PAGE) break;
    after = events.at(-1)?.position ?? after;
  }
  return steps;
}

const LIMIT = 50;
const REPLIES = 10;

/** The thread as it stood when all up to the position had happened. */
export function threadAt(
  api: ThreadStoreClient,
  site: string,
  articleKey: string,
  atPosition: number,
  signal: AbortSignal,
): Promise<Shape<"ThreadPage">> {
  return api.get("/v1/sites/{site}/articles/{articleKey}/comments", {
    path: { site, articleKey },
    query: { atPosition, sort: "oldest", limit: LIMIT, replies: REPLIES },
    signal,
  });
}
