import type { LiveMessage } from "../../client-ts/src/index.js";
import type { Discussion } from "./discussion.js";
import { missing, type Comment } from "./tree.js";

/**
 * Follows a discussion until the signal ends it. What arrives is announced, and shown when the reader asks for it: nothing
 * that they read moves.
 */
export async function follow(discussion: Discussion, signal: AbortSignal): Promise<void> {
  for await (const message of discussion.api.watch(discussion.place, { signal })) {
    if (message.event === "resync") await catchUp(discussion);
    else hear(discussion, message);
  }
}

export function hear(discussion: Discussion, message: LiveMessage): void {
  const { tree, stage, article } = discussion;
  switch (message.event) {
    case "comment-published": {
      const known = tree.find(message.data.id);
      if (known !== undefined) return tree.update(known, message.data);
      const parent = tree.find(message.data.parentId);
      if (concerns(discussion, message.data)) stage.news(parseInt(message.id));
      if (message.data.parentId === null) {
        discussion.fresh = [tree.take(message.data), ...discussion.fresh];
        stage.redrawSoon();
      } else if (parent !== undefined) {
        tree.update(parent, { ...parent.comment, replyCount: parent.comment.replyCount + 1 });
        // otherwise it comes with the replies that are not loaded yet
        if (parent.next === null) parent.fresh = [...parent.fresh, tree.take(message.data)];
        parent.redraw?.();
      }
      break;
    }
    case "comment-edited":
    case "reactions-changed": {
      const item = tree.find(message.data.id);
      if (item !== undefined) tree.update(item, message.data);
      break;
    }
    case "comment-removed": {
      const item = tree.find(message.data.id);
      if (item === undefined) break;
      discussion.fresh = discussion.fresh.filter((i) => i !== item);
      const parent = tree.find(item.comment.parentId);
      if (parent !== undefined) {
        parent.fresh = parent.fresh.filter((i) => i !== item);
        tree.update(parent, { ...parent.comment, replyCount: Math.max(0, parent.comment.replyCount - 1) });
      }
      discussion.bury(item, message.data);
      stage.redrawSoon();
      break;
    }
    case "count-changed":
      discussion.counted(message.data.commentCount);
      break;
    case "discussion-closed":
    case "discussion-opened":
      if (article !== undefined) discussion.article = { ...article, discussion: message.data.discussion };
      stage.redrawSoon();
      for (const item of tree.all()) item.redraw?.();
  }
}

/** Whether it answers or mentions the reader. */
function concerns({ own }: Discussion, comment: Comment): boolean {
  if (own === undefined || comment.author?.key === own.commenter.key) return false;
  if (comment.parentId !== null && own.can.delete.includes(comment.parentId)) return true;
  const { key, name } = own.commenter;
  return [`@${key}`, `@"${name}"`].some((mention) => comment.body?.includes(mention));
}

/** Too much was missed to be told one by one. */
async function catchUp(discussion: Discussion): Promise<void> {
  const { api, place, tree } = discussion;
  const page = await api.get("/v1/sites/{site}/articles/{articleKey}/comments", { path: place });
  const items = page.items.map((c) => tree.take(c));
  discussion.fresh = missing(discussion.items, items);
  discussion.counted(page.commentCount);
  await discussion.loadArticle();
}
