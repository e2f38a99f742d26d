import { html, render } from "lit";
import { say } from "../shared/shared-words.js";
import { t, type Word } from "./words.js";

/** What single keys do in the queue, in the order in which they are told. */
export const KEYS: [key: string, word: Word][] = [
  ["j", "down"],
  ["k", "up"],
  ["z", "next"],
  ["a", "approve"],
  ["r", "reject"],
  ["f", "feature"],
  ["b", "ban"],
  ["u", "undo"],
  ["x", "choose"],
  ["A", "approveChosen"],
  ["R", "rejectChosen"],
  ["?", "help"],
];

const OFF = "threadstore.keys-off";

/** Who speaks to their computer, or leans on the keyboard, turns them off. */
export const areOn = (): boolean => localStorage.getItem(OFF) === null;

/** The key, where it is meant as a command and not as part of a text. */
export function commandOf(e: KeyboardEvent): string | undefined {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return undefined;
  if (document.querySelector("dialog[open]") !== null) return undefined;
  const target = e.composedPath()[0];
  if (target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null)
    return undefined;
  // the list of keys tells how to turn them on again
  return e.key === "?" || areOn() ? e.key : undefined;
}

export function showKeys(): void {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "keys-title");
  const toggle = (e: Event) =>
    (e.target as HTMLInputElement).checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes");
  render(
    html`<h2 id="keys-title">${t("keysTitle")}</h2>
      <table>
        <tbody>
          ${KEYS.map(([key, word]) => html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${t(word)}</td></tr>`)}
        </tbody>
      </table>
      <label class="check"><input type="checkbox" .checked=${areOn()} @change=${toggle}> ${t("keysOn")}</label>
      <p><button class="first" @click=${() => dialog.close()}>${say("close")}</button></p>`,
    dialog,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
