import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { say } from "./shared-words.js";
import { comeBack, goTo, issuerOf, type Issuer } from "./issuer.js";
import { begin, offered, siteOf } from "./session.js";

/** Asks for a token; `ts-session` says who sits here then. */
@customElement("ts-sign-in")
export class SignIn extends LitElement {
  /** Why they have to sign in again. */
  @property() reason = "";
  /** What they sign in to. */
  @property() page = "";
  /** What prints a token that is good here. */
  @property() command = "";
  @state() private needsSite = offered !== "";

  @state() private issuer: Issuer | null = null;
  /** A token that has to be told which of its sites is meant. */
  private token = offered;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#meet();
  }

  /** Whoever comes back from the issuer is signed in; others may go there. */
  async #meet(): Promise<void> {
    try {
      const back = await comeBack();
      if (back !== undefined) return this.#take(back.token, back.site);
      this.issuer = await issuerOf();
    } catch (e) {
      this.reason = e instanceof TypeError ? say("lost") : String((e as Error).message);
    }
  }

  #take(token: string, wanted: string): void {
    const site = siteOf(token) ?? wanted;
    if (site !== "") {
      this.dispatchEvent(new CustomEvent("ts-session", { detail: begin(token, site), bubbles: true }));
      return;
    }
    this.token = token;
    this.needsSite = true;
    this.querySelector<HTMLInputElement>("#site")?.focus();
  }

  async #go(issuer: Issuer): Promise<void> {
    try {
      await goTo(issuer, this.querySelector<HTMLInputElement>("#site")?.value.trim() ?? "");
    } catch (e) {
      this.reason = e instanceof TypeError ? say("lost") : String((e as Error).message);
    }
  }

  protected override render() {
    return html`<form class="sign-in" @submit=${this.submit}>
      <h1>${this.page}</h1>
      <h2>${say("signIn")}</h2>
      ${this.reason ? html`<p role="alert">${say("ended", { reason: this.reason })}</p>` : nothing}
      ${this.issuer === null
        ? nothing
        : html`<p><button type="button" class="first" @click=${() => this.#go(this.issuer as Issuer)}>${say("account")}</button></p>`}
      <p>${say("signInHow")}</p>
      <pre><code>${this.command}</code></pre>
      <label for="token">${say("token")}</label>
      <input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required autofocus
        .defaultValue=${this.token}>
      <label for="site">${say("site")}</label>
      <input id="site" name="site" autocomplete="off" autocapitalize="off" spellcheck="false"
        pattern="[a-z0-9][a-z0-9\\-]{0,62}" aria-describedby="site-help" ?required=${this.needsSite}>
      <p id="site-help" class="quiet" role=${this.needsSite ? "alert" : nothing}>
        ${say(this.needsSite ? "siteNeeded" : "siteHelp")}
      </p>
      <button class=${this.issuer === null ? "first" : ""}>${say("signIn")}</button>
    </form>`;
  }

  private submit(e: SubmitEvent): void {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const token = String(form.get("token")).trim().replace(/^Bearer /i, "");
    this.#take(token, String(form.get("site")).trim());
  }
}
