// The demo’s front end: the public API, a token, and nothing else. The article’s key is percent-encoded already.
const { base, site, article, token } = document.body.dataset;
const api = `${base}/v1/sites/${site}`;
const thread = document.getElementById('thread');
const sort = document.getElementById('sort');

// The position of our last write: reads that come after it must hold it, whichever server answers.
let written = 0;

async function call(path, { method = 'GET', body, headers } = {}) {
  const response = await fetch(api + path, {
    method,
    headers: headers ?? (written ? { 'ThreadStore-Min-Position': written } : {}),
    body: body && JSON.stringify(body),
  }).catch(() => {
    throw new Error('The server can’t be reached. Try again: nothing will be posted twice.');
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errors?.body ? `Your comment ${answer.errors.body.join(' ')}` : answer.detail);
  if (method === 'POST') written = Number(response.headers.get('ThreadStore-Position'));
  return answer;
}

function element(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

const units = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function ago(time) {
  const seconds = (Date.now() - new Date(time)) / 1000;
  const [unit, length] = units.find(([, length]) => seconds >= length) ?? [];
  return unit ? relative.format(-Math.floor(seconds / length), unit) : 'just now';
}

const timeOf = (at) => element('time', { dateTime: at, title: new Date(at).toLocaleString() }, ago(at));
const keepTime = () => document.querySelectorAll('time').forEach((t) => (t.textContent = ago(t.dateTime)));

function showCount(count) {
  document.getElementById('count').textContent = count === 1 ? '1 comment' : `${count} comments`;
}

async function showArticle() {
  const a = await call(`/articles/${article}`);
  document.title = `${a.title} – ThreadStore demo`;
  showCount(a.commentCount);
  const at = document.getElementById('article');
  at.ariaBusy = 'false';
  at.replaceChildren(
    element('p', { className: 'kicker' }, a.section),
    element('h1', {}, a.title),
    element('p', { className: 'byline quiet' }, `By ${a.author}, `, timeOf(a.publishedAt)),
    ...a.body.map((paragraph) => element('p', {}, paragraph)),
    element('p', { className: 'quiet' }, a.tags.map((tag) => `#${tag}`).join('  ')),
  );
}

/** A comment with what is below it; `html` comes sanitised, everything else is put in as text. */
function commentOf(c) {
  const head = element('h3', {}, c.author?.name ?? 'Comment removed');
  const box = element('article', { className: 'comment', tabIndex: -1 }, head, timeOf(c.createdAt));
  const item = element('li', { id: `c-${c.id}` }, box);
  const replies = element('ol', { className: 'replies', ariaLabel: `Replies to ${head.textContent}` });
  if (c.html !== null) {
    const reply = element('button', { className: 'plain', ariaExpanded: 'false' }, 'Reply');
    reply.setAttribute('aria-label', `Reply to ${c.author.name}`);
    box.append(element('div', { className: 'text', innerHTML: c.html }), reply);
    reply.onclick = () => {
      const open = box.querySelector('form');
      reply.ariaExpanded = String(!open);
      if (open) return open.remove();
      const close = () => { form.remove(); reply.ariaExpanded = 'false'; reply.focus(); };
      const form = formFor(`Your reply to ${c.author.name}`, c.id, (posted) => { close(); add(posted, replies, false); }, close);
      box.append(form);
      form.querySelector('textarea').focus();
    };
  }
  item.append(replies);
  showPage(replies, c.replies ?? { items: [], nextCursor: null }, 'replies', (cursor) =>
    call(`/comments/${c.id}/replies?${new URLSearchParams({ cursor })}`));
  return item;
}

/** Puts a page of comments at the end of a list, and a button for the next one below it. */
function showPage(list, page, what, next) {
  // what a visitor has just posted stands here already, and comes again in its place
  const fresh = page.items.map(commentOf);
  fresh.forEach((item) => document.getElementById(item.id)?.remove());
  list.append(...fresh);
  if (!page.nextCursor) return;
  const more = element('button', { className: 'plain more' }, `Show more ${what}`);
  const below = element('li', { className: 'below' }, more);
  more.onclick = () => attempt(more, async () => {
    const following = await next(page.nextCursor);
    below.remove();
    showPage(list, following, what, next);
    document.getElementById(`c-${following.items[0]?.id}`)?.querySelector('.comment').focus();
  });
  list.append(below);
}

/** Does something that a button asks for; where it fails, says why beside the button. */
async function attempt(button, act) {
  const told = button.form?.querySelector('.problem') ?? button.nextElementSibling
    ?? button.parentElement.appendChild(element('p', { className: 'problem', role: 'alert' }));
  told.textContent = '';
  button.disabled = true;
  await act().catch((problem) => (told.textContent = problem.message));
  button.disabled = false;
}

function add(posted, list, first) {
  const item = commentOf(posted);
  item.className = 'is-new';
  list[first ? 'prepend' : 'append'](item);
  item.querySelector('.comment').focus();
  call(`/articles/${article}`).then((a) => showCount(a.commentCount), () => {});
}

function formFor(label, parentId, done, cancel) {
  const form = document.getElementById('form').content.cloneNode(true).firstElementChild;
  const [text, post, stop] = ['textarea', '.primary', '.cancel'].map((s) => form.querySelector(s));
  form.querySelector('label span').textContent = label;
  cancel ? (stop.onclick = cancel) : stop.remove();
  // One key for one text: sent again after a lost answer, it is still one comment.
  let key = null;
  text.oninput = () => { key = null; form.querySelector('.problem').textContent = ''; };
  form.onsubmit = (event) => {
    event.preventDefault();
    key ??= crypto.getRandomValues(new Uint32Array(4)).join('-');
    attempt(post, async () => {
      const posted = await call(`/articles/${article}/comments`, {
        method: 'POST',
        body: { body: text.value, parentId },
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': key },
      });
      [text.value, key] = ['', null];
      done(posted);
    });
  };
  return form;
}

async function showThread() {
  const order = sort.value;
  const page = (cursor) => call(`/articles/${article}/comments?${
    new URLSearchParams({ sort: order, limit: 6, ...(cursor && { cursor }) })}`);
  const first = await page();
  if (order !== sort.value) return;
  showCount(first.commentCount);
  thread.replaceChildren();
  showPage(thread, first, 'comments', page);
}

const tell = (problem) => thread.replaceChildren(element('li', { className: 'problem', role: 'alert' }, problem.message));
sort.onchange = () => showThread().catch(tell);
document.getElementById('write').append(formFor('Join the discussion', null, (posted) => add(posted, thread, true)));
setInterval(keepTime, 60_000);
Promise.all([showArticle(), showThread()]).catch(tell);
