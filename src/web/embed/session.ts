/** Before its end so many milliseconds a token is exchanged: a request takes time. */
const EARLY_MS = 60_000;

/** Gives a token that is good for a while, from wherever the host page has it. */
export type TokenSource = () => string | undefined | Promise<string | undefined>;

/** The reader's token: what the host page gave, exchanged for a new one when it is about to end. */
export class Session {
  #token: string | undefined;
  #asked: Promise<string | undefined> | undefined;

  constructor(
    token: string | undefined,
    readonly source: TokenSource | undefined,
    /** Called when the server refuses a token and there is nobody to give another. */
    readonly refused: () => void = () => {},
  ) {
    this.#token = token || undefined;
  }

  get isSignedIn(): boolean {
    return this.#token !== undefined || this.source !== undefined;
  }

  async token(why: { refused: boolean }): Promise<string | undefined> {
    if (this.source === undefined) {
      if (why.refused) this.refused();
      return this.#token;
    }
    if (this.#token !== undefined && !why.refused && Date.now() < endOf(this.#token) - EARLY_MS) return this.#token;
    // several requests at once ask once
    this.#asked ??= Promise.resolve(this.source()).finally(() => (this.#asked = undefined));
    return (this.#token = (await this.#asked) || undefined);
  }
}

/** Milliseconds; Infinity where the token does not say: the server will. */
export function endOf(token: string): number {
  try {
    const payload = token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    return ((JSON.parse(atob(payload)) as { exp?: number }).exp ?? Infinity) * 1000;
  } catch {
    return Infinity;
  }
}
