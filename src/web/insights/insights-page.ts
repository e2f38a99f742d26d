import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { clientOf, isAborted, isSignedOut } from "../shared/api.js";
import { sentence } from "../shared/refusals.js";
import { end, find, may, type Session } from "../shared/session.js";
import { say } from "../shared/shared-words.js";
import "../shared/sign-in.js";
import { language } from "../shared/words.js";
import { activity, byArticle, hours, mostDiscussed } from "./activity.js";
import { topComments, topThreads } from "./best.js";
import { clockBy, clockOf, type Clock } from "./clock.js";
import { Figures, text, type Interval, type Span } from "./figures.js";
import { civility, decisions, rules, workload } from "./keeping-up.js";
import { learned } from "./learned.js";
import { byModerator, byReason, load, retention, times } from "./moderation.js";
import { conversation, mostActive, paths, returning, votes } from "./people.js";
import "./picture.js";
import type { Picture } from "./picture.js";
import "./replay-view.js";
import { breadths, depths } from "./shapes.js";
import { t, type Word } from "./words.js";

const PERIODS = ["7", "30", "90", "365", "all"] as const;
type Period = (typeof PERIODS)[number];
const INTERVALS: Interval[] = ["hour", "day", "week", "month"];
const DAY_MS = 86_400_000;
/** Of older hours nobody asks at which they were. */
const MOST_DAYS_OF_HOURS = 365;
/** Sections and authors are told of as many articles. */
const MOST_ARTICLES = 1_000;
/** Of so many people it is told what they wrote. */
const MOST_COMMENTERS = 100;
/** Of an hour or a day nobody can tell who stays away. */
const atLeastWeeks = (interval: Interval): Interval => (interval === "hour" || interval === "day" ? "week" : interval);

/** Pictures that answer one question, asked for together and one group after the other. */
interface Group {
  title: string;
  pictures: Picture[];
}

/** The editors' dashboard: figures of a period, and the past of a discussion. */
@customElement("ts-insights")
export class InsightsPage extends LitElement {
  @state() private session: Session | undefined;
  @state() private period: Period = "30";
  @state() private interval: Interval = "day";
  @state() private groups: Group[] | undefined;
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
    this.session = this.groups = this.clock = undefined;
  }

  #explain(e: unknown): void {
    const text = sentence(e);
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
    const span = this.#span(days);
    const groups: Group[] = [];
    try {
      this.clock ??= await this.#findClock(figures, signal);
      // what stands there already stays in its place while more comes below it
      for (const group of [this.#discussed, this.#people, this.#moderated]) {
        groups.push(await group.call(this, figures, span, signal));
        this.groups = [...groups, ...(this.groups ?? []).slice(groups.length)];
      }
      this.error = "";
    } catch (e) {
      if (!isAborted(e)) this.#explain(e);
    }
  }

  async #discussed(figures: Figures, span: Span, signal: AbortSignal): Promise<Group> {
    const lastDay = { from: new Date(Date.now() - DAY_MS).toISOString() };
    const [active, hourly, discussed, now, top, shapes, articles] = await Promise.all([
      figures.report("activity", span, this.interval, signal),
      figures.report("hours", span, undefined, signal),
      figures.report("articles", span, undefined, signal),
      figures.report("articles", lastDay, undefined, signal),
      figures.report("top", span, undefined, signal),
      figures.report("threads", span, undefined, signal),
      figures.articles(MOST_ARTICLES, signal),
    ]);
    return {
      title: t("group.discussed"),
      pictures: [
        activity(active, this.interval),
        mostDiscussed(now),
        hours(hourly),
        topThreads(top),
        topComments(top, articles),
        byArticle("sections", discussed, articles, (a) => a.section),
        byArticle("authors", discussed, articles, (a) => a.author),
        depths(shapes),
        breadths(shapes),
      ],
    };
  }

  async #people(figures: Figures, span: Span, signal: AbortSignal): Promise<Group> {
    const slow = atLeastWeeks(this.interval);
    const [came, writers, talked, ways, cohorts, voted] = await Promise.all([
      figures.report("returning", span, slow, signal),
      figures.report("commenters", span, undefined, signal, MOST_COMMENTERS),
      figures.report("conversation", span, slow, signal),
      figures.report("paths", span, undefined, signal),
      figures.report("retention", span, undefined, signal),
      figures.report("votes", span, undefined, signal),
    ]);
    return {
      title: t("group.people"),
      pictures: [returning(came), mostActive(writers), conversation(talked), paths(ways), retention(cohorts), votes(voted)],
    };
  }

  async #moderated(figures: Figures, span: Span, signal: AbortSignal): Promise<Group> {
    const [worked, moderated, caught, rough, modelled] = await Promise.all([
      figures.report("workload", span, this.interval, signal),
      figures.report("moderation", span, undefined, signal),
      figures.report("rules", span, atLeastWeeks(this.interval), signal),
      figures.report("civility", span, undefined, signal),
      figures.report("learned", span, atLeastWeeks(this.interval), signal),
    ]);
    return {
      title: t("group.moderated"),
      pictures: [
        workload(worked, this.interval),
        load(moderated),
        times(moderated),
        byReason(moderated),
        byModerator(moderated),
        decisions(worked),
        rules(caught),
        civility(rough),
        // most sites have none
        ...(modelled.length === 0 ? [] : [learned(modelled)]),
      ],
    };
  }

  /** The settings say the zone, but analysts may not read them: to them the reports say what its clocks showed. */
  async #findClock(figures: Figures, signal: AbortSignal): Promise<Clock> {
    const { session } = this;
    if (session !== undefined && (may(session, "moderator") || may(session, "admin")))
      return clockOf((await figures.api.get("/v1/sites/{site}", { path: { site: figures.site } })).timeZone);
    const hourly = await figures.report("activity", this.#span(MOST_DAYS_OF_HOURS), "hour", signal);
    return clockBy(hourly.map((r) => [text(r["start"]), text(r["local"])]));
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
      html`<span class="pair"><label for=${id}>${t(label)}</label>
        <select id=${id} @change=${(e: Event) => (set((e.target as HTMLSelectElement).value as T), this.#load())}>
          ${of.map((value) => html`<option value=${value} .selected=${value === now}>${word(value)}</option>`)}
        </select></span>`;
    return html`<div class="row choices">
        ${choose("period", "period", PERIODS, (p) => t(`period.${p}`), this.period, (p) => (this.period = p))}
        ${choose("interval", "interval", INTERVALS, (i) => t(i as Word), this.interval, (i) => (this.interval = i))}
      </div>
      ${this.groups === undefined && this.error === "" ? html`<p>${say("loading")}</p>` : nothing}
      ${this.groups?.map(
        (group, i) => html`<section aria-labelledby="group-${i}">
          <h2 id="group-${i}">${group.title}</h2>
          <div class="pictures">${group.pictures.map((p) => html`<ts-picture .picture=${p}></ts-picture>`)}</div>
        </section>`,
      )}`;
  }

  private replay(): TemplateResult {
    if (this.clock === undefined) return html`<p>${say("loading")}</p>`;
    return html`<ts-replay .figures=${this.#figures as Figures} .clock=${this.clock} .fail=${this.#fail}></ts-replay>`;
  }
}
