// Draws a screen of Slack from its blocks. `screen` is {kind: 'message' | 'modal' | 'home', content, only, zone}.
// What is not known is drawn in red, so that a picture shows it.

function make(tag, text, kind) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
let zone = 'Europe/London';

function date(unix, format) {
  const at = new Date(unix * 1000);
  const say = (options) => new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options }).format(at);
  const day = say({ month: 'short', day: 'numeric', year: 'numeric' });
  const parts = {
    date: day,
    date_short: day,
    date_long: say({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }),
    date_num: new Date(at).toISOString().slice(0, 10),
    time: say({ hour: 'numeric', minute: '2-digit' }),
    time_secs: say({ hour: 'numeric', minute: '2-digit', second: '2-digit' }),
  };
  return make('time', format.replace(/{(\w+?)(_pretty)?}/g, (_, name) => parts[name] ?? name));
}

function link(url, text) {
  const element = make('a', text);
  element.href = url;
  return element;
}

function mark(inside) {
  const [target, label] = inside.split('|');
  if (target.startsWith('!date^')) {
    const [, unix, format] = target.split('^');
    return date(Number(unix), format);
  }
  return /^[@#!]/.test(target) ? make('span', target, 'calls') : link(plain(target), plain(label ?? target));
}

const styles = { '*': 'b', _: 'i', '~': 's', '`': 'code' };

function styled(text, into) {
  const found = /(^|[^\w`])([*_~`])(\S(?:.*?\S)?)\2(?![\w`])/su.exec(text);
  if (!found) {
    into.append(plain(text));
    return;
  }
  const begins = found.index + found[1].length;
  into.append(plain(text.slice(0, begins)));
  const element = make(styles[found[2]]);
  if (found[2] === '`') element.textContent = plain(found[3]);
  else styled(found[3], element);
  into.append(element);
  styled(text.slice(begins + found[3].length + 2), into);
}

function mrkdwn(text, into) {
  let at = 0;
  // A style may span a mark: those are put aside while styles are looked for.
  const marks = [];
  const bare = text.replace(/<([^<>]*)>/g, (_, inside) => `\u0001${marks.push(inside) - 1}\u0002`);
  const box = make('span');
  styled(bare, box);
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    const pieces = node.data.split(/\u0001(\d+)\u0002/);
    if (pieces.length > 1) node.replaceWith(...pieces.map((piece, n) => (n % 2 ? mark(marks[piece]) : piece)));
  }
  into.append(...box.childNodes);
  return into;
}

function text(object, tag = 'span') {
  const element = make(tag);
  if (object.type === 'mrkdwn') mrkdwn(object.text, element);
  else element.textContent = plain(object.text);
  return element;
}

function rich(element) {
  const box = (tag) => {
    const made = make(tag);
    made.append(...element.elements.map(rich));
    return made;
  };
  switch (element.type) {
    case 'rich_text_section':
      return box('div');
    case 'rich_text_list': {
      const list = make(element.style === 'ordered' ? 'ol' : 'ul');
      for (const item of element.elements) {
        const line = make('li');
        line.append(rich(item));
        list.append(line);
      }
      return list;
    }
    case 'rich_text_quote':
      return box('blockquote');
    case 'rich_text_preformatted':
      return box('pre');
    case 'text': {
      let made = make('span', element.text);
      for (const [style, tag] of [['bold', 'b'], ['italic', 'i'], ['strike', 's'], ['code', 'code']]) {
        if (!element.style?.[style]) continue;
        const around = make(tag);
        around.append(made);
        made = around;
      }
      return made;
    }
    case 'link':
      return link(element.url, element.text ?? element.url);
    case 'date':
      return date(element.timestamp, element.format);
    case 'user':
    case 'broadcast':
      return make('span', `@${element.user_id ?? element.range}`, 'calls');
    default:
      return make('span', JSON.stringify(element), 'unknown');
  }
}

function input(element) {
  const option = element.initial_option?.text.text;
  const value = element.initial_value ?? element.initial_date ?? element.initial_time ?? option;
  const shown = value ?? (element.placeholder ? plain(element.placeholder.text) : ' ');
  const box = make('div', shown, value === undefined ? 'input empty' : 'input');
  if (element.multiline) box.classList.add('tall');
  if (element.type.endsWith('select')) box.append(' ▾');
  if (element.type === 'radio_buttons' || element.type === 'checkboxes') {
    box.className = '';
    box.replaceChildren(...element.options.map((one) => make('div', `○ ${plain(one.text.text)}`)));
  }
  return box;
}

function button(element) {
  return make('button', plain(element.text.text), element.style);
}

function part(element) {
  if (element.type === 'button') return button(element);
  if (element.type === 'mrkdwn' || element.type === 'plain_text') return text(element);
  return input(element);
}

function block(given) {
  switch (given.type) {
    case 'header':
      return text(given.text, 'h1');
    case 'divider':
      return make('hr');
    case 'section': {
      const box = make('div', undefined, 'section');
      const body = make('div');
      if (given.text) body.append(text(given.text));
      if (given.fields) {
        const fields = make('div', undefined, 'fields');
        fields.append(...given.fields.map((field) => text(field)));
        body.append(fields);
      }
      box.append(body);
      if (given.accessory) box.append(part(given.accessory));
      return box;
    }
    case 'context':
    case 'actions': {
      const box = make('div', undefined, given.type);
      box.append(...given.elements.map(part));
      return box;
    }
    case 'rich_text': {
      const box = make('div', undefined, 'rich');
      box.append(...given.elements.map(rich));
      return box;
    }
    case 'input': {
      const box = make('div');
      const label = text(given.label, 'label');
      if (given.optional) label.append(make('i', ' (optional)'));
      box.append(label, input(given.element));
      if (given.hint) box.append(make('div', plain(given.hint.text), 'hint'));
      return box;
    }
    default:
      return make('div', JSON.stringify(given), 'unknown');
  }
}

// eslint-disable-next-line no-unused-vars -- called by the test
function draw(screen) {
  zone = screen.zone ?? zone;
  const { content } = screen;
  const blocks = content.blocks?.map(block) ?? [mrkdwn(content.text, make('div', undefined, 'section'))];
  const box = make('div', undefined, screen.kind);
  if (screen.kind === 'modal') {
    const [head, body, foot] = ['header', 'main', 'footer'].map((tag) => make(tag));
    head.append(text(content.title), make('span', '✕'));
    body.append(...blocks);
    if (content.close) foot.append(make('button', plain(content.close.text)));
    if (content.submit) foot.append(make('button', plain(content.submit.text), 'primary'));
    box.append(head, body, foot);
  } else if (screen.kind === 'message') {
    const body = make('div');
    const who = make('div', 'Convene ', 'who');
    who.append(make('small', 'APP'));
    if (screen.only) body.append(make('div', 'Only visible to you', 'only'));
    body.append(who, ...blocks);
    box.append(make('div', 'C', 'picture'), body);
  } else {
    box.append(...blocks);
  }
  document.body.append(box);
}
