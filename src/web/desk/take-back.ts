import type { Shape } from "../shared/api.js";
import type { Desk } from "./desk-context.js";
import { reasonWord, t, tOr, type Word } from "./words.js";

/** A decision in words: what, for which reason, on whom. */
export function whatOf(action: Word, name: string, reason?: string): string {
  const word = t(action).replace(" …", "");
  return `${reason === undefined ? word : `${word} (${reasonWord(reason)})`}, ${name}`;
}

/** Takes decisions back, the last first. What is said of it: what it was, and how things stand again. */
export async function takeBack(desk: Desk, what: string, positions: number[], isBulk = false): Promise<string> {
  let last: Shape<"Undone"> | undefined;
  let left = 0;
  for (const position of positions.toReversed()) {
    last = await desk.api.post("/v1/sites/{site}/moderation/log/{position}/undo", {
      path: { site: desk.site, position: String(position) },
      query: isBulk ? { bulk: true } : {},
    });
    left += last.left.length;
  }
  return told(what, last, left);
}

function told(what: string, undone: Shape<"Undone"> | undefined, left: number): string {
  const said = [t("undone", { what })];
  const { comments = [], commentCount = 0, commenter = null, article = null } = undone ?? {};
  const [comment] = comments;
  if (commenter !== null) {
    const standing = commenter.standing ?? "good";
    said.push(t("nowAgain", { now: tOr(`standing.${standing}`, standing) }));
    if (commentCount > 0) said.push(t("cameBack", { n: commentCount }));
  } else if (article !== null) said.push(t("nowAgain", { now: article }));
  else if (comment !== undefined && commentCount === 1)
    said.push(t("nowAgain", { now: tOr(`state.${comment.state}`, comment.state) }));
  else if (commentCount > 1) said.push(t("cameBack", { n: commentCount }));
  if (left > 0) said.push(t("stayed", { n: left }));
  return said.join(" ");
}
