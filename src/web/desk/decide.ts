import { ProblemError, type Shape } from "../shared/api.js";
import type { Desk } from "./desk-context.js";

/** One decision on one comment. */
export interface Step {
  action: Shape<"DecisionAction">;
  reason?: Shape<"RejectReason">;
  note?: string;
}

export interface Taken {
  /** Where each decision stands in the log; nothing of what stood so already. */
  positions: number[];
  comment: Shape<"Comment">;
  /** Why the later steps were not taken, where an earlier one was. */
  refusal?: unknown;
}

const PATHS = {
  approve: "/v1/sites/{site}/comments/{commentId}/approve",
  reject: "/v1/sites/{site}/comments/{commentId}/reject",
  restore: "/v1/sites/{site}/comments/{commentId}/restore",
  feature: "/v1/sites/{site}/comments/{commentId}/feature",
  unfeature: "/v1/sites/{site}/comments/{commentId}/unfeature",
  lock: "/v1/sites/{site}/comments/{commentId}/lock",
  unlock: "/v1/sites/{site}/comments/{commentId}/unlock",
} as const;

/** Decides on the text that was seen, step by step. */
export async function take(desk: Desk, seen: Shape<"Comment">, steps: Step[]): Promise<Taken> {
  let comment = seen;
  const positions: number[] = [];
  for (const { action, reason, note } of steps) {
    const to = {
      path: { site: desk.site, commentId: seen.id },
      headers: { "If-Match": `"${comment.version}"` },
    };
    const body = note ? { note } : {};
    try {
      const answer =
        action === "reject"
          ? await desk.api.exchange("post", PATHS.reject, { ...to, body: { reason: reason ?? "other", ...body } })
          : await desk.api.exchange("post", PATHS[action], { ...to, body });
      // what was so already made no event, and the position is somebody else's
      if (answer.data.version > comment.version) positions.push(answer.position);
      comment = answer.data;
    } catch (refusal) {
      if (positions.length === 0) throw refusal;
      return { positions, comment, refusal };
    }
  }
  return { positions, comment };
}

/** Why a comment does not come back into the list although it was not decided on. */
export function isOver(error: unknown): boolean {
  return error instanceof ProblemError && (error.code === "comment-deleted" || error.code === "comment-not-found");
}

export const isStale = (error: unknown): boolean => error instanceof ProblemError && error.code === "stale-version";
