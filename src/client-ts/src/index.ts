export { ThreadStoreClient, type ClientOptions, type Exchange } from "./client.js";
export { ProblemError, type Problem } from "./problem.js";
export { type LiveMessage } from "./live.js";
export type { components, operations, paths } from "../schema.js";
