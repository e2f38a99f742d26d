import { ProblemError, ThreadStoreClient } from "threadstore-client";

export async function section(
  baseUrl: string,
  newToken: () => Promise<string>,
  log: (line: string) => void,
): Promise<void> {
  let token = await newToken();
  const api = new ThreadStoreClient({
    baseUrl,
    token: async ({ refused }) => (refused ? (token = await newToken()) : token),
  });
  const path = { site: "gazette", articleKey: "bridge" };
  const comments = "/v1/sites/{site}/articles/{articleKey}/comments";
  const { state } = await api.preview(path, { body: "Hello" });
  log(`It would be ${state}.`);
  try {
    await api.post(comments, { path, body: { body: "Hello" } });
  } catch (e) {
    if (e instanceof ProblemError) log(`${e.code}: ${e.message}`);
    else throw e;
  }
  // holds what was just written; all comments of all pages, replies included
  for await (const comment of api.items(comments, { path, query: { sort: "best" } })) log(comment.html ?? "deleted");
  // from where that page stood
  for await (const message of api.watch(path)) log(message.event);
}
