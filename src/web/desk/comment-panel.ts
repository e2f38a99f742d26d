import { html, nothing, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { ago, moment } from "../shared/times.js";
import type { Shape } from "../shared/api.js";
import { say } from "../shared/shared-words.js";
import { differences } from "./differences.js";
import type { Look } from "./look.js";
import type { Tab } from "./queue-head.js";
import type { Item } from "./queue-list.js";
import { cut } from "./texts.js";
import { eventWord, reasonWord, ruleWord, t, tOr } from "./words.js";

/** Why a comment waits. */
export function reasons(item: Item): TemplateResult {
  const flags = Object.entries(item.flags);
  return html`<ul class="reasons">
    ${item.reasons.map(
      (r) => html`<li>${ruleWord(r.rule)}${r.match === null ? nothing : html`: <mark>${r.rule === "moderator" ? reasonWord(r.match) : r.match}</mark>`}</li>`,
    )}
    ${flags.map(([reason, n]) => html`<li>⚑ ${reasonWord(reason)} × ${n}</li>`)}
  </ul>`;
}

/** What was said for its being illegal, in the words of whoever gave notice. */
export function notices(item: Item): TemplateResult | typeof nothing {
  if (item.notices === undefined || item.notices.length === 0) return nothing;
  return html`<h3>${t("notices")}</h3>
    <ul>
      ${item.notices.map(
        (n) => html`<li>${reasonWord(n.reason)} <span class="quiet">${ago(n.at)}</span><blockquote dir="auto">${n.explanation}</blockquote></li>`,
      )}
    </ul>`;
}

/** What readers wrote when they flagged it, since somebody last decided on it. */
export function flagNotes(look: Look | undefined): TemplateResult | typeof nothing {
  const since = (look?.history ?? []).findLastIndex((e) => SETTLING.has(e.type));
  const notes = (look?.history ?? []).slice(since + 1).filter((e) => e.type === "comment-flagged" && e.data["note"]);
  if (notes.length === 0) return nothing;
  return html`<h4>${t("saidOf")}</h4>
    <ul>
      ${notes.map(
        (e) => html`<li>${reasonWord(String(e.data["reason"]))} <span class="quiet">${e.by ?? ""} ${ago(e.at)}</span>
          <blockquote dir="auto">${e.data["note"]}</blockquote></li>`,
      )}
    </ul>`;
}

/** What settles the flags so far. */
const SETTLING = new Set(["comment-approved", "comment-rejected", "comment-restored", "comment-featured", "comment-unfeatured"]);

/** The thread around it: what it answers, from the article down, and the first answers to it. */
export function context(item: Item, look: Look | undefined, tab: Tab): TemplateResult {
  if (look === undefined) return html`<p class="quiet">${say("loading")}</p>`;
  const one = (c: Shape<"Comment"> | Shape<"ThreadComment">) => html`<li>
    <strong>${c.author?.name ?? "–"}</strong>
    <span class="quiet"><span class="state ${c.state}">${tOr(`state.${c.state}`, c.state)}</span> ${ago(c.createdAt)}</span>
    <div dir="auto">${cut(c.body ?? "–")}</div>
  </li>`;
  const title = look.article?.title ?? item.comment.article;
  const url = look.article?.url ?? "";
  return html`
    <p>
      ${/^https?:/i.test(url) ? html`<a href="${url.split("#")[0]}#comment-${item.comment.id}" target="_blank" rel="noopener noreferrer">${title}</a>` : title}
      · <a href="#/queue/${tab}?article=${encodeURIComponent(item.comment.article)}">${t("onlyThisArticle")}</a>
    </p>
    ${look.ancestors.length === 0
      ? html`<p class="quiet">${t("topLevel")}</p>`
      : html`<ol class="around">${look.ancestors.map(one)}</ol>`}
    <h4>${t("answers")}</h4>
    ${look.replies.length === 0
      ? html`<p class="quiet">${t("noReplies")}</p>`
      : html`<ul class="around">${look.replies.map(one)}</ul><p class="quiet">${t("replies", { n: item.comment.replyCount })}</p>`}
  `;
}

/** Its texts, each with what changed since the one before, and between them what was decided. */
export function history(look: Look | undefined): TemplateResult {
  if (look === undefined) return html`<p class="quiet">${say("loading")}</p>`;
  let before: string | undefined;
  let number = 0;
  const lines = look.history.map((event) => {
    const when = html`<span title=${moment(event.at)}>${ago(event.at)}</span>`;
    const body = event.data["body"];
    if (typeof body === "string" && (event.type === "comment-posted" || event.type === "comment-edited")) {
      const shown = differences(before, body);
      before = body;
      return html`<li><h4>${t("versionBy", { n: ++number, when: moment(event.at) })}</h4>${shown}</li>`;
    }
    const told = [event.data["reason"], event.data["note"], event.data["text"]].filter((x) => typeof x === "string");
    return html`<li class="quiet">${eventWord(event.type)} · ${event.by ?? ""} · ${when}
      ${told.length === 0 ? nothing : html`· ${told.map((x) => reasonWord(x as string)).join(" · ")}`}</li>`;
  });
  return html`<ol class="history">${lines}</ol>`;
}

/** The comment as its readers would see it; the server has made it safe. */
export const rendered = (comment: Shape<"Comment">): TemplateResult =>
  html`<div class="body" dir="auto">${comment.html === null ? cut(comment.body ?? "–") : unsafeHTML(comment.html)}</div>`;

/** What there is to know at a glance. */
export const marks = (comment: Shape<"Comment">): TemplateResult => html`<span class="quiet">
  <span class="state ${comment.state}">${tOr(`state.${comment.state}`, comment.state)}</span>
  · <span title=${moment(comment.createdAt)}>${ago(comment.createdAt)}</span>
  ${comment.editedAt === null ? nothing : html`· ${t("edited", { when: ago(comment.editedAt) })}`}
  ${comment.featured ? html`· ★ ${t("featured")}` : nothing}
  ${comment.locked ? html`· ${t("locked")}` : nothing}
  ${comment.author?.badges.map((b) => html`· <span class="badge">${b}</span>`)}
</span>`;
