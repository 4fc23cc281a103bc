// The dialog in which a visitor chooses whom to be, among some hundreds of people.

import { avatar, byId, make } from './dom.js';

const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Calls `chosen` with an id. */
export function chooser(chosen) {
  const dialog = byId('chooser');
  const search = byId('chooser-search');
  const list = byId('chooser-list');
  let people = [];
  let me = null;
  let active = -1;

  const options = () => Array.from(list.querySelectorAll('[role=option]'));

  function mark(index) {
    const all = options();
    active = all.length ? Math.max(0, Math.min(index, all.length - 1)) : -1;
    all.forEach((option, at) => option.classList.toggle('active', at === active));
    if (active >= 0) {
      search.setAttribute('aria-activedescendant', all[active].id);
      all[active].scrollIntoView({ block: 'nearest' });
    } else search.removeAttribute('aria-activedescendant');
  }

  function take(id) {
    dialog.close();
    if (id !== me) chosen(id);
  }

  function draw() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const groups = new Map();
    for (const person of people) {
      const text = plain(`${person.name} ${person.note} ${person.id}`);
      if (!words.every((word) => text.includes(word))) continue;
      const group = person.note.split(',')[0] || 'Others';
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(person);
    }
    list.replaceChildren(
      ...Array.from(groups, ([group, members], at) =>
        make(
          'div',
          { role: 'group', 'aria-labelledby': `group-${at}` },
          make('p', { class: 'label', id: `group-${at}` }, `${group} (${members.length})`),
          ...members.map((person) =>
            make(
              'div',
              {
                role: 'option',
                id: `choose-${person.id}`,
                class: 'option',
                'aria-selected': person.id === me ? 'true' : 'false',
                onclick: () => take(person.id),
                'data-id': person.id,
              },
              avatar(person.name),
              make(
                'span',
                { class: 'me-text' },
                make('strong', {}, person.name),
                make('span', { class: 'small' }, person.note),
              ),
            ),
          ),
        ),
      ),
    );
    byId('chooser-none').hidden = groups.size > 0;
    const mine = options().findIndex((option) => option.dataset.id === me);
    mark(words.length || mine < 0 ? 0 : mine);
  }

  search.addEventListener('input', draw);
  search.addEventListener('keydown', (event) => {
    const page = 8;
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    if (event.key in moves) {
      event.preventDefault();
      mark(active + moves[event.key]);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = options()[active];
      if (option) take(option.dataset.id);
    }
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });

  return {
    open(everybody, current) {
      people = everybody;
      me = current;
      search.value = '';
      dialog.showModal();
      draw();
      search.focus();
    },
  };
}
