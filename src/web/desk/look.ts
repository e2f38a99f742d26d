import { isAborted, type Shape } from "../shared/api.js";
import { report, type Desk } from "./desk-context.js";

/** All that a decision on a comment may want to know. */
export interface Look {
  id: string;
  version: number;
  article: Shape<"Article"> | undefined;
  ancestors: Shape<"Comment">[];
  replies: Shape<"ThreadComment">[];
  history: Shape<"HistoryItem">[];
  person: Person | undefined;
}

export interface Person {
  commenter: Shape<"Commenter">;
  latest: Shape<"OwnComment">[];
  decisions: Shape<"LogEntry">[];
}

const REPLIES = 5;
const LATEST = 5;

/** Asks for all of it at once; undefined: no longer wanted, or not to be had. */
export async function look(desk: Desk, comment: Shape<"Comment">, signal: AbortSignal): Promise<Look | undefined> {
  const path = { site: desk.site, commentId: comment.id };
  const asModerator = { signal, signedIn: true };
  try {
    const [article, around, replies, history, person] = await Promise.all([
      desk.api.get("/v1/sites/{site}/articles/{articleKey}", {
        path: { site: desk.site, articleKey: comment.article },
        ...asModerator,
      }),
      // what is gone has nothing above it to be asked for
      comment.state === "deleted" || comment.parentId === null
        ? undefined
        : desk.api.get("/v1/sites/{site}/comments/{commentId}", { path, ...asModerator }),
      comment.replyCount === 0
        ? undefined
        : desk.api.get("/v1/sites/{site}/comments/{commentId}/replies", { path, query: { limit: REPLIES }, ...asModerator }),
      desk.api.get("/v1/sites/{site}/comments/{commentId}/history", { path, signal }),
      comment.author === null ? undefined : lookAtPerson(desk, comment.author.key, signal),
    ]);
    return {
      id: comment.id,
      version: comment.version,
      article,
      ancestors: around?.ancestors ?? [],
      replies: replies?.items ?? [],
      history: history.items,
      person,
    };
  } catch (e) {
    if (!isAborted(e)) report(desk, e);
    return undefined;
  }
}

/** A commenter's record; what they wrote in all states, and what was decided on them. */
export async function lookAtPerson(desk: Desk, commenterKey: string, signal: AbortSignal): Promise<Person> {
  const path = { site: desk.site, commenterKey };
  const [commenter, latest, decisions] = await Promise.all([
    desk.api.get("/v1/sites/{site}/commenters/{commenterKey}", { path, signal, signedIn: true }),
    desk.api.get("/v1/sites/{site}/commenters/{commenterKey}/comments", {
      path,
      query: { limit: LATEST },
      signal,
      signedIn: true,
    }),
    desk.api.get("/v1/sites/{site}/moderation/log", {
      path: { site: desk.site },
      query: { commenter: commenterKey, limit: LATEST },
      signal,
    }),
  ]);
  return { commenter, latest: latest.items, decisions: decisions.items };
}
