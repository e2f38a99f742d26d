import { LitElement, html } from "lit";
import { ThreadStoreClient } from "../../client-ts/src/index.js";

class Thread extends LitElement {
  client = new ThreadStoreClient({ baseUrl: "" });
  override render() {
    return html`<p>…</p>`;
  }
}
if (!customElements.get("thread-store")) customElements.define("thread-store", Thread);
