import { wordsOf } from "../shared/words.js";
import { de } from "./words.de.js";
import { en } from "./words.en.js";

export type Word = keyof typeof en;

export const t = wordsOf(en, de);

/** A word that the server may know and this page may not yet. */
export function tOr(key: string, fallback: string): string {
  return key in en ? t(key as Word) : fallback;
}

export const ruleWord = (rule: string) => tOr(`rule.${rule}`, rule.startsWith("classifier") ? t("rule.classifier") : rule);
export const reasonWord = (reason: string) => tOr(`reason.${reason}`, reason);
