// The list of rooms, which of them hold something unread, and the menu that holds the list on a
// narrow screen.

import { byId, make, memory } from './dom.js';

/** Calls `open` with a room's id. */
export function rooms(open) {
  const side = byId('side');
  const menu = byId('menu');
  let me = null;
  let shown = [];
  let selected = null;
  const unread = new Set();

  const key = (room) => `seen.${me}.${room}`;

  function fold(closed) {
    side.classList.toggle('open', !closed);
    menu.setAttribute('aria-expanded', String(!closed));
  }

  function draw() {
    const item = (room) =>
      make(
        'li',
        {},
        make(
          'button',
          {
            type: 'button',
            class: unread.has(room.id) ? 'room unread' : 'room',
            'aria-current': room.id === selected ? 'page' : null,
            'data-room': room.id,
            onclick: () => {
              fold(true);
              open(room.id);
            },
          },
          make('span', { class: 'sign', 'aria-hidden': 'true' }, room.direct ? '@' : '#'),
          make('span', { class: 'room-name' }, room.title),
          unread.has(room.id)
            ? make('span', { class: 'dot' }, make('span', { class: 'unseen' }, ', unread messages'))
            : null,
        ),
      );
    const focused = document.activeElement?.dataset?.room;
    byId('rooms').replaceChildren(...shown.filter((room) => !room.direct).map(item));
    byId('direct').replaceChildren(...shown.filter((room) => room.direct).map(item));
    if (focused) side.querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
    byId('menu-dot').hidden = unread.size === 0;
  }

  menu.addEventListener('click', () => fold(side.classList.contains('open')));
  side.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && side.classList.contains('open')) {
      fold(true);
      menu.focus();
    }
  });
  byId('me').addEventListener('click', () => fold(true));
  document.querySelector('.main').addEventListener('pointerdown', (event) => {
    if (!menu.contains(event.target)) fold(true);
  });

  return {
    /** The rooms of `person`; what came since they last looked is unread. */
    show(person, list, posts) {
      me = person;
      shown = list;
      unread.clear();
      for (const one of posts.values()) {
        const seen = memory.get(key(one.room));
        if (seen !== null && Number(one.id) > Number(seen) && one.author.id !== me)
          unread.add(one.room);
        if (seen === null && list.find((room) => room.id === one.room)?.direct)
          unread.add(one.room);
      }
      draw();
    },
    select(room) {
      selected = room;
      draw();
    },
    unread(room) {
      unread.add(room);
      draw();
    },
    read(room, last) {
      if (last !== null) memory.set(key(room), last);
      if (unread.delete(room)) draw();
    },
  };
}
