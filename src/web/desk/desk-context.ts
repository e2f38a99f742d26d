import type { ThreadStoreClient } from "../shared/api.js";
import { isSignedOut } from "../shared/api.js";
import { sentence } from "../shared/refusals.js";
import type { Session } from "../shared/session.js";
import type { Messages } from "./messages.js";
import { memberWord } from "./words.js";

/** What every part of the desk has. */
export interface Desk {
  api: ThreadStoreClient;
  session: Session;
  site: string;
  messages: Messages;
  /** The token is good no more. */
  signedOut(reason: string): void;
  /** To take back with a key what was decided elsewhere than in the queue. */
  remember(position: number, what: string): void;
  /** Takes the last back. */
  undo(): void;
}

/** Says what went wrong, or asks to sign in again where that is it. */
export function report(desk: Desk, error: unknown): void {
  const text = sentence(error, memberWord);
  if (isSignedOut(error)) desk.signedOut(text);
  else desk.messages.complain(text);
}
