import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { isAborted, type Shape } from "../shared/api.js";
import { say } from "../shared/shared-words.js";
import type { Clock } from "./clock.js";
import { moment } from "./clock.js";
import type { Figures } from "./figures.js";
import { stepsOf, threadAt, type Step } from "./past.js";
import type { Picture } from "./picture.js";
import { t, tOr } from "./words.js";

/** A slider that is dragged is followed, not chased. */
const REST_MS = 60;
/** Of the playing discussion, however long it was. */
const FRAMES = 120;
const FRAME_MS = 150;

/** How a discussion went: the thread as it stood at any time, under a slider over all that happened on it. */
@customElement("ts-replay")
export class ReplayView extends LitElement {
  @property({ attribute: false }) figures!: Figures;
  @property({ attribute: false }) clock!: Clock;
  @property({ attribute: false }) fail!: (error: unknown) => void;
  @state() private articles: Shape<"Article">[] | undefined;
  @state() private steps: Step[] = [];
  @state() private index = 0;
  @state() private thread: Shape<"ThreadPage"> | undefined;
  @state() private isPlaying = false;
  private course: Picture | undefined;
  private key = "";
  #asked: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #play: ReturnType<typeof setInterval> | undefined;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asked?.abort();
    clearTimeout(this.#timer);
    this.#stop();
  }

  async #load(): Promise<void> {
    try {
      this.articles = await this.figures.articles(100);
      const [first] = this.articles;
      if (first !== undefined) await this.#open(first.key);
    } catch (e) {
      this.fail(e);
    }
  }

  async #open(key: string): Promise<void> {
    this.#stop();
    this.#asked?.abort();
    const { signal } = (this.#asked = new AbortController());
    this.key = key;
    this.thread = undefined;
    try {
      this.steps = await stepsOf(this.figures.api, this.figures.site, key, signal);
      this.course = this.#course();
      this.#go(this.steps.length - 1);
    } catch (e) {
      if (!isAborted(e)) this.fail(e);
    }
  }

  /** One point for each moment: what happened within a second is one. */
  #course(): Picture {
    const points = this.steps.filter((s, i) => this.steps[i + 1]?.at.slice(0, 19) !== s.at.slice(0, 19));
    const xs = points.map((s) => this.clock(s.at));
    return {
      id: "course",
      title: t("course"),
      columns: [t("at"), t("written")],
      rows: points.map((s, i) => [new Date(xs[i] as number).toISOString().slice(0, 19), s.written]),
      show: (_, column, row) => (column === 0 ? moment(xs[row] as number) : undefined),
      drawing: { xs, lines: [{ label: t("written"), values: points.map((s) => s.written), as: "steps" }] },
    };
  }

  #go(index: number): void {
    this.index = Math.max(0, Math.min(index, this.steps.length - 1));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#show(), REST_MS);
  }

  async #show(): Promise<void> {
    const step = this.steps[this.index];
    if (step === undefined) return;
    this.#asked?.abort();
    const { signal } = (this.#asked = new AbortController());
    try {
      this.thread = await threadAt(this.figures.api, this.figures.site, this.key, step.position, signal);
    } catch (e) {
      if (!isAborted(e)) this.fail(e);
    }
  }

  #toggle(): void {
    if (this.isPlaying) return this.#stop();
    if (this.index >= this.steps.length - 1) this.index = 0;
    this.isPlaying = true;
    const by = Math.max(1, Math.ceil(this.steps.length / FRAMES));
    this.#play = setInterval(() => {
      if (this.index >= this.steps.length - 1) this.#stop();
      else this.#go(this.index + by);
    }, FRAME_MS);
  }

  #stop(): void {
    clearInterval(this.#play);
    this.isPlaying = false;
  }

  protected override render(): TemplateResult {
    const { articles, steps, thread } = this;
    if (articles === undefined) return html`<p>${say("loading")}</p>`;
    if (articles.length === 0) return html`<p>${t("empty")}</p>`;
    const step = steps[this.index];
    const when = step === undefined ? "" : moment(this.clock(step.at));
    const told = thread === undefined ? "" : t("stood", { when, n: thread.commentCount });
    return html`<section aria-labelledby="replay-title">
      <h2 id="replay-title">${t("replay")}</h2>
      <p>${t("replayHow")}</p>
      <label for="replay-article">${t("choose")}</label>
      <select id="replay-article" @change=${(e: Event) => this.#open((e.target as HTMLSelectElement).value)}>
        ${articles.map((a) => html`<option value=${a.key} .selected=${a.key === this.key}>${a.title} (${a.commentCount})</option>`)}
      </select>
      <div class="row slider">
        <button @click=${() => this.#toggle()}>${t(this.isPlaying ? "pause" : "play")}</button>
        <label for="replay-at">${t("at")}</label>
        <input id="replay-at" type="range" min="0" max=${Math.max(0, steps.length - 1)} .value=${String(this.index)}
          aria-valuetext=${when} @input=${(e: Event) => (this.#stop(), this.#go(Number((e.target as HTMLInputElement).value)))}>
      </div>
      <p role="status"><strong>${told}</strong></p>
      ${this.course?.drawing === undefined || step === undefined
        ? nothing
        : html`<ts-picture .picture=${{ ...this.course, drawing: { ...this.course.drawing, mark: this.clock(step.at) } }}></ts-picture>`}
      <h3>${t("thread")}</h3>
      ${thread === undefined ? nothing : thread.items.length === 0 ? html`<p class="quiet">${t("before")}</p>` : comments(thread.items)}
    </section>`;
  }
}

function comments(items: Shape<"ThreadComment">[]): TemplateResult {
  return html`<ol class="thread">
    ${items.map(
      (c) => html`<li>
        <article aria-label=${c.author?.name ?? tOr(`state.${c.state}`, c.state)}>
          <strong>${c.author?.name ?? "–"}</strong> <span class="quiet">${tOr(`state.${c.state}`, c.state)}</span>
          <div dir="auto">${c.html === null ? html`<p class="quiet">${t("gone")}</p>` : unsafeHTML(c.html)}</div>
        </article>
        ${c.replies.items.length === 0 ? nothing : comments(c.replies.items)}
        ${c.replyCount > c.replies.items.length
          ? html`<p class="quiet">${t("more", { n: c.replyCount - c.replies.items.length })}</p>`
          : nothing}
      </li>`,
    )}
  </ol>`;
}
