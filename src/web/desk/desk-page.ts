import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { clientOf } from "../shared/api.js";
import { end, find, may, type Session } from "../shared/session.js";
import { say } from "../shared/shared-words.js";
import "../shared/sign-in.js";
import { language, number } from "../shared/words.js";
import "./appeals-view.js";
import type { Desk } from "./desk-context.js";
import "./log-view.js";
import { Messages } from "./messages.js";
import "./people-view.js";
import { Queue } from "./queue.js";
import { NOTICES, queueOf, TABS, type Tab } from "./queue-head.js";
import "./queue-view.js";
import "./settings-view.js";
import { t, type Word } from "./words.js";

const ROOMS = ["queue", "appeals", "people", "log", "settings"] as const;
type Room = (typeof ROOMS)[number];

/** The moderators' desk: who sits at it, which room of it is open, and what all rooms share. */
@customElement("ts-desk")
export class DeskPage extends LitElement {
  @state() private session: Session | undefined;
  @state() private room: Room = "queue";
  @state() private tab: Tab = "pending";
  /** What the address says beyond the room. */
  @state() private rest = "";
  @state() private changes = 0;
  private reason = "";
  #desk: Desk | undefined;
  #queue: Queue | undefined;
  readonly #messages = new Messages(() => this.changes++);

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.documentElement.lang = language;
    const session = find();
    addEventListener("hashchange", () => this.#go());
    if (session !== undefined) this.#begin(session);
  }

  /** Who has the desk in a tab behind others sees there how much waits. */
  protected override updated(): void {
    const { pending = 0, flagged = 0 } = this.session === undefined ? {} : (this.#queue?.counts ?? {});
    const waiting = pending + flagged;
    document.title = `${waiting > 0 ? `(${number(waiting)}) ` : ""}${t("desk")} – ThreadStore`;
  }

  #begin(session: Session): void {
    this.session = session;
    this.reason = "";
    this.#messages.list = [];
    this.#desk = {
      api: clientOf(session),
      session,
      site: session.site,
      messages: this.#messages,
      signedOut: (reason) => this.#leave(reason),
      remember: (position, what) => this.#queue?.remember(position, what),
      undo: () => void this.#queue?.undo(),
    };
    this.#queue = new Queue(this.#desk, () => this.changes++);
    this.#go();
  }

  #leave(reason: string): void {
    end();
    this.#queue?.close();
    this.reason = reason;
    this.session = undefined;
  }

  #go(): void {
    const [path = "", query = ""] = location.hash.slice(2).split("?");
    const [room = "", ...rest] = path.split("/");
    this.room = ROOMS.find((r) => r === room) ?? "queue";
    this.rest = decodeURIComponent(rest.join("/"));
    if (this.room !== "queue" || this.#queue === undefined) return;
    this.tab = TABS.find((tab) => tab === this.rest) ?? "pending";
    const asked = new URLSearchParams(query);
    const [article, reason] = [asked.get("article"), this.tab === "notices" ? NOTICES : asked.get("reason")];
    void this.#queue.open(queueOf(this.tab), { ...(article ? { article } : {}), ...(reason ? { reason } : {}) });
  }

  protected override render(): TemplateResult {
    const { session } = this;
    if (session === undefined)
      return html`<main>
        <ts-sign-in .page=${t("desk")} .reason=${this.reason} command="threadstore token --site SITE --sub KEY --role moderator"
          @ts-session=${(e: CustomEvent<Session>) => this.#begin(e.detail)}></ts-sign-in>
      </main>`;
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>${say("skip")}</a>
      <header class="top">
        <h1>${t("desk")}</h1>
        <nav aria-label=${say("main")}>
          <ul>
            ${ROOMS.map((r) => html`<li><a href="#/${r}" aria-current=${r === this.room ? "page" : nothing}>${t(r as Word)}</a></li>`)}
            ${may(session, "analyst") ? html`<li><a href="insights">${t("insights")}</a></li>` : nothing}
          </ul>
        </nav>
        <span class="who">${session.name ?? ""} · ${session.site} <button @click=${() => this.#leave("")}>${say("signOut")}</button></span>
      </header>
      ${this.#messages.render()}
      <main id="main" tabindex="-1">${this.content()}</main>
    `;
  }

  private content(): TemplateResult {
    const [desk, queue] = [this.#desk as Desk, this.#queue as Queue];
    switch (this.room) {
      case "queue":
        return html`<ts-queue .queue=${queue} .tab=${this.tab} .changes=${this.changes}></ts-queue>`;
      case "appeals":
        return html`<ts-appeals .desk=${desk}></ts-appeals>`;
      case "people":
        return html`<ts-people .desk=${desk} .key=${this.rest} .undone=${queue.undone}></ts-people>`;
      case "log":
        return html`<ts-log .desk=${desk} .news=${queue.undone + queue.decided}></ts-log>`;
      case "settings":
        return html`<ts-settings .desk=${desk}></ts-settings>`;
    }
  }

  readonly #skip = (e: Event) => {
    e.preventDefault();
    this.querySelector("main")?.focus();
  };
}
