import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Shape } from "../shared/api.js";
import { say } from "../shared/shared-words.js";
import { moment } from "../shared/times.js";
import { report, type Desk } from "./desk-context.js";
import { LogTexts } from "./log-texts.js";
import { takeBack } from "./take-back.js";
import { cut, hint } from "./texts.js";
import { didWord, eventWord, reasonWord, t } from "./words.js";

const COLUMNS = ["when", "by", "action", "target", "text", "reason", "undo"] as const;

/** What was decided, newest first, each with the text that it was about and with what takes it back. */
@customElement("ts-log")
export class LogView extends LitElement {
  @property({ attribute: false }) desk!: Desk;
  /** Counts what the desk itself has decided and taken back. */
  @property({ type: Number }) news = 0;
  @state() private entries: Shape<"LogEntry">[] | undefined;
  @state() private cursor: string | null = null;
  #filter: { by?: string; article?: string; commenter?: string } = {};
  #texts!: LogTexts;
  readonly #seen = new IntersectionObserver((rows) => {
    for (const { isIntersecting, target } of rows) if (isIntersecting) this.#texts.want((target as HTMLElement).dataset["comment"] as string);
  });

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#texts = new LogTexts(this.desk, () => this.requestUpdate());
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#seen.disconnect();
    this.#texts.stop();
  }

  protected override updated(changed: PropertyValues): void {
    for (const row of this.querySelectorAll("tr[data-comment]")) this.#seen.observe(row);
    if (changed.get("news") !== undefined) this.#again();
  }

  /** What is known of the texts is as old as the list. */
  #again(): void {
    this.#texts.stop();
    this.#texts = new LogTexts(this.desk, () => this.requestUpdate());
    this.#seen.disconnect();
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
      const what = `${this.#did(entry)}, ${nameOf(entry)}${hint(this.#texts.textOf(entry) ?? null)}`;
      this.desk.messages.say(await takeBack(this.desk, what, [entry.position]));
    } catch (e) {
      report(this.desk, e);
    }
    this.#again();
  }

  /** In words; of what took something back, with what that was. */
  #did(entry: Shape<"LogEntry">): string {
    const undone = this.#texts.undoneBy(entry);
    const action = didWord(entry.action);
    return undone === undefined ? action : `${action}: ${eventWord(undone)}`;
  }

  protected override render(): TemplateResult {
    const submit = (e: SubmitEvent) => {
      e.preventDefault();
      const form = new FormData(e.target as HTMLFormElement);
      const given = [...form].map(([name, value]) => [name, String(value).trim()] as const);
      this.#filter = Object.fromEntries(given.filter(([, value]) => value !== ""));
      this.#again();
    };
    const field = (name: string, label: string) => html`<span class="pair"><label for="log-${name}">${label}</label><input id="log-${name}" name=${name}></span>`;
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
              <table class="log" role="table">
                <thead role="rowgroup">
                  <tr role="row">${COLUMNS.map((w) => html`<th scope="col" role="columnheader">${t(w)}</th>`)}</tr>
                </thead>
                <tbody role="rowgroup">${entries.map((e) => this.row(e))}</tbody>
              </table>
            </div>`}
      ${this.cursor === null ? nothing : html`<button @click=${() => this.#load(true)}>${say("more")}</button>`}`;
  }

  private row(entry: Shape<"LogEntry">): TemplateResult {
    const { target } = entry;
    const action = this.#did(entry);
    const reason = entry.reason === null ? nothing : reasonWord(entry.reason);
    const note = entry.note === null ? nothing : html`<span class="quiet">${entry.note}</span>`;
    // the roles stay where a narrow screen has no columns
    return html`<tr role="row" data-comment=${target.id ?? nothing}>
      <td role="cell">${moment(entry.at)}</td>
      <td role="cell">${entry.by}</td>
      <td role="cell">${action}</td>
      <td role="cell">${target.commenter === null ? nothing : html`<a href="#/people/${encodeURIComponent(target.commenter)}">${target.commenter}</a>`}
        ${target.article}</td>
      <td role="cell">${target.id === null ? nothing : this.text(entry)}</td>
      <td role="cell">${reason} ${note}</td>
      <td role="cell">${entry.undoable
        ? html`<button aria-label=${`${t("undo")}: ${action}, ${nameOf(entry)}`} @click=${() => this.#undo(entry)}>${t("undo")}</button>`
        : nothing}</td>
    </tr>`;
  }

  private text(entry: Shape<"LogEntry">): TemplateResult {
    const text = this.#texts.textOf(entry);
    return html`<span dir="auto" class=${text === undefined ? "quiet" : ""}>${text === undefined ? "…" : text === null ? "–" : cut(text)}</span>`;
  }
}

const nameOf = ({ target }: Shape<"LogEntry">): string => target.commenter ?? target.article ?? "";
