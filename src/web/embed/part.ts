import { LitElement, type PropertyDeclarations } from "lit";
import { ProblemError } from "../../client-ts/src/index.js";
import type { Discussion } from "./discussion.js";
import type { Speech } from "./speech.js";
import type { Wish } from "./wish.js";

/** What the pieces of a discussion have in common: the element that they are in. */
export interface Thread {
  readonly speech: Speech;
  /** Whether times are told yet: the first comments are drawn before that. */
  readonly tellsTimes: boolean;
  /** The language of what people write: the host page's; "": nobody knows. */
  readonly spoken: string;
  readonly discussion: Discussion | undefined;
  /** Says something to everybody, also to who does not see the page. */
  announce(text: string): void;
  /** Asks the host page to sign the reader in, who wants to go on with something then. */
  askSignIn(wish?: Wish): void;
  /** The address of a comment on this page. */
  linkTo(id: string): string;
  posted(comment: { id: string }): void;
}

/** A piece of the discussion. It draws into itself, so that the one style sheet and the parts of the whole hold for it. */
export abstract class Piece extends LitElement {
  static override properties: PropertyDeclarations = { thread: { attribute: false } };

  declare thread: Thread;
  declare problem: unknown;

  /** The reader has a token again: what was said of the one before holds no more. */
  signedIn(): void {
    if (this.problem instanceof ProblemError && this.problem.status === 401) this.problem = undefined;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected get speech(): Speech {
    return this.thread.speech;
  }

  protected get discussion(): Discussion {
    return this.thread.discussion!;
  }

  /** Focuses what a selector finds, once it is drawn. */
  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(selector)?.focus();
  }
}

/** Does what the next picture need not wait for. */
export const afterPaint = (act: () => void): number => requestAnimationFrame(() => setTimeout(act));

/** Tells all times anew; what stands there already would be laid out once more. */
export function tellTimes(root: ParentNode, speech: Speech): void {
  for (const time of root.querySelectorAll("time")) {
    const text = speech.ago(time.dateTime);
    if (time.textContent !== text) time.textContent = text;
  }
}

/** The only place where HTML becomes elements: what the server rendered and sanitised. */
export const sanitised: (html: string) => string = (() => {
  const trusted = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } }).trustedTypes;
  try {
    const policy = trusted?.createPolicy("thread-store", { createHTML: (html: string) => html }) as
      | { createHTML(html: string): string }
      | undefined;
    return policy === undefined ? (html: string) => html : (html: string) => policy.createHTML(html);
  } catch {
    return (html: string) => html;
  }
})();

export function define(name: string, element: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
