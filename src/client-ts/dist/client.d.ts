import { type LiveMessage } from "./live.js";
import type { components } from "../schema.js";
import type { Answer, Arguments, Item, Method, Operation, PathsWith } from "./types.js";
export interface ClientOptions {
    /** The server's address, such as `https://comments.example`; with a path where the server is behind one. */
    baseUrl: string;
    /**
     * The reader's token, or what gives one for each request; nothing: public reads only. It is asked again, with
     * `refused`, where the server did not take the one before: then it must not come from a cache.
     */
    token?: string | ((why: {
        refused: boolean;
    }) => string | undefined | Promise<string | undefined>);
    /** How often a request is sent again that could not be answered now (429, 503, a lost connection). Default 3; 0: never. */
    retries?: number;
    /** What sends requests, if not the global `fetch`. */
    fetch?: typeof globalThis.fetch;
}
/**
 * Speaks to a ThreadStore server by the paths of its OpenAPI document. Whoever wrote through it reads their write, from
 * any node: for a minute the position of the write goes along. Other public reads are sent as everybody sends them, without
 * token or position, so that a CDN may answer.
 */
export declare class ThreadStoreClient {
    #private;
    constructor(options: ClientOptions);
    /** The newest position that was read or written; set it to read what another page or program wrote. */
    get position(): number;
    set position(value: number);
    get<P extends PathsWith<"get">>(path: P, ...args: Arguments<Operation<"get", P>>): Promise<Answer<Operation<"get", P>>>;
    post<P extends PathsWith<"post">>(path: P, ...args: Arguments<Operation<"post", P>>): Promise<Answer<Operation<"post", P>>>;
    put<P extends PathsWith<"put">>(path: P, ...args: Arguments<Operation<"put", P>>): Promise<Answer<Operation<"put", P>>>;
    patch<P extends PathsWith<"patch">>(path: P, ...args: Arguments<Operation<"patch", P>>): Promise<Answer<Operation<"patch", P>>>;
    delete<P extends PathsWith<"delete">>(path: P, ...args: Arguments<Operation<"delete", P>>): Promise<Answer<Operation<"delete", P>>>;
    /** The answer with its headers: `etag` for `If-None-Match` (then `status` may be 304, and `data` undefined) and `If-Match`. */
    exchange<M extends Method, P extends PathsWith<M>>(method: M, path: P, ...args: Arguments<Operation<M, P>>): Promise<Exchange<Answer<Operation<M, P>>>>;
    /** What would become of a comment: its state and, as HTML, how it would look. Nothing is stored. */
    preview(article: {
        site: string;
        articleKey: string;
    }, comment: components["schemas"]["PostComment"], signal?: AbortSignal): Promise<components["schemas"]["Prospect"]>;
    /**
     * All items of a list, page by page as they are asked for. Comments of a thread come with all of their replies, parents
     * before their children.
     */
    items<P extends PathsWith<"get">>(path: P, ...args: Arguments<Operation<"get", P>>): AsyncGenerator<Item<Operation<"get", P>>, void, undefined>;
    /**
     * What happens in an article's discussion, as it happens, from the page of it that was read last; of one that was not
     * read, from now on. It connects again by itself and goes on where it was cut off; end it by leaving the loop, or by the
     * signal. After `resync` the thread must be read anew. In a browser all tabs share one stream.
     *
     * @param from `after`: the id of the last message, or the position of the page, that one has. `shared: false`: a
     * stream of its own.
     */
    watch(article: {
        site: string;
        articleKey: string;
    }, from?: {
        after?: string | number;
        signal?: AbortSignal;
        shared?: boolean;
    }): AsyncGenerator<LiveMessage, void, undefined>;
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
