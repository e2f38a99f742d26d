import { ProblemError, type Shape } from "./api.js";
import { words } from "./refusal-words.js";
import { say } from "./shared-words.js";
import { wordsOf } from "./words.js";

const t = wordsOf(words.en, words);

type Word = keyof typeof words.en;

/** What desk and insights say of each refusal of the API: the name of a sentence in every language. */
export const PROBLEMS: Record<Shape<"ProblemCode">, Word> = {
  "bad-request": "unreadable",
  "validation": "invalid",
  "bad-cursor": "unreadable",
  "unauthorized": "unauthorized",
  "token-revoked": "revoked",
  "forbidden": "forbidden",
  "not-found": "notFound",
  "method-not-allowed": "unreadable",
  "too-large": "tooLarge",
  "idempotency-conflict": "conflict",
  "uri-too-long": "tooLarge",
  "headers-too-large": "tooLarge",
  "rate-limited": "tooFast",
  "site-not-found": "noSite",
  "article-not-found": "noArticle",
  "article-exists": "conflict",
  "article-withdrawn": "noArticle",
  "comment-not-found": "noComment",
  "comment-deleted": "deleted",
  "commenter-not-found": "noPerson",
  "not-in-good-standing": "standing",
  "slow-mode": "conflict",
  "warning-not-acknowledged": "standing",
  "not-entitled": "standing",
  "challenge-failed": "conflict",
  "discussion-closed": "conflict",
  "parent-not-available": "conflict",
  "branch-locked": "conflict",
  "too-deep": "conflict",
  "duplicate-comment": "conflict",
  "own-comment": "own",
  "edit-window-over": "conflict",
  "stale-version": "stale",
  "not-published": "notPublished",
  "not-undoable": "notUndoable",
  "not-enough-decisions": "tooFew",
  "model-not-found": "notFound",
  "decision-not-found": "noDecision",
  "nothing-to-appeal": "appealClosed",
  "already-appealed": "appealClosed",
  "appeal-not-found": "appealClosed",
  "erased": "erased",
  "erasure-not-found": "notFound",
  "import-not-found": "notFound",
  "webhook-not-found": "notFound",
  "delivery-not-found": "notFound",
  "report-not-found": "notFound",
  "appeal-closed": "appealClosed",
  "internal": "internal",
  "busy": "busy",
  "unavailable": "busy",
  "behind": "busy",
};

/** Of an outcome that has nothing but its code; a newer server may have others. */
export const codeWord = (code: string | null): string => t(PROBLEMS[code as keyof typeof PROBLEMS] ?? "conflict");

/**
 * What went wrong, in a sentence.
 * @param memberWord What a member of a request is called where it is filled in.
 */
export function sentence(error: unknown, memberWord = (member: string) => member): string {
  if (error instanceof TypeError) return say("lost");
  if (!(error instanceof ProblemError)) return error instanceof Error ? error.message : String(error);
  const { problem, status } = error;
  // a proxy answers in its own words
  if (problem === undefined) return t("answered", { status: String(status) });
  if (problem.code === "internal") return t("internal", { trace: problem.traceId });
  const flaws = Object.entries(error.errors).flatMap(([member, found]) => found.map((f) => `${memberWord(member)}: ${flawWord(f)}`));
  return [codeWord(problem.code), ...flaws].join(" ");
}

/** What is wrong with a member of a request. */
export function flawWord({ code, message, params }: Flaw): string {
  const word = FLAWS[code];
  // what is rare, such as where a pattern can't be read, is said by the server alone
  if (word === undefined) return t("flawed", { message });
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, shown(value)]));
  const hasNoEnd = word === "outOfRange" && params["max"] == null;
  return t(hasNoEnd ? "tooSmall" : word, values);
}

type Flaw = Shape<"Flaw">;

const FLAWS: Record<string, Word> = {
  "empty": "empty",
  "required": "required",
  "duplicate": "duplicate",
  "too-long": "tooLong",
  "length": "length",
  "count": "count",
  "out-of-range": "outOfRange",
  "none-of": "noneOf",
  "past": "past",
  "no-time": "noTime",
  "no-time-zone": "noTimeZone",
};

const shown = (value: unknown): string | number =>
  typeof value === "number" ? value : Array.isArray(value) ? value.join(", ") : String(value);
