import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ProblemError, type Shape } from "../shared/api.js";
import { may } from "../shared/session.js";
import { say } from "../shared/shared-words.js";
import { report, type Desk } from "./desk-context.js";
import { isSame, meant, REST, RULES, shown, type Setting, type Settings } from "./setting-fields.js";
import { cut } from "./texts.js";
import { WhatIf } from "./what-if.js";
import { ruleWord, t, tOr } from "./words.js";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** A site's rules, each with what it caught and what it would have caught, before anything is saved. */
@customElement("ts-settings")
export class SettingsView extends LitElement {
  @property({ attribute: false }) desk!: Desk;
  @state() private settings: Settings | undefined;
  @state() private changes: Partial<Settings> = {};
  private whatIf!: WhatIf;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.whatIf = new WhatIf(this.desk, () => this.requestUpdate());
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.whatIf.stop();
  }

  get #mayReckon(): boolean {
    return may(this.desk.session, "analyst");
  }

  async #load(): Promise<void> {
    try {
      this.settings = await this.desk.api.get("/v1/sites/{site}", { path: { site: this.desk.site } });
      if (this.#mayReckon) this.whatIf.reckon({});
    } catch (e) {
      report(this.desk, e);
    }
  }

  #change(setting: Setting, field: Field): void {
    if (this.settings === undefined) return;
    const value = meant(setting.kind, field);
    const { [setting.name]: _, ...others } = this.changes;
    this.changes = isSame(value, this.settings[setting.name]) ? others : { ...others, [setting.name]: value };
    if (this.#mayReckon) this.whatIf.reckon(this.changes as Partial<Shape<"Settings">>);
  }

  async #save(e: SubmitEvent): Promise<void> {
    e.preventDefault();
    try {
      this.settings = await this.desk.api.put("/v1/sites/{site}", {
        path: { site: this.desk.site },
        body: this.changes as Shape<"Settings">,
      });
      this.#renew();
      this.desk.messages.say(t("saved"));
    } catch (error) {
      if (error instanceof ProblemError && error.code === "validation") this.whatIf.refuse(error);
      report(this.desk, error);
      this.requestUpdate();
    }
  }

  /** What is written is what is so: the figures of now are others. */
  #renew(): void {
    this.changes = {};
    this.whatIf.now = this.whatIf.then = undefined;
    this.whatIf.errors = {};
    if (this.#mayReckon) this.whatIf.reckon({});
  }

  protected override render(): TemplateResult {
    const { settings, changes } = this;
    if (settings === undefined) return html`<p>${say("loading")}</p>`;
    const mayChange = may(this.desk.session, "admin");
    const n = Object.keys(changes).length;
    return html`<form class="settings" @submit=${this.#save}>
      <h2>${t("rules")}</h2>
      ${mayChange ? nothing : html`<p>${t("needsAdmin")}</p>`}
      ${this.figures()}
      <div class="fields">${RULES.map((s) => this.field(s, settings))}</div>
      ${this.examples()}
      <h2>${t("settings")}</h2>
      <div class="fields">${REST.map((s) => this.field(s, settings))}</div>
      ${mayChange
        ? html`<p class="row save">
            <button class="first" ?disabled=${n === 0}>${t("save")}</button>
            <button type="button" ?disabled=${n === 0} @click=${() => this.#renew()}>${t("discard")}</button>
            <span role="status">${n === 0 ? nothing : t("unsaved", { n })}</span>
          </p>`
        : nothing}
    </form>`;
  }

  private figures(): TemplateResult {
    if (!this.#mayReckon) return html`<p class="quiet">${t("needsAnalyst")}</p>`;
    const { now, then, isReckoning } = this.whatIf;
    const sums = then ?? now;
    return html`<section class="figures" aria-label=${t("whatIf")} aria-busy=${isReckoning}>
      <p role="status">
        ${isReckoning ? t("figuring") : now === undefined || then === undefined || sums === undefined
          ? t("whatIfNow")
          : html`${t("whatIfChanged", { n: sums.judged })}
              ${t("wouldHold", { held: then.held, heldNow: now.held, rejected: then.rejected, rejectedNow: now.rejected, differs: then.differs })}`}
      </p>
    </section>`;
  }

  private field(setting: Setting, settings: Settings): TemplateResult {
    const { name, kind, rule } = setting;
    const id = `set-${name}`;
    const value = name in this.changes ? this.changes[name] : settings[name];
    const change = (e: Event) => this.#change(setting, e.target as Field);
    const error = this.whatIf.errors[name];
    const hint = kind.as === "lines" ? t("onePerLine") : kind.as === "badges" ? t("badgesHow") : kind.as === "number" && kind.isNullable ? t("emptyNever") : "";
    const help = `${id}-help`;
    const control =
      kind.as === "check"
        ? html`<input id=${id} type="checkbox" .checked=${value === true} @change=${change} aria-describedby=${help}>`
        : kind.as === "choice"
          ? html`<select id=${id} @change=${change} aria-describedby=${help}>
              ${kind.of.map(([choice, word]) => html`<option value=${choice} .selected=${choice === value}>${t(word)}</option>`)}
            </select>`
          : kind.as === "lines" || kind.as === "badges"
            ? html`<textarea id=${id} rows="3" spellcheck="false" dir="auto" .defaultValue=${shown(kind, settings[name])} @input=${change}
                aria-describedby=${help} aria-invalid=${error === undefined ? nothing : "true"}></textarea>`
            : html`<input id=${id} type=${kind.as} .value=${shown(kind, value)} @input=${change} aria-describedby=${help}
                min=${kind.as === "number" ? kind.min : nothing} max=${kind.as === "number" ? (kind.max ?? nothing) : nothing}
                step=${kind.as === "number" ? (kind.step ?? 1) : nothing} ?required=${kind.as === "number" && kind.isNullable !== true}
                aria-invalid=${error === undefined ? nothing : "true"}>`;
    return html`<div class="field">
      <label for=${id}>${t(setting.word)}</label>
      ${control}
      <p id=${help} class="quiet">
        ${error === undefined ? hint : html`<span class="bad">${error}</span>`}
        ${rule === undefined ? nothing : this.caught(rule)}
      </p>
    </div>`;
  }

  /** What a rule objects to, and objected to before the change. */
  private caught(rule: string): TemplateResult | typeof nothing {
    const { now, then } = this.whatIf;
    if (now === undefined) return nothing;
    const before = now.byRule[rule] ?? 0;
    const after = then === undefined ? before : (then.byRule[rule] ?? 0);
    return html`<strong>${t("objects", { n: after })}</strong>${after === before ? nothing : html` (${t("objectsNow", { n: before })})`}`;
  }

  private example(id: string): TemplateResult {
    const comment = this.whatIf.texts.get(id);
    if (comment === undefined) return html`<code>${id}</code>`;
    return html`<strong>${comment.author?.name ?? "–"}</strong> <q dir="auto">${cut(comment.body ?? "–")}</q> ·`;
  }

  private examples(): TemplateResult | typeof nothing {
    const examples = this.whatIf.then?.examples ?? [];
    if (examples.length === 0) return nothing;
    return html`<section aria-label=${t("examples")}>
      <h3>${t("examples")}</h3>
      <ul>
        ${examples.map(
          (e) => html`<li>
            ${this.example(e.comment)} ${t("became", { was: tOr(`state.${e.was}`, e.was), wouldBe: tOr(`state.${e.wouldBe}`, e.wouldBe) })}
            ${e.reasons.map((r) => html` · ${ruleWord(r.rule)}${r.match === null ? nothing : html`: <mark>${r.match}</mark>`}`)}
          </li>`,
        )}
      </ul>
    </section>`;
  }
}
