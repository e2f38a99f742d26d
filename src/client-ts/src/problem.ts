import type { components } from "../schema.js";

export type Problem = components["schemas"]["Problem"];

/** The server refused a request. Look at `code`; `message` is a sentence that a person can act on. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(
    readonly status: number,
    /** Undefined where the answer came from something between the server and us. */
    readonly problem: Problem | undefined,
    /** Seconds to wait before the same request may succeed, where the server says so. */
    readonly retryAfter: number | undefined,
  ) {
    super(problem?.detail ?? `The server answered ${status}.`);
  }

  get code(): components["schemas"]["ProblemCode"] | undefined {
    // a newer server may have others
    return this.problem?.code as components["schemas"]["ProblemCode"] | undefined;
  }

  /** What is wrong, by member of the request; with the code `validation`. */
  get errors(): NonNullable<Problem["errors"]> {
    return this.problem?.errors ?? {};
  }

  static async of(response: Response): Promise<ProblemError> {
    const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
    const problem = isProblem ? ((await response.json().catch(() => undefined)) as Problem | undefined) : undefined;
    const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
    return new ProblemError(response.status, problem, Number.isFinite(retryAfter) ? retryAfter : undefined);
  }
}
