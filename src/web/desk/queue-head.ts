import { html, nothing, type TemplateResult } from "lit";
import { number } from "../shared/words.js";
import { showKeys } from "./keys.js";
import type { Queue } from "./queue.js";
import type { QueueName } from "./queue-list.js";
import { REASONS } from "./reject-menu.js";
import { RULES } from "./setting-fields.js";
import { reasonWord, ruleWord, t } from "./words.js";

/** What is called a queue here. */
export type Tab = "pending" | "flagged" | "notices" | "rejected";

export const TABS: Tab[] = ["pending", "flagged", "notices", "rejected"];

/** Notices of illegal content wait among what is flagged, for that reason. */
export const queueOf = (tab: Tab): QueueName => (tab === "notices" ? "flagged" : tab);

export const NOTICES = "illegal";

/** What holds a comment back, and neither rejects it nor lets it wait among what is flagged. */
const HOLDING = [
  ...RULES.flatMap((s) => s.rule ?? []).filter((r) => !["bannedWord", "bannedPattern", "flags"].includes(r)),
  ...["learned", "classifier", "heldBefore", "shadow"],
];

/** Why a comment may be in a queue, and the words for it. */
function reasonsOf(tab: Tab, asked: string | undefined): [string, string][] {
  const found: [string, string][] =
    tab === "pending" ? HOLDING.map((r) => [r, ruleWord(r)])
    : tab === "flagged" ? REASONS.filter((r) => r !== "bannedWord").map((r) => [r, reasonWord(r)])
    : [...REASONS.map((r): [string, string] => [r, reasonWord(r)]), ["bannedPattern", ruleWord("bannedPattern")]];
  // an address may name any, such as a classifier by its name
  if (asked !== undefined && !found.some(([reason]) => reason === asked)) found.push([asked, ruleWord(asked)]);
  return found.toSorted((a, b) => a[1].localeCompare(b[1]));
}

/** Where something waits, while nothing does in the queue that is shown. */
export const elsewhere = ({ counts, list }: Queue): TemplateResult[] =>
  (["pending", "flagged"] as const)
    .filter((of) => of !== list.queue && (counts?.[of] ?? 0) > 0)
    .map((of) => html`<a href="#/queue/${of}">${t(of)}: ${number(counts?.[of] ?? 0)}</a> `);

/** Which queue, what of it, and whether it is live. */
export function queueHead(queue: Queue, tab: Tab): TemplateResult {
  const { counts, silence } = queue;
  const count = (of: Tab) => (of === "pending" ? counts?.pending : of === "flagged" ? counts?.flagged : undefined);
  const link = (of: Tab) => html`<li>
    <a href="#/queue/${of}" aria-current=${of === tab ? "page" : nothing}>
      ${t(of)}${count(of) === undefined ? nothing : html` <span class="count">${number(count(of) as number)}</span>`}
    </a>
  </li>`;
  const filter = (e: SubmitEvent) => {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const query = new URLSearchParams();
    for (const name of ["article", "reason"]) {
      const value = String(form.get(name) ?? "").trim();
      if (value !== "") query.set(name, value);
    }
    location.hash = `#/queue/${tab}${query.size > 0 ? `?${query}` : ""}`;
  };
  return html`<div class="queue-head">
    <nav aria-label=${t("queues")}><ul>${TABS.map(link)}</ul></nav>
    <form class="row filter" @submit=${filter}>
      <span class="pair"><label for="filter-article">${t("filterArticle")}</label>
      <input id="filter-article" name="article" list="articles" .value=${queue.filter.article ?? ""} @focus=${() => queue.meetArticles()}></span>
      <datalist id="articles">${queue.articles.map((a) => html`<option value=${a.key}>${a.title}</option>`)}</datalist>
      ${tab === "notices"
        ? nothing
        : html`<span class="pair"><label for="filter-reason">${t("filterReason")}</label>
            <select id="filter-reason" name="reason">
              <option value="">${t("any")}</option>
              ${reasonsOf(tab, queue.filter.reason).map(([reason, word]) => html`<option value=${reason} .selected=${reason === queue.filter.reason}>${word}</option>`)}
            </select></span>`}
      <button>${t("filter")}</button>
    </form>
    <p class="quiet">${silence === undefined ? html`<span class="live">●</span> ${t("live")}` : silence === "" ? "" : t("notLive", { reason: silence })}</p>
    <button @click=${showKeys} aria-keyshortcuts="?">${t("keys")} <kbd aria-hidden="true">?</kbd></button>
  </div>`;
}
