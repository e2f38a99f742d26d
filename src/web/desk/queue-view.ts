import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { say } from "../shared/shared-words.js";
import { context, flagNotes, history, marks, notices, reasons, rendered } from "./comment-panel.js";
import type { Step } from "./decide.js";
import { highlight } from "./highlight.js";
import { commandOf, showKeys } from "./keys.js";
import { look, type Look } from "./look.js";
import { act } from "./person-acts.js";
import { personPanel } from "./person-panel.js";
import { nameOf, type Queue } from "./queue.js";
import { elsewhere, queueHead, type Tab } from "./queue-head.js";
import type { Item } from "./queue-list.js";
import { askReason } from "./reject-menu.js";
import { t, type Word } from "./words.js";

/** Who hurries from one to the next is not kept up by what they would not read. */
const REST_MS = 250;

/** The queue: a list, and beside it all about the comment that one looks at. */
@customElement("ts-queue")
export class QueueView extends LitElement {
  @property({ attribute: false }) queue!: Queue;
  @property() tab: Tab = "pending";
  /** Counts what changed in the queue. */
  @property({ type: Number }) changes = 0;
  @state() private seen: Look | undefined;
  /** On a narrow screen either the list or the comment is there. */
  @state() private isOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | undefined;
  #shown = "";
  readonly #press = (e: KeyboardEvent) => this.#command(e);

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#press);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#press);
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  protected override updated(changed: PropertyValues): void {
    const item = this.queue.list.current;
    const shown = item === undefined ? "" : `${item.comment.id} ${item.comment.version}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#look(item);
      this.#focus();
    }
    if (changed.has("changes") || changed.has("seen"))
      highlight(
        this.querySelector(".detail > .body"),
        item?.reasons.flatMap((r) => (r.match !== null && r.rule !== "moderator" ? [r.match] : [])) ?? [],
      );
  }

  /** Where one was in the list one stays in it; who is in a form elsewhere is left alone. */
  #focus(): void {
    const { activeElement } = document;
    if (this.querySelector(".list")?.checkVisibility() === false) {
      // the next comment has taken the place of the one that was read
      if (activeElement === null || activeElement === document.body || activeElement.closest(".detail") !== null)
        this.querySelector<HTMLElement>(".detail h2")?.focus();
      return;
    }
    if (activeElement !== null && activeElement !== document.body && activeElement.closest(".list") === null) return;
    this.#focusCurrent();
  }

  #focusCurrent(): void {
    const current = this.querySelector<HTMLElement>('.list [aria-current="true"]');
    current?.focus({ preventScroll: true });
    current?.scrollIntoView({ block: "nearest" });
  }

  #look(item: Item | undefined): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    if (item?.comment.id !== this.seen?.id) this.seen = undefined;
    if (item === undefined) return;
    const asked = (this.#asked = new AbortController());
    this.#timer = setTimeout(async () => {
      if (this.queue.claimedBy(item) === undefined) void this.queue.claim(item.comment.id);
      const seen = await look(this.queue.desk, item.comment, asked.signal);
      if (!asked.signal.aborted && seen !== undefined) this.seen = seen;
    }, REST_MS);
  }

  #command(e: KeyboardEvent): void {
    const key = commandOf(e);
    const { queue } = this;
    const item = queue.list.current;
    const commands: Record<string, () => unknown> = {
      j: () => this.#move(() => queue.list.move(1)),
      k: () => this.#move(() => queue.list.move(-1)),
      z: () => this.#move(() => queue.list.skip((id) => this.#isClaimed(id))),
      a: () => item && queue.decide(item, [{ action: "approve" }]),
      r: () => item && item.comment.state !== "rejected" && this.#reject(item),
      f: () => item && this.#feature(item),
      b: () => item && this.#ban(item),
      u: () => queue.undo(),
      x: () => item && this.#choose(item, !queue.list.chosen.has(item.comment.id)),
      A: () => queue.decideOnChosen({ action: "approve" }),
      R: () => this.#rejectChosen(),
      "?": showKeys,
      Escape: () => this.#back(),
    };
    const command = key === undefined ? undefined : commands[key];
    if (command === undefined) return;
    e.preventDefault();
    void command();
  }

  /** To the list, where the comment had taken its place. */
  async #back(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.updateComplete;
    this.#focusCurrent();
  }

  #isClaimed(id: string): boolean {
    const item = this.queue.list.items.find((i) => i.comment.id === id);
    return item !== undefined && this.queue.claimedBy(item) !== undefined;
  }

  #move(move: () => void): void {
    move();
    this.queue.changed();
  }

  #choose(item: Item, isChosen: boolean): void {
    const { chosen } = this.queue.list;
    if (isChosen) chosen.add(item.comment.id);
    else chosen.delete(item.comment.id);
    this.queue.changed();
  }

  async #reject(item: Item): Promise<void> {
    const why = await askReason();
    if (why !== undefined) this.queue.decide(item, [{ action: "reject", ...why }]);
  }

  async #rejectChosen(): Promise<void> {
    if (this.queue.list.chosen.size === 0) return;
    const why = await askReason();
    if (why === undefined) return;
    const { reason, note } = why;
    await this.queue.decideOnChosen({ action: "reject", reason, ...(note ? { note } : {}) });
  }

  /** Only what readers see can be featured: what waits is approved first. */
  #feature(item: Item): void {
    const isShown = item.comment.state === "published";
    if (isShown && item.comment.featured) this.queue.decide(item, [{ action: "unfeature" }]);
    else this.queue.decide(item, [...(isShown ? [] : [{ action: "approve" } as Step]), { action: "feature" }]);
  }

  async #ban(item: Item): Promise<void> {
    const { author } = item.comment;
    const given = author === null ? null : await act(this.queue.desk, "ban", author);
    if (given === null) return;
    if (given["rejectComments"]) this.queue.list.leaveAllBy(author?.key);
    this.queue.changed();
    this.#again();
  }

  /** Reads all about the comment once more. */
  #again(): void {
    this.#look(this.queue.list.current);
  }

  protected override render(): TemplateResult {
    const { queue } = this;
    const { list } = queue;
    return html`
      ${queueHead(queue, this.tab)}
      <div class="work ${this.isOpen && list.current !== undefined ? "open" : ""}">
        <section class="list" aria-label=${t("comments")} aria-busy=${queue.isLoading}>
          ${list.chosen.size === 0 ? nothing : this.bulk()}
          ${list.items.length === 0 && !queue.isLoading ? html`<p class="empty">${t("nothingWaits")} ${elsewhere(queue)}</p>` : nothing}
          <ol>${repeat(list.items, (i) => i.comment.id, (i) => this.item(i))}</ol>
          ${list.cursor === null ? nothing : html`<button @click=${() => queue.load()}>${say("more")}</button>`}
        </section>
        ${list.current === undefined ? nothing : this.detail(list.current)}
      </div>
    `;
  }

  private bulk(): TemplateResult {
    const { queue } = this;
    return html`<div class="row bulk" role="group" aria-label=${t("bulk")}>
      <strong>${t("chosen", { n: queue.list.chosen.size })}</strong>
      <button @click=${() => queue.decideOnChosen({ action: "approve" })}>${t("approveChosen")}</button>
      <button @click=${() => this.#rejectChosen()}>${t("rejectChosen")}</button>
    </div>`;
  }

  private item(item: Item): TemplateResult {
    const { list } = this.queue;
    const { id } = item.comment;
    const isCurrent = list.selected === id;
    const claimed = this.queue.claimedBy(item);
    const open = async () => {
      list.select(id);
      this.isOpen = true;
      this.queue.changed();
      await this.updateComplete;
      // where the comment has taken the place of the list
      this.querySelector<HTMLElement>(".back")?.focus();
    };
    const enter = (e: KeyboardEvent) => {
      if (e.key !== "Enter") return;
      // else the button that has the focus by then is pressed
      e.preventDefault();
      void open();
    };
    return html`<li class=${list.over === id ? "over" : ""}>
      <input type="checkbox" aria-label=${`${t("choose")}: ${nameOf(item)}`} .checked=${list.chosen.has(id)}
        @change=${(e: Event) => this.#choose(item, (e.target as HTMLInputElement).checked)}>
      <article tabindex=${isCurrent ? 0 : -1} aria-current=${isCurrent ? "true" : nothing}
        aria-label=${t("commentBy", { name: nameOf(item) })} @click=${open} @keydown=${enter}>
        <div><strong>${nameOf(item)}</strong> ${marks(item.comment)}</div>
        <div class="beginning" dir="auto">${item.comment.body}</div>
        ${reasons(item)}
        ${list.over === id ? html`<p class="bad">${t("already", { name: nameOf(item) })}</p>` : nothing}
        ${claimed === undefined ? nothing : html`<p class="claim">${t("claimedBy", { name: claimed })}</p>`}
      </article>
    </li>`;
  }

  private detail(item: Item): TemplateResult {
    const { queue, seen } = this;
    const { comment } = item;
    const button = (word: Word, key: string | undefined, does: () => unknown) => html`<button
      aria-keyshortcuts=${key ?? nothing} @click=${does}>${t(word)}${key === undefined ? nothing : html` <kbd aria-hidden="true">${key}</kbd>`}</button>`;
    const one = (action: Step["action"]) => () => queue.decide(item, [{ action }]);
    const isShown = comment.state === "published";
    const lock = comment.locked ? "unlock" : "lock";
    return html`<section class="detail" aria-label=${t("commentBy", { name: nameOf(item) })}>
      <button class="back" aria-keyshortcuts="Escape" @click=${() => this.#back()}>${t("back")}</button>
      <h2 tabindex="-1">${t("commentBy", { name: nameOf(item) })}</h2>
      <p>${marks(comment)}</p>
      ${rendered(comment)}
      <div class="row" role="group" aria-label=${t("actions")}>
        ${button("approve", "a", one("approve"))}
        ${comment.state === "rejected" ? button("restore", undefined, one("restore")) : button("reject", "r", () => this.#reject(item))}
        ${button(comment.featured ? "unfeature" : "feature", "f", () => this.#feature(item))}
        ${isShown ? button(lock, undefined, () => queue.adjust(item, { action: lock })) : nothing}
        ${button("ban", "b", () => this.#ban(item))}
        ${button("undo", "u", () => queue.undo())}
      </div>
      <h3>${t("why")}</h3>${reasons(item)} ${flagNotes(seen)} ${notices(item)}
      <h3>${t("context")}</h3>${context(item, seen, this.tab)}
      ${seen?.person === undefined
        ? nothing
        : personPanel(queue.desk, seen.person, item.author.rejectedCount, () => this.#again())}
      <h3>${t("history")}</h3>${history(seen)}
    </section>`;
  }
}
