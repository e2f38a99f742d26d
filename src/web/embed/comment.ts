import { html, nothing, type LitElement, type PropertyDeclarations, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ProblemError } from "../../client-ts/src/index.js";
import type { FlagReason } from "./discussion.js";
import { Piece, sanitised } from "./part.js";
import type { Item } from "./tree.js";

const REASONS: FlagReason[] = ["spam", "offensive", "harassment", "misinformation", "illegal", "offTopic", "other"];
const REMOVED = { author: "byAuthor", moderator: "byModerator", rule: "byRule" } as const;

const TOGGLE = ':scope > article [data-toggle="more"]';

type Open = "reply" | "edit" | "more" | "report" | "remove";

/** A comment, what one can do with it, and the replies below it. */
export class CommentPiece extends Piece {
  static override properties: PropertyDeclarations = {
    ...Piece.properties,
    item: { attribute: false },
    open: { state: true },
    problem: { state: true },
    said: { state: true },
    isUnhidden: { state: true },
    isBusy: { state: true },
  };

  declare item: Item;
  declare open: Open | undefined;
  declare said: string;
  declare isUnhidden: boolean;
  declare isBusy: boolean;

  constructor() {
    super();
    [this.said, this.isUnhidden, this.isBusy] = ["", false, false];
  }

  protected override willUpdate(): void {
    const { item } = this;
    item.redraw = () => {
      // what it shows may go: the place stays, and with it all that is below
      const box = this.querySelector<HTMLElement>(":scope > article");
      if (item.comment.html === null && box !== null && box.style.minHeight === "")
        box.style.minHeight = `${box.offsetHeight}px`;
      this.requestUpdate();
    };
    item.reveal = () => void this.#reveal();
    item.goOn = (open) => this.#goOn(open);
  }

  async #reveal(): Promise<void> {
    await this.updateComplete;
    const box = this.querySelector<HTMLElement>(":scope > article");
    box?.scrollIntoView({ block: "center" });
    box?.focus({ preventScroll: true });
  }

  get #id(): string {
    return this.item.comment.id;
  }

  get #name(): string {
    return this.item.comment.author?.name ?? this.speech.say("somebody");
  }

  get #isHidden(): boolean {
    const { author } = this.item.comment;
    return !this.isUnhidden && author !== null && this.discussion.own?.ignored.includes(author.key) === true;
  }

  protected override render(): TemplateResult {
    const { item, speech } = this;
    const { comment } = item;
    const label = comment.author === null ? this.#removed() : speech.say("commentBy", { name: this.#name });
    return html`
      <article id="comment-${this.#id}" part="comment" class=${comment.featured ? "comment featured" : "comment"}
        tabindex="-1" aria-label=${label}>
        ${comment.author === null ? html`<p class="removed">${this.#removed()}</p>` : this.#isHidden ? this.#hidden() : this.#whole()}
      </article>
      ${this.open === "reply"
        ? html`<ts-composer .thread=${this.thread} .kind=${"reply"} .item=${item} .done=${() => this.#close("reply")}></ts-composer>`
        : nothing}
      ${item.replies.length === 0 && item.next === null
        ? nothing
        : html`<ol class="replies" part="replies">
            ${repeat(
              item.replies,
              (reply) => reply.comment.id,
              (reply) => html`<li><ts-comment .thread=${this.thread} .item=${reply}></ts-comment></li>`,
            )}
          </ol>`}
      ${item.next === null
        ? nothing
        : html`<button class="more" part="button" aria-disabled=${this.isBusy} @click=${this.#moreReplies}>${speech.say("moreReplies")}</button>`}
    `;
  }

  #removed(): string {
    return this.speech.say(REMOVED[this.item.comment.removedBy ?? "moderator"]);
  }

  #hidden(): TemplateResult {
    return html`<p class="removed">
      ${this.speech.say("ignored", { name: this.#name })}
      <button part="button" @click=${this.#unhide}>${this.speech.say("unignore", { name: this.#name })}</button>
    </p>`;
  }

  #whole(): TemplateResult {
    const { speech } = this;
    const { comment } = this.item;
    const isTold = this.thread.tellsTimes;
    const above = comment.depth > 0 ? this.discussion.tree.find(comment.parentId)?.comment.author : undefined;
    return html`
      <header>
        <h3 part="author"><bdi>${this.#name}</bdi></h3>
        ${comment.author?.badges.map((badge) => html`<span class="badge" part="badge">${badge}</span>`)}
        ${comment.featured ? html`<span class="badge" part="badge">${speech.say("featured")}</span>` : nothing}
        ${above == null ? nothing : html`<span class="above">${speech.say("inReplyTo", { name: above.name })}</span>`}
        ${comment.editedAt === null ? nothing : html`<span title=${isTold ? speech.time(comment.editedAt) : nothing}>${speech.say("edited")}</span>`}
        <a part="time" href=${this.thread.linkTo(this.#id)}
          ><time datetime=${comment.createdAt} title=${isTold ? speech.time(comment.createdAt) : nothing}
            .textContent=${isTold ? speech.ago(comment.createdAt) : ""}></time></a>
      </header>
      ${comment.state === "published"
        ? nothing
        : html`<p class="note">${speech.say(comment.state === "pending" ? "onlyYouPending" : "onlyYouRejected")}</p>`}
      ${this.open === "edit"
        ? html`<ts-composer .thread=${this.thread} .kind=${"edit"} .item=${this.item} .done=${() => this.#close("more")}></ts-composer>`
        : html`<div class="text" part="body" dir="auto" lang=${this.thread.spoken} .innerHTML=${sanitised(comment.html ?? "")}></div>`}
      ${this.#actions()} ${this.#below()}
    `;
  }

  #actions(): TemplateResult {
    const { discussion, speech, item } = this;
    const { comment } = item;
    const kinds = Object.entries(discussion.article?.rules.reactions ?? {})
      .sort(([, a], [, b]) => b - a)
      .map(([kind]) => kind);
    const isOpen = discussion.isOpen && comment.state === "published";
    const mayReply = isOpen && !comment.locked && comment.depth < (discussion.article?.rules.maxDepth ?? Infinity)
      && discussion.own?.locked.includes(comment.id) !== true;
    return html`<div class="actions">
      ${comment.state === "published" ? kinds.map((kind) => this.#reaction(kind)) : nothing}
      ${mayReply && discussion.article !== undefined
        ? html`<button part="button" aria-expanded=${this.open === "reply"} aria-label=${speech.say("replyTo", { name: this.#name })}
            data-toggle="reply" @click=${() => this.#reply()}>${speech.say("reply")}</button>`
        : nothing}
      ${discussion.article === undefined
        ? nothing
        : html`<button part="button" aria-expanded=${this.open === "more"} aria-label=${speech.say("more", { name: this.#name })}
            data-toggle="more" @click=${() => this.#toggle("more")}>⋯</button>`}
      ${item.fresh.length === 0
        ? nothing
        : html`<button class="fresh" part="fresh" @click=${this.#showFresh}>${speech.count("newReplies", item.fresh.length)}</button>`}
    </div>`;
  }

  #reaction(kind: string): TemplateResult {
    const { comment } = this.item;
    const { own, article } = this.discussion;
    const weight = article?.rules.reactions[kind] ?? 0;
    const name = kind === "like" || kind === "dislike" ? this.speech.say(kind) : kind;
    const isMine = own?.reactions[comment.id] === kind;
    const sign = weight > 0 ? "▲" : weight < 0 ? "▼" : "";
    const isIcon = kind === "like" || kind === "dislike";
    return html`<button part="reaction" class="reaction" title=${name} aria-pressed=${isMine}
      ?disabled=${own !== undefined && (own.commenter.key === comment.author?.key || !own.can.react.allowed)}
      @click=${() => this.#react(kind)}
      >${isIcon ? html`<span aria-hidden="true">${sign}</span><span class="unseen">${name}</span>` : html`<span>${name}</span>`}
      <span>${this.speech.number(comment.reactions[kind] ?? 0)}</span></button>`;
  }

  /** What was opened below the comment, and what is to be told there. */
  #below(): TemplateResult {
    const { speech } = this;
    const told =
      this.problem === undefined ? nothing
      : this.problem instanceof ProblemError && this.problem.status === 401
        ? html`${speech.say("sessionOver")} <button part="button" @click=${() => this.thread.askSignIn()}>${speech.say("signIn")}</button>`
        : speech.problem(this.problem);
    return html`
      ${this.problem === undefined ? nothing : html`<p class="problem" role="alert">${told}</p>`}
      ${this.said === "" ? nothing : html`<p class="note">${this.said}</p>`}
      ${this.open === "more" ? this.#more() : this.open === "report" ? this.#report() : this.open === "remove" ? this.#sure() : nothing}
    `;
  }

  #more(): TemplateResult {
    const { speech, discussion } = this;
    const { comment } = this.item;
    const { own } = discussion;
    const isOwn = own !== undefined && own.commenter.key === comment.author?.key;
    const isIgnored = comment.author !== null && own?.ignored.includes(comment.author.key) === true;
    const until = own?.can.edit[comment.id];
    const choice = (text: string, act: () => unknown) => html`<button part="button" @click=${act}>${text}</button>`;
    return html`<div class="menu" part="menu" role="group" aria-label=${speech.say("more", { name: this.#name })} @keydown=${this.#escape}>
      ${until !== undefined && new Date(until) > new Date() ? choice(speech.say("edit"), () => this.#toggle("edit", "textarea"))
        : isOwn && (discussion.article?.rules.editWindowMinutes ?? 0) > 0 ? html`<span class="note">${speech.say("tooLate")}</span>`
        : nothing}
      ${own?.can.delete.includes(comment.id) ? choice(speech.say("remove"), () => this.#toggle("remove", ".menu button")) : nothing}
      ${isOwn ? nothing : own?.flags.includes(comment.id) ? html`<span class="note">${speech.say("reported")}</span>` : choice(speech.say("report"), () => this.#askReport())}
      ${choice(speech.say("copyLink"), () => this.#copy())}
      ${own === undefined || isOwn
        ? nothing
        : choice(speech.say(isIgnored ? "unignore" : "ignore", { name: this.#name }), () =>
            this.#act(() => discussion.ignore(comment.author!.key, !isIgnored)))}
    </div>`;
  }

  #report(): TemplateResult {
    const { speech } = this;
    return html`<form class="menu report" @submit=${this.#sendReport} @keydown=${this.#escape}>
      <fieldset>
        <legend>${speech.say("reportWhy")}</legend>
        ${REASONS.map(
          (reason) => html`<label><input type="radio" name="reason" value=${reason} required /> ${speech.say(reason)}</label>`,
        )}
      </fieldset>
      <label class="field"><span class="label">${speech.say("reportNote")}</span><textarea part="textarea" name="note" dir="auto" rows="2" maxlength="1000"></textarea></label>
      <div class="actions">
        <button class="primary" part="primary" aria-disabled=${this.isBusy}>${speech.say("reportSend")}</button>
        <button type="button" part="button" @click=${() => this.#close("more")}>${speech.say("cancel")}</button>
      </div>
    </form>`;
  }

  #sure(): TemplateResult {
    const { speech, discussion, item } = this;
    return html`<div class="menu" role="group" aria-label=${speech.say("removeSure")} @keydown=${this.#escape}>
      <span>${speech.say("removeSure")}</span>
      <button class="primary" part="primary" aria-disabled=${this.isBusy} @click=${() =>
        this.#act(async () => {
          await discussion.remove(item);
          this.thread.announce(speech.say("gone"));
          item.reveal?.();
        })}>${speech.say("remove")}</button>
      <button part="button" @click=${() => this.#close("more")}>${speech.say("cancel")}</button>
    </div>`;
  }

  // what its buttons do

  #toggle(open: Open, focus?: string): void {
    this.open = this.open === open ? undefined : open;
    this.said = "";
    if (this.open !== undefined) void this.#bringUp(focus === undefined ? undefined : `:scope > article ${focus}`, ":scope > article .menu");
  }

  /** What was asked for is seen to be there, also where it opens below the edge of the screen. */
  async #bringUp(focus: string | undefined, whole: string): Promise<void> {
    await this.updateComplete;
    const box = this.querySelector<LitElement>(whole);
    // a composer draws itself
    await box?.updateComplete;
    if (focus !== undefined) this.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
    box?.scrollIntoView({ block: "nearest" });
  }

  #close(toggle: "reply" | "more"): void {
    this.open = undefined;
    void this.focusOn(`:scope > article [data-toggle="${toggle}"]`);
  }

  #escape = (e: KeyboardEvent): void => {
    if (e.key === "Escape") this.#close("more");
  };

  #reply(): void {
    if (!this.discussion.isSignedIn) return this.thread.askSignIn({ id: this.#id, open: "reply" });
    this.open = this.open === "reply" ? undefined : "reply";
    this.said = "";
    if (this.open === "reply") void this.#bringUp(":scope > ts-composer textarea", ":scope > ts-composer");
  }

  #askReport(): void {
    if (!this.discussion.isSignedIn) return this.thread.askSignIn({ id: this.#id, open: "report" });
    this.#toggle("report", "input");
  }

  /** They are signed in now; whoever turns out to have reported it already, or to have written it, sees that where they were. */
  #goOn(open: "reply" | "report"): void {
    const { own } = this.discussion;
    if (this.open === open || this.item.comment.author === null) return;
    if (open === "reply") this.#reply();
    else if (own?.flags.includes(this.#id) || own?.commenter.key === this.item.comment.author.key) this.#toggleOn("more");
    else this.#askReport();
  }

  #toggleOn(open: Open): void {
    if (this.open !== open) this.#toggle(open);
  }

  /** Where a menu goes with what was done in it, the keyboard finds itself where it came from, or at the comment. */
  async #act(act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    [this.problem, this.isBusy] = [undefined, true];
    const within = this.querySelector(":scope > article .menu:focus-within") !== null;
    try {
      await act();
      this.open = undefined;
      await this.updateComplete;
      if (within) this.querySelector<HTMLElement>(this.#isHidden ? ":scope > article" : TOGGLE)?.focus();
    } catch (error) {
      this.problem = error;
    } finally {
      this.isBusy = false;
    }
  }

  #react(kind: string): void {
    if (!this.discussion.isSignedIn) return this.thread.askSignIn();
    this.problem = undefined;
    this.discussion.react(this.item, kind).catch((error: unknown) => (this.problem = error));
  }

  #sendReport = (e: SubmitEvent): void => {
    e.preventDefault();
    const data = new FormData(e.target as HTMLFormElement);
    void this.#act(async () => {
      await this.discussion.flag(this.item, data.get("reason") as FlagReason, String(data.get("note") ?? ""));
      this.said = this.speech.say("reported");
      this.thread.announce(this.said);
    });
  };

  #unhide = (): void => {
    this.isUnhidden = true;
    void this.focusOn(":scope > article");
  };

  async #copy(): Promise<void> {
    const link = this.thread.linkTo(this.#id);
    // a page without HTTPS, or whose visitor forbids it, has no clipboard: the link is there to be marked then
    const isCopied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
    this.#close("more");
    this.said = isCopied ? this.speech.say("copied") : link;
    this.thread.announce(this.said);
  }

  #showFresh = (): void => {
    const [first] = this.discussion.showFreshReplies(this.item);
    void this.updateComplete.then(() => first?.reveal?.());
  };

  #moreReplies = async (): Promise<void> => {
    await this.#act(async () => {
      const [first] = await this.discussion.moreReplies(this.item);
      await this.updateComplete;
      first?.reveal?.();
    });
  };
}
