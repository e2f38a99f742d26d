/** The server refused a request. Look at `code`; `message` is a sentence that a person can act on. */
export class ProblemError extends Error {
    status;
    problem;
    retryAfter;
    name = "ProblemError";
    constructor(status, 
    /** Undefined where the answer came from something between the server and us. */
    problem, 
    /** Seconds to wait before the same request may succeed, where the server says so. */
    retryAfter) {
        super(problem?.detail ?? `The server answered ${status}.`);
        this.status = status;
        this.problem = problem;
        this.retryAfter = retryAfter;
    }
    get code() {
        // a newer server may have others
        return this.problem?.code;
    }
    /** What is wrong, by member of the request; with the code `validation`. */
    get errors() {
        return this.problem?.errors ?? {};
    }
    static async of(response) {
        const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
        const problem = isProblem ? (await response.json().catch(() => undefined)) : undefined;
        const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
        return new ProblemError(response.status, problem, Number.isFinite(retryAfter) ? retryAfter : undefined);
    }
}
