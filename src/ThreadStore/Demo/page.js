// The newspaper's part of the demo: the article, by the public API. The discussion below it is <thread-store>, see
// docs/embed.md. The article’s key is percent-encoded already.
const { base, site, article } = document.body.dataset;

function element(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

async function showArticle() {
  const response = await fetch(`${base}/v1/sites/${site}/articles/${article}`);
  if (!response.ok) throw new Error((await response.json()).detail);
  const a = await response.json();
  const published = element('time', { dateTime: a.publishedAt }, new Date(a.publishedAt).toLocaleString('en'));
  document.title = `${a.title} – ThreadStore demo`;
  const at = document.getElementById('article');
  at.ariaBusy = 'false';
  at.replaceChildren(
    element('p', { className: 'kicker' }, a.section),
    element('h1', {}, a.title),
    element('p', { className: 'byline quiet' }, `By ${a.author}, `, published),
    ...a.body.map((paragraph) => element('p', {}, paragraph)),
    element('p', { className: 'quiet' }, a.tags.map((tag) => `#${tag}`).join('  ')),
  );
}

showArticle().catch((e) => {
  document.getElementById('article').replaceChildren(element('p', { className: 'problem' }, e.message));
});
