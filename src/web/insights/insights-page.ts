import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { clientOf, isAborted, isSignedOut, sentence } from "../shared/api.js";
import { end, find, may, type Session } from "../shared/session.js";
import { say } from "../shared/shared-words.js";
import "../shared/sign-in.js";
import { language } from "../shared/words.js";
import { activity, byArticle, hours, mostDiscussed } from "./activity.js";
import { clockBy, clockOf, type Clock } from "./clock.js";
import { Figures, text, type Interval, type Span } from "./figures.js";
import { byModerator, byReason, load, retention, times } from "./moderation.js";
import "./picture.js";
import type { Picture } from "./picture.js";
import "./replay-view.js";
import { t, type Word } from "./words.js";

const PERIODS = ["7", "30", "90", "365", "all"] as const;
type Period = (typeof PERIODS)[number];
const INTERVALS: Interval[] = ["hour", "day", "week"];
const DAY_MS = 86_400_000;
/** Of older hours nobody asks at which they were. */
const MOST_DAYS_OF_HOURS = 365;
/** Sections and authors are told of as many articles. */
const MOST_ARTICLES = 1_000;

/** The editors' dashboard: figures of a period, and the past of a discussion. */
@customElement("ts-insights")
export class InsightsPage extends LitElement {
  @state() private session: Session | undefined;
  @state() private period: Period = "30";
  @state() private interval: Interval = "day";
  @state() private pictures: Picture[] | undefined;
  @state() private error = "";
  @state() private room: "figures" | "replay" = "figures";
  @state() private clock: Clock | undefined;
  private reason = "";
  #figures: Figures | undefined;
  #asked: AbortController | undefined;
  readonly #fail = (e: unknown) => this.#explain(e);

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.documentElement.lang = language;
    document.title = `${t("insights")} – ThreadStore`;
    const session = find();
    addEventListener("hashchange", () => this.#go());
    this.#go();
    if (session !== undefined) this.#begin(session);
  }

  #go(): void {
    this.room = location.hash === "#/replay" ? "replay" : "figures";
  }

  #begin(session: Session): void {
    this.session = session;
    this.reason = this.error = "";
    this.#figures = new Figures(clientOf(session), session.site);
    void this.#load();
  }

  #leave(reason: string): void {
    this.#asked?.abort();
    end();
    this.reason = reason;
    this.session = this.pictures = this.clock = undefined;
  }

  #explain(e: unknown): void {
    const text = sentence(e, say("lost"));
    if (isSignedOut(e)) this.#leave(text);
    else this.error = text;
  }

  #span(days: number | undefined): Span {
    if (days === undefined) return {};
    return { from: new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10) };
  }

  async #load(): Promise<void> {
    const figures = this.#figures;
    if (figures === undefined) return;
    this.#asked?.abort();
    const { signal } = (this.#asked = new AbortController());
    const days = this.period === "all" ? undefined : Number(this.period);
    const [span, ofHours] = [this.#span(days), this.#span(Math.min(days ?? MOST_DAYS_OF_HOURS, MOST_DAYS_OF_HOURS))];
    const lastDay = { from: new Date(Date.now() - DAY_MS).toISOString() };
    try {
      const [active, hourly, discussed, now, moderated, cohorts, articles] = await Promise.all([
        figures.report("activity", span, this.interval, signal),
        figures.report("activity", ofHours, "hour", signal),
        figures.report("articles", span, undefined, signal),
        figures.report("articles", lastDay, undefined, signal),
        figures.report("moderation", span, undefined, signal),
        figures.report("retention", span, undefined, signal),
        figures.articles(MOST_ARTICLES, signal),
      ]);
      this.clock ??= await this.#findClock(figures, hourly.map((r) => [text(r["start"]), text(r["local"])]));
      this.pictures = [
        activity(active, this.interval),
        mostDiscussed(now),
        hours(hourly),
        byArticle("sections", discussed, articles, (a) => a.section),
        byArticle("authors", discussed, articles, (a) => a.author),
        load(moderated),
        times(moderated),
        byReason(moderated),
        byModerator(moderated),
        retention(cohorts),
      ];
      this.error = "";
    } catch (e) {
      if (!isAborted(e)) this.#explain(e);
    }
  }

  /** The settings say the zone, but analysts may not read them. */
  async #findClock(figures: Figures, known: [string, string][]): Promise<Clock> {
    const { session } = this;
    if (session === undefined || !(may(session, "moderator") || may(session, "admin"))) return clockBy(known);
    return clockOf((await figures.api.get("/v1/sites/{site}", { path: { site: figures.site } })).timeZone);
  }

  protected override render(): TemplateResult {
    const { session } = this;
    if (session === undefined)
      return html`<main>
        <ts-sign-in .page=${t("insights")} .reason=${this.reason} command="threadstore token --site SITE --sub KEY --role analyst"
          @ts-session=${(e: CustomEvent<Session>) => this.#begin(e.detail)}></ts-sign-in>
      </main>`;
    const room = (name: "figures" | "replay") =>
      html`<li><a href="#/${name}" aria-current=${this.room === name ? "page" : nothing}>${t(name)}</a></li>`;
    return html`
      <header class="top">
        <h1>${t("insights")}</h1>
        <nav aria-label=${say("main")}>
          <ul>
            ${room("figures")} ${room("replay")}
            ${may(session, "moderator") ? html`<li><a href="desk">${t("desk")}</a></li>` : nothing}
          </ul>
        </nav>
        <span class="who">${session.name ?? ""} · ${session.site} <button @click=${() => this.#leave("")}>${say("signOut")}</button></span>
      </header>
      <main>
        ${this.error === "" ? nothing : html`<p role="alert" class="bad">${this.error} <button @click=${() => this.#load()}>${say("retry")}</button></p>`}
        ${this.room === "figures" ? this.figures() : this.replay()}
      </main>
    `;
  }

  private figures(): TemplateResult {
    const choose = <T extends string>(label: Word, id: string, of: readonly T[], word: (value: T) => string, now: T, set: (value: T) => void) =>
      html`<label for=${id}>${t(label)}</label>
        <select id=${id} @change=${(e: Event) => (set((e.target as HTMLSelectElement).value as T), this.#load())}>
          ${of.map((value) => html`<option value=${value} .selected=${value === now}>${word(value)}</option>`)}
        </select>`;
    return html`<div class="row choices">
        ${choose("period", "period", PERIODS, (p) => t(`period.${p}`), this.period, (p) => (this.period = p))}
        ${choose("interval", "interval", INTERVALS, (i) => t(i as Word), this.interval, (i) => (this.interval = i))}
      </div>
      ${this.pictures === undefined && this.error === ""
        ? html`<p>${say("loading")}</p>`
        : html`<div class="pictures">${this.pictures?.map((p) => html`<ts-picture .picture=${p}></ts-picture>`)}</div>`}`;
  }

  private replay(): TemplateResult {
    if (this.clock === undefined) return html`<p>${say("loading")}</p>`;
    return html`<ts-replay .figures=${this.#figures as Figures} .clock=${this.clock} .fail=${this.#fail}></ts-replay>`;
  }
}
