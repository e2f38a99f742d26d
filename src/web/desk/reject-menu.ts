import { html, render } from "lit";
import { say } from "../shared/shared-words.js";
import type { Shape } from "../shared/api.js";
import { reasonWord, t } from "./words.js";

/** In the order of their digits. */
export const REASONS: Shape<"RejectReason">[] = [
  "spam",
  "offensive",
  "harassment",
  "misinformation",
  "illegal",
  "offTopic",
  "bannedWord",
  "other",
];

/** Asks for the reason, by a digit or a click; a note may be written first. Undefined: they thought better of it. */
export function askReason(): Promise<{ reason: Shape<"RejectReason">; note: string } | undefined> {
  const dialog = document.createElement("dialog");
  dialog.className = "reject";
  dialog.setAttribute("aria-labelledby", "reject-title");
  return new Promise((resolve) => {
    const choose = (reason: Shape<"RejectReason">) => {
      resolve({ reason, note: dialog.querySelector("textarea")?.value.trim() ?? "" });
      dialog.close();
    };
    dialog.addEventListener("keydown", (e) => {
      const reason = REASONS[Number(e.key) - 1];
      if (reason === undefined || e.target instanceof HTMLTextAreaElement || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      choose(reason);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(undefined);
    });
    render(
      html`<h2 id="reject-title">${t("rejectTitle")}</h2>
        <ol>
          ${REASONS.map(
            (reason, i) => html`<li>
              <button aria-keyshortcuts=${i + 1} @click=${() => choose(reason)}><kbd>${i + 1}</kbd> ${reasonWord(reason)}</button>
            </li>`,
          )}
        </ol>
        <label for="reject-note">${t("note")}</label>
        <textarea id="reject-note" rows="2" maxlength="1000"></textarea>
        <p><button @click=${() => dialog.close()}>${say("cancel")}</button></p>`,
      dialog,
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
