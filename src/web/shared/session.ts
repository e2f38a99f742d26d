// Who sits here: a token, kept for this tab alone. It comes from a form, or in the address behind the #, which no server sees.

export interface Session {
  token: string;
  site: string;
  /** The key of the person; undefined where the token does not say it, as API keys don't. */
  key: string | undefined;
  name: string | undefined;
  /** Undefined: not known here, the server decides. */
  roles: string[] | undefined;
}

const KEPT = "threadstore.session";

/** A token of the address that is for several sites: it has to be said which. */
export let offered = "";

interface Claims {
  sub?: string;
  name?: string;
  site?: string;
  roles?: string[];
  exp?: number;
}

/** What a token says of itself. Only the server can tell whether it is true. */
function claimsOf(token: string): Claims {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return {};
  }
}

/** The site that a token is for; undefined: it is for all, or does not say. */
export function siteOf(token: string): string | undefined {
  const { site } = claimsOf(token);
  return typeof site === "string" && site !== "*" ? site : undefined;
}

export function begin(token: string, site: string): Session {
  sessionStorage.setItem(KEPT, JSON.stringify({ token, site }));
  return toSession(token, site);
}

export function end(): void {
  sessionStorage.removeItem(KEPT);
}

/**
 * The session of a link (`#token=…&site=…`), or the one that this tab has. The token is out of the address, and out of the
 * browser's history, before anything else happens.
 */
export function find(): Session | undefined {
  // a link that is opened in a tab which shows the page already changes nothing but the fragment
  addEventListener("hashchange", () => {
    if (new URLSearchParams(location.hash.slice(1)).has("token")) location.reload();
  });
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get("token");
  if (token !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    const site = siteOf(token) ?? fragment.get("site");
    if (site !== null) return begin(token, site);
    offered = token;
    return undefined;
  }
  const kept = sessionStorage.getItem(KEPT);
  if (kept === null) return undefined;
  const { token: old, site } = JSON.parse(kept) as { token: string; site: string };
  return toSession(old, site);
}

function toSession(token: string, site: string): Session {
  const claims = claimsOf(token);
  const roles = Array.isArray(claims.roles) ? claims.roles : undefined;
  return { token, site, key: claims.sub, name: claims.name ?? claims.sub, roles };
}

/** Whether the server will let them, as far as the token says. */
export function may(session: Session, role: "moderator" | "analyst" | "admin"): boolean {
  return session.roles === undefined || session.roles.includes("admin") || session.roles.includes(role);
}
