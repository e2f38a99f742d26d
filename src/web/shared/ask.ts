import { html, nothing, render } from "lit";
import { say } from "./shared-words.js";

/** What a dialog asks for. */
export interface Field {
  name: string;
  label: string;
  type: "text" | "long" | "time" | "check";
  required?: boolean;
  value?: string;
}

let number = 0;

/** A modal dialog with a form; null: they thought better of it. A time comes back as RFC 3339, or "" where none was given. */
export function ask(
  title: string,
  action: string,
  fields: Field[],
  explanation?: string,
): Promise<Record<string, string> | null> {
  const dialog = document.createElement("dialog");
  const id = `ask-${++number}`;
  dialog.setAttribute("aria-labelledby", id);
  return new Promise((resolve) => {
    const submit = (e: SubmitEvent) => {
      e.preventDefault();
      const form = new FormData(e.target as HTMLFormElement);
      resolve(Object.fromEntries(fields.map((f) => [f.name, answerOf(f, form)])));
      dialog.close();
    };
    const control = (field: Field) => {
      const common = `${id}-${field.name}`;
      if (field.type === "check")
        return html`<label class="check"><input type="checkbox" name=${field.name}> ${field.label}</label>`;
      return html`<label for=${common}>${field.label}</label>${
        field.type === "long"
          ? html`<textarea id=${common} name=${field.name} rows="3" maxlength="500" ?required=${field.required}></textarea>`
          : html`<input id=${common} name=${field.name} maxlength="500" ?required=${field.required} .defaultValue=${field.value ?? ""}
              type=${field.type === "time" ? "datetime-local" : "text"}>`
      }`;
    };
    render(
      html`<form @submit=${submit}>
        <h2 id=${id}>${title}</h2>
        ${explanation === undefined ? nothing : html`<p>${explanation}</p>`}
        ${fields.map(control)}
        <p class="row">
          <button class="first">${action}</button>
          <button type="button" @click=${() => dialog.close()}>${say("cancel")}</button>
        </p>
      </form>`,
      dialog,
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function answerOf(field: Field, form: FormData): string {
  const given = form.get(field.name);
  if (field.type === "check") return given === null ? "" : "yes";
  const text = String(given ?? "").trim();
  return field.type === "time" && text !== "" ? new Date(text).toISOString() : text;
}
