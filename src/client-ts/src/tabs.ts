import type { LiveMessage } from "./live.js";

// A browser has six connections to a server over HTTP/1.1, and a stream holds one: the seventh tab would wait for good. So
// all tabs of a page share one. Who holds the lock reads the stream and tells the others; when that tab is closed, the
// browser gives the lock to the next.

/** What a browser has for tabs to speak to each other. */
export interface Tabs {
  locks: { request(name: string, options: { signal: AbortSignal }, hold: () => Promise<void>): Promise<unknown> };
  channel: (name: string) => BroadcastChannel;
}

type Stream = AsyncGenerator<LiveMessage, void, undefined>;
type Alone = (after: string | undefined, signal: AbortSignal) => Stream;

type Said =
  /** A tab asks for what came after the last that it has; the one who reads answers. */
  | { kind: "hello"; from: string; after: string | undefined }
  /** What it missed, and the number of the last message; null: it must see to that itself. */
  | {
      kind: "welcome";
      to: string;
      after: string | undefined;
      leader: string;
      number: number;
      missed: LiveMessage[] | null;
    }
  | { kind: "message"; leader: string; number: number; message: LiveMessage };

/** So many messages are kept for tabs that are opened later. */
const KEPT = 500;
/** A tab that answers later is frozen by its browser. */
const ANSWER_MS = 2_000;
/** How often a tab that reads alone asks whether it needs to. */
const ASK_AGAIN_MS = 5_000;

/** Undefined where tabs can't speak to each other: in Node, in old browsers, on pages without HTTPS. */
export function tabs(): Tabs | undefined {
  const { navigator } = globalThis as { navigator?: { locks?: Tabs["locks"] } };
  if (navigator?.locks === undefined || typeof BroadcastChannel === "undefined") return undefined;
  // in Node there are no tabs
  if ((globalThis as { document?: unknown }).document === undefined) return undefined;
  return { locks: navigator.locks, channel: (name) => new BroadcastChannel(name) };
}

/** Reads what another tab reads already, or begins and tells the others. */
export async function* watchTogether(
  tabs: Tabs | undefined,
  url: string,
  alone: Alone,
  onResync: (position: number) => void,
  after: string | undefined,
  signal: AbortSignal | undefined,
): Stream {
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    if (tabs === undefined) yield* alone(after, stop.signal);
    else yield* new Tab(tabs, url, alone, onResync, after, stop.signal).messages();
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort();
  }
}

class Tab {
  readonly #name = Math.random().toString(36).slice(2);
  readonly #channel: BroadcastChannel;
  readonly #alone: Alone;
  readonly #url: string;
  readonly #tabs: Tabs;
  readonly #onResync: (position: number) => void;
  readonly #signal: AbortSignal;

  // what this tab's loop has not taken yet
  readonly #queue: LiveMessage[] = [];
  #wake: () => void = () => {};
  #failure: { error: unknown } | undefined;

  #last: string | undefined;
  #leads = false;
  /** Whom this tab hears, and up to which number; undefined: nobody yet. */
  #heard: { leader: string; number: number } | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  /** Ends the stream of its own that this tab reads meanwhile. */
  #own: AbortController | undefined;
  #asking: ReturnType<typeof setInterval> | undefined;

  // of the one who reads the stream
  readonly #kept: LiveMessage[] = [];
  #keptAfter: string | undefined;
  #number = 0;

  constructor(
    tabs: Tabs,
    url: string,
    alone: Alone,
    onResync: (position: number) => void,
    after: string | undefined,
    signal: AbortSignal,
  ) {
    this.#channel = tabs.channel(`threadstore ${url}`);
    [this.#tabs, this.#url, this.#alone, this.#onResync] = [tabs, url, alone, onResync];
    [this.#last, this.#signal] = [after, signal];
  }

  async *messages(): Stream {
    const onAbort = () => this.#wake();
    this.#signal.addEventListener("abort", onAbort);
    this.#channel.onmessage = (e: MessageEvent) => this.#hear(e.data as Said);
    this.#tabs.locks
      .request(`threadstore ${this.#url}`, { signal: this.#signal }, () => this.#lead())
      .catch((error: unknown) => this.#fail(error));
    this.#ask();
    try {
      while (!this.#signal.aborted) {
        const message = this.#queue.shift();
        if (message !== undefined) yield message;
        else if (this.#failure !== undefined) throw this.#failure.error;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#signal.removeEventListener("abort", onAbort);
      clearTimeout(this.#silence);
      this.#endOwn();
      this.#channel.close();
    }
  }

  #take(message: LiveMessage): void {
    this.#last = message.id;
    this.#queue.push(message);
    this.#wake();
  }

  #fail(error: unknown): void {
    if (this.#signal.aborted) return;
    this.#failure = { error };
    this.#wake();
  }

  #say(said: Said): void {
    if (!this.#signal.aborted) this.#channel.postMessage(said);
  }

  /** Held for as long as the lock is: until this tab has enough. */
  async #lead(): Promise<void> {
    this.#leads = true;
    clearTimeout(this.#silence);
    this.#endOwn();
    this.#keptAfter = this.#last;
    try {
      for await (const message of this.#alone(this.#last, this.#signal)) {
        this.#take(message);
        this.#kept.push(message);
        if (this.#kept.length > KEPT) this.#keptAfter = this.#kept.shift()?.id;
        this.#say({ kind: "message", leader: this.#name, number: ++this.#number, message });
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #ask(): void {
    this.#heard = undefined;
    this.#say({ kind: "hello", from: this.#name, after: this.#last });
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      if (this.#heard === undefined && !this.#leads) void this.#readAlone();
    }, ANSWER_MS);
  }

  #hear(said: Said): void {
    if (this.#signal.aborted) return;
    if (this.#leads) {
      if (said.kind === "hello") {
        const [leader, number] = [this.#name, this.#number];
        const { from: to, after } = said;
        this.#say({ kind: "welcome", to, after, leader, number, missed: this.#since(after) });
      }
      return;
    }
    if (said.kind === "welcome" && said.to === this.#name && said.after === this.#last) {
      clearTimeout(this.#silence);
      if (said.missed === null) return void this.#readAlone();
      this.#endOwn();
      this.#heard = { leader: said.leader, number: said.number };
      for (const message of said.missed) this.#pass(message);
    } else if (said.kind === "message" && this.#heard !== undefined) {
      const isNext = said.leader === this.#heard.leader && said.number === this.#heard.number + 1;
      // another tab reads now, or this one was frozen and missed some
      if (!isNext) return this.#ask();
      this.#heard.number = said.number;
      this.#pass(said.message);
    }
  }

  #pass(message: LiveMessage): void {
    if (message.event === "resync") this.#onResync(message.data.position);
    this.#take(message);
  }

  /** What came after an id or a position; null: that is not kept. */
  #since(after: string | undefined): LiveMessage[] | null {
    if (after === undefined) return [];
    const at = this.#kept.findIndex((m) => m.id === after);
    if (at >= 0) return this.#kept.slice(at + 1);
    if (this.#keptAfter === undefined || Number(after) < Number(this.#keptAfter)) return null;
    return this.#kept.filter((m) => Number(m.id) > Number(after));
  }

  #endOwn(): void {
    this.#own?.abort();
    this.#own = undefined;
    clearInterval(this.#asking);
  }

  /** A stream of its own, until the one who reads for all has what comes next. */
  async #readAlone(): Promise<void> {
    if (this.#own !== undefined) return;
    const own = (this.#own = new AbortController());
    this.#asking = setInterval(
      () => this.#say({ kind: "hello", from: this.#name, after: this.#last }),
      ASK_AGAIN_MS,
    );
    try {
      for await (const message of this.#alone(this.#last, own.signal)) {
        if (own.signal.aborted) return;
        this.#take(message);
      }
    } catch (error) {
      if (!own.signal.aborted) this.#fail(error);
    }
  }
}
