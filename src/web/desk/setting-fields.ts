import type { Shape } from "../shared/api.js";
import type { Word } from "./words.js";

export type Settings = Shape<"Site">;

/** How a setting is edited: as a text, a number (empty: null, where that may be), lines, a choice, yes or no, key = label. */
export type Kind =
  | { as: "text" | "lines" | "check" | "badges" }
  | { as: "number"; min: number; max?: number; step?: number; isNullable?: boolean }
  | { as: "choice"; of: [value: string, word: Word][] };

export interface Setting {
  name: keyof Settings & string;
  word: Word;
  kind: Kind;
  /** The name that verdicts have of the rule that it sets. */
  rule?: string;
}

const rule = (name: Setting["name"], rule: string, kind: Kind): Setting => ({ name, rule, kind, word: `set.${name}` as Word });
const plain = (name: Setting["name"], kind: Kind): Setting => ({ name, kind, word: `set.${name}` as Word });

/** What keeps a comment back: each with its figures. */
export const RULES: Setting[] = [
  rule("moderationMode", "premoderation", { as: "choice", of: [["post", "set.post"], ["pre", "set.pre"]] }),
  rule("bannedWords", "bannedWord", { as: "lines" }),
  rule("suspectWords", "suspectWord", { as: "lines" }),
  rule("bannedPatterns", "bannedPattern", { as: "lines" }),
  rule("suspectPatterns", "suspectPattern", { as: "lines" }),
  rule("linksHeldForReview", "links", { as: "number", min: 1, isNullable: true }),
  rule("newCommentersHeldForReview", "newCommenter", { as: "number", min: 0 }),
  rule("repeatedTextHeldForReview", "repeatedText", { as: "check" }),
  rule("floodHeldForReview", "flood", { as: "number", min: 1, isNullable: true }),
  rule("rejectionRateHeldForReview", "rejectionRate", { as: "number", min: 0, max: 1, step: 0.05, isNullable: true }),
  rule("flagsHeldForReview", "flags", { as: "number", min: 1, isNullable: true }),
  rule("guests", "guest", { as: "choice", of: [["off", "set.off"], ["held", "set.held"], ["open", "set.open"]] }),
];

export const REST: Setting[] = [
  plain("name", { as: "text" }),
  plain("language", { as: "text" }),
  plain("timeZone", { as: "text" }),
  plain("maxCommentLength", { as: "number", min: 1 }),
  plain("maxDepth", { as: "number", min: 0 }),
  plain("editWindowMinutes", { as: "number", min: 0 }),
  plain("closeAfterDays", { as: "number", min: 1, isNullable: true }),
  { name: "badges", word: "badges", kind: { as: "badges" } },
];

/** As it stands in a field. */
export function shown(kind: Kind, value: unknown): string {
  if (kind.as === "lines") return (value as string[]).join("\n");
  if (kind.as === "badges")
    return Object.entries(value as Settings["badges"])
      .map(([key, { label }]) => `${key} = ${label}`)
      .join("\n");
  return value === null || value === undefined ? "" : String(value);
}

/** What was meant by what stands in the field. */
export function meant(kind: Kind, field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement): unknown {
  const text = field.value;
  const lines = () => text.split("\n").map((l) => l.trim()).filter((l) => l !== "");
  switch (kind.as) {
    case "check":
      return (field as HTMLInputElement).checked;
    case "lines":
      return lines();
    case "badges":
      return Object.fromEntries(
        lines().map((line) => {
          const [key = "", ...label] = line.split("=");
          return [key.trim(), { label: label.join("=").trim() || key.trim() }];
        }),
      );
    case "number":
      return text.trim() === "" ? null : Number(text);
    default:
      return text;
  }
}

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
