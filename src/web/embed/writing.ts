import { html, nothing, type TemplateResult } from "lit";
import type { Thread } from "./part.js";

/** What can be done where one writes, beside writing. */
export interface Doors extends Thread {
  /** Who writes without an account here. */
  readonly guestName: string | undefined;
  /** Whether the page can bring an answer to the site's challenge. */
  readonly hasChallenge: boolean;
  again(): void;
  acknowledge(): void;
  becomeGuest(name: string): void;
  endGuest(): void;
}

/** Where one writes, or why one does not. */
export function writing(doors: Doors): TemplateResult {
  const { speech, discussion } = doors;
  if (discussion === undefined) return html``;
  const may = discussion.own?.can.comment;
  const gone = discussion.isGone
    ? html`<p class="problem" role="alert">${speech.say("noArticle")}
        <button part="button" @click=${() => doors.again()}>${speech.say("retry")}</button></p>`
    : nothing;
  if (!discussion.isOpen) return html`${gone}<p class="note">${speech.say("closed")}</p><slot name="closed"></slot>`;
  if (!discussion.isSignedIn)
    return html`${gone}<slot name="sign-in"><button class="primary" part="primary" @click=${() => doors.askSignIn({ open: "comment" })}>${speech.say("signIn")}</button></slot>
      ${discussion.takesGuests && (doors.hasChallenge || !discussion.challengesGuests) ? guestForm(doors) : nothing}`;
  if (may?.reason === "warning-not-acknowledged")
    return html`<p class="problem" role="alert">${speech.say("warned")} <bdi>${may.message}</bdi></p>
      <button class="primary" part="primary" @click=${() => doors.acknowledge()}>${speech.say("acknowledge")}</button>`;
  const reason = may?.allowed === false && may.reason !== null ? speech.reason(may.reason, may.until) : undefined;
  return html`${gone}${asGuest(doors)}${reason === undefined ? nothing : html`<p class="note">${reason}</p>`}
    <ts-composer .thread=${doors} .kind=${"comment"}></ts-composer>`;
}

function guestForm(doors: Doors): TemplateResult {
  const { speech } = doors;
  const begin = (e: Event) => {
    e.preventDefault();
    doors.becomeGuest(String(new FormData(e.target as HTMLFormElement).get("name")).trim());
  };
  return html`<form class="guest" @submit=${begin}>
    <label><span class="label">${speech.say("guestName")}</span>
      <input name="name" required maxlength="200" autocomplete="nickname" dir="auto"></label>
    <button part="button">${speech.say("guestStart")}</button>
  </form>`;
}

function asGuest(doors: Doors): TemplateResult | typeof nothing {
  const { speech, guestName } = doors;
  if (guestName === undefined) return nothing;
  return html`<p class="note">${speech.say("guestAs", { name: guestName })}
    <button part="button" @click=${() => doors.endGuest()}>${speech.say("guestEnd")}</button>
    <button part="button" @click=${() => doors.askSignIn()}>${speech.say("signIn")}</button></p>`;
}
