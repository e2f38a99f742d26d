import { backoff, keyed, patience, type Answered } from "./calls.js";
import { watch, type LiveMessage } from "./live.js";
import { ProblemError } from "./problem.js";
import { PUBLIC } from "./public.js";
import type { components, paths } from "../schema.js";
import { tabs, watchTogether } from "./tabs.js";
import type { Answer, Arguments, Item, Method, Operation, PathsWith } from "./types.js";

export interface ClientOptions {
  /** The server's address, such as `https://comments.example`; with a path where the server is behind one. */
  baseUrl: string;
  /**
   * The reader's token, or what gives one for each request; nothing: public reads only. It is asked again, with
   * `refused`, where the server did not take the one before: then it must not come from a cache.
   */
  token?: string | ((why: { refused: boolean }) => string | undefined | Promise<string | undefined>);
  /** How often a request is sent again that could not be answered now (429, 503, a lost connection). Default 3; 0: never. */
  retries?: number;
  /** What sends requests, if not the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}



interface AnyRequest {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  signedIn?: boolean;
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

type WithReplies = { id: string; replies?: Page<WithReplies> };

const COMMENTS = "/v1/sites/{site}/articles/{articleKey}/comments";
const REPLIES = "/v1/sites/{site}/comments/{commentId}/replies";
const LIVE = "/v1/sites/{site}/articles/{articleKey}/live";

/** How long after a write its reader is told of it by position: by then every node and shared cache has it. */
const WRITE_IS_NEW_MS = 60_000;
/** Of so many articles it is remembered where their pages stood. */
const MOST_PAGES = 1_000;

/**
 * Speaks to a ThreadStore server by the paths of its OpenAPI document. Whoever wrote through it reads their write, from
 * any node: for a minute the position of the write goes along. Other public reads are sent as everybody sends them, without
 * token or position, so that a CDN may answer.
 */
export class ThreadStoreClient {
  readonly #options: ClientOptions;
  #position = 0;
  #wanted = { position: 0, until: 0 };
  readonly #pages = new Map<string, number>();

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The newest position that was read or written; set it to read what another page or program wrote. */
  get position(): number {
    return this.#position;
  }

  set position(value: number) {
    this.#position = Math.max(this.#position, value);
    this.#wanted = { position: Math.max(this.#wanted.position, value), until: Date.now() + WRITE_IS_NEW_MS };
  }

  get<P extends PathsWith<"get">>(path: P, ...args: Arguments<Operation<"get", P>>): Promise<Answer<Operation<"get", P>>> {
    return this.#data("get", path, args[0]);
  }

  post<P extends PathsWith<"post">>(path: P, ...args: Arguments<Operation<"post", P>>): Promise<Answer<Operation<"post", P>>> {
    return this.#data("post", path, args[0]);
  }

  put<P extends PathsWith<"put">>(path: P, ...args: Arguments<Operation<"put", P>>): Promise<Answer<Operation<"put", P>>> {
    return this.#data("put", path, args[0]);
  }

  patch<P extends PathsWith<"patch">>(path: P, ...args: Arguments<Operation<"patch", P>>): Promise<Answer<Operation<"patch", P>>> {
    return this.#data("patch", path, args[0]);
  }

  delete<P extends PathsWith<"delete">>(path: P, ...args: Arguments<Operation<"delete", P>>): Promise<Answer<Operation<"delete", P>>> {
    return this.#data("delete", path, args[0]);
  }

  /** The answer with its headers: `etag` for `If-None-Match` (then `status` may be 304, and `data` undefined) and `If-Match`. */
  async exchange<M extends Method, P extends PathsWith<M>>(
    method: M,
    path: P,
    ...args: Arguments<Operation<M, P>>
  ): Promise<Exchange<Answer<Operation<M, P>>>> {
    const response = await this.#send(method, path, (args[0] ?? {}) as AnyRequest, true);
    return {
      status: response.status,
      data: (await read(response)) as Answer<Operation<M, P>>,
      etag: response.headers.get("ETag"),
      position: positionOf(response),
      location: response.headers.get("Location"),
      headers: response.headers,
    };
  }

  /** What would become of a comment: its state and, as HTML, how it would look. Nothing is stored. */
  preview(
    article: { site: string; articleKey: string },
    comment: components["schemas"]["PostComment"],
    signal?: AbortSignal,
  ): Promise<components["schemas"]["Prospect"]> {
    const request: AnyRequest = { path: article, body: comment, query: { dryRun: true } };
    return this.#data("post", COMMENTS, signal === undefined ? request : { ...request, signal });
  }

  /**
   * All items of a list, page by page as they are asked for. Comments of a thread come with all of their replies, parents
   * before their children.
   */
  async *items<P extends PathsWith<"get">>(
    path: P,
    ...args: Arguments<Operation<"get", P>>
  ): AsyncGenerator<Item<Operation<"get", P>>, void, undefined> {
    for await (const item of this.#pagesOf(path, (args[0] ?? {}) as AnyRequest)) yield item as Item<Operation<"get", P>>;
  }

  async *#pagesOf(path: keyof paths, request: AnyRequest): AsyncGenerator<unknown, void, undefined> {
    let cursor = request.query?.["cursor"] as string | null | undefined;
    do {
      const page = await this.#data<Page<WithReplies>>("get", path, { ...request, query: { ...request.query, cursor } });
      yield* this.#withReplies(page.items, request);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  async *#withReplies(items: WithReplies[], request: AnyRequest): AsyncGenerator<unknown, void, undefined> {
    for (const item of items) {
      yield item;
      if (item.replies === undefined) continue;
      yield* this.#withReplies(item.replies.items, request);
      const cursor = item.replies.nextCursor;
      if (cursor === null) continue;
      // replies are in an order of their own, whatever that of the list
      const { sort: _, ...query } = request.query ?? {};
      const path = { site: request.path?.["site"] ?? "", commentId: item.id };
      yield* this.#pagesOf(REPLIES, { ...request, path, query: { ...query, cursor } });
    }
  }

  /**
   * What happens in an article's discussion, as it happens, from the page of it that was read last; of one that was not
   * read, from now on. It connects again by itself and goes on where it was cut off; end it by leaving the loop, or by the
   * signal. After `resync` the thread must be read anew. In a browser all tabs share one stream.
   *
   * @param from `after`: the id of the last message, or the position of the page, that one has. `shared: false`: a
   * stream of its own.
   */
  watch(
    article: { site: string; articleKey: string },
    from: { after?: string | number; signal?: AbortSignal; shared?: boolean } = {},
  ): AsyncGenerator<LiveMessage, void, undefined> {
    const url = this.#url(LIVE, article).href;
    const start = from.after ?? this.#pages.get(url);
    const onResync = (resync: number) => (this.position = resync);
    const alone = (after: string | undefined, signal: AbortSignal) =>
      watch(
        async (after, signal) => {
          const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
          const response = await this.#fetch(url + query, { signal });
          if (!response.ok) throw await ProblemError.of(response);
          return response;
        },
        onResync,
        after === undefined ? { signal } : { after, signal },
      );
    const after = start === undefined ? undefined : String(start);
    const platform = from.shared === false ? undefined : tabs();
    return watchTogether(platform, url, alone, onResync, after, from.signal);
  }

  async #data<T>(method: Method, path: keyof paths, request: unknown): Promise<T> {
    return (await read(await this.#send(method, path, (request ?? {}) as AnyRequest, false))) as T;
  }

  async #send(method: Method, path: keyof paths, request: AnyRequest, mayBeUnchanged: boolean): Promise<Response> {
    const isPublic = PUBLIC.has(`${method} ${path}`);
    // the past, and what only its author sees, is for those who sign in
    const { query = {} } = request;
    let isSignedIn = !isPublic || request.signedIn === true || query["asOf"] != null || query["atPosition"] != null;
    let response = await this.#persist(method, path, request, isPublic, isSignedIn);
    if (response.status === 404 && !isSignedIn && this.#options.token !== undefined) {
      isSignedIn = true;
      response = await this.#persist(method, path, request, isPublic, isSignedIn);
    }
    if (!response.ok && !(mayBeUnchanged && response.status === 304)) throw await ProblemError.of(response);

    const position = positionOf(response);
    if (method !== "get" && !isPublic) this.position = position;
    else this.#position = Math.max(this.#position, position);
    if (path === COMMENTS && method === "get" && query["cursor"] == null) this.#remember(request, position);
    return response;
  }

  /** Sends it until it is answered, as often as it may be. */
  async #persist(
    method: Method,
    path: keyof paths,
    request: AnyRequest,
    isPublic: boolean,
    isSignedIn: boolean,
  ): Promise<Response> {
    const url = this.#url(path, request.path ?? {});
    for (const [name, value] of Object.entries(request.query ?? {}))
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    // in the address, not in a header: a browser needs no preflight then
    if (method === "get" && this.#wanted.position > 0 && Date.now() < this.#wanted.until)
      url.searchParams.set("minPosition", String(this.#wanted.position));

    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers ?? {}))
      if (value !== undefined) headers.set(name, String(value));
    if (method === "post" && !isPublic) keyed(headers);
    const init: RequestInit = { method: method.toUpperCase(), headers };
    if (request.body !== undefined) {
      headers.set("Content-Type", "application/json");
      init.body = JSON.stringify(request.body);
    }
    if (request.signal !== undefined) init.signal = request.signal;
    const mayRepeat = method !== "patch" || headers.has("If-Match");

    let refused: string | undefined;
    for (let attempt = 0; ; attempt++) {
      const bearer = isSignedIn ? await this.#token(refused !== undefined) : undefined;
      if (bearer !== undefined) headers.set("Authorization", `Bearer ${bearer}`);
      const answered = await this.#attempt(url, init);
      if (answered.status === 401 && refused === undefined && bearer !== undefined && typeof this.#options.token === "function") {
        refused = bearer;
        attempt--;
        continue;
      }
      const wait = patience(answered, attempt, this.#options.retries ?? 3, mayRepeat);
      if (wait === undefined) {
        if (answered instanceof Response) return answered;
        throw answered.error;
      }
      await backoff(wait, request.signal);
    }
  }

  async #attempt(url: URL, init: RequestInit): Promise<Answered> {
    try {
      return await this.#fetch(url, init);
    } catch (error) {
      return { status: 0, error };
    }
  }

  async #token(refused: boolean): Promise<string | undefined> {
    const { token } = this.#options;
    return typeof token === "function" ? await token({ refused }) : token;
  }

  #url(path: string, parts: Record<string, string>): URL {
    const address = this.#options.baseUrl.replace(/\/+$/, "") + expand(path, parts);
    return new URL(address, (globalThis as { location?: { href?: string } }).location?.href);
  }

  #remember(request: AnyRequest, position: number): void {
    const url = this.#url(LIVE, request.path ?? {}).href;
    this.#pages.delete(url);
    this.#pages.set(url, position);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > MOST_PAGES && oldest !== undefined) this.#pages.delete(oldest);
  }

  #fetch(url: URL | string, init: RequestInit): Promise<Response> {
    return (this.#options.fetch ?? globalThis.fetch)(url, init);
  }
}

/** An answer with its headers. */
export interface Exchange<T> {
  status: number;
  /** Undefined with 304. */
  data: T;
  etag: string | null;
  /** What the answer holds; of a write, where it stands in the history. */
  position: number;
  /** The path of what was made. */
  location: string | null;
  headers: Headers;
}

const positionOf = (response: Response) => Number(response.headers.get("ThreadStore-Position") ?? 0) || 0;

async function read(response: Response): Promise<unknown> {
  if (response.headers.get("content-type")?.startsWith("application/json")) return response.json();
  const text = await response.text();
  return text === "" ? undefined : text;
}

function expand(path: string, parts: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parts[name];
    if (value === undefined) throw new TypeError(`${path} needs ${name}.`);
    return encodeURIComponent(value);
  });
}
