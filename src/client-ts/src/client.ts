import { watch, type LiveMessage } from "./live.js";
import { ProblemError } from "./problem.js";
import type { paths } from "./schema.js";
import type { Answer, Arguments, Item, Method, Operation, PathsWith } from "./types.js";

export interface ClientOptions {
  /** The server's address, such as `https://comments.example`. */
  baseUrl: string;
  /** The reader's token, or what gives one for each request; nothing: public reads only. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** What sends requests, if not the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

interface AnyRequest {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * Speaks to a ThreadStore server by the paths of its OpenAPI document. It remembers the position of what was written
 * through it and asks all reads to hold that: whoever wrote reads their write, from any node.
 */
export class ThreadStoreClient {
  readonly #options: ClientOptions;
  #position = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The newest position that was written; set it to read what another page or program wrote. */
  get position(): number {
    return this.#position;
  }

  set position(value: number) {
    this.#position = Math.max(this.#position, value);
  }

  get<P extends PathsWith<"get">>(path: P, ...args: Arguments<Operation<"get", P>>): Promise<Answer<Operation<"get", P>>> {
    return this.#call("get", path, args[0]);
  }

  post<P extends PathsWith<"post">>(path: P, ...args: Arguments<Operation<"post", P>>): Promise<Answer<Operation<"post", P>>> {
    return this.#call("post", path, args[0]);
  }

  put<P extends PathsWith<"put">>(path: P, ...args: Arguments<Operation<"put", P>>): Promise<Answer<Operation<"put", P>>> {
    return this.#call("put", path, args[0]);
  }

  patch<P extends PathsWith<"patch">>(path: P, ...args: Arguments<Operation<"patch", P>>): Promise<Answer<Operation<"patch", P>>> {
    return this.#call("patch", path, args[0]);
  }

  delete<P extends PathsWith<"delete">>(path: P, ...args: Arguments<Operation<"delete", P>>): Promise<Answer<Operation<"delete", P>>> {
    return this.#call("delete", path, args[0]);
  }

  /** All items of a list, page by page as they are asked for. */
  async *items<P extends PathsWith<"get">>(
    path: P,
    ...args: Arguments<Operation<"get", P>>
  ): AsyncGenerator<Item<Operation<"get", P>>, void, undefined> {
    const request = args[0] as AnyRequest | undefined;
    let cursor: string | null | undefined = request?.query?.["cursor"] as string | undefined;
    do {
      const query: AnyRequest["query"] = { ...request?.query, cursor };
      const page: Page<Item<Operation<"get", P>>> = await this.#call("get", path, { ...request, query });
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /**
   * What happens in an article's discussion, as it happens. It connects again by itself and goes on where it was cut
   * off; end it by leaving the loop, or by the signal. After `resync` the thread must be read anew.
   *
   * @param from `after`: the id of the last message, or the position of the page, that one has; nothing: from now on.
   */
  watch(
    article: { site: string; articleKey: string },
    from: { after?: string | number; signal?: AbortSignal } = {},
  ): AsyncGenerator<LiveMessage, void, undefined> {
    const path = expand("/v1/sites/{site}/articles/{articleKey}/live", article);
    return watch(
      async (after, signal) => {
        const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
        const response = await this.#fetch(new URL(path + query, this.#options.baseUrl), { signal });
        if (!response.ok) throw await ProblemError.of(response);
        return response;
      },
      (resync) => (this.position = resync),
      from,
    );
  }

  async #call<T>(method: Method, path: keyof paths, request: unknown): Promise<T> {
    const { path: parts = {}, query = {}, headers = {}, body, signal } = (request ?? {}) as AnyRequest;
    const url = new URL(expand(path, parts), this.#options.baseUrl);
    for (const [name, value] of Object.entries(query))
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    // in the address, not in a header: a browser needs no preflight then
    if (method === "get" && this.#position > 0) url.searchParams.set("minPosition", String(this.#position));

    const sent = new Headers();
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, String(value));
    const { token } = this.#options;
    const bearer = typeof token === "function" ? await token() : token;
    if (bearer !== undefined) sent.set("Authorization", `Bearer ${bearer}`);
    const init: RequestInit = { method: method.toUpperCase(), headers: sent };
    if (body !== undefined) {
      sent.set("Content-Type", "application/json");
      init.body = JSON.stringify(body);
    }
    if (signal !== undefined) init.signal = signal;

    const response = await this.#fetch(url, init);
    if (!response.ok) throw await ProblemError.of(response);
    if (method !== "get") this.position = Number(response.headers.get("ThreadStore-Position") ?? 0);
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    if (isJson) return (await response.json()) as T;
    const text = await response.text();
    return (text === "" ? undefined : text) as T;
  }

  #fetch(url: URL, init: RequestInit): Promise<Response> {
    return (this.#options.fetch ?? globalThis.fetch)(url, init);
  }
}

function expand(path: string, parts: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parts[name];
    if (value === undefined) throw new TypeError(`${path} needs ${name}.`);
    return encodeURIComponent(value);
  });
}
