import { html, render } from "lit";
import "./insights-page.js";

render(html`<ts-insights></ts-insights>`, document.body);
