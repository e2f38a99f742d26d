import { ProblemError, ThreadStoreClient, type components } from "../../client-ts/src/index.js";
import type { Session } from "./session.js";

export { ProblemError, ThreadStoreClient };

type Schemas = components["schemas"];
export type Shape<K extends keyof Schemas> = Schemas[K];

/** Where the server is: this page's own, behind whatever path it is mounted at. */
export const baseUrl = location.origin + location.pathname.replace(/\/(desk|insights)(\.html)?\/?$/, "");

export function clientOf(session: Session): ThreadStoreClient {
  return new ThreadStoreClient({ baseUrl, token: session.token });
}

/** The token is no longer, or was never, good for this. */
export const isSignedOut = (error: unknown): boolean => error instanceof ProblemError && error.status === 401;

export const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
