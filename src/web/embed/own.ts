import type { components } from "../../client-ts/src/index.js";

export type OwnView = components["schemas"]["OwnView"];

/** The comments of which a reader's view says something else than before; undefined: it may be any. */
export function differing(before: OwnView | undefined, now: OwnView): string[] | undefined {
  if (before === undefined || general(before) !== general(now)) return undefined;
  const [was, is] = [byComment(before), byComment(now)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((id) => was.get(id) !== is.get(id));
}

/** What holds for every comment. */
const general = ({ commenter, can, ignored, locked }: OwnView) => JSON.stringify([commenter.key, can.react, can.flag, ignored, locked]);

function byComment({ reactions, flags, can }: OwnView): Map<string, string> {
  const found = new Map<string, string>();
  const note = (id: string, fact: string) => found.set(id, `${found.get(id) ?? ""} ${fact}`);
  for (const [id, kind] of Object.entries(reactions)) note(id, kind);
  for (const id of flags) note(id, "flagged");
  for (const [id, until] of Object.entries(can.edit)) note(id, until);
  for (const id of can.delete) note(id, "delete");
  return found;
}
