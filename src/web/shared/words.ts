// Words of the pages: a table for each language, chosen once by ?lang= or by what the browser asks for.

/** A text with `{names}` to fill in, or its forms by number. */
export type Words = Record<string, string | { one: string; other: string }>;

const wanted = [new URLSearchParams(location.search).get("lang") ?? "", ...navigator.languages];

const LANGUAGES = ["en", "de", "fr", "es"] as const;
type Language = (typeof LANGUAGES)[number];

/** The first language that is asked for and that there are words in. */
export const language: Language =
  wanted.map((l) => l.slice(0, 2).toLowerCase()).flatMap((l) => LANGUAGES.find((known) => known === l) ?? [])[0] ?? "en";

/** The same in another language. */
export type Said<T extends Words> = { [K in keyof T]: T[K] extends string ? string : { one: string; other: string } };

/** The words of one table, in the reader's language; `n` chooses the form by number. */
export function wordsOf<T extends Words>(en: T, others: Record<Exclude<Language, "en">, Said<T>>) {
  const table = (language === "en" ? en : others[language]) as Words;
  return (key: keyof T & string, values: Record<string, string | number> = {}): string => {
    const found = table[key] ?? key;
    const text = typeof found === "string" ? found : found[plural(Number(values["n"]))];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name] ?? ""));
  };
}

const rules = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);
const shares = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });

const plural = (n: number): "one" | "other" => (rules.select(n) === "one" ? "one" : "other");
const shown = (value: string | number) => (typeof value === "number" ? numbers.format(value) : value);

export const number = (value: number) => numbers.format(value);
export const share = (value: number) => shares.format(value);
