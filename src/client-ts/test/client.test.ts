import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError, ThreadStoreClient, type LiveMessage } from "../src/index.js";
import { anArticle, articles, baseUrl, comments, env, site } from "./site.js";

const ada = new ThreadStoreClient({ baseUrl, token: env("THREADSTORE_ADA") });
const ben = new ThreadStoreClient({ baseUrl, token: () => Promise.resolve(env("THREADSTORE_BEN")) });
const cms = new ThreadStoreClient({ baseUrl, token: env("THREADSTORE_CMS") });

const comment = "/v1/sites/{site}/comments/{commentId}";

test("what one writes is in the next page that one reads", async () => {
  const path = await anArticle();
  const written = await ada.post(comments, { path, body: { body: "About *time*!" } });
  assert.ok(ada.position > 0);

  const page = await ada.get(comments, { path, query: { sort: "best" } });

  assert.deepEqual(page.items.map((c) => c.id), [written.id]);
  assert.equal(page.items[0]?.html, '<p dir="auto">About <em>time</em>!</p>');
  await ada.delete(comment, { path: { site, commentId: written.id } });
  assert.equal((await ada.get(comments, { path })).commentCount, 0);
});

test("a POST with an Idempotency-Key may be repeated", async () => {
  const path = await anArticle();
  const headers = { "Idempotency-Key": "once" };
  const [first, second] = [
    await ada.post(comments, { path, body: { body: "Once" }, headers }),
    await ada.post(comments, { path, body: { body: "Once" }, headers }),
  ];
  assert.deepEqual(first, second);
});

test("a sequence of items meets every page", async () => {
  const path = await anArticle();
  for (let n = 0; n < 5; n++) await ada.post(comments, { path, body: { body: `Number ${n}` } });

  const met: (string | null)[] = [];
  for await (const item of ada.items(comments, { path, query: { sort: "oldest", limit: 2 } })) met.push(item.body);

  assert.deepEqual(met, [0, 1, 2, 3, 4].map((n) => `Number ${n}`));
});

test("a refusal is a typed error", async () => {
  const path = await anArticle();
  await assert.rejects(ada.post(comments, { path, body: { body: " " } }), (e: unknown) => {
    assert.ok(e instanceof ProblemError);
    assert.equal(e.status, 400);
    assert.equal(e.code, "validation");
    assert.deepEqual(Object.keys(e.errors), ["body"]);
    return true;
  });
  await assert.rejects(ada.get(articles, { path: { site, articleKey: "absent" } }), { code: "article-not-found" });
});

test("live tells what happens, goes on after being cut off, and ends with the loop", async () => {
  const path = await anArticle();
  const first = await ben.post(comments, { path, body: { body: "Before" } });
  let connections = 0;
  const reader = new ThreadStoreClient({
    baseUrl,
    // each connection is cut after two messages
    fetch: async (input, init) => {
      connections++;
      const response = await fetch(input, init);
      return new Response(cutAfter(response.body, 2), response);
    },
  });

  const told: LiveMessage[] = [];
  for await (const message of reader.watch(path, { after: ben.position - 1 })) {
    told.push(message);
    if (message.event === "count-changed" && message.data.commentCount < 4)
      await ben.post(comments, { path, body: { body: `Reply to ${message.data.commentCount}` } });
    if (message.event === "discussion-closed") break;
    if (message.event === "count-changed" && message.data.commentCount === 4)
      await cms.post(`${articles}/discussion/close`, { path });
  }

  const published = told.flatMap((m) => (m.event === "comment-published" && "body" in m.data ? [m.data.body] : []));
  assert.deepEqual(published, ["Before", "Reply to 1", "Reply to 2", "Reply to 3"]);
  assert.ok(connections > 2, `${connections} connections`);
});

test("live comes back whatever a proxy answers while the server is away", async () => {
  const path = await anArticle();
  await ben.post(comments, { path, body: { body: "Before" } });
  // after the first stream: nginx, HAProxy, and an ingress that knows no service for a moment
  const away = [502, 503, 404];
  let connections = 0;
  const reader = new ThreadStoreClient({
    baseUrl,
    fetch: async (input, init) => {
      const status = connections++ > 0 ? away.shift() : undefined;
      if (status !== undefined) return new Response("<html>", { status, headers: { "content-type": "text/html" } });
      const response = await fetch(input, init);
      return connections > 1 ? response : new Response(cutAfter(response.body, 1), response);
    },
  });

  const told: string[] = [];
  for await (const message of reader.watch(path, { after: ben.position - 1 })) {
    told.push(message.event);
    if (told.length === 2) await ben.post(comments, { path, body: { body: "After" } });
    if (told.length === 4) break;
  }

  assert.deepEqual(told, ["comment-published", "count-changed", "comment-published", "count-changed"]);
  assert.equal(connections, 5);
  // whoever asks at a wrong address must hear of it
  const wrong = new ThreadStoreClient({ baseUrl, fetch: async () => new Response("<html>", { status: 404 }) });
  await assert.rejects(wrong.watch(path).next(), { status: 404 });
});

test("live of an article that is not there is refused", async () => {
  await assert.rejects(ada.watch({ site, articleKey: "absent" }).next(), { code: "article-not-found" });
});

test("live ends when its signal says so", async () => {
  const path = await anArticle();
  const stop = new AbortController();
  const next = ada.watch(path, { signal: stop.signal }).next();
  stop.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
});

function cutAfter(body: ReadableStream<Uint8Array> | null, messages: number): ReadableStream<Uint8Array> | null {
  let seen = 0;
  return (
    body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk);
          seen += new TextDecoder().decode(chunk).split("\nid: ").length - 1;
          if (seen >= messages) controller.terminate();
        },
      }),
    ) ?? null
  );
}
