import { css } from "lit";

/** Of the whole discussion. What the host page may set is at the top; docs/embed.md says what each is for. */
export const style = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  :host([theme="auto"]) {
    color-scheme: light dark;
  }
  /* nothing of the host page's text styles comes in but what it says by name */
  .root {
    --text: var(--ts-text, light-dark(#1b1f24, #e6e9ec));
    --quiet: var(--ts-quiet, light-dark(#545d69, #a3adb8));
    --back: var(--ts-background, light-dark(#ffffff, #15181c));
    --raised: var(--ts-raised, light-dark(#f1f3f6, #23282e));
    --line: var(--ts-line, light-dark(#7d8794, #6d7783));
    --accent: var(--ts-accent, light-dark(#0b57d0, #8ab4f8));
    --on-accent: var(--ts-on-accent, light-dark(#ffffff, #0b1a33));
    --danger: var(--ts-danger, light-dark(#b3261e, #f2b8b5));
    --radius: var(--ts-radius, 0.4em);
    --indent: var(--ts-indent, 1.25em);
    all: initial;
    color-scheme: inherit;
    direction: inherit;
    display: block;
    container-type: inline-size;
    box-sizing: border-box;
    padding: var(--ts-padding, 0.5em);
    color: var(--text);
    background: var(--back);
    font: var(--ts-font-size, 1rem) / 1.5 var(--ts-font, system-ui, sans-serif);
    overflow-wrap: anywhere;
  }
  .root[dir="rtl"] {
    direction: rtl;
  }
  .root[dir="ltr"] {
    direction: ltr;
  }
  .root[aria-busy="true"] {
    min-height: 100vh;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ol,
  ul,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  h2 {
    font-size: 1.25em;
    line-height: 1.3;
  }
  ol.thread,
  ol.replies,
  .inbox ul {
    list-style: none;
  }
  ts-comment,
  ts-composer {
    display: block;
  }
  [hidden] {
    display: none !important;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  select,
  textarea,
  input {
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    margin: 0;
  }
  button,
  select {
    min-height: 2em;
    padding: 0.1em 0.6em;
    cursor: pointer;
  }
  select,
  option {
    background: var(--back);
  }
  button:hover:not(:disabled) {
    background: var(--raised);
  }
  /* what is busy stays where the keyboard is */
  button:disabled,
  button[aria-disabled="true"] {
    opacity: 0.6;
    cursor: default;
  }
  button.primary,
  button.fresh {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
  }
  button.primary:hover:not(:disabled),
  button.fresh:hover:not(:disabled) {
    background: var(--accent);
    text-decoration: underline;
  }
  a {
    color: var(--accent);
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  .comment:focus {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em 1em;
    align-items: center;
    position: relative;
  }
  .toolbar h2 {
    flex: 1 1 auto;
    min-height: 2rem;
  }
  .sort {
    color: var(--quiet);
  }
  .sort select {
    color: var(--text);
  }
  .write {
    min-height: 10.5em;
    margin-block: 0.75em;
  }
  .field {
    display: block;
  }
  .label {
    display: block;
    font-weight: 600;
  }
  textarea {
    display: block;
    width: 100%;
    padding: 0.5em;
    background: var(--back);
    resize: vertical;
    field-sizing: content;
    min-height: 5.2em;
    max-height: 24em;
  }
  .guest {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    align-items: end;
    margin-top: 0.6em;
  }
  .guest input {
    min-height: 2em;
    padding: 0.1em 0.5em;
    max-width: 100%;
    background: var(--back);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    align-items: center;
    min-height: 2em;
    margin-top: 0.4em;
    position: relative;
  }
  .hint,
  .note,
  .removed,
  .above,
  header a,
  header > span {
    color: var(--quiet);
    font-size: 0.9em;
  }
  .problem {
    color: var(--danger);
    border-inline-start: 3px solid var(--danger);
    padding-inline-start: 0.6em;
    margin-block: 0.4em;
  }
  .advice {
    border-inline-start: 3px solid var(--accent);
    padding-inline-start: 0.6em;
    margin-block: 0.4em;
  }
  .preview {
    min-height: 6.7em;
    padding: 0.5em;
    border: 1px dashed var(--line);
    border-radius: var(--radius);
  }
  /* what arrives lies over the page, so that nothing below it moves */
  .arrivals {
    position: sticky;
    top: 4.25em;
    z-index: 1;
    height: 0;
    display: flex;
    flex-wrap: wrap-reverse;
    justify-content: center;
    align-content: flex-start;
    gap: 0.5em;
    align-items: end;
  }
  /* at the foot of where one writes, not over the name of who wrote the first */
  .arrivals button {
    box-shadow: 0 2px 8px rgb(0 0 0 / 0.3);
  }
  .comment {
    padding-block: 0.6em;
    scroll-margin: 3em;
  }
  .comment .actions > button:not(.primary, .fresh, [aria-pressed="true"], [aria-expanded="true"]) {
    border-color: transparent;
    color: var(--quiet);
  }
  .comment header {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.6em;
    align-items: baseline;
  }
  .comment h3 {
    font-size: 1em;
  }
  .comment.featured {
    border-inline-start: 3px solid var(--accent);
    padding-inline-start: 0.6em;
  }
  header a {
    text-decoration: none;
    min-height: 1.5em;
  }
  header time {
    display: inline-block;
    min-width: 7em;
    white-space: nowrap;
  }
  header a:hover {
    text-decoration: underline;
  }
  .badge {
    border: 1px solid var(--line);
    border-radius: 1em;
    padding: 0 0.5em;
    font-size: 0.8em;
  }
  .text p,
  .text ul,
  .text ol,
  .text blockquote,
  .text pre {
    margin: 0.4em 0;
  }
  .text ul,
  .text ol {
    padding-inline-start: 1.5em;
  }
  .text blockquote {
    border-inline-start: 3px solid var(--line);
    padding-inline-start: 0.8em;
    color: var(--quiet);
  }
  .text pre {
    overflow-x: auto;
  }
  .text code {
    background: var(--raised);
  }
  .reaction[aria-pressed="true"] {
    border-color: var(--accent);
    color: var(--accent);
    font-weight: 600;
  }
  .comment .fresh {
    position: absolute;
    inset-inline-end: 0;
    bottom: 0;
  }
  .replies {
    padding-inline-start: var(--indent);
    border-inline-start: 1px solid var(--line);
  }
  /* deeper ones stand below each other, else nothing is left for the words */
  .replies .replies .replies .replies {
    padding-inline-start: 0;
    border: 0;
  }
  .above {
    display: none;
  }
  .replies .replies .replies .replies .above {
    display: inline;
  }
  .menu {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    align-items: center;
    margin-top: 0.4em;
    padding: 0.5em;
    background: var(--raised);
    border-radius: var(--radius);
  }
  .menu button:hover:not(:disabled) {
    background: var(--back);
  }
  .menu button.primary:hover:not(:disabled) {
    background: var(--accent);
  }
  .report {
    display: block;
  }
  .report legend {
    font-weight: 600;
    padding: 0;
  }
  .report fieldset label {
    display: block;
    min-height: 1.75em;
  }
  .more {
    margin-block: 0.4em;
  }
  .inbox {
    position: absolute;
    z-index: 2;
    inset-inline: 0;
    top: 100%;
    max-height: 22em;
    overflow: auto;
    padding: 0.75em;
    background: var(--back);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: 0 4px 16px rgb(0 0 0 / 0.3);
  }
  .inbox li {
    padding-block: 0.3em;
  }
  .inbox .unread {
    font-weight: 600;
  }
  .narrow {
    display: none;
  }
  @container (max-width: 30em) {
    ol {
      --indent: var(--ts-indent, 0.7em);
    }
    .write {
      min-height: 13.75em;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .comment {
      scroll-behavior: smooth;
    }
  }
`;
