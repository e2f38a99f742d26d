/** What somebody has written and not posted yet. */
export interface Draft {
  body: string;
  /** The Idempotency-Key that the text went with, where it was sent and no answer came. */
  sent?: { body: string; key: string };
}

// where a browser stores nothing, drafts live as long as the page
const unstored = new Map<string, string>();

/** A place for a draft that outlives the page: one for each article, comment replied to, or comment edited. */
export class DraftPlace {
  readonly #name: string;

  constructor(...place: string[]) {
    this.#name = `thread-store:${place.map(encodeURIComponent).join("/")}`;
  }

  read(): Draft {
    try {
      const text = unstored.get(this.#name) ?? localStorage.getItem(this.#name);
      const draft = text ? (JSON.parse(text) as Partial<Draft>) : undefined;
      return typeof draft?.body === "string" ? (draft as Draft) : { body: "" };
    } catch {
      return { body: "" };
    }
  }

  write(draft: Draft): void {
    const text = JSON.stringify(draft);
    try {
      if (draft.body === "") localStorage.removeItem(this.#name);
      else localStorage.setItem(this.#name, text);
      unstored.delete(this.#name);
    } catch {
      unstored.set(this.#name, text);
    }
  }

  clear(): void {
    unstored.delete(this.#name);
    this.write({ body: "" });
  }
}

/** The same text is sent with the same key, however often; another text is another request. */
export function keyFor(draft: Draft): string {
  if (draft.sent?.body === draft.body) return draft.sent.key;
  // pages that are not served by HTTPS have no randomUUID
  const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  draft.sent = { body: draft.body, key };
  return key;
}
