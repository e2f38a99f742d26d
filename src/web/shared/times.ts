import { language } from "./words.js";

// Times as people say them: how long ago, or a date, in the reader's own zone unless one is given.

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** "5 minutes ago". */
export function ago(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

/** A date and a time of day, to the minute. */
export function moment(time: string | number, zone?: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "short",
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(typeof time === "string" ? Date.parse(time) : time);
}

/** "1 h 05 min", of seconds; the two largest units. */
export function duration(seconds: number): string {
  const say = (value: number, unit: string) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(value);
  const units: [string, number][] = [...(STEPS as [string, number][])];
  const at = units.findIndex(([, length]) => seconds >= length);
  if (at < 0) return say(0, "second");
  const [unit, length] = units[at] as [string, number];
  const next = units[at + 1];
  const whole = Math.floor(seconds / length);
  const rest = next === undefined ? 0 : Math.floor((seconds - whole * length) / next[1]);
  return rest > 0 && next !== undefined ? `${say(whole, unit)} ${say(rest, next[0])}` : say(whole, unit);
}
