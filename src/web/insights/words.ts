import { wordsOf } from "../shared/words.js";
import { de } from "./words.de.js";
import { en } from "./words.en.js";
import { es } from "./words.es.js";
import { fr } from "./words.fr.js";

export type Word = keyof typeof en;

export const t = wordsOf(en, { de, fr, es });

export const tOr = (key: string, fallback: string): string => (key in en ? t(key as Word) : fallback);
