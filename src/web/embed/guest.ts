import { endOf } from "./session.js";

interface Known {
  name: string;
  token: string;
}

/** Who writes without an account on a site: under a name, in this browser, until the token ends. */
export class Guest {
  readonly #place: string;
  // where a browser stores nothing, a guest lives as long as the page
  #known: Known | undefined;

  constructor(api: string, site: string) {
    this.#place = `thread-store-guest:${api} ${site}`;
    try {
      const known = JSON.parse(localStorage.getItem(this.#place) ?? "null") as Partial<Known> | null;
      if (typeof known?.token === "string" && typeof known.name === "string") this.#known = known as Known;
    } catch {
      // nobody then
    }
  }

  get known(): Known | undefined {
    return this.#known !== undefined && Date.now() < endOf(this.#known.token) ? this.#known : undefined;
  }

  begin(known: Known): void {
    this.#known = known;
    try {
      localStorage.setItem(this.#place, JSON.stringify(known));
    } catch {
      // until the page is left
    }
  }

  end(): void {
    this.#known = undefined;
    try {
      localStorage.removeItem(this.#place);
    } catch {
      // there is nothing to forget
    }
  }
}
