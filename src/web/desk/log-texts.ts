import { isAborted, type Shape } from "../shared/api.js";
import type { Desk } from "./desk-context.js";

/** How many are asked for at once. */
const AT_ONCE = 4;

/** What the log's decisions on comments were about: each comment's history is asked for once, when an entry of it is seen. */
export class LogTexts {
  readonly #histories = new Map<string, Shape<"HistoryItem">[]>();
  readonly #wanted: string[] = [];
  readonly #asked = new Set<string>();
  readonly #stop = new AbortController();
  #running = 0;

  constructor(
    private readonly desk: Desk,
    private readonly changed: () => void,
  ) {}

  want(id: string): void {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#wanted.push(id);
    this.#next();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The text as it stood when it was decided on; null: it is kept no longer; undefined: not known yet. */
  textOf(entry: Shape<"LogEntry">): string | null | undefined {
    const history = this.#historyOf(entry);
    const last = history?.findLast((e) => TEXTS.has(e.type) && e.position < entry.position);
    if (history === undefined || last === undefined) return undefined;
    const { body } = last.data;
    return typeof body === "string" && body !== "" ? body : null;
  }

  /** The event that an entry took back, where it is about a comment and its history is known. */
  undoneBy(entry: Shape<"LogEntry">): string | undefined {
    const history = entry.action === "undo" ? this.#historyOf(entry) : undefined;
    const undone = history?.find((e) => e.position === entry.position)?.data["undone"];
    return history?.find((e) => undone !== undefined && e.data["decisionId"] === undone)?.type;
  }

  #historyOf({ target }: Shape<"LogEntry">): Shape<"HistoryItem">[] | undefined {
    return target.id === null ? undefined : this.#histories.get(target.id);
  }

  #next(): void {
    const id = this.#running < AT_ONCE ? this.#wanted.shift() : undefined;
    if (id === undefined) return;
    this.#running++;
    void this.#ask(id).finally(() => {
      this.#running--;
      this.#next();
    });
  }

  async #ask(id: string): Promise<void> {
    const path = { site: this.desk.site, commentId: id };
    try {
      const { items } = await this.desk.api.get("/v1/sites/{site}/comments/{commentId}/history", { path, signal: this.#stop.signal });
      this.#histories.set(id, items);
      this.changed();
    } catch (e) {
      // the log tells what was decided without it, too; seen again, it is asked for again
      if (!isAborted(e)) this.#asked.delete(id);
    }
  }
}

const TEXTS = new Set(["comment-posted", "comment-edited"]);
