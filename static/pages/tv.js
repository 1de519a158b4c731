/** The big screen: no mouse, nobody who reloads it. Shows what its address says, or what an organiser told it. */
import { api } from '../core/api.js';
import { h, qrCode, setText } from '../core/dom.js';
import { onLanguage, t, timeOfDay } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { hallZone, learnHallZone } from '../core/programme.js';
import { gridOf, pagesOf, readOrders, turn_ms } from '../core/screen.js';
import { LiveSocket } from '../core/socket.js';
import { knowSports } from '../core/sport.js';
import { recall, remember } from '../core/storage.js';
import { onceAFrame } from '../core/store.js';
import { LinkStatus } from '../components/link-status.js';
import { TvResults } from '../components/tv-results.js';
import { TvTile } from '../components/tv-tile.js';

/**
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Court} Court
 */

const ASK_EVERY_MS = 4_000;
const COURTS_EVERY_MS = 15_000;
const AGE_TICK_MS = 10_000;
const POINTER_HIDES_MS = 3_000;
const ID = 'screen-id';
const SHOWS = 'screen-shows';

/** A TV whose address says nothing does what it is told. */
const adoptable = location.search === '';

/** @type {{venue: string, matches: Map<string, Match>, courts: Court[], link: import('../core/socket.js').Link}} */
const known = {
  venue: '',
  matches: new Map(),
  courts: [],
  link: { phase: 'connecting', freshAt: null, code: null },
};
let orders = readOrders(adoptable ? recall(SHOWS, '') : location.search);
let code = '';
let turn = 0;
let turnTimer = 0;

const title = h('h1');
const time = h('span', { class: 'tv-time' });
const status = new LinkStatus();
const scan = h('span', { class: 'tv-scan' });
const adopt = h('div', { class: 'tv-adopt', hidden: true });
const header = h('header', { class: 'tv-bar' }, title, adopt, time, scan);
const main = h('main', { class: 'tv-main' });
const lost = h('footer', { class: 'tv-lost' }, status);
const results = new TvResults();
/** @type {Map<string, TvTile>} by court, so that a tile that stays is the same element */
const tiles = new Map();

const render = onceAFrame(() => {
  const pages = pagesOf(orders, [...known.matches.values()], known.courts);
  const page = pages[turn % pages.length] ?? pages[0];
  if (!page) return;
  const root = document.documentElement;
  root.dataset['view'] = orders.overlay ? 'overlay' : page.kind;
  root.dataset['phase'] = known.link.phase;
  header.classList.toggle('visually-hidden', orders.overlay || page.kind === 'court');
  document.title = known.venue ? `${isolated(known.venue)} – Courtside` : 'Courtside';
  setText(title, known.venue);
  status.data = known.link;
  lost.hidden = known.link.phase === 'live' || known.link.freshAt === null;
  // That there are no results is known only once somebody has said so.
  if (page.kind === 'results' && known.link.freshAt !== null) {
    results.data = { page, link: known.link };
    return show([results]);
  }
  const shown = page.kind === 'court' ? [page.tile] : page.kind === 'wall' ? page.tiles : [];
  const { columns, rows } = gridOf(shown.length, innerHeight > innerWidth);
  root.style.setProperty('--columns', String(columns));
  root.style.setProperty('--rows', String(rows));
  show(
    shown.length > 0
      ? shown.map((tile) => tileFor(tile, page.kind === 'court'))
      : [h('p', { class: 'tv-empty' }, known.link.freshAt === null ? '' : t('tv.empty'))],
  );
  for (const key of tiles.keys()) if (!known.courts.some(({ id }) => id === key) && !known.matches.has(key)) tiles.delete(key);
});

/** @param {import('../core/screen.js').Tile} tile @param {boolean} speaks */
function tileFor(tile, speaks) {
  const element = tiles.get(tile.key) ?? new TvTile();
  tiles.set(tile.key, element);
  element.data = { tile, link: known.link, speaks };
  return element;
}

/** @param {HTMLElement[]} wanted */
function show(wanted) {
  if (wanted.length === main.children.length && wanted.every((element, index) => main.children[index] === element)) return;
  main.replaceChildren(...wanted);
}

/** @param {import('../core/types.js').Frame} frame */
function receive(frame) {
  if (frame.type === 'welcome') {
    known.venue = frame['venue'].name;
    known.matches = new Map(frame['matches'].map((/** @type {Match} */ match) => [match.id, match]));
    learnCourts();
    learnSports();
  } else if (frame.type === 'match') {
    const { courtID, id } = frame['match'];
    known.matches.set(id, frame['match']);
    learnHallZone([frame['match']]).then((learned) => learned && render());
    if (courtID && !known.courts.some((court) => court.id === courtID)) learnCourts();
  } else if (frame.type === 'match_deleted') known.matches.delete(frame['matchID']);
  render();
}

async function learnCourts() {
  known.courts = await api.courts().catch(() => known.courts);
  render();
}

async function learnSports() {
  knowSports(await api.sports().catch(() => []));
  await learnHallZone(known.matches.values());
  render();
}

/** The palette of the night, on or off, whatever the screen prefers. */
function applyTheme() {
  const dark = { dark: 'all', light: 'not all', '': '(prefers-color-scheme: dark)' }[orders.theme];
  document.documentElement.style.colorScheme = orders.theme || 'light dark';
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSMediaRule)) continue;
      palettes.get(rule) ?? (rule.media.mediaText.includes('prefers-color-scheme') && palettes.set(rule, true));
      if (palettes.has(rule)) rule.media.mediaText = dark;
    }
}
/** @type {Map<CSSMediaRule, true>} */
const palettes = new Map();

/** @param {string} query */
function obey(query) {
  orders = readOrders(query);
  turn = 0;
  applyTheme();
  takeTurns();
  render();
}

function takeTurns() {
  clearInterval(turnTimer);
  turnTimer = setInterval(() => {
    turn += 1;
    render();
  }, turn_ms(orders));
}

/** Its own name, which an organiser's order is kept under. */
function ownId() {
  const id = recall(ID, '') || [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  remember(ID, id);
  return id;
}

async function askForOrders() {
  const told = await api.screen(ownId()).catch(() => null);
  // Without the server it goes on as it was told last.
  if (!told) return;
  code = told.code;
  adopt.hidden = told.shows !== null;
  sayCode();
  const before = recall(SHOWS, '');
  remember(SHOWS, told.shows ?? undefined);
  if ((told.shows ?? '') !== before) obey(told.shows ?? '');
}

function sayCode() {
  adopt.replaceChildren(h('p', {}, t('tv.code'), ' ', h('strong', {}, code)), h('p', { class: 'tv-what' }, t('tv.adopt')));
}

function showTime() {
  // A TV may be set to another zone than the hall's, whose times it shows.
  setText(time, timeOfDay(Date.now(), false, hallZone()));
}

let pointerTimer = 0;
addEventListener('pointermove', () => {
  document.body.classList.remove('no-pointer');
  clearTimeout(pointerTimer);
  pointerTimer = setTimeout(() => document.body.classList.add('no-pointer'), POINTER_HIDES_MS);
});

document.body.prepend(header, main, lost);
document.body.classList.add('no-pointer');
const socket = new LiveSocket({
  path: () => '/watch',
  onFrame: receive,
  onLink: (link) => {
    known.link = link;
    render();
  },
});
onLanguage(() => {
  scan.replaceChildren(qrCode('/', t('share.qr')), h('span', {}, t('share.open')));
  sayCode();
  showTime();
  render();
});
addEventListener('resize', render);
setInterval(showTime, 1_000);
// “In 25 min” shrinks by itself.
setInterval(render, AGE_TICK_MS);
setInterval(learnCourts, COURTS_EVERY_MS);
applyTheme();
takeTurns();
socket.open();
if (adoptable) {
  askForOrders();
  setInterval(askForOrders, ASK_EVERY_MS);
}
