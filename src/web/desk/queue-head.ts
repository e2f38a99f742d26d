import { html, nothing, type TemplateResult } from "lit";
import { number } from "../shared/words.js";
import { showKeys } from "./keys.js";
import type { Queue } from "./queue.js";
import type { QueueName } from "./queue-list.js";
import { t } from "./words.js";

/** What is called a queue here. */
export type Tab = "pending" | "flagged" | "notices" | "rejected";

export const TABS: Tab[] = ["pending", "flagged", "notices", "rejected"];

/** Notices of illegal content wait among what is flagged, for that reason. */
export const queueOf = (tab: Tab): QueueName => (tab === "notices" ? "flagged" : tab);

export const NOTICES = "illegal";

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
      <label for="filter-article">${t("filterArticle")}</label>
      <input id="filter-article" name="article" .value=${queue.filter.article ?? ""}>
      ${tab === "notices"
        ? nothing
        : html`<label for="filter-reason">${t("filterReason")}</label>
            <input id="filter-reason" name="reason" .value=${queue.filter.reason ?? ""}>`}
      <button>${t("filter")}</button>
    </form>
    <p class="quiet">${silence === undefined ? html`<span class="live">●</span> ${t("live")}` : silence === "" ? "" : t("notLive", { reason: silence })}</p>
    <button @click=${showKeys} aria-keyshortcuts="?">${t("keys")} <kbd aria-hidden="true">?</kbd></button>
  </div>`;
}
