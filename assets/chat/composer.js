// The message box: what it is for in this room, what is being answered, and sending.

import { attempt, byId, make } from './dom.js';
import { gist } from './posts.js';

/** `view` says who writes (`me`) and where (`room`, `rooms`). */
export function composer(view) {
  const line = byId('line');
  const problem = byId('problem');
  let answered = null;

  const room = () => view.rooms.find((one) => one.id === view.room);
  const toBot = () => Boolean(room()?.direct || answered?.author.bot);

  function hint() {
    const code = (text) => make('code', {}, text);
    line.placeholder = toBot() ? 'Write to the bot' : `Write to ${room()?.title ?? 'the room'}`;
    byId('line-label').textContent = line.placeholder;
    byId('hint').replaceChildren(
      ...(toBot()
        ? ['The bot reads this. Try ', code('help'), '.']
        : [
            'People talk here. To ask the bot, begin with ',
            code('!'),
            ', for example ',
            code('!help'),
            '.',
          ]),
    );
  }

  function grow() {
    line.rows = Math.min(8, line.value.split('\n').length);
  }

  function fill(text) {
    line.value = text;
    grow();
    line.focus();
  }

  function complain(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }

  function answer(one) {
    answered = one;
    byId('replying').hidden = !one;
    if (one) byId('replying-to').textContent = `Replying to ${one.author.name}: ${gist(one)}`;
    hint();
  }

  async function send() {
    const text = line.value.trim();
    if (!text || !view.me) return;
    const before = answered;
    const body = { as: view.me, room: view.room, text, thread: before?.id };
    line.value = '';
    grow();
    answer(null);
    complain('');
    try {
      await attempt(`say ${body.as} ${body.room} ${body.thread} ${text}`, '/chat/say', body);
    } catch (error) {
      complain(error.message);
      // Nothing typed is lost, unless something else has been typed or opened since.
      if (!line.value && view.room === body.room) {
        answer(before);
        line.value = text;
        grow();
      }
    }
  }

  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  line.addEventListener('input', grow);
  line.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && answered) answer(null);
  });
  byId('replying-stop').addEventListener('click', () => answer(null));

  return {
    fill,
    complain,
    focus: () => line.focus(),
    insert: (text) => fill(toBot() ? text : `!${text}`),
    reply(one) {
      answer(one);
      line.focus();
    },
    /** Makes the box ready for a room that was just opened. */
    moved() {
      answer(null);
      complain('');
    },
  };
}
