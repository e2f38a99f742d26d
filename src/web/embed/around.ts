import { html, nothing, type TemplateResult } from "lit";
import type { Discussion } from "./discussion.js";
import type { Thread } from "./part.js";
import type { Item } from "./tree.js";

/** Before the first page: what the host page brought along, such as comments.html. */
export function opening({ speech }: Thread, problem: unknown, again: () => void): TemplateResult {
  return problem === undefined
    ? html`<slot><p class="loading" id="count">${speech.say("loading")}</p></slot>`
    : html`<slot></slot>
        <p class="problem" id="count" role="alert">${speech.say("loadFailed")} ${speech.problem(problem)}</p>
        <button class="primary" part="primary" @click=${again}>${speech.say("retry")}</button>`;
}

/** What came in and is not shown yet: it lies over the page. */
export function arrivals({ speech }: Thread, discussion: Discussion, reveal: (shown: Item[]) => void): TemplateResult {
  const one = (of: "newComments" | "waiting", n: number, show: () => Item[]) =>
    n === 0
      ? nothing
      : html`<button class="fresh" part="fresh" @click=${() => reveal(show())}>
          ${speech.count(of, n)}</button>`;
  return html`<div class="arrivals">
    ${one("newComments", discussion.fresh.length, () => discussion.showFresh())}
    ${one("waiting", discussion.waiting.length, () => discussion.showWaiting())}
  </div>`;
}
