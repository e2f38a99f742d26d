import { backoff, keyed, patience } from "./calls.js";
import { watch } from "./live.js";
import { ProblemError } from "./problem.js";
import { PUBLIC } from "./public.js";
import { tabs, watchTogether } from "./tabs.js";
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
    #options;
    #position = 0;
    #wanted = { position: 0, until: 0 };
    #pages = new Map();
    constructor(options) {
        this.#options = options;
    }
    /** The newest position that was read or written; set it to read what another page or program wrote. */
    get position() {
        return this.#position;
    }
    set position(value) {
        this.#position = Math.max(this.#position, value);
        this.#wanted = { position: Math.max(this.#wanted.position, value), until: Date.now() + WRITE_IS_NEW_MS };
    }
    get(path, ...args) {
        return this.#data("get", path, args[0]);
    }
    post(path, ...args) {
        return this.#data("post", path, args[0]);
    }
    put(path, ...args) {
        return this.#data("put", path, args[0]);
    }
    patch(path, ...args) {
        return this.#data("patch", path, args[0]);
    }
    delete(path, ...args) {
        return this.#data("delete", path, args[0]);
    }
    /** The answer with its headers: `etag` for `If-None-Match` (then `status` may be 304, and `data` undefined) and `If-Match`. */
    async exchange(method, path, ...args) {
        const response = await this.#send(method, path, (args[0] ?? {}), true);
        return {
            status: response.status,
            data: (await read(response)),
            etag: response.headers.get("ETag"),
            position: positionOf(response),
            location: response.headers.get("Location"),
            headers: response.headers,
        };
    }
    /** What would become of a comment: its state and, as HTML, how it would look. Nothing is stored. */
    preview(article, comment, signal) {
        const request = { path: article, body: comment, query: { dryRun: true } };
        return this.#data("post", COMMENTS, signal === undefined ? request : { ...request, signal });
    }
    /**
     * All items of a list, page by page as they are asked for. Comments of a thread come with all of their replies, parents
     * before their children.
     */
    async *items(path, ...args) {
        for await (const item of this.#pagesOf(path, (args[0] ?? {})))
            yield item;
    }
    async *#pagesOf(path, request) {
        let cursor = request.query?.["cursor"];
        do {
            const page = await this.#data("get", path, { ...request, query: { ...request.query, cursor } });
            yield* this.#withReplies(page.items, request);
            cursor = page.nextCursor;
        } while (cursor !== null);
    }
    async *#withReplies(items, request) {
        for (const item of items) {
            yield item;
            if (item.replies === undefined)
                continue;
            yield* this.#withReplies(item.replies.items, request);
            const cursor = item.replies.nextCursor;
            if (cursor === null)
                continue;
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
    watch(article, from = {}) {
        const url = this.#url(LIVE, article).href;
        const start = from.after ?? this.#pages.get(url);
        const onResync = (resync) => (this.position = resync);
        const alone = (after, signal) => watch(async (after, signal) => {
            const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
            const response = await this.#fetch(url + query, { signal });
            if (!response.ok)
                throw await ProblemError.of(response);
            return response;
        }, onResync, after === undefined ? { signal } : { after, signal });
        const after = start === undefined ? undefined : String(start);
        const platform = from.shared === false ? undefined : tabs();
        return watchTogether(platform, url, alone, onResync, after, from.signal);
    }
    async #data(method, path, request) {
        return (await read(await this.#send(method, path, (request ?? {}), false)));
    }
    async #send(method, path, request, mayBeUnchanged) {
        const isPublic = PUBLIC.has(`${method} ${path}`);
        // the past, and what only its author sees, is for those who sign in
        const { query = {} } = request;
        let isSignedIn = !isPublic || request.signedIn === true || query["asOf"] != null || query["atPosition"] != null;
        let response = await this.#persist(method, path, request, isPublic, isSignedIn);
        if (response.status === 404 && !isSignedIn && this.#options.token !== undefined) {
            isSignedIn = true;
            response = await this.#persist(method, path, request, isPublic, isSignedIn);
        }
        if (!response.ok && !(mayBeUnchanged && response.status === 304))
            throw await ProblemError.of(response);
        const position = positionOf(response);
        if (method !== "get" && !isPublic)
            this.position = position;
        else
            this.#position = Math.max(this.#position, position);
        if (path === COMMENTS && method === "get" && query["cursor"] == null)
            this.#remember(request, position);
        return response;
    }
    /** Sends it until it is answered, as often as it may be. */
    async #persist(method, path, request, isPublic, isSignedIn) {
        const url = this.#url(path, request.path ?? {});
        for (const [name, value] of Object.entries(request.query ?? {}))
            for (const one of Array.isArray(value) ? value : [value])
                if (one !== undefined && one !== null)
                    url.searchParams.append(name, String(one));
        // in the address, not in a header: a browser needs no preflight then
        if (method === "get" && this.#wanted.position > 0 && Date.now() < this.#wanted.until)
            url.searchParams.set("minPosition", String(this.#wanted.position));
        const headers = new Headers();
        for (const [name, value] of Object.entries(request.headers ?? {}))
            if (value !== undefined)
                headers.set(name, String(value));
        if (method === "post" && !isPublic)
            keyed(headers);
        const init = { method: method.toUpperCase(), headers };
        if (request.body !== undefined) {
            headers.set("Content-Type", "application/json");
            init.body = JSON.stringify(request.body);
        }
        if (request.signal !== undefined)
            init.signal = request.signal;
        const mayRepeat = method !== "patch" || headers.has("If-Match");
        let refused;
        for (let attempt = 0;; attempt++) {
            const bearer = isSignedIn ? await this.#token(refused !== undefined) : undefined;
            if (bearer !== undefined)
                headers.set("Authorization", `Bearer ${bearer}`);
            const answered = await this.#attempt(url, init);
            if (answered.status === 401 && refused === undefined && bearer !== undefined && typeof this.#options.token === "function") {
                refused = bearer;
                attempt--;
                continue;
            }
            const wait = patience(answered, attempt, this.#options.retries ?? 3, mayRepeat);
            if (wait === undefined) {
                if (answered instanceof Response)
                    return answered;
                throw answered.error;
            }
            await backoff(wait, request.signal);
        }
    }
    async #attempt(url, init) {
        try {
            return await this.#fetch(url, init);
        }
        catch (error) {
            return { status: 0, error };
        }
    }
    async #token(refused) {
        const { token } = this.#options;
        return typeof token === "function" ? await token({ refused }) : token;
    }
    #url(path, parts) {
        const address = this.#options.baseUrl.replace(/\/+$/, "") + expand(path, parts);
        return new URL(address, globalThis.location?.href);
    }
    #remember(request, position) {
        const url = this.#url(LIVE, request.path ?? {}).href;
        this.#pages.delete(url);
        this.#pages.set(url, position);
        const [oldest] = this.#pages.keys();
        if (this.#pages.size > MOST_PAGES && oldest !== undefined)
            this.#pages.delete(oldest);
    }
    #fetch(url, init) {
        return (this.#options.fetch ?? globalThis.fetch)(url, init);
    }
}
const positionOf = (response) => Number(response.headers.get("ThreadStore-Position") ?? 0) || 0;
async function read(response) {
    if (response.headers.get("content-type")?.startsWith("application/json"))
        return response.json();
    const text = await response.text();
    return text === "" ? undefined : text;
}
function expand(path, parts) {
    return path.replace(/\{(\w+)\}/g, (_, name) => {
        const value = parts[name];
        if (value === undefined)
            throw new TypeError(`${path} needs ${name}.`);
        return encodeURIComponent(value);
    });
}
