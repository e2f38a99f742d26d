/** So many messages are kept for tabs that are opened later. */
const KEPT = 500;
/** A tab that answers later is frozen by its browser. */
const ANSWER_MS = 2_000;
/** How often a tab that reads alone asks whether it needs to. */
const ASK_AGAIN_MS = 5_000;
/** Undefined where tabs can't speak to each other: in Node, in old browsers, on pages without HTTPS. */
export function tabs() {
    const { navigator } = globalThis;
    if (navigator?.locks === undefined || typeof BroadcastChannel === "undefined")
        return undefined;
    // in Node there are no tabs
    if (globalThis.document === undefined)
        return undefined;
    return { locks: navigator.locks, channel: (name) => new BroadcastChannel(name) };
}
/** Reads what another tab reads already, or begins and tells the others. */
export async function* watchTogether(tabs, url, alone, onResync, after, signal) {
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted)
        onAbort();
    try {
        if (tabs === undefined)
            yield* alone(after, stop.signal);
        else
            yield* new Tab(tabs, url, alone, onResync, after, stop.signal).messages();
    }
    finally {
        signal?.removeEventListener("abort", onAbort);
        stop.abort();
    }
}
class Tab {
    #name = Math.random().toString(36).slice(2);
    #channel;
    #alone;
    #url;
    #tabs;
    #onResync;
    #signal;
    // what this tab's loop has not taken yet
    #queue = [];
    #wake = () => { };
    #failure;
    #last;
    #leads = false;
    /** Whom this tab hears, and up to which number; undefined: nobody yet. */
    #heard;
    #silence;
    /** Ends the stream of its own that this tab reads meanwhile. */
    #own;
    #asking;
    // of the one who reads the stream
    #kept = [];
    #keptAfter;
    #number = 0;
    constructor(tabs, url, alone, onResync, after, signal) {
        this.#channel = tabs.channel(`threadstore ${url}`);
        [this.#tabs, this.#url, this.#alone, this.#onResync] = [tabs, url, alone, onResync];
        [this.#last, this.#signal] = [after, signal];
    }
    async *messages() {
        const onAbort = () => this.#wake();
        this.#signal.addEventListener("abort", onAbort);
        this.#channel.onmessage = (e) => this.#hear(e.data);
        this.#tabs.locks
            .request(`threadstore ${this.#url}`, { signal: this.#signal }, () => this.#lead())
            .catch((error) => this.#fail(error));
        this.#ask();
        try {
            while (!this.#signal.aborted) {
                const message = this.#queue.shift();
                if (message !== undefined)
                    yield message;
                else if (this.#failure !== undefined)
                    throw this.#failure.error;
                else
                    await new Promise((resolve) => (this.#wake = resolve));
            }
        }
        finally {
            this.#signal.removeEventListener("abort", onAbort);
            clearTimeout(this.#silence);
            this.#endOwn();
            this.#channel.close();
        }
    }
    #take(message) {
        this.#last = message.id;
        this.#queue.push(message);
        this.#wake();
    }
    #fail(error) {
        if (this.#signal.aborted)
            return;
        this.#failure = { error };
        this.#wake();
    }
    #say(said) {
        if (!this.#signal.aborted)
            this.#channel.postMessage(said);
    }
    /** Held for as long as the lock is: until this tab has enough. */
    async #lead() {
        this.#leads = true;
        clearTimeout(this.#silence);
        this.#endOwn();
        this.#keptAfter = this.#last;
        try {
            for await (const message of this.#alone(this.#last, this.#signal)) {
                this.#take(message);
                this.#kept.push(message);
                if (this.#kept.length > KEPT)
                    this.#keptAfter = this.#kept.shift()?.id;
                this.#say({ kind: "message", leader: this.#name, number: ++this.#number, message });
            }
        }
        catch (error) {
            this.#fail(error);
        }
    }
    #ask() {
        this.#heard = undefined;
        this.#say({ kind: "hello", from: this.#name, after: this.#last });
        clearTimeout(this.#silence);
        this.#silence = setTimeout(() => {
            if (this.#heard === undefined && !this.#leads)
                void this.#readAlone();
        }, ANSWER_MS);
    }
    #hear(said) {
        if (this.#signal.aborted)
            return;
        if (this.#leads) {
            if (said.kind === "hello") {
                const [leader, number] = [this.#name, this.#number];
                const { from: to, after } = said;
                this.#say({ kind: "welcome", to, after, leader, number, missed: this.#since(after) });
            }
            return;
        }
        if (said.kind === "welcome" && said.to === this.#name && said.after === this.#last) {
            clearTimeout(this.#silence);
            if (said.missed === null)
                return void this.#readAlone();
            this.#endOwn();
            this.#heard = { leader: said.leader, number: said.number };
            for (const message of said.missed)
                this.#pass(message);
        }
        else if (said.kind === "message" && this.#heard !== undefined) {
            const isNext = said.leader === this.#heard.leader && said.number === this.#heard.number + 1;
            // another tab reads now, or this one was frozen and missed some
            if (!isNext)
                return this.#ask();
            this.#heard.number = said.number;
            this.#pass(said.message);
        }
    }
    #pass(message) {
        if (message.event === "resync")
            this.#onResync(message.data.position);
        this.#take(message);
    }
    /** What came after an id or a position; null: that is not kept. */
    #since(after) {
        if (after === undefined)
            return [];
        const at = this.#kept.findIndex((m) => m.id === after);
        if (at >= 0)
            return this.#kept.slice(at + 1);
        if (this.#keptAfter === undefined || Number(after) < Number(this.#keptAfter))
            return null;
        return this.#kept.filter((m) => Number(m.id) > Number(after));
    }
    #endOwn() {
        this.#own?.abort();
        this.#own = undefined;
        clearInterval(this.#asking);
    }
    /** A stream of its own, until the one who reads for all has what comes next. */
    async #readAlone() {
        if (this.#own !== undefined)
            return;
        const own = (this.#own = new AbortController());
        this.#asking = setInterval(() => this.#say({ kind: "hello", from: this.#name, after: this.#last }), ASK_AGAIN_MS);
        try {
            for await (const message of this.#alone(this.#last, own.signal)) {
                if (own.signal.aborted)
                    return;
                this.#take(message);
            }
        }
        catch (error) {
            if (!own.signal.aborted)
                this.#fail(error);
        }
    }
}
