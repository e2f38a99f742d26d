/** What a reader was about to do when they were asked to sign in; without an id: to write. */
export interface Wish {
  id?: string;
  open: "comment" | "reply" | "report";
}

/** Keeps it until they are signed in: here, or on the page that whoever signed them in leads back to. */
export class WishPlace {
  readonly #name: string;
  // where a browser stores nothing, it lives as long as the page
  #wish: Wish | undefined;

  constructor(site: string, article: string) {
    this.#name = `thread-store-wish:${[site, article].map(encodeURIComponent).join("/")}`;
  }

  keep(wish: Wish): void {
    this.#wish = wish;
    try {
      sessionStorage.setItem(this.#name, JSON.stringify(wish));
    } catch {
      // until the page is left
    }
  }

  /** Gives it, once. */
  take(): Wish | undefined {
    const wish = this.#wish;
    this.#wish = undefined;
    try {
      const kept = sessionStorage.getItem(this.#name);
      sessionStorage.removeItem(this.#name);
      return wish ?? (kept === null ? undefined : (JSON.parse(kept) as Wish));
    } catch {
      return wish;
    }
  }
}
