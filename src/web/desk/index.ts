import { html, render } from "lit";

render(
  html`<main><h1>Desk</h1><p>This is the moderators’ desk of ThreadStore.</p></main>`,
  document.body,
);
