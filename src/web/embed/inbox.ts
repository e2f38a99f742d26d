import { html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import type { components } from "../../client-ts/src/index.js";
import { Piece } from "./part.js";

type Notification = components["schemas"]["Notification"];

/**
 * How often it is looked for news while the page is in view. Replies and mentions below this article are heard of at once,
 * by its live stream; what else there is comes a few times a day, and is no reason for another connection.
 */
const EVERY_MS = 10 * 60_000;

const GOT = {
  reply: "gotReply",
  mention: "gotMention",
  featured: "gotFeatured",
  decision: "gotDecision",
  appeal: "gotAppeal",
  warning: "gotWarning",
} as const;

/** What happened to the reader on this site: a button with the number of what is new, and a list. */
export class Inbox extends Piece {
  static override properties: PropertyDeclarations = {
    ...Piece.properties,
    items: { state: true },
    unread: { state: true },
    isOpen: { state: true },
    problem: { state: true },
  };

  declare items: Notification[];
  declare unread: number;
  declare isOpen: boolean;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    [this.items, this.unread, this.isOpen] = [[], 0, false];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
    this.#timer = setInterval(() => document.hidden || void this.look(), EVERY_MS);
    document.addEventListener("visibilitychange", this.#seen);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
  }

  #seen = (): void => {
    if (!document.hidden) void this.look();
  };

  /** @param position Up to where the answer must know the history. */
  async look(position?: number): Promise<void> {
    try {
      const { api, place } = this.discussion;
      if (position !== undefined) api.position = position;
      const page = await api.get("/v1/sites/{site}/me/notifications", { path: { site: place.site } });
      [this.items, this.unread, this.problem] = [page.items, page.unread, undefined];
    } catch (error) {
      this.problem = error;
    }
  }

  protected override render(): TemplateResult {
    const { speech } = this;
    return html`<button part="button" class="bell" aria-expanded=${this.isOpen} @click=${this.#toggle}>
        <span class="wide">${speech.say("inbox")}</span><span class="narrow" aria-hidden="true">✉</span>
        ${this.unread === 0 ? nothing : html`<span class="badge" part="badge">${speech.count("unread", this.unread)}</span>`}
      </button>
      ${this.isOpen
        ? html`<div class="inbox" part="inbox" role="group" aria-label=${speech.say("inbox")} @keydown=${this.#escape}>
            ${this.problem === undefined ? nothing : html`<p class="problem" role="alert">${speech.problem(this.problem)}</p>`}
            ${this.items.length === 0
              ? html`<p class="note">${speech.say("inboxEmpty")}</p>`
              : html`<ul>${this.items.map((item) => this.#item(item))}</ul>`}
          </div>`
        : nothing}`;
  }

  #item(n: Notification): TemplateResult {
    const { speech } = this;
    const what = speech.say(GOT[n.type], { name: n.comment?.author?.name ?? speech.say("somebody") });
    const when = html`<time datetime=${n.at} title=${speech.time(n.at)} .textContent=${speech.ago(n.at)}></time>`;
    const address = this.#address(n);
    return html`<li class=${n.read ? "" : "unread"}>
      ${address === undefined ? what : html`<a href=${address} @click=${() => (this.isOpen = false)}>${what}</a>`}
      ${n.article === null ? nothing : html`<bdi>${n.article.title}</bdi>`} ${when}
    </li>`;
  }

  #address(n: Notification): string | undefined {
    if (n.comment === null) return undefined;
    if (n.article?.key === this.discussion.place.articleKey) return this.thread.linkTo(n.comment.id);
    return n.article?.url ? `${n.article.url.split("#")[0]}#comment-${n.comment.id}` : undefined;
  }

  #toggle = async (): Promise<void> => {
    this.isOpen = !this.isOpen;
    if (!this.isOpen) return;
    await this.look();
    const newest = this.items[0];
    if (newest === undefined || this.unread === 0) return;
    const path = { site: this.discussion.place.site };
    await this.discussion.api
      .post("/v1/sites/{site}/me/notifications/read", { path, body: { upTo: newest.id } })
      .then(() => (this.unread = 0))
      .catch((error: unknown) => (this.problem = error));
  };

  #escape = (e: KeyboardEvent): void => {
    if (e.key !== "Escape") return;
    this.isOpen = false;
    void this.focusOn(".bell");
  };
}
