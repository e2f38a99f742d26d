import { language } from "../shared/words.js";

// Pictures show the wall clock of the site's zone. Its times are kept here as if they were UTC, so that neither the browser's
// zone nor a change of summer time moves them once more.

/** A wall clock's time, in milliseconds as if it were UTC. */
export const wall = (local: string): number => Date.parse(`${local.replace(/(Z|[+-]\d\d:?\d\d)$/, "")}Z`);

/** What the site's wall clock shows at a moment. */
export type Clock = (time: string) => number;

/** By the zone's name. */
export function clockOf(zone: string): Clock {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return (time) => wall(parts.format(Date.parse(time)).replace(" ", "T"));
}

/** Without it: by what the reports say that the clock showed at moments around. */
export function clockBy(known: [start: string, local: string][]): Clock {
  const shifts = known.map(([start, local]) => [Date.parse(start), wall(local) - Date.parse(start)] as const);
  return (time) => {
    const at = Date.parse(time);
    const [, shift] = shifts.findLast(([start]) => start <= at) ?? shifts[0] ?? [0, 0];
    return at + shift;
  };
}

const moments = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const days = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });

export const moment = (wall: number): string => moments.format(wall);
export const day = (wall: number): string => days.format(wall);
