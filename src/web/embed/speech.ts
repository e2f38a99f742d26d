import { ProblemError } from "../../client-ts/src/index.js";
import { PROBLEMS } from "./problems.js";
import { words as english } from "./words/en.js";
import type { Plural, Words } from "./words/words.js";

type Texts = { [K in keyof Words]: Words[K] extends string ? K : never }[keyof Words];
type Counts = Exclude<keyof Words, Texts>;

/** English comes along; another language is loaded when it is wanted. */
const OTHERS: Record<string, () => Promise<{ words: Words }>> = {
  ar: () => import("./words/ar.js"),
  de: () => import("./words/de.js"),
  es: () => import("./words/es.js"),
  fr: () => import("./words/fr.js"),
  it: () => import("./words/it.js"),
  ja: () => import("./words/ja.js"),
  nl: () => import("./words/nl.js"),
  pl: () => import("./words/pl.js"),
  pt: () => import("./words/pt.js"),
  zh: () => import("./words/zh.js"),
};

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Languages that write a number of up to three digits as JavaScript does, and have at most two forms for it. */
const PLAIN = /^(de|en|es|fr|it|ja|nl|pt|zh)\b/;
/** Of these, those in which none counts as one. */
const ONE_FOR_NONE = /^(fr\b|pt(?!-PT))/;

/**
 * Says things in one language, with its plurals, numbers and times. What `Intl` is needed for is made when it is: the first of
 * its objects costs a browser about as much as to draw all first comments.
 */
export class Speech {
  #plural: Intl.PluralRules | undefined;
  #number: Intl.NumberFormat | undefined;
  #relative: Intl.RelativeTimeFormat | undefined;
  #time: Intl.DateTimeFormat | undefined;

  /** @param tag With a region, where there is one: it decides how dates are written. */
  constructor(
    readonly tag = "en",
    readonly words = english,
  ) {}

  /** Of the first language that there is; English where there is none, or its words can't be had now. */
  static async in(...wanted: (string | null | undefined)[]): Promise<Speech> {
    for (const tag of wanted) {
      const language = tag?.split(/[-_]/)[0]?.toLowerCase();
      if (!tag || !language) continue;
      if (language === "en") break;
      const load = OTHERS[language];
      if (load === undefined) continue;
      try {
        const { words } = await load();
        return new Speech(canonical(tag) ?? language, words);
      } catch {
        break;
      }
    }
    return new Speech();
  }

  get direction(): "ltr" | "rtl" {
    return this.tag.startsWith("ar") ? "rtl" : "ltr";
  }

  say(text: Texts, fill: Record<string, string> = {}): string {
    // a name stays in its own direction
    return this.words[text].replace(/\{(\w+)\}/g, (_, name: string) => `\u2068${fill[name] ?? ""}\u2069`);
  }

  count(text: Counts, n: number): string {
    const forms: Plural = this.words[text];
    return (forms[this.#form(n)] ?? forms.other).replace("#", this.number(n));
  }

  #form(n: number): Intl.LDMLPluralRule {
    if (PLAIN.test(this.tag) && n < 1000) return n === 1 || (n === 0 && ONE_FOR_NONE.test(this.tag)) ? "one" : "other";
    this.#plural ??= new Intl.PluralRules(this.tag);
    return this.#plural.select(n);
  }

  number(n: number): string {
    if (PLAIN.test(this.tag) && n < 1000) return String(n);
    this.#number ??= new Intl.NumberFormat(this.tag);
    return this.#number.format(n);
  }

  time(at: string): string {
    this.#time ??= new Intl.DateTimeFormat(this.tag, { dateStyle: "long", timeStyle: "short" });
    return this.#time.format(new Date(at));
  }

  ago(at: string): string {
    const seconds = Math.max(0, (Date.now() - new Date(at).getTime()) / 1000);
    const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 0];
    this.#relative ??= new Intl.RelativeTimeFormat(this.tag, { numeric: "auto" });
    return this.#relative.format(length === 0 ? 0 : -Math.floor(seconds / length), unit);
  }

  /** Why something did not work. */
  problem(error: unknown): string {
    if (!(error instanceof ProblemError)) return this.say("unreachable");
    const { code, problem, status } = error;
    const known: keyof Words | undefined = code === undefined ? undefined : PROBLEMS[code];
    // a newer server may have others, and a proxy answers in its own words
    const name = known ?? (status >= 500 ? "internal" : "conflict");
    const until = problem?.until ? ` ${this.say("until", { time: this.time(problem.until) })}` : "";
    return this.say(name as Texts) + until;
  }

  /** Of a refusal that was told beforehand, by the code that it would have. */
  reason(code: string, until: string | null): string {
    const name = PROBLEMS[code as keyof typeof PROBLEMS] ?? "forbidden";
    return this.say(name as Texts) + (until === null ? "" : ` ${this.say("until", { time: this.time(until) })}`);
  }
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replace("_", "-"))[0];
  } catch {
    return undefined;
  }
}
