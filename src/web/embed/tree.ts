import type { components } from "../../client-ts/src/index.js";

export type Comment = components["schemas"]["Comment"];
export type ThreadComment = components["schemas"]["ThreadComment"];
type Page = components["schemas"]["RepliesPage"];

/** A comment as it stands on the page, with the replies that are shown below it. */
export interface Item {
  comment: Comment;
  replies: Item[];
  /** Where more replies come from; null: all are shown; "": from the beginning. */
  next: string | null;
  /** Replies that arrived live and are not shown yet. */
  fresh: Item[];
  /** The reader's reactions, one after the other as they were given. */
  turn?: Promise<unknown>;
  /** Draws it anew; there while it is on the page. */
  redraw?: () => void;
  /** Brings it into view, and the keyboard to it. */
  reveal?: () => void;
  /** Goes on with what the reader wanted before they signed in. */
  goOn?: (open: "reply" | "report") => void;
}

/** All comments of an article that were met, each once. */
export class Tree {
  readonly #items = new Map<string, Item>();

  find(id: string | null | undefined): Item | undefined {
    return id == null ? undefined : this.#items.get(id);
  }

  /** A comment that was read, with the replies that came along; what was met before is brought up to date. */
  take(comment: ThreadComment | Comment): Item {
    let item = this.#items.get(comment.id);
    if (item === undefined) {
      item = { comment, replies: [], next: null, fresh: [] };
      this.#items.set(comment.id, item);
      if (!("replies" in comment) && comment.replyCount > 0) item.next = "";
    } else this.update(item, comment);
    if ("replies" in comment) this.extend(item, comment.replies);
    return item;
  }

  /** A page of replies follows those that are there. */
  extend(item: Item, page: Page): Item[] {
    const added = missing(item.replies, page.items.map((c) => this.take(c)));
    item.replies = [...item.replies, ...added];
    item.fresh = missing(item.replies, item.fresh);
    item.next = page.nextCursor;
    item.redraw?.();
    return added;
  }

  /** A newer state of what is shown; an answer that was under way for longer changes nothing. */
  update(item: Item, comment: Comment): void {
    if (comment.version < item.comment.version) return;
    item.comment = comment;
    item.redraw?.();
  }

  all(): Iterable<Item> {
    return this.#items.values();
  }
}

/** Those that are not in the list yet. */
export function missing(list: Item[], items: Item[]): Item[] {
  const there = new Set(list);
  return items.filter((item) => !there.has(item));
}
