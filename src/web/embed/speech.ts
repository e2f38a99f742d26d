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

/** Says things in one language, with its plurals, numbers and times. */
export class Speech {
  readonly #plural: Intl.PluralRules;
  readonly #number: Intl.NumberFormat;
  readonly #relative: Intl.RelativeTimeFormat;
  readonly #time: Intl.DateTimeFormat;

  /** @param tag With a region, where there is one: it decides how dates are written. */
  constructor(
    readonly tag = "en",
    readonly words = english,
  ) {
    this.#plural = new Intl.PluralRules(tag);
    this.#number = new Intl.NumberFormat(tag);
    this.#relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
    this.#time = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short" });
  }

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
    return (forms[this.#plural.select(n)] ?? forms.other).replace("#", this.number(n));
  }

  number(n: number): string {
    return this.#number.format(n);
  }

  time(at: string): string {
    return this.#time.format(new Date(at));
  }

  ago(at: string): string {
    const seconds = Math.max(0, (Date.now() - new Date(at).getTime()) / 1000);
    const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 0];
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
