// The chat page: who the visitor is, which room is open, and what happens there while it is open.

import { clock } from './clock.js';
import { composer as box } from './composer.js';
import { attempt, avatar, byId, get, memory } from './dom.js';
import { atEnd, glow, hideNews, hideToast, news, toast, toEnd } from './notices.js';
import { chooser } from './people.js';
import { dayLine, thread } from './posts.js';
import { rooms } from './rooms.js';

const RETRY = 3_000;

const view = {
  me: null,
  title: '',
  rooms: [],
  people: [],
  posts: new Map(),
  room: null,
  cursor: '',
};
const unfolded = new Set();
let events = null;
let lateTimer = null;
let turn = 0;

const list = byId('posts');
const scroll = byId('scroll');

const sidebar = rooms((id) => openRoom(id, true));
const people = chooser((id) => become(id));
const demo = clock();
const composer = box(view);

const roomOf = (id) => view.rooms.find((room) => room.id === id);

// ---- posts -------------------------------------------------------------------------------

const inRoom = () =>
  Array.from(view.posts.values())
    .filter((one) => one.room === view.room)
    .sort((a, b) => a.id - b.id);

function topOf(one) {
  return one.thread && view.posts.has(one.thread) ? one.thread : one.id;
}

function drawThread(id) {
  const root = view.posts.get(id);
  const replies = inRoom().filter((one) => one.thread === id);
  return thread(root, replies, acts, unfolded.has(id), Boolean(root.thread));
}

function drawRoom() {
  const all = inRoom();
  const rows = [];
  let day = null;
  for (const one of all) {
    if (topOf(one) !== one.id) continue;
    if (one.day !== day) {
      day = one.day;
      rows.push(dayLine(day));
    }
    rows.push(drawThread(one.id));
  }
  // A room that is opened is not news: only what comes in later is read out.
  list.parentElement.setAttribute('aria-live', 'off');
  list.replaceChildren(...rows);
  requestAnimationFrame(() => list.parentElement.setAttribute('aria-live', 'polite'));
  const room = roomOf(view.room);
  byId('earlier').hidden = !room?.earlier;
  byId('empty').hidden = all.length > 0;
  byId('empty').textContent = room?.direct
    ? 'Nothing yet. Write help and the bot tells you what it can do for you.'
    : 'Nothing has been said here yet.';
}

/** Draws the thread of `one` again where it stands, and keeps the keyboard's place in it. */
function redraw(one) {
  const top = topOf(one);
  const old = list.querySelector(`[data-root="${CSS.escape(top)}"]`);
  if (!old) {
    // The only place a new thread can stand is the end.
    const last = inRoom()
      .filter((other) => topOf(other) === other.id && other.id !== top)
      .at(-1);
    if (last?.day !== one.day) list.append(dayLine(one.day));
    list.append(drawThread(top));
    byId('empty').hidden = true;
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const fresh = drawThread(top);
  old.replaceWith(fresh);
  if (focused)
    fresh.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function arrived(one, isNew) {
  const known = view.posts.has(one.id);
  view.posts.set(one.id, one);
  const mine = one.author.id === view.me;
  if (one.room !== view.room) {
    if (isNew && !known && !mine) {
      sidebar.unread(one.room);
      if (one.author.bot) toast(one, roomOf(one.room), (id) => openRoom(id, true));
    }
    return;
  }
  const end = atEnd();
  redraw(one);
  if (!isNew || known) {
    if (end) toEnd();
    glow(one.id);
  } else if ((end || mine || demo.justMoved()) && topOf(one) === one.id) toEnd();
  else if (!mine) news(one);
  else byId(`post-${one.id}`)?.scrollIntoView({ block: 'nearest' });
  sidebar.read(view.room, lastId());
}

const lastId = () => inRoom().at(-1)?.id ?? null;

// ---- what the visitor does ---------------------------------------------------------------

const acts = {
  async press(one, button, element) {
    if (element.getAttribute('aria-disabled') === 'true') return;
    element.setAttribute('aria-disabled', 'true');
    element.classList.add('waiting');
    const key = element.dataset.key;
    const body = { as: view.me, room: one.room, message: one.id, command: button.command };
    let problem = '';
    try {
      await attempt(`press ${view.me} ${key}`, '/chat/press', body);
    } catch (error) {
      problem = error.message;
    }
    // The post may have been drawn anew while the bot was at work.
    for (const same of list.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) {
      same.removeAttribute('aria-disabled');
      same.classList.remove('waiting');
    }
    const box = byId(`post-${one.id}`)?.querySelector('.problem');
    if (box) {
      box.textContent = problem;
      box.hidden = !problem;
    }
  },

  reply: (one) => composer.reply(one),

  unfold(root) {
    unfolded.add(root.id);
    redraw(root);
  },

  insert: (text) => composer.insert(text),
};

byId('earlier').addEventListener('click', async () => {
  const [oldest] = inRoom();
  const room = view.room;
  try {
    const page = await get('/chat/earlier', { as: view.me, room, before: oldest?.id ?? '0' });
    for (const one of page.posts) view.posts.set(one.id, one);
    roomOf(room).earlier = page.earlier;
  } catch (error) {
    composer.complain(error.message);
    return;
  }
  if (room !== view.room) return;
  const below = scroll.scrollHeight - scroll.scrollTop;
  drawRoom();
  scroll.scrollTop = scroll.scrollHeight - below;
});

scroll.addEventListener('scroll', () => {
  if (atEnd()) hideNews();
});

// ---- rooms and people --------------------------------------------------------------------

function openRoom(id, byHand) {
  const room = roomOf(id) ?? view.rooms[0];
  view.room = room.id;
  memory.set(`room.${view.me}`, room.id);
  byId('room-title').textContent = room.direct ? room.title : `# ${room.title}`;
  hideNews();
  hideToast();
  composer.moved();
  drawRoom();
  toEnd();
  sidebar.select(room.id);
  sidebar.read(room.id, lastId());
  address();
  if (byHand && matchMedia('(pointer: fine)').matches) composer.focus();
}

function address() {
  const search = new URLSearchParams({ as: view.me, room: view.room });
  history.replaceState(null, '', `?${search}`);
}

function showMe(me) {
  const old = byId('me-avatar');
  const drawn = avatar(me.name);
  drawn.id = old.id;
  old.replaceWith(drawn);
  byId('me-name').textContent = me.name;
  byId('me-note').textContent = me.note;
}

/** Shows the chat as `id` sees it, from scratch. */
async function become(id, room) {
  const mine = ++turn;
  events?.close();
  const state = await get('/chat/state', { as: id });
  if (mine !== turn) return;
  const same = view.me === id;
  Object.assign(view, {
    me: id,
    title: state.title,
    rooms: state.rooms,
    people: state.people,
    cursor: state.cursor,
  });
  view.posts = new Map(state.posts.map((one) => [one.id, one]));
  hideToast();
  byId('room-zone').textContent = `Times in ${state.zone_shown}`;
  showMe(state.me);
  sidebar.show(id, state.rooms, view.posts);
  openRoom(room ?? (same ? view.room : memory.get(`room.${id}`)), false);
  follow();
}

function follow() {
  const query = new URLSearchParams({ as: view.me, after: view.cursor });
  const stream = new EventSource(`/chat/events?${query}`);
  events = stream;
  stream.onopen = () => {
    clearTimeout(lateTimer);
    lateTimer = null;
    byId('offline').hidden = true;
  };
  stream.onerror = () => {
    lateTimer ??= setTimeout(() => (byId('offline').hidden = false), 1_000);
    // The browser comes back by itself unless the server said no; then everything is asked anew.
    if (stream.readyState === EventSource.CLOSED && events === stream)
      setTimeout(() => events === stream && start(), RETRY);
  };
  stream.addEventListener('post', (event) => arrived(JSON.parse(event.data), true));
  stream.addEventListener('edit', (event) => arrived(JSON.parse(event.data), false));
  stream.addEventListener('clock', () => demo.refresh());
  stream.addEventListener('people', () => start());
  stream.addEventListener('reset', () => start());
}

/** Fetches everything; the visitor stays who they are where that person is still there. */
async function start() {
  try {
    const everybody = (await get('/chat/people')).people;
    const asked = new URLSearchParams(location.search);
    const wanted = [view.me, asked.get('as'), memory.get('me')];
    const me =
      wanted.find((id) => everybody.some((person) => person.id === id)) ?? everybody[0]?.id;
    if (!me) throw new Error('nobody is here yet');
    await become(me, view.me ? undefined : (asked.get('room') ?? undefined));
    byId('offline').hidden = true;
  } catch {
    byId('offline').hidden = false;
    setTimeout(start, RETRY);
  }
}

byId('me').addEventListener('click', () => people.open(view.people, view.me));

// ---- the first look ----------------------------------------------------------------------

function closeGuide() {
  byId('guide').hidden = true;
  memory.set('guide', 'read');
}

byId('guide-close').addEventListener('click', closeGuide);
byId('guide-me').addEventListener('click', () => people.open(view.people, view.me));
byId('guide-next').addEventListener('click', () => demo.step('next'));
byId('guide-help').addEventListener('click', () => {
  openRoom(view.rooms.find((room) => room.direct).id, true);
  composer.fill('help');
});

await start();
if (await demo.refresh()) {
  byId('guide').hidden = memory.get('guide') === 'read';
  toEnd();
}
