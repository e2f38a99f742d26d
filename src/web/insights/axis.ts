import { language } from "../shared/words.js";

// uPlot names its times as Americans do; here each language does.

const MINUTE = 60;
const DAY = 86_400;
const MONTH = 28 * DAY;
const YEAR = 365 * DAY;

const format = (options: Intl.DateTimeFormatOptions) => {
  const made = new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" });
  return (seconds: number) => made.format(seconds * 1000);
};
const second = format({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const minute = format({ hour: "numeric", minute: "2-digit" });
const day = format({ day: "numeric", month: "numeric" });
const date = format({ dateStyle: "short" });
const month = format({ month: "short" });
const year = format({ year: "numeric" });

/**
 * What stands below a time axis.
 * @param splits Seconds of a wall clock, as if UTC.
 * @param step Seconds from one to the next.
 */
export function timesOf(splits: number[], step: number): string[] {
  const [small, large] =
    step >= YEAR ? [year, () => ""]
    : step >= MONTH ? [month, year]
    : step >= DAY ? [day, year]
    : step >= MINUTE ? [minute, date]
    : [second, date];
  // what they have in common is told once
  return splits.map((at, i) => {
    const common = large(at);
    const isNew = common !== "" && (i === 0 || large(splits[i - 1] as number) !== common);
    return isNew ? `${small(at)}\n${common}` : small(at);
  });
}
