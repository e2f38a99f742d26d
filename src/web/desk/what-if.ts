import { isAborted, ProblemError, type Shape } from "../shared/api.js";
import { flawWord } from "../shared/refusals.js";
import { report, type Desk } from "./desk-context.js";

/** A hand that types is not kept up with. */
const REST_MS = 400;

/** What the history would have become under the settings that are being written, beside what the present ones make of it. */
export class WhatIf {
  now: Shape<"WhatIfAnswer"> | undefined;
  then: Shape<"WhatIfAnswer"> | undefined;
  /** What the examples say, by their ids, as far as one may read them. */
  readonly texts = new Map<string, Shape<"Comment">>();
  isReckoning = false;
  /** What is wrong with a setting, by its name. */
  errors: Record<string, string> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly changed: () => void,
  ) {}

  /** Reckons with the changes given; none: with the settings as they are. */
  reckon(changes: Partial<Shape<"Settings">>): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    this.isReckoning = true;
    this.changed();
    const isNow = Object.keys(changes).length === 0;
    this.#timer = setTimeout(() => void this.#ask(changes, isNow, asked.signal), isNow ? 0 : REST_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  async #ask(changes: Partial<Shape<"Settings">>, isNow: boolean, signal: AbortSignal): Promise<void> {
    try {
      const of = (body: Partial<Shape<"Settings">>) =>
        this.desk.api.post("/v1/sites/{site}/analytics/what-if", {
          path: { site: this.desk.site },
          body: body as Shape<"Settings">,
          signal,
        });
      this.now ??= await of({});
      this.then = isNow ? undefined : await of(changes);
      this.errors = {};
      void this.#read(this.then?.examples ?? [], signal);
    } catch (e) {
      if (isAborted(e)) return;
      if (e instanceof ProblemError && e.code === "validation") this.refuse(e);
      else report(this.desk, e);
    }
    this.isReckoning = false;
    this.changed();
  }

  /** An id tells nobody whether a rule is right. */
  async #read(examples: Shape<"WhatIfExample">[], signal: AbortSignal): Promise<void> {
    const unread = new Set(examples.map((e) => e.comment).filter((id) => !this.texts.has(id)));
    await Promise.allSettled(
      [...unread].map(async (id) => {
        const path = { site: this.desk.site, commentId: id };
        this.texts.set(id, await this.desk.api.get("/v1/sites/{site}/comments/{commentId}", { path, signal, signedIn: true }));
      }),
    );
    this.changed();
  }

  /** Says beside each setting what is wrong with it. */
  refuse(error: ProblemError): void {
    this.errors = Object.fromEntries(
      Object.entries(error.errors).map(([name, flaws]) => [
        // of a list the member is told by its place: bannedPatterns[2]
        name.replace(/[[.].*$/, ""),
        flaws.map(flawWord).join(" "),
      ]),
    );
  }
}
