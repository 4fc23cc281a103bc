// Posts as elements. A thread is its first post and the replies under it; it is drawn anew as a
// whole when any of it changes.

import { avatar, make } from './dom.js';

const SHOWN_REPLIES = 3;

const safe = (url) => /^https?:\/\//i.test(url);

function span(piece, acts) {
  switch (piece.kind) {
    case 'strong':
      return make('strong', {}, piece.text);
    case 'code':
      return make(
        'button',
        {
          type: 'button',
          class: 'code',
          title: 'Put this into the message box',
          onclick: () => acts.insert(piece.text),
        },
        piece.text,
      );
    case 'link':
      if (!safe(piece.url)) return document.createTextNode(piece.text);
      return make(
        'a',
        { href: piece.url, target: '_blank', rel: 'noopener noreferrer' },
        piece.text,
      );
    case 'time':
      return make(
        'time',
        {
          datetime: piece.at,
          class: piece.yours ? 'elsewhere' : null,
          title: piece.yours ? `For you: ${piece.yours}` : null,
        },
        piece.text,
      );
    default:
      return document.createTextNode(piece.text);
  }
}

function block(piece, post, acts) {
  const line = (spans) => spans.map((one) => span(one, acts));
  switch (piece.kind) {
    case 'heading':
      return make('h2', {}, ...line(piece.spans));
    case 'quiet':
      return make('p', { class: 'quiet' }, ...line(piece.spans));
    case 'bullets':
      return make('ul', {}, ...piece.items.map((item) => make('li', {}, ...line(item))));
    case 'buttons':
      return make(
        'div',
        { class: 'buttons', role: 'group', 'aria-label': 'Answers' },
        ...piece.buttons.map((button) =>
          make(
            'button',
            {
              type: 'button',
              class: `button ${button.look}`,
              'data-key': `${post.id}|${button.command}`,
              onclick: (event) => acts.press(post, button, event.currentTarget),
            },
            button.label,
          ),
        ),
      );
    default:
      return make('p', { class: 'words' }, ...line(piece.spans));
  }
}

function onePost(post, acts, orphan, day) {
  const card =
    post.author.bot && post.blocks.some((one) => one.kind === 'heading' || one.kind === 'buttons');
  const reply = make(
    'button',
    {
      type: 'button',
      class: 'linkish reply',
      'data-key': `${post.id}|reply`,
      onclick: () => acts.reply(post),
    },
    'Reply',
    make('span', { class: 'unseen' }, ` to ${post.author.name}`),
  );
  return make(
    'article',
    { class: 'post', id: `post-${post.id}`, tabindex: '-1' },
    avatar(post.author.name, post.author.bot),
    make(
      'div',
      { class: 'post-body' },
      make(
        'div',
        { class: 'post-head' },
        make('span', { class: 'author' }, post.author.name),
        post.author.bot ? make('span', { class: 'badge' }, 'bot') : null,
        make(
          'time',
          { datetime: post.at, title: `${post.day}, ${post.clock}`, class: 'small' },
          post.day === day ? post.clock : `${post.day}, ${post.clock}`,
        ),
        post.edited ? make('span', { class: 'small edited' }, 'edited') : null,
        reply,
      ),
      orphan ? make('p', { class: 'quiet' }, 'In answer to an earlier message') : null,
      make(
        'div',
        { class: card ? 'said card' : 'said' },
        ...post.blocks.map((one) => block(one, post, acts)),
      ),
      make('p', { class: 'problem', role: 'alert', hidden: true }),
    ),
  );
}

/** One thread as a list item. */
export function thread(root, replies, acts, open, orphan) {
  const hidden = open ? 0 : Math.max(0, replies.length - SHOWN_REPLIES);
  const more = hidden
    ? make(
        'li',
        {},
        make(
          'button',
          {
            type: 'button',
            class: 'linkish',
            'data-key': `${root.id}|more`,
            onclick: () => acts.unfold(root),
          },
          hidden === 1 ? 'Show 1 earlier reply' : `Show ${hidden} earlier replies`,
        ),
      )
    : null;
  const item = make(
    'li',
    { class: 'thread', 'data-root': root.id },
    onePost(root, acts, orphan, root.day),
  );
  if (replies.length) {
    const list = make('ol', {
      class: 'replies',
      'aria-label': replies.length === 1 ? '1 reply' : `${replies.length} replies`,
    });
    list.append(
      ...[
        more,
        ...replies.slice(hidden).map((one) => make('li', {}, onePost(one, acts, false, root.day))),
      ].filter(Boolean),
    );
    item.append(list);
  }
  return item;
}

export const dayLine = (day) => make('li', { class: 'day' }, make('span', {}, day));

/** The first words of a post, for a notice. */
export function gist(post) {
  const lines = post.blocks.flatMap((one) =>
    one.items ? one.items : one.spans ? [one.spans] : [],
  );
  const text = lines.map((spans) => spans.map((one) => one.text).join('')).join(' · ');
  const letters = Array.from(text);
  return letters.length > 120 ? `${letters.slice(0, 119).join('')}…` : text;
}
