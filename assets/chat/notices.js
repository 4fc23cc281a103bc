// What happens where the visitor is not looking: offered, never jumped to.

import { avatar, byId, make } from './dom.js';
import { gist } from './posts.js';

const scroll = byId('scroll');

/** Lets a post light up for a moment. */
export function glow(id) {
  const element = byId(`post-${id}`);
  if (!element) return;
  element.classList.remove('glow');
  void element.offsetWidth;
  element.classList.add('glow');
}

/** Tells of a new post in this room that is out of sight. */
export function news(one) {
  const seen = byId(`post-${one.id}`)?.getBoundingClientRect();
  const frame = scroll.getBoundingClientRect();
  if (seen && seen.top >= frame.top && seen.bottom <= frame.bottom) {
    glow(one.id);
    return;
  }
  const button = byId('news');
  button.textContent = `${one.thread ? 'New reply' : 'New message'} from ${one.author.name}`;
  button.hidden = false;
  button.onclick = () => {
    hideNews();
    const target = byId(`post-${one.id}`);
    target?.scrollIntoView({ block: 'center' });
    target?.focus({ preventScroll: true });
    glow(one.id);
  };
}

export function hideNews() {
  byId('news').hidden = true;
}

/** Whether the newest post is in sight. */
export const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;

export function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
}

/** Tells of a new post in another room. */
export function toast(one, room, open) {
  const where = room.direct ? `${one.author.name} wrote to you: ` : `New in #${room.title}: `;
  const act = (label, look, then) =>
    make(
      'button',
      {
        type: 'button',
        class: `button ${look}`,
        onclick: () => {
          hideToast();
          then();
        },
      },
      label,
    );
  byId('toast').replaceChildren(
    avatar(one.author.name, one.author.bot),
    make('p', {}, make('strong', {}, where), gist(one)),
    act('Open', 'primary', () => open(room.id)),
    act('Dismiss', 'plain', () => {}),
  );
  const end = atEnd();
  byId('toast').hidden = false;
  if (end) toEnd();
}

export function hideToast() {
  byId('toast').hidden = true;
}
