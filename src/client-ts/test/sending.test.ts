// What the client adds to a request, and how often it sends one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadStoreClient } from "../src/index.js";
import { anArticle, baseUrl, comments, env, site } from "./site.js";

const token = env("THREADSTORE_ADA");

/** Notes what is sent; answers itself where it is told to, else the server does. */
function recorder(...answers: (Response | undefined)[]): { sent: Request[]; fetch: typeof fetch } {
  const sent: Request[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent.push(request);
      return answers.shift() ?? fetch(input, init);
    },
  };
}

const busy = (status: number, retryAfter?: string) =>
  new Response("{}", { status, ...(retryAfter === undefined ? {} : { headers: { "Retry-After": retryAfter } }) });

test("public reads carry no token and no position, but for a while after a write", async () => {
  const path = await anArticle();
  const { sent, fetch } = recorder();
  const ada = new ThreadStoreClient({ baseUrl, token, fetch });

  await ada.get(comments, { path });
  const written = await ada.post(comments, { path, body: { body: "First" } });
  const { commentCount } = await ada.get(comments, { path });

  assert.equal(commentCount, 1);
  assert.deepEqual(
    sent.map((r) => [r.method, r.headers.has("Authorization"), new URL(r.url).searchParams.has("minPosition")]),
    [
      ["GET", false, false],
      ["POST", true, false],
      ["GET", false, true],
    ],
  );
  assert.equal(written.state, "published");
});

test("what only its author sees is found with the token", async () => {
  const path = await anArticle();
  const cms = new ThreadStoreClient({ baseUrl, token: env("THREADSTORE_CMS") });
  await cms.post("/v1/sites/{site}/articles/{articleKey}/withdraw", { path });
  const { sent, fetch } = recorder();
  const reader = new ThreadStoreClient({ baseUrl, token: env("THREADSTORE_CMS"), fetch });

  assert.equal((await reader.get(comments, { path })).commentCount, 0);
  assert.deepEqual(sent.map((r) => r.headers.has("Authorization")), [false, true]);
  await assert.rejects(new ThreadStoreClient({ baseUrl }).get(comments, { path }), { code: "article-not-found" });
});

test("a post has one key however often it is sent, and another one the next time", async () => {
  const path = await anArticle();
  const { sent, fetch } = recorder(busy(503, "0"), busy(429, "0"));
  const ada = new ThreadStoreClient({ baseUrl, token, fetch });

  await ada.post(comments, { path, body: { body: "Once" } });
  await ada.post(comments, { path, body: { body: "Again" } });

  const keys = sent.map((r) => r.headers.get("Idempotency-Key"));
  assert.equal(keys.length, 4);
  assert.equal(new Set(keys).size, 2);
  assert.deepEqual(keys.slice(0, 3), [keys[0], keys[0], keys[0]]);
  assert.equal((await ada.get(comments, { path })).commentCount, 2);
});

test("a post whose answer was lost is one comment", async () => {
  const path = await anArticle();
  let lost = 0;
  const ada = new ThreadStoreClient({
    baseUrl,
    token,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (lost++ === 0) throw new TypeError("fetch failed");
      return response;
    },
  });

  await ada.post(comments, { path, body: { body: "Once" } });

  assert.equal((await ada.get(comments, { path })).commentCount, 1);
  assert.equal(lost, 3);
});

test("it gives up after the retries, and where the wait would be long", async () => {
  const path = await anArticle();
  const often = recorder(...Array.from({ length: 9 }, () => busy(503, "0")));
  await assert.rejects(new ThreadStoreClient({ baseUrl, fetch: often.fetch }).get(comments, { path }), { status: 503 });
  assert.equal(often.sent.length, 4);

  const long = recorder(busy(429, "3600"));
  await assert.rejects(new ThreadStoreClient({ baseUrl, fetch: long.fetch }).get(comments, { path }), {
    status: 429,
    retryAfter: 3600,
  });
  assert.equal(long.sent.length, 1);
});

test("a token that is refused is asked for anew, once", async () => {
  const path = await anArticle();
  const asked: boolean[] = [];
  const ada = new ThreadStoreClient({
    baseUrl,
    token: ({ refused }) => {
      asked.push(refused);
      return refused ? token : "expired";
    },
  });
  await ada.post(comments, { path, body: { body: "Signed in again" } });
  assert.deepEqual(asked, [false, true]);

  const never = new ThreadStoreClient({ baseUrl, token: () => "expired" });
  await assert.rejects(never.post(comments, { path, body: { body: "No" } }), { code: "unauthorized" });
});

test("a path in the address is kept", async () => {
  for (const address of ["https://news.example/comments", "https://news.example/comments/"]) {
    const { sent, fetch } = recorder(new Response("{}", { headers: { "content-type": "application/json" } }));
    await new ThreadStoreClient({ baseUrl: address, fetch }).get(comments, { path: { site, articleKey: "a/b" } });
    assert.equal(sent[0]?.url, `https://news.example/comments/v1/sites/${site}/articles/a%2Fb/comments`);
  }
});

test("an exchange tells the headers, and what has not changed", async () => {
  const path = await anArticle();
  const reader = new ThreadStoreClient({ baseUrl });

  const first = await reader.exchange("get", comments, { path });
  const again = await reader.exchange("get", comments, { path, headers: { "If-None-Match": first.etag ?? "" } });

  assert.ok(first.position > 0);
  assert.equal(reader.position, Math.max(first.position, again.position));
  assert.deepEqual([first.status, first.data.commentCount, again.status, again.data], [200, 0, 304, undefined]);
});

test("a preview stores nothing", async () => {
  const path = await anArticle();
  const ada = new ThreadStoreClient({ baseUrl, token });

  const prospect = await ada.preview(path, { body: "About *time*!" });

  assert.equal(prospect.state, "published");
  assert.equal((await ada.get(comments, { path })).commentCount, 0);
});

test("items of a thread are all of its comments", async () => {
  const path = await anArticle();
  const ada = new ThreadStoreClient({ baseUrl, token });
  const expected: string[] = [];
  const post = async (body: string, parentId: string | null) => {
    expected.push(body);
    return (await ada.post(comments, { path, body: { body, parentId } })).id;
  };
  for (const n of [1, 2]) {
    const top = await post(`${n}`, null);
    for (const m of [1, 2, 3]) {
      let parent = await post(`${n}.${m}`, top);
      if (m === 2) for (const deep of ["a", "b", "c", "d", "e"]) parent = await post(`${n}.${m}${deep}`, parent);
    }
  }

  const met: string[] = [];
  const query = { sort: "oldest", limit: 1, replies: 1 } as const;
  for await (const comment of ada.items(comments, { path, query })) met.push(comment.body ?? "");

  assert.deepEqual(met, expected);
});
