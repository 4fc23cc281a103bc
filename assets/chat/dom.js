// Small things that every part of the page needs. All text goes in as text: nothing on this page
// is ever parsed as HTML.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** What a person is drawn as, the same colour every time. */
export function avatar(name, bot = false) {
  if (bot) return make('span', { class: 'avatar bot', 'aria-hidden': 'true' }, 'C');
  const initials = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => Array.from(word)[0]);
  const shown = [initials[0], initials.length > 1 ? initials[initials.length - 1] : ''].join('');
  let hue = 0;
  for (const c of name) hue = (hue * 31 + c.codePointAt(0)) % 8;
  return make('span', { class: `avatar hue${hue}`, 'aria-hidden': 'true' }, shown.toUpperCase());
}

/** An id that this browser gives once. */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a refusal says, or why there was no answer at all. */
export class Refused extends Error {
  constructor(text, status) {
    super(text);
    this.status = status;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused('There is no connection right now. Try again in a moment.', 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refused(answer.error ?? `That did not work (${response.status}).`, response.status);
  return answer;
}

export const get = (path, query = {}) => {
  const search = new URLSearchParams(query).toString();
  return ask(search ? `${path}?${search}` : path, { headers: { Accept: 'application/json' } });
};

export const post = (path, body) =>
  ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** What this browser remembers; forgets quietly where it may not. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(`convene.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`convene.${key}`, value);
    } catch {
      // A browser that remembers nothing still chats.
    }
  },
};

const tries = new Map();

/** Posts an act; the same act tried again has the same id, so that it cannot count twice. */
export async function attempt(act, path, body) {
  const id = tries.get(act) ?? freshId();
  tries.set(act, id);
  const answer = await post(path, { ...body, id });
  tries.delete(act);
  return answer;
}
