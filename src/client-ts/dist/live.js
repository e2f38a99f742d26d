import { ProblemError } from "./problem.js";
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** The server beats every 15 s: what is silent for three beats is dead. */
const SILENCE_MS = 45_000;
/** Reads a stream, and the next one from where it ended, until the caller has enough. */
export async function* watch(connect, onResync, from) {
    let after = from.after === undefined ? undefined : String(from.after);
    let pause = FIRST_PAUSE_MS;
    let wasOpen = false;
    const stop = new AbortController();
    const onAbort = () => stop.abort(from.signal?.reason);
    from.signal?.addEventListener("abort", onAbort, { once: true });
    if (from.signal?.aborted)
        onAbort();
    try {
        while (!stop.signal.aborted) {
            const attempt = new AbortController();
            const cut = () => attempt.abort();
            stop.signal.addEventListener("abort", cut, { once: true });
            const began = Date.now();
            try {
                const response = await connect(after, attempt.signal);
                wasOpen = true;
                for await (const message of messages(response, cut)) {
                    after = message.id;
                    pause = FIRST_PAUSE_MS;
                    if (message.event === "resync")
                        onResync(message.data.position);
                    yield message;
                }
            }
            catch (e) {
                if (stop.signal.aborted)
                    return;
                if (e instanceof ProblemError && isFinal(e, wasOpen))
                    throw e;
                if (e instanceof ProblemError && e.retryAfter !== undefined)
                    await sleep(e.retryAfter * 1000, stop.signal);
            }
            finally {
                stop.signal.removeEventListener("abort", cut);
                cut();
            }
            // what stayed open for a while was cut off for a reason of its own
            if (Date.now() - began > LONGEST_PAUSE_MS)
                pause = FIRST_PAUSE_MS;
            // readers whom one restart cut off do not all come back at once
            await sleep(pause * (0.5 + Math.random()), stop.signal);
            pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        }
    }
    finally {
        from.signal?.removeEventListener("abort", onAbort);
        stop.abort();
    }
}
/** Whether another attempt is in vain. A proxy may answer anything while the server behind it starts again. */
function isFinal(refusal, wasOpen) {
    if (refusal.status === 429 || refusal.status >= 500)
        return false;
    return refusal.code !== undefined || !wasOpen;
}
async function* messages(response, giveUp) {
    if (response.body === null)
        return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    while (true) {
        const timer = setTimeout(giveUp, SILENCE_MS);
        const { done, value } = await reader.read().finally(() => clearTimeout(timer));
        if (done)
            return;
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
            const message = parse(block);
            if (message !== undefined)
                yield message;
        }
    }
}
function parse(block) {
    const fields = {};
    for (const line of block.split("\n")) {
        const colon = line.indexOf(":");
        // a comment: the opening, or a heartbeat
        if (colon > 0)
            fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
    }
    const { event, id, data } = fields;
    if (event === undefined || id === undefined || data === undefined)
        return undefined;
    return { event, id, data: JSON.parse(data) };
}
function sleep(ms, signal) {
    if (signal.aborted)
        return Promise.resolve();
    return new Promise((resolve) => {
        const done = () => {
            clearTimeout(timer);
            signal.removeEventListener("abort", done);
            resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", done, { once: true });
    });
}
