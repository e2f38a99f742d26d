import { wordsOf } from "../shared/words.js";
import { de } from "./words.de.js";
import { en } from "./words.en.js";
import { es } from "./words.es.js";
import { fr } from "./words.fr.js";

export type Word = keyof typeof en;

export const t = wordsOf(en, { de, fr, es });

/** A word that the server may know and this page may not yet. */
export function tOr(key: string, fallback: string): string {
  return key in en ? t(key as Word) : fallback;
}

export const ruleWord = (rule: string) => tOr(`rule.${rule}`, rule.startsWith("classifier") ? t("rule.classifier") : rule);
export const reasonWord = (reason: string) => tOr(`reason.${reason}`, reason);
/** A member of a request, or the list that it is in, as its field is called. */
export function memberWord(member: string): string {
  const name = member.replace(/[[.].*$/, "");
  return tOr(`set.${name}`, tOr(name, name));
}

/** What was done, as the log says it. */
export const didWord = (action: string) => tOr(`did.${action}`, action);
export const eventWord = (type: string) => tOr(`event.${type}`, type);
