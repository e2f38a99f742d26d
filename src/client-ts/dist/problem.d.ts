import type { components } from "../schema.js";
export type Problem = components["schemas"]["Problem"];
/** The server refused a request. Look at `code`; `message` is a sentence that a person can act on. */
export declare class ProblemError extends Error {
    readonly status: number;
    /** Undefined where the answer came from something between the server and us. */
    readonly problem: Problem | undefined;
    /** Seconds to wait before the same request may succeed, where the server says so. */
    readonly retryAfter: number | undefined;
    readonly name = "ProblemError";
    constructor(status: number, 
    /** Undefined where the answer came from something between the server and us. */
    problem: Problem | undefined, 
    /** Seconds to wait before the same request may succeed, where the server says so. */
    retryAfter: number | undefined);
    get code(): components["schemas"]["ProblemCode"] | undefined;
    /** What is wrong, by member of the request; with the code `validation`. */
    get errors(): NonNullable<Problem["errors"]>;
    static of(response: Response): Promise<ProblemError>;
}
