import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { isAborted, ProblemError } from "../shared/api.js";
import { report, type Desk } from "./desk-context.js";
import { lookAtPerson, type Person } from "./look.js";
import { named, type Named } from "./named.js";
import { personPanel } from "./person-panel.js";
import { t } from "./words.js";

/** A person by their key, or people by their name or by words that they wrote. */
@customElement("ts-people")
export class PeopleView extends LitElement {
  @property({ attribute: false }) desk!: Desk;
  @property() key = "";
  /** Counts what was taken back by the desk itself. */
  @property({ type: Number }) undone = 0;
  @state() private person: Person | undefined;
  @state() private found: Named[] | undefined;
  #asked: AbortController | undefined;

  protected override createRenderRoot() {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if ((changed.has("key") || changed.has("undone")) && this.key !== "") void this.#find(this.key);
  }

  async #find(text: string): Promise<void> {
    this.#asked?.abort();
    const { signal } = (this.#asked = new AbortController());
    this.person = this.found = undefined;
    try {
      this.person = await lookAtPerson(this.desk, text, signal);
    } catch (e) {
      if (isAborted(e)) return;
      const isUnknown = e instanceof ProblemError && (e.status === 404 || e.status === 400);
      if (isUnknown) await this.#search(text, signal);
      else report(this.desk, e);
    }
  }

  async #search(q: string, signal: AbortSignal): Promise<void> {
    try {
      const [people, { items }] = await Promise.all([
        named(this.desk, q, signal),
        this.desk.api.get("/v1/sites/{site}/search", { path: { site: this.desk.site }, query: { q, limit: 100 }, signal }),
      ]);
      const all = [...people, ...items.flatMap((c) => c.author ?? [])];
      this.found = [...new Map(all.map((p) => [p.key, p])).values()];
    } catch (e) {
      if (!isAborted(e)) report(this.desk, e);
    }
  }

  protected override render(): TemplateResult {
    const submit = (e: SubmitEvent) => {
      e.preventDefault();
      const text = String(new FormData(e.target as HTMLFormElement).get("person") ?? "").trim();
      if (text === this.key) void this.#find(text);
      else if (text !== "") location.hash = `#/people/${encodeURIComponent(text)}`;
    };
    const { person, found } = this;
    return html`<form class="row" role="search" @submit=${submit}>
        <label for="person">${t("findPerson")}</label>
        <input id="person" name="person" .value=${this.key} aria-describedby="person-help" autocomplete="off">
        <button>${t("find")}</button>
        <span id="person-help" class="quiet">${t("findHow")}</span>
      </form>
      ${person === undefined ? nothing : personPanel(this.desk, person, undefined, () => this.#find(person.commenter.key), "h2")}
      ${found === undefined
        ? nothing
        : found.length === 0
          ? html`<p role="status">${t("nobody")} <span class="quiet">${t("nobodyHow")}</span></p>`
          : html`<ul>
              ${found.map((a) => html`<li><a href="#/people/${encodeURIComponent(a.key)}">${a.name}</a> <code>${a.key}</code></li>`)}
            </ul>`}`;
  }
}
