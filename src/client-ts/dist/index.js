export { ThreadStoreClient } from "./client.js";
export { ProblemError } from "./problem.js";
