import { wordsOf } from "../shared/words.js";
import { de } from "./words.de.js";
import { en } from "./words.en.js";

export type Word = keyof typeof en;

export const t = wordsOf(en, de);

export const tOr = (key: string, fallback: string): string => (key in en ? t(key as Word) : fallback);
