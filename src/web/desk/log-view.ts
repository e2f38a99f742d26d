import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Shape } from "../shared/api.js";
import { say } from "../shared/shared-words.js";
import { moment } from "../shared/times.js";
import { report, type Desk } from "./desk-context.js";
import { didWord, reasonWord, t } from "./words.js";

/** What was decided, newest first, each with what takes it back. */
@customElement("ts-log")
export class LogView extends LitElement {
  @property({ attribute: false }) desk!: Desk;
  @state() private entries: Shape<"LogEntry">[] | undefined;
  @state() private cursor: string | null = null;
  #filter: { by?: string; article?: string; commenter?: string } = {};

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(isMore = false): Promise<void> {
    try {
      const query = { limit: 50, ...this.#filter, ...(isMore && this.cursor !== null ? { cursor: this.cursor } : {}) };
      const page = await this.desk.api.get("/v1/sites/{site}/moderation/log", { path: { site: this.desk.site }, query });
      this.entries = [...(isMore ? (this.entries ?? []) : []), ...page.items];
      this.cursor = page.nextCursor;
    } catch (e) {
      report(this.desk, e);
    }
  }

  async #undo(entry: Shape<"LogEntry">): Promise<void> {
    try {
      await this.desk.api.post("/v1/sites/{site}/moderation/log/{position}/undo", {
        path: { site: this.desk.site, position: String(entry.position) },
      });
      this.desk.messages.say(t("undone"));
    } catch (e) {
      report(this.desk, e);
    }
    await this.#load();
  }

  protected override render(): TemplateResult {
    const submit = (e: SubmitEvent) => {
      e.preventDefault();
      const form = new FormData(e.target as HTMLFormElement);
      const given = [...form].map(([name, value]) => [name, String(value).trim()] as const);
      this.#filter = Object.fromEntries(given.filter(([, value]) => value !== ""));
      void this.#load();
    };
    const field = (name: string, label: string) => html`<label for="log-${name}">${label}</label><input id="log-${name}" name=${name}>`;
    const { entries } = this;
    return html`<form class="row filter" @submit=${submit}>
        ${field("by", t("by"))} ${field("commenter", t("on2"))} ${field("article", t("filterArticle"))}
        <button>${t("filter")}</button>
      </form>
      ${entries === undefined
        ? html`<p>${say("loading")}</p>`
        : entries.length === 0
          ? html`<p>${t("emptyLog")}</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-label=${t("log")}>
              <table>
                <thead>
                  <tr>
                    ${(["when", "by", "action", "target", "reason", "undo"] as const).map((w) => html`<th scope="col">${t(w)}</th>`)}
                  </tr>
                </thead>
                <tbody>${entries.map((e) => this.row(e))}</tbody>
              </table>
            </div>`}
      ${this.cursor === null ? nothing : html`<button @click=${() => this.#load(true)}>${say("more")}</button>`}`;
  }

  private row(entry: Shape<"LogEntry">): TemplateResult {
    const { target } = entry;
    const action = didWord(entry.action);
    return html`<tr>
      <td>${moment(entry.at)}</td>
      <td>${entry.by}</td>
      <td>${action}</td>
      <td>${target.commenter === null ? nothing : html`<a href="#/people/${encodeURIComponent(target.commenter)}">${target.commenter}</a>`}
        ${target.article}</td>
      <td>${entry.reason === null ? nothing : reasonWord(entry.reason)} ${entry.note === null ? nothing : html`<span class="quiet">${entry.note}</span>`}</td>
      <td>${entry.undoable
        ? html`<button aria-label=${`${t("undo")}: ${action}, ${target.commenter ?? target.article ?? ""}`} @click=${() => this.#undo(entry)}>${t("undo")}</button>`
        : nothing}</td>
    </tr>`;
  }
}
