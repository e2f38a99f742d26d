import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { number } from "../shared/words.js";
import "./chart.js";
import type { Drawing } from "./chart.js";
import { csv, type Cell } from "./csv.js";
import { t } from "./words.js";

/** Figures: drawn where a picture says more, and always as a table and as CSV. */
export interface Picture {
  id: string;
  title: string;
  /** What must be known before anything is concluded from it. */
  note?: string;
  drawing?: Omit<Drawing, "title">;
  columns: string[];
  rows: Cell[][];
  /** How a cell is shown, where it is no plain number or text. */
  show?: (value: Cell, column: number, row: number) => string | TemplateResult | undefined;
  /** The table is the picture. */
  isOpen?: boolean;
}

@customElement("ts-picture")
export class PictureView extends LitElement {
  @property({ attribute: false }) picture!: Picture;
  #file = "";

  protected override createRenderRoot() {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.#file);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get("picture")?.rows === this.picture.rows) return;
    URL.revokeObjectURL(this.#file);
    this.#file = URL.createObjectURL(new Blob([csv(this.picture.columns, this.picture.rows)], { type: "text/csv" }));
  }

  protected override render(): TemplateResult {
    const { picture } = this;
    const heading = `picture-${picture.id}`;
    return html`<figure aria-labelledby=${heading}>
      <h3 id=${heading}>${picture.title}</h3>
      ${picture.note === undefined ? nothing : html`<p class="quiet">${picture.note}</p>`}
      ${picture.rows.length === 0
        ? html`<p class="quiet">${t("empty")}</p>`
        : html`
            ${picture.drawing === undefined
              ? nothing
              : html`<ts-chart role="img" aria-label=${t("pictureOf", { title: picture.title })}
                  .drawing=${{ ...picture.drawing, title: picture.title }}></ts-chart>`}
            <details ?open=${picture.isOpen}>
              <summary>${t("table")}</summary>
              ${this.table()}
            </details>
            <p><a href=${this.#file} download="${picture.id}.csv" aria-label=${t("csvOf", { title: picture.title })}>${t("csv")}</a></p>
          `}
    </figure>`;
  }

  private table(): TemplateResult {
    const { picture } = this;
    const cell = (value: Cell, column: number, row: number) => {
      const shown = picture.show?.(value, column, row);
      if (shown !== undefined) return shown;
      return typeof value === "number" ? number(value) : (value ?? "–");
    };
    const isNumber = (column: number) => picture.rows.some((r) => typeof r[column] === "number");
    return html`<div class="scroll" tabindex="0" role="region" aria-label="${picture.title}: ${t("table")}">
      <table>
        <thead>
          <tr>${picture.columns.map((c, i) => html`<th scope="col" class=${isNumber(i) ? "number" : ""}>${c}</th>`)}</tr>
        </thead>
        <tbody>
          ${picture.rows.map(
            (row, r) => html`<tr>
              ${row.map((value, c) =>
                c === 0
                  ? html`<th scope="row">${cell(value, c, r)}</th>`
                  : html`<td class=${isNumber(c) ? "number" : ""}>${cell(value, c, r)}</td>`,
              )}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}
