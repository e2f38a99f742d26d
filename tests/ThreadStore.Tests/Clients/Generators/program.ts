// What a front end does with a generated client: post, be refused, read a page with a tombstone, read a report.
// The same for each generator; the test holds what it prints against what the server did.
import createClient from "openapi-fetch";
import { createClient as createHey } from "./hey/client/index.js";
import * as hey from "./hey/sdk.gen.js";
import * as orval from "./orval/api.js";
import type { components, paths } from "./schema.js";

const env = (name: string) => process.env[name] ?? "";
const [baseUrl, site, articleKey] = [env("THREADSTORE_URL"), env("THREADSTORE_SITE"), process.argv[3] ?? ""];
const as = (token: string) => ({ Authorization: `Bearer ${env(token)}` });
const [ada, ben, ana] = [as("THREADSTORE_ADA"), as("THREADSTORE_BEN"), as("THREADSTORE_ANA")];

/** What the program needs of a client; the members are of generated types, so that tsc holds them against each other. */
interface Client {
  post(body: string, parentId: string | null, who: typeof ada): Promise<{ id: string; state: string }>;
  refusal(): Promise<{ status: number; code: string; member: string | undefined }>;
  remove(id: string): Promise<void>;
  page(): Promise<components["schemas"]["ThreadComment"][]>;
  report(): Promise<components["schemas"]["Report"]>;
}

const refused = (problem: components["schemas"]["Problem"]) => ({
  status: problem.status,
  code: problem.code,
  member: Object.keys(problem.errors ?? {})[0],
});

function typed(): Client {
  const api = createClient<paths>({ baseUrl });
  const path = { site, articleKey };
  return {
    async post(body, parentId, headers) {
      const { data } = await api.POST("/v1/sites/{site}/articles/{articleKey}/comments", {
        params: { path },
        body: { body, parentId },
        headers,
      });
      return { id: data!.id, state: data!.state };
    },
    async refusal() {
      const { error } = await api.POST("/v1/sites/{site}/articles/{articleKey}/comments", {
        params: { path },
        body: { body: "" },
        headers: ada,
      });
      return refused(error!);
    },
    async remove(commentId) {
      await api.DELETE("/v1/sites/{site}/comments/{commentId}", { params: { path: { site, commentId } }, headers: ada });
    },
    async page() {
      const { data } = await api.GET("/v1/sites/{site}/articles/{articleKey}/comments", {
        params: { path, query: { sort: "oldest" } },
      });
      return data!.items;
    },
    async report() {
      const { data } = await api.GET("/v1/sites/{site}/analytics/{report}", {
        params: { path: { site, report: "activity" } },
        headers: ana,
      });
      if (typeof data !== "object") throw new Error("It is no report.");
      return data;
    },
  };
}

function byOrval(): Client {
  // its addresses are relative: in a browser to the page, here to the server
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => fetch(typeof input === "string" ? new URL(input, baseUrl) : input, init);
  return {
    async post(body, parentId, headers) {
      const answer = await orval.postComment(site, articleKey, { body, parentId }, undefined, { headers });
      if (answer.status !== 201) throw new Error(answer.data.detail);
      return { id: answer.data.id, state: answer.data.state };
    },
    async refusal() {
      const answer = await orval.postComment(site, articleKey, { body: "" }, undefined, { headers: ada });
      if (answer.status === 201) throw new Error("It was not refused.");
      return refused(answer.data);
    },
    async remove(id) {
      await orval.deleteComment(site, id, undefined, { headers: ada });
    },
    async page() {
      const answer = await orval.getThread(site, articleKey, { sort: "oldest" });
      if (answer.status !== 200) throw new Error(`${answer.status}`);
      return answer.data.items;
    },
    async report() {
      const answer = await orval.getReport(site, "activity", undefined, { headers: ana });
      if (answer.status !== 200 || typeof answer.data === "string") throw new Error(`${answer.status}`);
      return answer.data;
    },
  };
}

function byHey(): Client {
  const client = createHey({ baseUrl });
  const path = { site, articleKey };
  return {
    async post(body, parentId, headers) {
      const { data } = await hey.postComment({ client, path, body: { body, parentId }, headers, throwOnError: true });
      return { id: data.id, state: data.state };
    },
    async refusal() {
      const { error } = await hey.postComment({ client, path, body: { body: "" }, headers: ada });
      return refused(error!);
    },
    async remove(commentId) {
      await hey.deleteComment({ client, path: { site, commentId }, headers: ada, throwOnError: true });
    },
    async page() {
      const { data } = await hey.getThread({ client, path, query: { sort: "oldest" }, throwOnError: true });
      return data.items;
    },
    async report() {
      const { data } = await hey.getReport({
        client,
        path: { site, report: "activity" },
        headers: ana,
        throwOnError: true,
      });
      return data;
    },
  };
}

const clients: Record<string, () => Client> = { "openapi-typescript": typed, orval: byOrval, "hey-api": byHey };
const client = clients[process.argv[2] ?? ""]!();
const first = await client.post("First", null, ada);
const reply = await client.post("Reply", first.id, ben);
console.log("posted", first.state, reply.state);
const { status, code, member } = await client.refusal();
console.log("refused", status, code, member);
await client.remove(first.id);
const [gone] = await client.page();
console.log("tombstone", gone!.state, gone!.removedBy, gone!.author, gone!.body, gone!.html);
const [answer] = gone!.replies.items;
console.log("reply", answer!.author?.name, answer!.body);
const report = await client.report();
console.log("report", report.columns[0], report.rows.every(Array.isArray), report.position > 0);
