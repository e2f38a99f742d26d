// Run by TypeScriptClientTests in tests/ThreadStore.Tests/Clients, which starts a server and says where it is.
import { ThreadStoreClient } from "../src/index.js";

export function env(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: dotnet test runs these tests, against a server.`);
  return value;
}

export const baseUrl = env("THREADSTORE_URL");
export const site = env("THREADSTORE_SITE");
export const articles = "/v1/sites/{site}/articles/{articleKey}";
export const comments = `${articles}/comments` as const;

const cms = new ThreadStoreClient({ baseUrl, token: env("THREADSTORE_CMS") });

export async function anArticle(): Promise<{ site: string; articleKey: string }> {
  // each file of tests is a process of its own
  const path = { site, articleKey: `2021/ä & ${crypto.randomUUID()}` };
  await cms.put(articles, { path, body: { title: "From TypeScript" } });
  return path;
}
