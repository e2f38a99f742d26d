import type { LiveMessage } from "./live.js";
/** What a browser has for tabs to speak to each other. */
export interface Tabs {
    locks: {
        request(name: string, options: {
            signal: AbortSignal;
        }, hold: () => Promise<void>): Promise<unknown>;
    };
    channel: (name: string) => BroadcastChannel;
}
type Stream = AsyncGenerator<LiveMessage, void, undefined>;
type Alone = (after: string | undefined, signal: AbortSignal) => Stream;
/** Undefined where tabs can't speak to each other: in Node, in old browsers, on pages without HTTPS. */
export declare function tabs(): Tabs | undefined;
/** Reads what another tab reads already, or begins and tells the others. */
export declare function watchTogether(tabs: Tabs | undefined, url: string, alone: Alone, onResync: (position: number) => void, after: string | undefined, signal: AbortSignal | undefined): Stream;
export {};
