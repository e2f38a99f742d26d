// Several tabs of one browser, which share a stream. Node has channels between them, but no locks: these are enough.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadStoreClient, type LiveMessage } from "../src/index.js";
import type { Tabs } from "../src/tabs.js";
import { anArticle, baseUrl, comments, env } from "./site.js";

const ada = new ThreadStoreClient({ baseUrl, token: env("THREADSTORE_ADA") });

/** One holder at a time, first come, first served. */
const held = new Map<string, Promise<unknown>>();
const locks: Tabs["locks"] = {
  request(name, { signal }, hold) {
    const before = held.get(name) ?? Promise.resolve();
    const mine = before.then(() => (signal.aborted ? undefined : hold()));
    held.set(name, mine.catch(() => {}));
    return mine;
  },
};
Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
Object.defineProperty(globalThis, "document", { value: {}, configurable: true });

class Reader {
  static streams = 0;
  static open = 0;
  readonly told: string[] = [];
  readonly #stop = new AbortController();
  readonly done: Promise<void>;

  constructor(path: { site: string; articleKey: string }, after: number) {
    const client = new ThreadStoreClient({
      baseUrl,
      fetch: (input, init) => {
        Reader.streams++;
        Reader.open++;
        init?.signal?.addEventListener("abort", () => Reader.open--);
        return fetch(input, init);
      },
    });
    this.done = this.#read(client.watch(path, { after, signal: this.#stop.signal }));
  }

  async #read(messages: AsyncGenerator<LiveMessage>): Promise<void> {
    for await (const message of messages)
      if (message.event === "comment-published" && "body" in message.data) this.told.push(message.data.body ?? "");
  }

  async has(...expected: string[]): Promise<void> {
    const limit = Date.now() + 30_000;
    while (this.told.length < expected.length && Date.now() < limit) await new Promise((r) => setTimeout(r, 10));
    assert.deepEqual(this.told, expected);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }
}

test("seven tabs read one stream, and nothing is missed when the one that reads is closed", async () => {
  const path = await anArticle();
  const { position } = await ada.exchange("get", comments, { path });
  const first = new Reader(path, position);
  await ada.post(comments, { path, body: { body: "One" } });
  await first.has("One");
  // opened with the page as it was before
  const others = Array.from({ length: 6 }, () => new Reader(path, position));
  for (const other of others) await other.has("One");
  await ada.post(comments, { path, body: { body: "Two" } });
  for (const reader of [first, ...others]) await reader.has("One", "Two");
  assert.equal(Reader.streams, 1);

  await first.close();
  await ada.post(comments, { path, body: { body: "Three" } });

  for (const other of others) await other.has("One", "Two", "Three");
  assert.deepEqual([Reader.streams, Reader.open], [2, 1]);
  for (const other of others) await other.close();
  assert.equal(Reader.open, 0);
});

test("a tab whose page is older than the stream reads one of its own, and then the one of all", async () => {
  const path = await anArticle();
  const { position } = await ada.exchange("get", comments, { path });
  await ada.post(comments, { path, body: { body: "One" } });
  const streams = Reader.streams;
  const first = new Reader(path, ada.position);
  await ada.post(comments, { path, body: { body: "Two" } });
  await first.has("Two");

  const older = new Reader(path, position);
  await older.has("One", "Two");
  assert.equal(Reader.streams, streams + 2);

  const limit = Date.now() + 30_000;
  while (Reader.open > 1 && Date.now() < limit) await new Promise((r) => setTimeout(r, 50));
  await ada.post(comments, { path, body: { body: "Three" } });
  await older.has("One", "Two", "Three");
  await first.has("Two", "Three");
  assert.equal(Reader.open, 1);
  await first.close();
  await older.close();
});
