import { watch } from "../../client-ts/src/live.js";
import { baseUrl, ProblemError, type Shape } from "../shared/api.js";
import { sentence } from "../shared/refusals.js";
import type { Queue } from "./queue.js";

/** Takes in what the server tells of all queues, until it is stopped. */
export async function follow(queue: Queue, position: number, signal: AbortSignal): Promise<void> {
  const { desk } = queue;
  const url = `${baseUrl}/v1/sites/${desk.site}/moderation/live`;
  const connect = async (after: string | undefined, signal: AbortSignal) => {
    try {
      const response = await fetch(`${url}?after=${after ?? position}`, {
        signal,
        headers: { Authorization: `Bearer ${desk.session.token}` },
      });
      if (!response.ok) throw await ProblemError.of(response);
      queue.silence = undefined;
      return response;
    } catch (e) {
      if (!signal.aborted) queue.silence = sentence(e);
      throw e;
    } finally {
      queue.changed();
    }
  };
  try {
    const stream = watch(connect, (position) => (desk.api.position = position), { after: position, signal });
    // the moderators' messages come in the same envelope as the readers'
    for await (const message of stream as AsyncGenerator<unknown>) hear(queue, message as Shape<"QueueMessage">);
  } catch (e) {
    queue.silence = sentence(e);
    queue.changed();
  }
}

function hear(queue: Queue, message: Shape<"QueueMessage">): void {
  const { list, filter } = queue;
  switch (message.event) {
    case "queue-entered": {
      const { queue: name, id: _, ...item } = message.data;
      if (name !== list.queue) return;
      const isAskedFor =
        (filter.article === undefined || item.comment.article === filter.article) &&
        (filter.reason === undefined || filter.reason in item.flags || item.reasons.some((r) => (r.rule === "moderator" ? r.match : r.rule) === filter.reason));
      if (isAskedFor) list.enter(item);
      break;
    }
    case "queue-left":
      if (message.data.queue === list.queue) list.leaveAlone(message.data.id);
      break;
    case "claimed":
      queue.claims.set(message.data.id, { by: message.data.claimedBy, until: Date.parse(message.data.until) });
      break;
    case "counts":
      queue.counts = message.data;
      break;
    case "resync":
      void queue.reload();
  }
  queue.changed();
}
