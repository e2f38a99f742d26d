/** Paints words where they stand, without touching what the server rendered. */
export function highlight(root: Element | null, words: string[]): void {
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete("matched");
  if (root === null || words.length === 0) return;
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.nodeValue ?? "").toLowerCase();
    // letters that change their length with their case would shift what is painted
    if (text.length !== node.nodeValue?.length) continue;
    for (const word of words.map((w) => w.toLowerCase()).filter((w) => w !== ""))
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        ranges.push(range);
      }
  }
  CSS.highlights.set("matched", new Highlight(...ranges));
}
