const SHOWN = 160;
/** In a message, where it tells which comment is meant. */
const HINTED = 60;

/** The beginning of a text, by code points. */
export function cut(text: string, length = SHOWN): string {
  const points = [...text];
  return points.length > length ? `${points.slice(0, length).join("")} …` : text;
}

/** The beginning of a text within a sentence, in its own direction. */
export const hint = (text: string | null): string =>
  text === null || text.trim() === "" ? "" : `: \u2068“${cut(text.trim().replace(/\s+/g, " "), HINTED)}”\u2069`;
