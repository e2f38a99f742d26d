import type { Shape } from "../shared/api.js";

/** The API's queues; notices of illegal content are those flagged for that reason. */
export type QueueName = Shape<"QueueState">;
export type Item = Shape<"QueueItem"> & { notices?: Notice[] };

/** Of illegal content, without who gave it; a server that takes none has no such member. */
interface Notice {
  id: string;
  reason: string;
  explanation: string;
  at: string;
}

const total = (item: Item) => Object.values(item.flags).reduce((sum, n) => sum + n, 0);

/** In the order in which the server lists a queue. */
function comesBefore(queue: QueueName, a: Item, b: Item): boolean {
  if (queue === "flagged" && total(a) !== total(b)) return total(a) > total(b);
  const [at, bt] = [a.comment.createdAt, b.comment.createdAt];
  return at === bt ? a.comment.id < b.comment.id : at < bt;
}

/** A queue as far as it is shown: what is decided on leaves it at once, and comes back where that fails. */
export class QueueList {
  items: Item[] = [];
  /** There is more behind what is shown. */
  cursor: string | null = null;
  selected: string | undefined;
  readonly chosen = new Set<string>();
  /** Decided on by somebody else while one looks at it: it stays until one moves on, so that no key meets another comment. */
  over: string | undefined;
  /** Decided on here: a page that was asked for before may still hold them. */
  readonly #left = new Set<string>();

  /** Being taken back: the news that they left is old. */
  readonly returning = new Set<string>();

  constructor(readonly queue: QueueName) {}

  get current(): Item | undefined {
    return this.items.find((i) => i.comment.id === this.selected);
  }

  append(items: Item[], cursor: string | null): void {
    const known = new Set(this.items.map((i) => i.comment.id));
    this.items = [...this.items, ...items.filter((i) => !known.has(i.comment.id) && !this.#left.has(i.comment.id))];
    this.cursor = cursor;
    this.selected ??= this.items[0]?.comment.id;
  }

  /** Something came in, or more is known of it. What is shown keeps its place, so that nothing moves under a hand. */
  enter(item: Item): void {
    const { id } = item.comment;
    if (this.#left.has(id)) return;
    if (this.over === id) this.over = undefined;
    const at = this.items.findIndex((i) => i.comment.id === id);
    if (at >= 0) return void (this.items = this.items.with(at, item));
    const before = this.items.findIndex((i) => comesBefore(this.queue, item, i));
    // it comes with its page
    if (before < 0 && this.cursor !== null) return;
    this.items = this.items.toSpliced(before < 0 ? this.items.length : before, 0, item);
    this.selected ??= id;
  }

  /** Takes it out and moves on to the next. */
  leave(id: string): void {
    const at = this.items.findIndex((i) => i.comment.id === id);
    if (at < 0) return;
    this.items = this.items.toSpliced(at, 1);
    this.chosen.delete(id);
    if (this.over === id) this.over = undefined;
    if (this.selected === id) this.selected = (this.items[at] ?? this.items.at(-1))?.comment.id;
  }

  /** What somebody wrote is gone with them. */
  leaveAllBy(key: string | undefined): void {
    for (const item of this.items) if (item.comment.author?.key === key) this.leave(item.comment.id);
  }

  /** Somebody else decided on it. */
  leaveAlone(id: string): void {
    if (this.returning.has(id)) return;
    if (this.selected === id && this.current !== undefined) this.over = id;
    else this.leave(id);
  }

  select(id: string | undefined): void {
    const { over } = this;
    this.selected = id;
    if (over === undefined || over === id) return;
    this.over = undefined;
    this.leave(over);
  }

  decide(id: string): void {
    this.#left.add(id);
    this.leave(id);
  }

  /** The server has heard of it: whatever it says of it from now on holds. */
  settle(id: string): void {
    this.#left.delete(id);
  }

  /** It is back, and is what one looks at. */
  putBack(item: Item, isLookedAt: boolean): void {
    const { id } = item.comment;
    this.#left.delete(id);
    const at = this.items.findIndex((i) => i.comment.id === id);
    const before = this.items.findIndex((i) => comesBefore(this.queue, item, i));
    if (at >= 0) this.items = this.items.with(at, item);
    else this.items = this.items.toSpliced(before < 0 ? this.items.length : before, 0, item);
    if (isLookedAt || this.selected === undefined) this.select(id);
  }

  move(by: 1 | -1): void {
    const at = this.items.findIndex((i) => i.comment.id === this.selected);
    const to = this.items[Math.min(Math.max(at + by, 0), this.items.length - 1)];
    this.select(to?.comment.id);
  }

  /** The next, from the top again after the last, that nobody else looks at. */
  skip(isTaken: (id: string) => boolean): void {
    const at = this.items.findIndex((i) => i.comment.id === this.selected);
    const rest = [...this.items.slice(at + 1), ...this.items.slice(0, Math.max(at, 0))];
    const free = rest.find((i) => !isTaken(i.comment.id));
    this.select((free ?? this.items[at])?.comment.id);
  }
}
