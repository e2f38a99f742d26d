import { ProblemError, type Shape } from "../shared/api.js";
import { codeWord, sentence } from "../shared/refusals.js";
import { isOver, isStale, take, type Step, type Taken } from "./decide.js";
import { report, type Desk } from "./desk-context.js";
import { QueueList, type Item, type QueueName } from "./queue-list.js";
import { follow } from "./queue-live.js";
import { takeBack, whatOf } from "./take-back.js";
import { hint } from "./texts.js";
import { t, type Word } from "./words.js";

/** What `u` takes back: decisions of the queue, of a bulk, on a person. */
interface Done {
  /** In words. */
  what: string;
  items: Item[];
  list: QueueList | undefined;
  positions: Promise<number[]>;
  isBulk: boolean;
}

export interface Filter {
  article?: string;
  reason?: string;
}

const PAGE = 50;
/** With fewer left the next page is asked for. */
const FEW = 15;

/** The queue that is shown, what is decided in it, and what others do meanwhile. */
export class Queue {
  list = new QueueList("pending");
  filter: Filter = {};
  counts: Shape<"QueueCounts"> | undefined;
  isLoading = false;
  /** Why nothing arrives by itself; undefined: it does. */
  silence: string | undefined = "";
  /** Those that people write on, so that nobody need know their keys. */
  articles: Shape<"Article">[] = [];
  readonly claims = new Map<string, { by: string; until: number }>();
  /** Count what was taken back, and what has been decided: other rooms show it, too. */
  undone = 0;
  decided = 0;
  #done: Done[] = [];
  #stop: AbortController | undefined;

  constructor(
    readonly desk: Desk,
    readonly changed: () => void,
  ) {}

  get #path() {
    return { site: this.desk.site };
  }

  async open(queue: QueueName, filter: Filter): Promise<void> {
    this.list = new QueueList(queue);
    this.filter = filter;
    const position = await this.load();
    if (position !== undefined && this.#stop === undefined) {
      this.#stop = new AbortController();
      void follow(this, position, this.#stop.signal);
    }
  }

  close(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  /** Reads the list anew, keeping what one looks at. */
  async reload(): Promise<void> {
    const { queue, selected } = this.list;
    this.list = new QueueList(queue);
    this.list.selected = selected;
    await this.load();
    if (this.list.current === undefined) this.list.selected = this.list.items[0]?.comment.id;
    this.changed();
  }

  /** The next page; the position at which it stood. */
  async load(): Promise<number | undefined> {
    const { list, filter } = this;
    if (this.isLoading && list.items.length > 0) return undefined;
    this.isLoading = true;
    this.changed();
    try {
      const query = { state: list.queue, limit: PAGE, ...filter, ...(list.cursor === null ? {} : { cursor: list.cursor }) };
      const [page, counts] = await Promise.all([
        this.desk.api.exchange("get", "/v1/sites/{site}/moderation/queue", { path: this.#path, query }),
        this.counts ?? this.desk.api.get("/v1/sites/{site}/moderation/counts", { path: this.#path }),
      ]);
      this.counts ??= counts;
      if (list === this.list) list.append(page.data.items, page.data.nextCursor);
      return page.position;
    } catch (e) {
      report(this.desk, e);
      return undefined;
    } finally {
      this.isLoading = false;
      this.changed();
    }
  }

  async meetArticles(): Promise<void> {
    if (this.articles.length > 0) return;
    const query = { sort: "active", limit: 100 } as const;
    const found = await this.desk.api.get("/v1/sites/{site}/articles", { path: this.#path, query }).catch(() => undefined);
    this.articles = found?.items ?? [];
    this.changed();
  }

  decide(item: Item, steps: Step[]): void {
    const { list } = this;
    list.decide(item.comment.id);
    const settled = take(this.desk, item.comment, steps).then(
      (taken) => this.#accept(list, item, taken),
      (error: unknown) => this.#refuse(list, item, error),
    );
    const { action, reason } = steps.at(-1) as Step;
    const what = whatOf(action as Word, nameOf(item), reason);
    this.#keep({ what: what + hint(item.comment.body), items: [item], list, positions: settled, isBulk: false });
    this.desk.messages.say(t("decided", { what }), this.desk.undo);
    this.#fill();
  }

  #accept(list: QueueList, item: Item, taken: Taken): number[] {
    list.settle(item.comment.id);
    if (taken.refusal !== undefined)
      this.desk.messages.complain(t("partly", { reason: sentence(taken.refusal) }));
    return taken.positions;
  }

  async #refuse(list: QueueList, item: Item, error: unknown): Promise<number[]> {
    list.settle(item.comment.id);
    const name = nameOf(item);
    if (isOver(error)) this.desk.messages.complain(t("gone", { name }));
    else if (isStale(error)) await this.#lookAgain(list, item);
    else {
      list.putBack(item, false);
      this.desk.messages.complain(t("refused", { name, reason: this.#reasonOf(item, error) }));
    }
    this.changed();
    return [];
  }

  /** That nobody decides on what they wrote is the same code as that somebody may not decide at all. */
  #reasonOf(item: Item, error: unknown): string {
    const isForbidden = error instanceof ProblemError && error.code === "forbidden";
    return isForbidden && this.#isOwn(item) ? codeWord("own-comment") : sentence(error);
  }

  #isOwn(item: Item): boolean {
    return item.comment.author !== null && item.comment.author.key === this.desk.session.key;
  }

  /** It is another version by now: edited, or decided on by somebody else. */
  async #lookAgain(list: QueueList, item: Item): Promise<void> {
    const name = nameOf(item);
    try {
      const comment = await this.desk.api.get("/v1/sites/{site}/comments/{commentId}", {
        path: { ...this.#path, commentId: item.comment.id },
        signedIn: true,
      });
      if (comment.body === item.comment.body && comment.state !== item.comment.state)
        return this.desk.messages.complain(t("already", { name }));
      list.putBack({ ...item, comment }, false);
      this.desk.messages.complain(t("stale", { name }));
    } catch {
      this.desk.messages.complain(t("gone", { name }));
    }
  }

  /** What settles nothing: the comment goes on waiting. */
  async adjust(item: Item, step: Step): Promise<void> {
    const { list } = this;
    try {
      const { comment, positions } = await take(this.desk, item.comment, [step]);
      list.putBack({ ...item, comment }, false);
      const what = whatOf(step.action as Word, nameOf(item));
      for (const position of positions) this.remember(position, what + hint(comment.body));
      this.desk.messages.say(t("decided", { what }), positions.length > 0 ? this.desk.undo : undefined);
    } catch (e) {
      if (isStale(e)) await this.#lookAgain(list, item);
      else report(this.desk, e);
    }
    this.changed();
  }

  async decideOnChosen(step: Step): Promise<void> {
    const { list } = this;
    const items = list.items.filter((i) => list.chosen.has(i.comment.id)).slice(0, 100);
    if (items.length === 0) return;
    for (const item of items) list.decide(item.comment.id);
    const decisions = items.map((i) => ({ id: i.comment.id, version: i.comment.version, ...step }));
    const sent = this.desk.api.exchange("post", "/v1/sites/{site}/moderation/decisions", { path: this.#path, body: { decisions } });
    const decided: Item[] = [];
    const positions = sent.then(
      ({ data, position }) => {
        const lines: string[] = [];
        for (const [i, outcome] of data.outcomes.entries()) {
          const item = items[i] as Item;
          list.settle(item.comment.id);
          if (outcome.status < 300) decided.push(item);
          else {
            const isOwn = outcome.code === "forbidden" && this.#isOwn(item);
            lines.push(`${nameOf(item)}: ${codeWord(isOwn ? "own-comment" : outcome.code)}`);
            if (outcome.comment !== null && outcome.comment.state === item.comment.state)
              list.putBack({ ...item, comment: outcome.comment }, false);
          }
        }
        if (lines.length > 0) this.desk.messages.complain(t("bulkRefused", { n: lines.length }), lines);
        if (decided.length > 0) this.desk.messages.say(t("bulkDone", { n: decided.length }), this.desk.undo);
        this.changed();
        return decided.length > 0 ? [position] : [];
      },
      (error: unknown) => {
        for (const item of items) list.putBack(item, false);
        report(this.desk, error);
        this.changed();
        return [];
      },
    );
    this.#keep({ what: whatOf(step.action as Word, t("bulk"), step.reason), items: decided, list, positions, isBulk: true });
    this.#fill();
    await positions;
  }

  /** What was decided elsewhere is taken back with the same key. */
  remember(position: number, what: string): void {
    this.#keep({ what, items: [], list: undefined, positions: Promise.resolve([position]), isBulk: false });
  }

  /** Until it turns out that it came to nothing. */
  #keep(done: Done): void {
    this.#done.push(done);
    void done.positions.then((positions) => {
      if (positions.length === 0) this.#done = this.#done.filter((d) => d !== done);
      else this.decided++;
      this.changed();
    });
  }

  async undo(): Promise<void> {
    const done = this.#done.pop();
    if (done === undefined) return this.desk.messages.say(t("nothingToUndo"));
    const back = () => {
      if (done.list !== this.list) return;
      for (const [i, item] of done.items.entries()) this.list.putBack(item, i === 0);
    };
    // one that is still under way may be refused: then it is back already, and what was decided before it is not what was meant
    const positions = await done.positions;
    if (positions.length === 0) return;
    for (const item of done.items) done.list?.returning.add(item.comment.id);
    if (!done.isBulk) back();
    this.changed();
    try {
      const told = await takeBack(this.desk, done.what, positions, done.isBulk);
      if (done.isBulk) back();
      // its version is another now, and live it comes only where the queue is touched
      await Promise.all(done.items.map((item) => this.#refresh(done.list, item)));
      this.desk.messages.say(told);
      this.undone++;
    } catch (e) {
      for (const item of done.items) done.list?.leave(item.comment.id);
      this.desk.messages.complain(t("undoRefused", { reason: sentence(e) }));
    }
    for (const item of done.items) done.list?.returning.delete(item.comment.id);
    this.changed();
  }

  async #refresh(list: QueueList | undefined, item: Item): Promise<void> {
    const comment = await this.desk.api.get("/v1/sites/{site}/comments/{commentId}", {
      path: { ...this.#path, commentId: item.comment.id },
      signedIn: true,
    });
    list?.putBack({ ...(list.items.find((i) => i.comment.id === item.comment.id) ?? item), comment }, false);
  }

  /** Whether another moderator has it in hand, and who. */
  claimedBy(item: Item): string | undefined {
    const claim = this.claims.get(item.comment.id);
    const by = claim !== undefined ? (claim.until > Date.now() ? claim.by : null) : item.claimedBy;
    return by === null || by === this.desk.session.key ? undefined : by;
  }

  async claim(id: string): Promise<void> {
    try {
      const { items } = await this.desk.api.post("/v1/sites/{site}/moderation/claims", { path: this.#path, body: { ids: [id] } });
      for (const claim of items) this.claims.set(claim.id, { by: claim.claimedBy, until: Date.parse(claim.until) });
      this.changed();
    } catch {
      // a courtesy: whoever decides needs none
    }
  }

  #fill(): void {
    if (this.list.items.length < FEW && this.list.cursor !== null) void this.load();
    this.changed();
  }
}

export const nameOf = (item: { comment: Shape<"Comment"> }): string => item.comment.author?.name ?? "–";
