import { html, nothing, type TemplateResult } from "lit";
import { t } from "./words.js";

/** What a moderator is told of what happened behind their back, or in answer to a key. */
export interface Message {
  id: number;
  isBad: boolean;
  text: string;
  /** More lines: of a bulk, one for each that was refused. */
  lines: string[];
  /** Takes back what it tells of. */
  undo?: (() => void) | undefined;
}

/** Bad news stays until it is dismissed; of good news the last. */
export class Messages {
  list: Message[] = [];
  #number = 0;

  constructor(private readonly changed: () => void) {}

  say(text: string, undo?: () => void): void {
    this.#add({ id: ++this.#number, isBad: false, text, lines: [], undo });
  }

  complain(text: string, lines: string[] = []): void {
    this.#add({ id: ++this.#number, isBad: true, text, lines });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((m) => m.id !== id);
    this.changed();
  }

  #add(message: Message): void {
    this.list = [...this.list.filter((m) => m.isBad), message];
    this.changed();
  }

  render(): TemplateResult {
    const item = (m: Message) => html`<li class=${m.isBad ? "bad" : ""}>
      <div>
        ${m.text}
        ${m.lines.length === 0 ? nothing : html`<ul>${m.lines.map((line) => html`<li>${line}</li>`)}</ul>`}
      </div>
      ${m.undo === undefined ? nothing : html`<button @click=${m.undo}>${t("undo")}</button>`}
      ${m.isBad ? html`<button @click=${() => this.dismiss(m.id)}>${t("dismiss")}</button>` : nothing}
    </li>`;
    return html`<div class="messages" role="status" aria-label=${t("messages")}>
      <ul>${this.list.map(item)}</ul>
    </div>`;
  }
}
