import { isAborted, ProblemError, type Shape } from "../shared/api.js";
import { report, type Desk } from "./desk-context.js";

/** A hand that types is not kept up with. */
const REST_MS = 400;

/** What the history would have become under the settings that are being written, beside what the present ones make of it. */
export class WhatIf {
  now: Shape<"WhatIfAnswer"> | undefined;
  then: Shape<"WhatIfAnswer"> | undefined;
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
    } catch (e) {
      if (isAborted(e)) return;
      if (e instanceof ProblemError && e.code === "validation") this.refuse(e);
      else report(this.desk, e);
    }
    this.isReckoning = false;
    this.changed();
  }

  /** Says beside each setting what is wrong with it. */
  refuse(error: ProblemError): void {
    this.errors = Object.fromEntries(
      Object.entries(error.errors).map(([name, flaws]) => [
        // of a list the member is told by its place: bannedPatterns[2]
        name.replace(/[[.].*$/, ""),
        flaws.map((f) => f.message).join(" "),
      ]),
    );
  }
}
