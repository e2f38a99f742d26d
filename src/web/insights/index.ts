import { html, render } from "lit";

render(
  html`<main><h1>Insights</h1><p>This is the editors’ insights of ThreadStore.</p></main>`,
  document.body,
);
