import { ask, type Field } from "../shared/ask.js";
import type { Shape } from "../shared/api.js";
import { report, type Desk } from "./desk-context.js";
import { whatOf } from "./take-back.js";
import { t, type Word } from "./words.js";

const reason = (required: boolean): Field => ({ name: "reason", label: t("reasonTold"), type: "text", required });

const PATH = "/v1/sites/{site}/commenters/{commenterKey}";

interface Act {
  name: Word;
  title: Word;
  fields: Field[];
  explanation?: Word;
  path: string;
  body(given: Record<string, string>): object;
}

const maybe = (text: string | undefined) => (text ? { reason: text } : {});

/** What can be done about a person, and what has to be said for it. */
export const ACTS: Act[] = [
  {
    name: "ban",
    title: "banTitle",
    path: "/ban",
    fields: [
      reason(true),
      { name: "until", label: t("untilMaybe"), type: "time" },
      { name: "rejectComments", label: t("takeAway"), type: "check" },
    ],
    body: (g) => ({
      reason: g["reason"],
      ...(g["until"] ? { until: g["until"] } : {}),
      ...(g["rejectComments"] ? { rejectComments: true } : {}),
    }),
  },
  {
    name: "suspend",
    title: "suspendTitle",
    path: "/suspend",
    fields: [reason(true), { name: "until", label: t("until"), type: "time", required: true }],
    body: (g) => ({ reason: g["reason"], until: g["until"] }),
  },
  {
    name: "shadow",
    title: "shadowTitle",
    explanation: "shadowHow",
    path: "/shadow",
    fields: [{ name: "reason", label: t("reason"), type: "text" }],
    body: (g) => maybe(g["reason"]),
  },
  {
    name: "warn",
    title: "warnTitle",
    explanation: "warnHow",
    path: "/warn",
    fields: [{ name: "message", label: t("message"), type: "long", required: true }],
    body: (g) => ({ message: g["message"] }),
  },
  { name: "premoderate", title: "premoderateTitle", path: "/premoderate", fields: [reason(false)], body: (g) => maybe(g["reason"]) },
  { name: "reinstate", title: "reinstateTitle", path: "/reinstate", fields: [reason(false)], body: (g) => maybe(g["reason"]) },
  {
    name: "addNote",
    title: "noteTitle",
    path: "/notes",
    fields: [{ name: "text", label: t("text"), type: "long", required: true }],
    body: (g) => ({ text: g["text"] }),
  },
];

/** Asks what has to be said, and does it. What was said; null: they thought better of it, or the server did. */
export async function act(
  desk: Desk,
  name: Word,
  person: { key: string; name: string },
): Promise<Record<string, string> | null> {
  const found = ACTS.find((a) => a.name === name) as Act;
  const title = t(found.title, { name: person.name });
  const given = await ask(title, t(name).replace(" …", ""), found.fields, found.explanation && t(found.explanation));
  if (given === null) return null;
  const path = { site: desk.site, commenterKey: person.key };
  try {
    const before = await newest(desk, person.key);
    await desk.api.post(`${PATH}${found.path}` as `${typeof PATH}/ban`, {
      path,
      body: found.body(given) as Shape<"BanCommenter">,
    });
    const after = await newest(desk, person.key);
    // what was so already made no event; and a ban's own position is before those of the comments that it took
    const isOurs = after !== undefined && after.position > (before?.position ?? 0) && after.by === (desk.session.key ?? after.by);
    const what = whatOf(name, person.name);
    const isUndoable = isOurs && after.undoable;
    if (isUndoable) desk.remember(after.position, what);
    desk.messages.say(t("decided", { what }), isUndoable ? desk.undo : undefined);
    return given;
  } catch (e) {
    report(desk, e);
    return null;
  }
}

/** What was decided on them last. */
async function newest(desk: Desk, commenter: string): Promise<Shape<"LogEntry"> | undefined> {
  const { items } = await desk.api.get("/v1/sites/{site}/moderation/log", {
    path: { site: desk.site },
    query: { commenter, limit: 1 },
  });
  return items[0];
}
