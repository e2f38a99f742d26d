import { html, nothing, type TemplateResult } from "lit";
import { ago, moment } from "../shared/times.js";
import type { Shape } from "../shared/api.js";
import type { Desk } from "./desk-context.js";
import type { Person } from "./look.js";
import { act, ACTS } from "./person-acts.js";
import { cut } from "./texts.js";
import { didWord, reasonWord, t, tOr } from "./words.js";

/** A commenter's record, with what can be done about them. */
export function personPanel(
  desk: Desk,
  person: Person,
  rejected: number | undefined,
  onDone: () => void,
  heading: "h2" | "h3" = "h3",
): TemplateResult {
  const { commenter, latest, decisions } = person;
  const doIt = async (name: (typeof ACTS)[number]["name"]) => {
    if ((await act(desk, name, commenter)) !== null) onDone();
  };
  const isGood = commenter.standing === null || commenter.standing === "good";
  const acts = ACTS.filter((a) => a.name !== "reinstate" || !isGood);
  const below = (word: "latest" | "decisions") => (heading === "h2" ? html`<h3>${t(word)}</h3>` : html`<h4>${t(word)}</h4>`);
  const link = html`<a href="#/people/${encodeURIComponent(commenter.key)}">${commenter.name}</a>`;
  return html`<section class="person" aria-label=${`${t("author")}: ${commenter.name}`}>
    ${heading === "h2" ? html`<h2>${commenter.name}</h2>` : html`<h3>${t("author")}: ${link}</h3>`}
    <p>
      <strong class=${isGood ? "good" : "bad"}>${tOr(`standing.${commenter.standing ?? "good"}`, commenter.standing ?? "")}</strong>
      · ${rejected === undefined
        ? t("recordPublished", { n: commenter.commentCount })
        : t("record", { published: commenter.commentCount, rejected })}
      · ${t("reactionsReceived", { n: commenter.reactionsReceived })}
      · <span title=${moment(commenter.joinedAt)}>${t("joined", { when: ago(commenter.joinedAt) })}</span>
      · <code>${commenter.key}</code>
    </p>
    ${desk.session.key === commenter.key
      ? nothing
      : html`<p class="row">${acts.map((a) => html`<button @click=${() => doIt(a.name)}>${t(a.name)}</button>`)}</p>`}
    ${below("latest")}
    ${latest.length === 0 ? html`<p class="quiet">${t("none")}</p>` : html`<ul>${latest.map(latestItem)}</ul>`}
    ${below("decisions")}
    ${decisions.length === 0
      ? html`<p class="quiet">${t("none")}</p>`
      : html`<ul>
          ${decisions.map(
            (d) => html`<li>${didWord(d.action)} · ${d.by} · ${ago(d.at)}
              ${d.reason === null ? nothing : html`· ${reasonWord(d.reason)}`} ${d.note === null ? nothing : html`· ${d.note}`}</li>`,
          )}
        </ul>`}
  </section>`;
}

const latestItem = (c: Shape<"OwnComment">) => html`<li>
  <span class="state ${c.state}">${tOr(`state.${c.state}`, c.state)}</span> ${cut(c.body ?? "–")}
  <span class="quiet">${t("on", { article: c.article.title ?? c.article.key })}, ${ago(c.createdAt)}</span>
</li>`;
