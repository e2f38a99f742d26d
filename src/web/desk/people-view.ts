import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { isAborted, ProblemError, type Shape } from "../shared/api.js";
import { report, type Desk } from "./desk-context.js";
import { lookAtPerson, type Person } from "./look.js";
import { personPanel } from "./person-panel.js";
import { t } from "./words.js";

/** A person by their key, or people by words that they wrote. */
@customElement("ts-people")
export class PeopleView extends LitElement {
  @property({ attribute: false }) desk!: Desk;
  @property() key = "";
  @state() private person: Person | undefined;
  @state() private found: Shape<"Author">[] | undefined;
  #asked: AbortController | undefined;

  protected override createRenderRoot() {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("key") && this.key !== "") void this.#find(this.key);
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
      const { items } = await this.desk.api.get("/v1/sites/{site}/search", {
        path: { site: this.desk.site },
        query: { q, limit: 100 },
        signal,
      });
      const people = new Map(items.flatMap((c) => (c.author === null ? [] : [[c.author.key, c.author] as const])));
      this.found = [...people.values()];
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
          ? html`<p role="status">${t("nobody")}</p>`
          : html`<ul>
              ${found.map((a) => html`<li><a href="#/people/${encodeURIComponent(a.key)}">${a.name}</a> <code>${a.key}</code></li>`)}
            </ul>`}`;
  }
}
