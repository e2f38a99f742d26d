import { html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ask } from "../shared/ask.js";
import type { Shape } from "../shared/api.js";
import { say } from "../shared/shared-words.js";
import { ago } from "../shared/times.js";
import { marks, rendered } from "./comment-panel.js";
import { report, type Desk } from "./desk-context.js";
import { nameOf } from "./queue.js";
import { whatOf } from "./take-back.js";
import { hint } from "./texts.js";
import { reasonWord, ruleWord, t } from "./words.js";

/** Appeals that are open; another moderator than the one who decided answers. */
@customElement("ts-appeals")
export class AppealsView extends LitElement {
  @property({ attribute: false }) desk!: Desk;
  @state() private appeals: Shape<"Appeal">[] | undefined;
  @state() private cursor: string | null = null;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const query = this.cursor === null ? {} : { cursor: this.cursor };
      const page = await this.desk.api.get("/v1/sites/{site}/moderation/appeals", { path: { site: this.desk.site }, query });
      this.appeals = [...(this.appeals ?? []), ...page.items];
      this.cursor = page.nextCursor;
    } catch (e) {
      report(this.desk, e);
    }
  }

  async #answer(appeal: Shape<"Appeal">, uphold: boolean): Promise<void> {
    const word = uphold ? "uphold" : "overturn";
    const given = await ask(t(`${word}Title`), t(word).replace(" …", ""), [
      { name: "reason", label: t("reasonTold"), type: "long", required: true },
    ]);
    if (given === null) return;
    try {
      const { position } = await this.desk.api.exchange("post", "/v1/sites/{site}/moderation/appeals/{appealId}", {
        path: { site: this.desk.site, appealId: appeal.id },
        body: { uphold, reason: given["reason"] ?? "" },
      });
      const what = whatOf(word, nameOf(appeal)) + hint(appeal.comment.body);
      this.desk.remember(position, what);
      this.desk.messages.say(t("decided", { what }), this.desk.undo);
      this.appeals = this.appeals?.filter((a) => a.id !== appeal.id);
    } catch (e) {
      report(this.desk, e);
    }
  }

  protected override render(): TemplateResult {
    const { appeals } = this;
    if (appeals === undefined) return html`<p>${say("loading")}</p>`;
    return html`<h2>${t("appeals")}</h2>
      ${appeals.length === 0 ? html`<p>${t("noAppeals")}</p>` : ""}
      <ul class="cards">${appeals.map((a) => this.appeal(a))}</ul>
      ${this.cursor === null ? "" : html`<button @click=${() => this.#load()}>${say("more")}</button>`}`;
  }

  private appeal(appeal: Shape<"Appeal">): TemplateResult {
    const title = t("appealOf", { name: nameOf(appeal), when: ago(appeal.at) });
    return html`<li>
      <article aria-label=${title}>
        <h3>${title}</h3>
        <blockquote dir="auto">${appeal.text}</blockquote>
        <p>${appeal.decidedBy === null ? t("decidedByRule") : t("decidedBy", { name: appeal.decidedBy })}
          ${appeal.reasons.map((r) => html` ${ruleWord(r.rule)}${r.match === null ? "" : html`: <mark>${reasonWord(r.match)}</mark>`}`)}</p>
        <p>${marks(appeal.comment)}</p>
        ${rendered(appeal.comment)}
        <p class="row">
          <button @click=${() => this.#answer(appeal, true)}>${t("uphold")}</button>
          <button @click=${() => this.#answer(appeal, false)}>${t("overturn")}</button>
        </p>
      </article>
    </li>`;
  }
}
