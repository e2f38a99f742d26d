// How often, and after what, a request is sent again.

/** An answer, or why there is none. */
export type Answered = Response | { status: 0; error: unknown };

const FIRST_PAUSE_MS = 250;
/** Whoever waits for an answer does not wait for longer than this between two attempts. */
const LONGEST_WAIT_MS = 30_000;

/** Milliseconds after which the request is to be sent again; undefined: what there is stands. */
export function patience(answered: Answered, attempt: number, retries: number, mayRepeat: boolean): number | undefined {
  const { status } = answered;
  if (attempt >= retries) return undefined;
  if ("error" in answered) {
    const isLost = answered.error instanceof TypeError; // fetch's word for a connection that failed
    return isLost && mayRepeat ? pause(attempt) : undefined;
  }
  // nothing was done yet; whatever stands between may say 502 and 504 after it was
  const wasRefused = status === 429 || status === 503;
  if (!wasRefused && !(mayRepeat && (status === 502 || status === 504))) return undefined;
  const seconds = Number(answered.headers.get("Retry-After") ?? NaN);
  if (!Number.isFinite(seconds)) return mayRepeat ? pause(attempt) : undefined;
  return seconds * 1000 > LONGEST_WAIT_MS ? undefined : Math.max(seconds * 1000, FIRST_PAUSE_MS);
}

// those whom one failure met do not all come back at once
const pause = (attempt: number) => FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());

export function backoff(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Makes a request safe to repeat: one key for each, whatever number of times it is sent. */
export function keyed(headers: Headers): void {
  if (headers.has("Idempotency-Key")) return;
  // pages that are not served by HTTPS have no randomUUID
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  headers.set("Idempotency-Key", Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(""));
}
