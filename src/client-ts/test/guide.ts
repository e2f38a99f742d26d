import { ProblemError, ThreadStoreClient } from "../src/index.js";

export async function section(baseUrl: string, token: string, log: (line: string) => void): Promise<void> {
  const api = new ThreadStoreClient({ baseUrl, token });
  const path = { site: "gazette", articleKey: "bridge" };
  const comments = "/v1/sites/{site}/articles/{articleKey}/comments";
  try {
    await api.post(comments, { path, body: { body: "Hello" } });
  } catch (e) {
    if (e instanceof ProblemError) log(`${e.code}: ${e.message}`);
    else throw e;
  }
  // holds what was just written; all pages of it
  for await (const comment of api.items(comments, { path, query: { sort: "best" } })) log(comment.html ?? "deleted");
  for await (const message of api.watch(path, { after: api.position })) log(message.event);
}
