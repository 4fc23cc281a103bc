// Makes pages nicer that work without it: a form is sent once, the menu is folded on a telephone, and what an answer says
// is read out first.

const narrow = matchMedia('(max-width: 56rem)');
const menu = document.querySelector('details.menu');
if (menu && narrow.matches) menu.removeAttribute('open');
narrow.addEventListener('change', () => menu?.toggleAttribute('open', !narrow.matches));

document.addEventListener('submit', (event) => {
  const button = event.submitter ?? event.target.querySelector('button');
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = 'yes';
  button?.setAttribute('aria-disabled', 'true');
});
// Whoever comes back to a page may send its forms again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    form.querySelector('[aria-disabled]')?.removeAttribute('aria-disabled');
  }
});

document.querySelector('[data-focus]')?.focus();
