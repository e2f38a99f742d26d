import { html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { ProblemError } from "../../client-ts/src/index.js";
import { DraftPlace, keyFor, type Draft } from "./drafts.js";
import { Piece, sanitised } from "./part.js";
import type { Item } from "./tree.js";

/** From so many characters before the limit on, the writer is told. */
const NEAR_LIMIT = 200;

type Prospect = Awaited<ReturnType<Composer["discussion"]["check"]>>;

/** Where somebody writes: a comment, a reply, or a new version of their own. */
export class Composer extends Piece {
  static override properties: PropertyDeclarations = {
    ...Piece.properties,
    kind: { attribute: false },
    item: { attribute: false },
    problem: { state: true },
    prospect: { state: true },
    shown: { state: true },
    isBusy: { state: true },
    length: { state: true },
  };

  declare kind: "comment" | "reply" | "edit";
  /** What is replied to, or edited. */
  declare item: Item | undefined;
  /** What would become of the text as it stands, once the server was asked. */
  declare prospect: Prospect | undefined;
  declare shown: "text" | "preview" | "advice";
  declare isBusy: boolean;
  declare length: number;
  /** Called when it is done with, with what was posted. */
  done: (posted?: Item) => void = () => {};

  #place!: DraftPlace;
  #draft!: Draft;

  constructor() {
    super();
    [this.kind, this.shown, this.isBusy, this.length] = ["comment", "text", false, 0];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { site, articleKey } = this.discussion.place;
    const id = this.item?.comment.id ?? "";
    this.#place = new DraftPlace(site, articleKey, ...(this.kind === "comment" ? [] : [this.kind, id]));
    this.#draft = this.#place.read();
    if (this.kind === "edit" && this.#draft.body === "") this.#draft = { body: this.item?.comment.body ?? "" };
    this.length = [...this.#draft.body].length;
  }

  override signedIn(): void {
    const wasThere = this.querySelector(".problem:focus-within") !== null;
    super.signedIn();
    if (wasThere) void this.focusOn("textarea");
  }

  get #name(): string {
    return this.item?.comment.author?.name ?? this.speech.say("somebody");
  }

  get #limit(): number {
    return this.discussion.article?.rules.maxCommentLength ?? Infinity;
  }

  protected override render(): TemplateResult {
    const { speech } = this;
    const label =
      this.kind === "comment" ? speech.say("write")
      : this.kind === "edit" ? speech.say("writeEdit")
      : speech.say("writeReply", { name: this.#name });
    const tooMany = this.length - this.#limit;
    return html`<form class="composer" part="composer" novalidate @submit=${this.#submit} @keydown=${this.#key}>
      <label class="field" ?hidden=${this.shown === "preview"}>
        <span class="label">${label}</span>
        <textarea
          part="textarea"
          dir="auto"
          rows="3"
          .value=${this.#draft.body}
          @input=${this.#input}
          aria-invalid=${tooMany > 0 ? "true" : nothing}
        ></textarea>
      </label>
      ${this.shown === "preview"
        ? html`<div class="preview text" role="group" aria-label=${speech.say("preview")} tabindex="-1" dir="auto"
            .innerHTML=${sanitised(this.prospect?.html ?? "")}></div>`
        : nothing}
      ${this.shown === "advice" ? this.#advice() : nothing}
      ${this.problem === undefined ? nothing : html`<p class="problem" role="alert">${this.#told()}</p>`}
      <div class="actions">
        <button class="primary" part="primary" type="submit" aria-disabled=${this.isBusy}>
          ${speech.say(
            this.#isUnanswered ? "retry"
            : this.shown === "advice" ? "anyway"
            : this.kind === "edit" ? "save"
            : "post",
          )}
        </button>
        <button type="button" part="button" aria-disabled=${this.isBusy} @click=${this.#preview}>
          ${speech.say(this.shown === "preview" ? "goOn" : "preview")}
        </button>
        ${this.kind === "comment"
          ? nothing
          : html`<button type="button" part="button" @click=${() => this.#cancel()}>${speech.say("cancel")}</button>`}
        <small class="hint">${tooMany > 0
            ? html`<strong role="status">${speech.count("tooMany", tooMany)}</strong>`
            : tooMany > -NEAR_LIMIT ? speech.count("left", -tooMany) : speech.say("hint")}</small>
      </div>
    </form>`;
  }

  #advice(): TemplateResult {
    const isRejected = this.prospect?.state === "rejected";
    return html`<p class="advice" role="alert">${this.speech.say(isRejected ? "rejectedAdvice" : "heldAdvice")}</p>`;
  }

  #told(): unknown {
    const { problem, speech } = this;
    if (typeof problem === "string") return problem;
    const isSession = problem instanceof ProblemError && problem.status === 401;
    if (!isSession) return speech.problem(problem);
    return html`${speech.say("sessionOver")}
      <button type="button" part="button" @click=${() => this.thread.askSignIn()}>${speech.say("signIn")}</button>`;
  }

  /** Whether the server gave no answer that says what is wrong. */
  get #isUnanswered(): boolean {
    const { problem } = this;
    if (problem === undefined || typeof problem === "string") return false;
    return !(problem instanceof ProblemError) || problem.status >= 500;
  }

  /** Whether the text was sent and nobody knows what became of it. */
  get #wasSent(): boolean {
    return this.#draft.sent?.body === this.#draft.body;
  }

  #input = (e: Event): void => {
    const { value } = e.target as HTMLTextAreaElement;
    this.#draft = { ...this.#draft, body: value };
    this.#place.write(this.#draft);
    this.length = [...value].length;
    [this.prospect, this.problem, this.shown] = [undefined, undefined, "text"];
  };

  #key = (e: KeyboardEvent): void => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void this.#submit(e);
    else if (e.key === "Escape" && this.kind !== "comment") this.#cancel();
  };

  /** The text stays: whoever comes back finds it. */
  #cancel(): void {
    if (this.kind === "edit") this.#place.clear();
    this.done();
  }

  #preview = async (): Promise<void> => {
    if (this.shown === "preview") {
      this.shown = "text";
      return void this.focusOn("textarea");
    }
    await this.#attempt(async () => {
      await this.#ask();
      this.shown = "preview";
      await this.focusOn(".preview");
    });
  };

  #submit = async (e: Event): Promise<void> => {
    e.preventDefault();
    await this.#attempt(async () => {
      // what was sent already is sent again as it was, whatever would become of it now
      if (!this.#wasSent && this.shown !== "advice") {
        const { state } = await this.#ask();
        if (state !== "published") {
          this.shown = "advice";
          return;
        }
      }
      await (this.kind === "edit" ? this.#save() : this.#post());
    });
  };

  async #attempt(act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.problem = undefined;
    if (this.#draft.body.trim() === "") {
      this.problem = this.speech.say("writeFirst");
      return void this.focusOn("textarea");
    }
    this.isBusy = true;
    try {
      await act();
    } catch (error) {
      this.problem = error;
      const isAnswered = error instanceof ProblemError && error.status < 500;
      if (isAnswered) delete this.#draft.sent;
      this.#place.write(this.#draft);
      if (error instanceof ProblemError && error.code === "discussion-closed") void this.discussion.loadArticle();
    } finally {
      this.isBusy = false;
    }
  }

  async #ask(): Promise<Prospect> {
    const parent = this.kind === "edit" ? this.item?.comment.parentId : this.item?.comment.id;
    return (this.prospect ??= await this.discussion.check(this.#draft.body, parent ?? null));
  }

  async #post(): Promise<void> {
    const key = keyFor(this.#draft);
    this.#place.write(this.#draft);
    const item = await this.discussion.post(this.#draft.body, this.item?.comment.id ?? null, key);
    this.#reset();
    this.thread.posted(item.comment);
    this.thread.announce(this.speech.say(item.comment.state === "published" ? "posted" : "held"));
    this.done(item);
    await this.updateComplete;
    item.reveal?.();
  }

  async #save(): Promise<void> {
    await this.discussion.edit(this.item!, this.#draft.body);
    this.#reset();
    this.thread.announce(this.speech.say("saved"));
    this.done();
  }

  #reset(): void {
    this.#place.clear();
    this.#draft = { body: "" };
    [this.prospect, this.shown, this.length] = [undefined, "text", 0];
    this.requestUpdate();
  }
}
