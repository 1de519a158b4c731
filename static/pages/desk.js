/** The control desk: courts and times, and who is called. Only organisers have anything to do here. */
import { h, setText } from '../core/dom.js';
import { onLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { LiveSocket } from '../core/socket.js';
import '../components/language-switch.js';
import { LinkStatus } from '../components/link-status.js';
import { organiserEntry } from '../components/organiser-entry.js';

/** @typedef {import('../core/types.js').Match} Match */

const home = h('a', { class: 'button on-court quiet', href: '/' }, icon('back'));
const homeWords = h('span', { class: 'hero-words' });
const title = h('h1', { class: 'desk-title' });
const notice = h('p', { class: 'notice calm' });
const place = h('div');
const status = new LinkStatus();
const bar = h('section', { class: 'bar' }, h('div', { class: 'bar-inner' }, status));
/** @type {Map<string, Match>} */
let matches = new Map();
/** @type {import('../core/socket.js').Link} */
let link = { phase: 'connecting', freshAt: null, code: null };
/** @type {import('../organise/desk/board.js').ControlDesk|null} */
let desk = null;

home.append(homeWords);
document.body.prepend(
  h('header', { class: 'hero' }, h('div', { class: 'hero-bar' }, home, title, organiserEntry(organise), document.createElement('language-switch'))),
  bar,
  h('main', {}, notice, place),
);

/** Loads what organisers do, which nobody else needs. */
async function organise() {
  const { ControlDesk } = await import('../organise/desk/board.js');
  notice.hidden = true;
  desk ??= new ControlDesk({ matches: () => matches, link: () => link });
  place.replaceChildren(desk.element);
  await desk.open();
}

/** @param {import('../core/types.js').Frame} frame */
function receive(frame) {
  if (frame.type === 'welcome') matches = new Map(frame['matches'].map((/** @type {Match} */ match) => [match.id, match]));
  else if (frame.type === 'match') matches.set(frame['match'].id, frame['match']);
  else if (frame.type === 'match_deleted') matches.delete(frame['matchID']);
  desk?.receive(frame);
}

const socket = new LiveSocket({
  path: () => '/watch',
  onFrame: receive,
  onLink: (now) => {
    const before = link.phase;
    link = now;
    status.data = link;
    bar.dataset['phase'] = link.phase;
    // No card claims to be live while nothing is heard.
    if (before !== link.phase) desk?.show();
  },
});
status.addEventListener('retry', () => socket.retryNow());
onLanguage(() => {
  setText(homeWords, t('app.home'));
  setText(title, t('control.title'));
  setText(notice, t('control.organisers'));
  bar.setAttribute('aria-label', t('match.link'));
  document.title = `${t('control.title')} – Courtside`;
  desk?.translate();
});
socket.open();
