import { baseUrl } from "./api.js";

// Sign-in where the server has an OpenID Connect issuer: authorization code with PKCE (RFC 7636), as a public client. The code
// comes back in the address, and is of no use to anybody who has not the verifier, which never leaves this tab.

/** Where people sign in; null: by token alone. */
export interface Issuer {
  authority: string;
  clientId: string;
  scope: string;
}

interface Begun {
  state: string;
  verifier: string;
  endpoint: string;
  clientId: string;
  site: string;
}

const KEPT = "threadstore.sign-in";

export async function issuerOf(): Promise<Issuer | null> {
  const response = await fetch(`${baseUrl}/sign-in.json`);
  return response.ok ? ((await response.json()) as { issuer: Issuer | null }).issuer : null;
}

/** This page, without what is behind it. */
const here = () => location.origin + location.pathname;

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Goes to the issuer; it sends them back here. */
export async function goTo(issuer: Issuer, site: string): Promise<void> {
  const found = await fetch(`${issuer.authority}/.well-known/openid-configuration`);
  if (!found.ok) throw new Error(`${issuer.authority}: ${found.status}`);
  const known = (await found.json()) as { authorization_endpoint: string; token_endpoint: string };
  const begun: Begun = {
    state: random(),
    verifier: random(),
    endpoint: known.token_endpoint,
    clientId: issuer.clientId,
    site,
  };
  sessionStorage.setItem(KEPT, JSON.stringify(begun));
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(begun.verifier));
  const address = new URL(known.authorization_endpoint);
  const asked = {
    response_type: "code",
    client_id: issuer.clientId,
    redirect_uri: here(),
    scope: issuer.scope,
    state: begun.state,
    code_challenge: base64url(new Uint8Array(challenge)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  location.assign(address);
}

/** The token, where the issuer has just sent them back; undefined: it has not. */
export async function comeBack(): Promise<{ token: string; site: string } | undefined> {
  const query = new URLSearchParams(location.search);
  const kept = sessionStorage.getItem(KEPT);
  if (kept === null || !query.has("state")) return undefined;
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, "", location.pathname);
  const begun = JSON.parse(kept) as Begun;
  const code = query.get("code");
  // somebody else's answer, or a refusal
  if (query.get("state") !== begun.state || code === null)
    throw new Error(query.get("error_description") ?? query.get("error") ?? "state");
  const response = await fetch(begun.endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: here(),
      client_id: begun.clientId,
      code_verifier: begun.verifier,
    }),
  });
  const answer = (await response.json()) as { access_token?: string; error_description?: string; error?: string };
  if (answer.access_token === undefined) throw new Error(answer.error_description ?? answer.error ?? String(response.status));
  return { token: answer.access_token, site: begun.site };
}
