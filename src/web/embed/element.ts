import { LitElement, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { ProblemError, ThreadStoreClient } from "../../client-ts/src/index.js";
import { arrivals, opening } from "./around.js";
import { fetchBegun, HERE, SORTS, sortOf, type Sort } from "./begun.js";
import { Discussion, type Stage } from "./discussion.js";
import { Guest } from "./guest.js";
import type { Inbox } from "./inbox.js";
import { follow } from "./live.js";
import { afterPaint, Piece, tellTimes } from "./part.js";
import { Session, type TokenSource } from "./session.js";
import { Speech } from "./speech.js";
import { style } from "./style.js";
import type { Item } from "./tree.js";
import { WishPlace, type Wish } from "./wish.js";
import { writing, type Doors } from "./writing.js";

const LINK = /^#comment-([0-9a-f-]{36})$/i;
/** Times are told anew so often. */
const MINUTE_MS = 60_000;

/** `<thread-store>`: an article's discussion, from its first page to the last reply. See docs/embed.md. */
export class ThreadStoreElement extends LitElement implements Doors, Stage {
  static override styles = style;
  static override properties: PropertyDeclarations = {
    api: {},
    site: {},
    article: {},
    token: {},
    sort: {},
    // the page's own attribute for its language is taken where there is none
    language: { attribute: "lang" },
    theme: { reflect: true },
    tokenSource: { attribute: false },
    challenge: { attribute: false },
    problem: { state: true },
    moreProblem: { state: true },
    said: { state: true },
    isOffline: { state: true },
  };

  /** The server's address; where this script came from, if left out. */
  declare api: string | undefined;
  declare site: string | undefined;
  declare article: string | undefined;
  declare token: string | undefined;
  declare sort: Sort | undefined;
  declare language: string | undefined;
  declare theme: "light" | "dark" | "auto" | undefined;
  /** Gives a token; asked again when the one before is about to end, or was refused. */
  declare tokenSource: TokenSource | undefined;
  /** Gives what the page's challenge widget answered, where the site asks guests for it. */
  declare challenge: (() => string | Promise<string>) | undefined;
  /** Why the whole could not be had, or what was asked for at its top not done. */
  declare problem: unknown;
  /** Why there is no more. */
  declare moreProblem: unknown;
  declare said: string;
  declare isOffline: boolean;

  speech = new Speech();
  spoken = "";
  tellsTimes = false;
  discussion: Discussion | undefined;
  #stop = new AbortController();
  #clock: ReturnType<typeof setInterval> | undefined;
  #frame: number | undefined;
  #hasFresh = false;
  #tells = false;
  #chosenSort: Sort | undefined;
  #guest: Guest | undefined;
  #wishes: WishPlace | undefined;

  constructor() {
    super();
    [this.said, this.isOffline] = ["", false];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.isOffline = !navigator.onLine;
    addEventListener("offline", this.#online);
    addEventListener("online", this.#online);
    addEventListener("hashchange", this.#linked);
    this.#clock = setInterval(() => tellTimes(this.renderRoot, this.speech), MINUTE_MS);
    if (this.hasUpdated) void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop.abort();
    removeEventListener("offline", this.#online);
    removeEventListener("online", this.#online);
    removeEventListener("hashchange", this.#linked);
    clearInterval(this.#clock);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isNew = ["api", "site", "article", "sort", "token", "tokenSource", "language"].some((p) => changed.has(p));
    if (!isNew || !this.isConnected) return;
    // a new token for the same reader: what they see and write stays
    const onlyToken = this.discussion?.isReady && ["api", "site", "article", "sort", "language"].every((p) => !changed.has(p));
    if (onlyToken) void this.#signIn();
    else void this.#start();
  }

  #connect(): Discussion {
    const baseUrl = this.api ?? HERE;
    this.#guest = new Guest(baseUrl, this.site ?? "");
    this.#wishes = new WishPlace(this.site ?? "", this.article ?? "");
    const session = this.#session();
    const api = new ThreadStoreClient({ baseUrl, token: (why) => session.token(why), fetch: fetchBegun });
    const place = { site: this.site ?? "", articleKey: this.article ?? "" };
    return new Discussion(api, place, this.#chosenSort ?? sortOf(this.sort), session.isSignedIn, this);
  }

  /** Of the reader whom the page names, else of a guest. */
  #session(): Session {
    const guest = this.token || this.tokenSource ? undefined : this.#guest;
    return new Session(this.token ?? guest?.known?.token, this.tokenSource, () => guest?.end());
  }

  async #start(): Promise<void> {
    this.#stop.abort();
    const stop = (this.#stop = new AbortController());
    const discussion = (this.discussion = this.#connect());
    this.problem = undefined;
    this.spoken = (this.parentElement?.closest("[lang]") ?? document.documentElement).getAttribute("lang") ?? "";
    const speech = Speech.in(this.language, this.spoken, navigator.language).then((s) => this.#speak(s));
    if (!this.site || !this.article) return;
    try {
      const link = LINK.exec(location.hash)?.[1];
      await Promise.all([speech, discussion.load(link)]);
      if (stop.signal.aborted) return;
      if (link !== undefined) void this.#show(link);
    } catch (error) {
      if (!stop.signal.aborted) this.problem = error;
    }
    this.requestUpdate();
    if (!discussion.isReady) return;
    this.#follow(stop.signal);
    await this.#goOn();
  }

  /** What is drawn already, while the words were on their way, is drawn with them. */
  #speak(speech: Speech): void {
    this.speech = speech;
    for (const piece of this.renderRoot.querySelectorAll("*")) if (piece instanceof Piece) piece.requestUpdate();
  }

  /** Whether the reader finds themselves where they wanted to go on. */
  async #signIn(): Promise<boolean> {
    const { discussion } = this;
    if (discussion === undefined) return false;
    // the pieces keep what is typed in them: only the way to the server is another
    Object.assign(discussion, { api: this.#connect().api, isSignedIn: this.#session().isSignedIn });
    discussion.own = undefined;
    await discussion.loadOwn().catch((error: unknown) => (this.problem = error));
    discussion.redrawAll();
    if (!discussion.isSignedIn) return false;
    for (const piece of this.renderRoot.querySelectorAll("*")) if (piece instanceof Piece) piece.signedIn();
    return this.#goOn();
  }

  /** With what they wanted when they were asked to sign in. */
  async #goOn(): Promise<boolean> {
    if (this.discussion?.isSignedIn !== true) return false;
    const wish = this.#wishes?.take();
    if (wish === undefined) return false;
    await this.updateComplete;
    await new Promise(requestAnimationFrame);
    if (wish.open === "comment") await this.#toWriting();
    else this.discussion.tree.find(wish.id)?.goOn?.(wish.open);
    return true;
  }

  #follow(signal: AbortSignal): void {
    const { discussion } = this;
    if (discussion === undefined) return;
    follow(discussion, signal).catch((error: unknown) => {
      // of anything else the reader hears with what they do next
      if (signal.aborted || !(error instanceof ProblemError) || error.code !== "article-not-found") return;
      discussion.isGone = true;
      this.requestUpdate();
    });
  }

  // Thread and Stage

  redraw(): void {
    this.requestUpdate();
  }

  /** What comes many times a frame is drawn once; what comes while nobody looks, when they do. */
  redrawSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const count = this.discussion?.fresh.length ?? 0;
      // who does not see the button hears of the first, and not of each that follows
      if (count > 0 && !this.#hasFresh) this.announce(this.speech.count("newComments", count));
      this.#hasFresh = count > 0;
      this.requestUpdate();
    });
  }

  news(position: number): void {
    // while nobody looks, it is looked for when they do
    if (!document.hidden) void this.renderRoot.querySelector<Inbox>("ts-inbox")?.look(position);
  }

  counted(count: number): void {
    this.#emit("ts-count", { count });
  }

  announce(text: string): void {
    this.said = text;
  }

  askSignIn(wish?: Wish): void {
    if (wish !== undefined) this.#wishes?.keep(wish);
    this.#emit("ts-sign-in", {});
    // a site may have no accounts at all: there a name is enough, and asked for above
    if (wish?.id !== undefined) void this.#focus(".guest input");
  }

  posted(comment: { id: string }): void {
    this.#emit("ts-posted", { comment });
  }

  linkTo(id: string): string {
    return `${location.href.split("#")[0]}#comment-${id}`;
  }

  #emit(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // what happens around it

  #online = (e: Event): void => {
    this.isOffline = e.type === "offline";
    if (!this.isOffline) this.announce(this.speech.say("online"));
  };

  #linked = (): void => {
    const id = LINK.exec(location.hash)?.[1];
    if (id !== undefined) void this.#show(id);
  };

  async #show(id: string): Promise<void> {
    await this.updateComplete;
    const item = this.discussion?.tree.find(id);
    if (item?.reveal !== undefined) {
      // its parents draw it first
      await new Promise(requestAnimationFrame);
      item.reveal();
    } else if (this.discussion?.isReady && this.discussion.linked?.comment.id !== id) await this.#start();
  }

  /** Once the first comments are painted: they do not wait for the words of their times. */
  protected override updated(): void {
    if (this.#tells || this.discussion?.isReady !== true) return;
    this.#tells = true;
    afterPaint(() => {
      this.tellsTimes = true;
      this.discussion?.redrawAll();
    });
  }

  // how it looks

  protected override render(): TemplateResult {
    const { speech, discussion, problem } = this;
    return html`<section class="root" part="root" lang=${speech.tag} dir=${speech.direction} aria-labelledby="count"
      aria-busy=${discussion?.isReady !== true && problem === undefined}>
      <p class="unseen" role="status">${this.said}</p>
      ${discussion?.isReady ? this.#whole(discussion) : opening(this, problem, () => this.again())}
    </section>`;
  }

  #whole(discussion: Discussion): TemplateResult {
    const { speech } = this;
    const told = (problem: unknown) =>
      problem === undefined ? nothing : html`<p class="problem" role="alert">${speech.problem(problem)}</p>`;
    return html`
      <div class="toolbar" part="toolbar">
        <h2 id="count" part="count" tabindex="-1">${speech.count("comments", discussion.count ?? 0)}</h2>
        ${discussion.isSignedIn ? html`<ts-inbox .thread=${this}></ts-inbox>` : nothing}
        <label class="sort">${speech.say("sortBy")}
          <select part="sort" @change=${this.#sorted}>
            ${SORTS.map((s) => html`<option value=${s} ?selected=${s === discussion.sort}>${speech.say(s)}</option>`)}
          </select>
        </label>
      </div>
      ${this.isOffline ? html`<p class="problem offline" role="alert">${speech.say("offline")}</p>` : nothing}
      ${told(this.problem)}
      <div class="write" part="write">${writing(this)}</div>
      ${arrivals(this, discussion, (shown) => this.#reveal(shown))}
      ${discussion.items.length === 0 ? html`<p class="note">${speech.say("empty")}</p>` : nothing}
      ${discussion.linked === undefined ? nothing : html`<p class="note">${speech.say("linked")}</p>`}
      <ol class="thread" part="thread">
        ${guard([discussion.items], () =>
          // not gone through for what happens around them
          repeat(
            discussion.items,
            (item) => item.comment.id,
            (item) => html`<li><ts-comment .thread=${this} .item=${item}></ts-comment></li>`,
          ),
        )}
      </ol>
      ${told(this.moreProblem)}
      ${discussion.next === null
        ? nothing
        : html`<button class="more" part="button" @click=${() => this.#more(discussion)}>${speech.say("moreComments")}</button>`}
    `;
  }

  // where one writes

  get guestName(): string | undefined {
    return this.token || this.tokenSource ? undefined : this.#guest?.known?.name;
  }

  get hasChallenge(): boolean {
    return this.challenge !== undefined;
  }

  acknowledge(): void {
    void this.#try(async () => {
      await this.discussion?.acknowledge();
      await this.#toWriting();
    });
  }

  becomeGuest(name: string): void {
    void this.#try(async () => {
      const { discussion } = this;
      const answer = discussion?.challengesGuests ? await this.challenge?.() : undefined;
      const token = await discussion?.becomeGuest(name, answer);
      if (token === undefined) return;
      this.#guest?.begin({ name, token });
      if (!(await this.#signIn())) await this.#toWriting();
    });
  }

  endGuest(): void {
    this.#guest?.end();
    void this.#start().then(() => this.#focus(".guest input"));
  }

  again(): void {
    void this.#start().then(() => this.#focus("h2"));
  }

  // whose button goes with what it did finds the keyboard where that led to

  async #toWriting(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector<LitElement>("ts-composer")?.updateComplete;
    await this.#focus("textarea");
  }

  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  #sorted = async (e: Event): Promise<void> => {
    const select = e.target as HTMLSelectElement;
    const before = this.discussion;
    this.#chosenSort = select.value as Sort;
    const discussion = this.#connect();
    await this.#try(async () => {
      await discussion.load();
      if (this.discussion !== before) return;
      this.#stop.abort();
      this.#stop = new AbortController();
      this.discussion = discussion;
      this.#follow(this.#stop.signal);
    });
    // where it could not be had, what is shown is in the order as before
    if (this.discussion === before && before !== undefined) this.#chosenSort = select.value = before.sort as Sort;
  };

  async #more(discussion: Discussion): Promise<void> {
    this.moreProblem = undefined;
    try {
      this.#reveal(await discussion.more());
    } catch (error) {
      this.moreProblem = error;
    }
  }

  #reveal([first]: Item[]): void {
    this.requestUpdate();
    void this.updateComplete.then(() => first?.reveal?.());
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.problem = undefined;
    try {
      await act();
    } catch (error) {
      this.problem = error;
    }
    this.requestUpdate();
  }
}
