import { diffWordsWithSpace } from "diff";
import { html, type TemplateResult } from "lit";
import { language } from "../shared/words.js";

// Chinese and Japanese have no spaces: the browser knows where their words end
const segmenter = new Intl.Segmenter(language, { granularity: "word" });

/** Texts beyond that are shown one after the other: nobody reads their differences word by word. */
const LONGEST = 20_000;

/** A text, with what was added and taken away since the one before. */
export function differences(before: string | undefined, after: string): TemplateResult {
  if (before === undefined || before.length + after.length > LONGEST) return html`<div class="text">${after}</div>`;
  const parts = diffWordsWithSpace(before, after, { intlSegmenter: segmenter });
  return html`<div class="text">${parts.map((part) =>
    part.added ? html`<ins>${part.value}</ins>` : part.removed ? html`<del>${part.value}</del>` : part.value,
  )}</div>`;
}
