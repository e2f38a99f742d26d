// Imported before anything else: while the rest of the script is made ready, the first page is on its way.

export type Sort = (typeof SORTS)[number];
export const SORTS = ["newest", "oldest", "best", "hot", "controversial", "replies"] as const;

/** The folder that this script came from. */
export const HERE = import.meta.url.replace(/[^/]*$/, "");

/** The order that an attribute names; the newest first where it names none. */
export const sortOf = (name: string | null | undefined): Sort => SORTS.find((sort) => sort === name) ?? "newest";

/** Requests for first pages, by their address. */
const begun = new Map<string, Promise<Response>>();

for (const element of document.querySelectorAll("thread-store")) {
  const [api, site, article, sort] = ["api", "site", "article", "sort"].map((name) => element.getAttribute(name));
  if (!site || !article) continue;
  try {
    // as the client asks for it: what is asked for otherwise is asked for twice
    const path = `/v1/sites/${encodeURIComponent(site)}/articles/${encodeURIComponent(article)}/comments?sort=${sortOf(sort)}`;
    const { href } = new URL((api ?? HERE).replace(/\/+$/, "") + path, location.href);
    if (begun.has(href)) continue;
    const answer = fetch(href);
    // whoever takes it hears of it
    answer.catch(() => {});
    begun.set(href, answer);
  } catch {
    // no address: the element says so
  }
}

/** As `fetch`; what was begun already is the answer to the first who asks for it. */
export function fetchBegun(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const address = String(input);
  const answer = begun.get(address);
  if (answer === undefined) return fetch(input, init);
  begun.delete(address);
  return answer;
}
