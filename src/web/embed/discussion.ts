import { ProblemError, ThreadStoreClient, type components } from "../../client-ts/src/index.js";
import type { Sort } from "./begun.js";
import { differing, type OwnView } from "./own.js";
import { Tree, missing, type Comment, type Item } from "./tree.js";

export type Article = components["schemas"]["Article"];
export type FlagReason = components["schemas"]["FlagReason"];
type Prospect = components["schemas"]["Prospect"];

const ARTICLE = "/v1/sites/{site}/articles/{articleKey}";
const COMMENT = "/v1/sites/{site}/comments/{commentId}";

/** What shows a discussion. */
export interface Stage {
  /** Something outside of single comments is to be drawn anew. */
  redraw(): void;
  /** The same, for what arrives by itself. */
  redrawSoon(): void;
  /** The reader may have been notified of something, up to a position of the history. */
  news(position: number): void;
  /** The count of comments is known, or has changed. */
  counted(count: number): void;
}

/** One article's discussion, as one reader has it before them. It draws nothing. */
export class Discussion {
  readonly tree = new Tree();
  /** Top-level comments that are shown. */
  items: Item[] = [];
  /** Top-level comments that arrived live and are not shown yet. */
  fresh: Item[] = [];
  /** The reader's own that wait for a moderator and are not shown yet. */
  waiting: Item[] = [];
  next: string | null = null;
  count: number | undefined;
  article: Article | undefined;
  own: OwnView | undefined;
  /** The comment that a link led to. */
  linked: Item | undefined;
  /** The article was withdrawn while it was read: what is shown stays, and nothing comes. */
  isGone = false;

  constructor(
    readonly api: ThreadStoreClient,
    readonly place: { site: string; articleKey: string },
    readonly sort: Sort,
    readonly isSignedIn: boolean,
    readonly stage: Stage,
  ) {}

  get isOpen(): boolean {
    return this.article?.discussion !== "closed";
  }

  get isReady(): boolean {
    return this.count !== undefined;
  }

  /** The first page: one request. What else there is to know follows it. */
  async load(linked?: string): Promise<void> {
    const [page] = await Promise.all([this.#page(null), linked === undefined ? undefined : this.#link(linked)]);
    this.items = page.items.map((c) => this.tree.take(c));
    if (this.linked !== undefined) this.items = [this.linked, ...missing([this.linked], this.items)];
    this.next = page.nextCursor;
    this.counted(page.commentCount);
    await Promise.all([this.loadArticle(), this.loadOwn()]);
  }

  async loadArticle(): Promise<void> {
    this.article = await this.api.get(ARTICLE, { path: this.place });
    this.redrawAll();
  }

  /** What the reader alone has here: reactions, flags, comments that others do not see, and what they may do. */
  async loadOwn(): Promise<void> {
    if (!this.isSignedIn) return;
    const before = this.own;
    const own = await this.api.get(`${ARTICLE}/me`, { path: this.place });
    this.own = own;
    for (const comment of own.own) this.#takeOwn(comment);
    const changed = differing(before, own);
    if (changed === undefined) return this.redrawAll();
    for (const id of changed) this.tree.find(id)?.redraw?.();
    this.stage.redraw();
  }

  #takeOwn(comment: Comment): void {
    const known = this.tree.find(comment.id);
    if (known !== undefined) return this.tree.update(known, comment);
    const item = this.tree.take(comment);
    // one that nobody else sees looks like any other to who wrote it
    if (comment.state === "published") this.insert(item);
    else this.waiting = [...this.waiting, item];
  }

  async more(): Promise<Item[]> {
    const page = await this.#page(this.next);
    const added = missing(this.items, page.items.map((c) => this.tree.take(c)));
    this.items = [...this.items, ...added];
    this.fresh = missing(this.items, this.fresh);
    this.next = page.nextCursor;
    this.counted(page.commentCount);
    return added;
  }

  async moreReplies(item: Item): Promise<Item[]> {
    const path = { site: this.place.site, commentId: item.comment.id };
    const cursor = item.next ? { cursor: item.next } : {};
    return this.tree.extend(item, await this.api.get(`${COMMENT}/replies`, { path, query: cursor }));
  }

  showFresh(): Item[] {
    const shown = this.fresh;
    this.items = [...shown, ...missing(shown, this.items)];
    this.fresh = [];
    this.stage.redraw();
    return shown;
  }

  showWaiting(): Item[] {
    const shown = this.waiting;
    this.waiting = [];
    for (const item of shown) this.insert(item);
    return shown;
  }

  showFreshReplies(item: Item): Item[] {
    const shown = item.fresh;
    item.replies = [...item.replies, ...missing(item.replies, shown)];
    item.fresh = [];
    item.redraw?.();
    return shown;
  }

  /** Puts a comment of the reader's own where they look for it: on top, or below what it answers. */
  insert(item: Item): void {
    const parent = this.tree.find(item.comment.parentId);
    if (parent !== undefined) {
      parent.replies = [...parent.replies, ...missing(parent.replies, [item])];
      parent.fresh = missing([item], parent.fresh);
      parent.redraw?.();
    } else {
      this.items = [item, ...missing([item], this.items)];
      this.fresh = missing([item], this.fresh);
    }
    this.stage.redraw();
  }

  counted(count: number): void {
    if (count === this.count) return;
    const isFirst = this.count === undefined;
    this.count = count;
    this.stage.counted(count);
    if (isFirst) this.stage.redraw();
    else this.stage.redrawSoon();
  }

  // what the reader does

  /** What would become of a text. */
  check(body: string, parentId: string | null): Promise<Prospect> {
    return this.api.preview(this.place, { body, parentId });
  }

  async post(body: string, parentId: string | null, key: string): Promise<Item> {
    const before = this.count;
    const comment = await this.api.post(`${ARTICLE}/comments`, {
      path: this.place,
      body: { body, parentId },
      headers: { "Idempotency-Key": key },
    });
    // the live stream may have told it before it was answered
    const isNews = comment.state === "published" && this.tree.find(comment.id) === undefined;
    const item = this.tree.take(comment);
    const parent = this.tree.find(parentId);
    if (parent !== undefined && isNews)
      this.tree.update(parent, { ...parent.comment, replyCount: parent.comment.replyCount + 1 });
    this.insert(item);
    // the live stream has the exact number a moment later, where it has not yet
    if (isNews && this.count === before) this.counted((before ?? 0) + 1);
    void this.loadOwn().catch(() => {});
    return item;
  }

  async edit(item: Item, body: string): Promise<void> {
    const comment = await this.api.patch(COMMENT, {
      path: this.#path(item),
      body: { body },
      headers: { "If-Match": `"${item.comment.version}"` },
    });
    this.tree.update(item, comment);
    void this.loadOwn().catch(() => {});
  }

  async remove(item: Item): Promise<void> {
    await this.api.delete(COMMENT, { path: this.#path(item) });
    this.bury(item, { ...item.comment, state: "deleted", removedBy: "author", version: item.comment.version + 1 });
  }

  /** Shows that a comment is gone, in its place: nothing moves. */
  bury(item: Item, comment: Comment): void {
    this.tree.update(item, { ...comment, author: null, body: null, html: null, reactions: {} });
  }

  /** Sets one's reaction, or takes it back; at once here, and undone where the server says otherwise. */
  async react(item: Item, kind: string): Promise<void> {
    const { id } = item.comment;
    const own = this.own;
    if (own === undefined) return;
    const before = own.reactions[id];
    const was = item.comment;
    const counts = { ...was.reactions };
    const add = (k: string, n: number) => (counts[k] = Math.max(0, (counts[k] ?? 0) + n));
    if (before !== undefined) add(before, -1);
    if (before !== kind) add(kind, 1);
    this.#reacted(item, counts, before === kind ? undefined : kind);
    const path = { ...this.#path(item), kind };
    const now = before === kind ? undefined : kind;
    const ask = () =>
      now === undefined
        ? this.api.delete(`${COMMENT}/reactions/{kind}`, { path })
        : this.api.put(`${COMMENT}/reactions/{kind}`, { path });
    const turn = (item.turn ?? Promise.resolve()).catch(() => {}).then(ask);
    item.turn = turn;
    try {
      const answer = await turn;
      if (item.turn === turn) this.#reacted(item, answer.reactions, now);
    } catch (error) {
      if (item.turn === turn) this.#reacted(item, was.reactions, before);
      throw error;
    }
  }

  #reacted(item: Item, reactions: Comment["reactions"], kind: string | undefined): void {
    if (kind === undefined) delete this.own?.reactions[item.comment.id];
    else if (this.own !== undefined) this.own.reactions[item.comment.id] = kind;
    this.tree.update(item, { ...item.comment, reactions });
  }

  async flag(item: Item, reason: FlagReason, note: string): Promise<void> {
    await this.api.post(`${COMMENT}/flags`, { path: this.#path(item), body: { reason, note: note || null } });
    this.own?.flags.push(item.comment.id);
    item.redraw?.();
  }

  async ignore(key: string, isIgnored: boolean): Promise<void> {
    const path = { site: this.place.site, commenterKey: key };
    if (isIgnored) await this.api.put("/v1/sites/{site}/me/ignored/{commenterKey}", { path });
    else await this.api.delete("/v1/sites/{site}/me/ignored/{commenterKey}", { path });
    await this.loadOwn();
  }

  /** Whether people without an account may write. */
  get takesGuests(): boolean {
    return this.article !== undefined && "guests" in this.article.rules;
  }

  /** Whether they must pass the site's challenge first. */
  get challengesGuests(): boolean {
    return this.article?.rules.challenge === true;
  }

  /** A token for somebody without an account. */
  async becomeGuest(name: string, challenge: string | undefined): Promise<string> {
    const body = { name, ...(challenge === undefined ? {} : { challenge }) };
    return (await this.api.post("/v1/sites/{site}/guests", { path: { site: this.place.site }, body })).token;
  }

  async acknowledge(): Promise<void> {
    await this.api.post("/v1/sites/{site}/me/acknowledge", { path: { site: this.place.site } });
    await this.loadOwn();
  }

  // inside

  #path(item: Item) {
    return { site: this.place.site, commentId: item.comment.id };
  }

  #page(cursor: string | null) {
    return this.api.get(`${ARTICLE}/comments`, { path: this.place, query: { sort: this.sort, ...(cursor ? { cursor } : {}) } });
  }

  /** The comment that a link led to, with what it answers above it. One that is gone leaves the page as it is. */
  async #link(id: string): Promise<void> {
    try {
      const { ancestors, ...comment } = await this.api.get(COMMENT, { path: { site: this.place.site, commentId: id } });
      if (comment.article !== this.place.articleKey) return;
      const [root, ...rest] = [...ancestors, comment].map((c) => this.tree.take(c));
      this.linked = root;
      let above = root;
      for (const item of rest) {
        if (above !== undefined) above.replies = [item];
        above = item;
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  redrawAll(): void {
    for (const item of this.tree.all()) item.redraw?.();
    this.stage.redraw();
  }
}
