/** An answer, or why there is none. */
export type Answered = Response | {
    status: 0;
    error: unknown;
};
/** Milliseconds after which the request is to be sent again; undefined: what there is stands. */
export declare function patience(answered: Answered, attempt: number, retries: number, mayRepeat: boolean): number | undefined;
export declare function backoff(ms: number, signal: AbortSignal | undefined): Promise<void>;
/** Makes a request safe to repeat: one key for each, whatever number of times it is sent. */
export declare function keyed(headers: Headers): void;
