import type { components } from "../schema.js";
/** One Server-Sent Event; `event` says what `data` holds. */
export type LiveMessage = components["schemas"]["LiveMessage"];
type Connect = (after: string | undefined, signal: AbortSignal) => Promise<Response>;
/** Reads a stream, and the next one from where it ended, until the caller has enough. */
export declare function watch(connect: Connect, onResync: (position: number) => void, from: {
    after?: string | number;
    signal?: AbortSignal;
}): AsyncGenerator<LiveMessage, void, undefined>;
export {};
