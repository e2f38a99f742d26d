import { html, render } from "lit";
import "./desk-page.js";

render(html`<ts-desk></ts-desk>`, document.body);
