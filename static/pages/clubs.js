/** The clubs of the day: the points of their teams in all tournaments together, and for what. */
import { elementId, h, setText } from '../core/dom.js';
import { onLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { tournamentPath } from '../core/match.js';
import { readClubs } from '../core/tournament.js';
import '../components/language-switch.js';
import { organiserEntry } from '../components/organiser-entry.js';

/** @typedef {import('../core/types.js').Clubs} Clubs */
/** @typedef {import('../core/types.js').ClubLine} ClubLine */

const EVERY_MS = 20_000;
const MEDALS = /** @type {const} */ (['gold', 'silver', 'bronze']);

const home = h('a', { class: 'button on-court quiet', href: '/' }, icon('back'));
const homeWords = h('span', { class: 'hero-words' });
const title = h('h1');
const rules = h('p', { class: 'hero-tagline' });
const notice = h('p', { class: 'notice calm', hidden: true });
const place = h('div');
const desk = h('div');
/** @type {Clubs|null} */
let clubs = null;
/** @type {Set<string>} */
const open = new Set();
let shown = '';

home.append(homeWords);
document.body.prepend(
  h(
    'header',
    { class: 'hero' },
    h('div', { class: 'hero-bar' }, home, organiserEntry(organise), document.createElement('language-switch')),
    h('div', { class: 'hero-main' }, title, rules),
  ),
  h('main', {}, notice, desk, place),
);

/** @param {ClubLine} line */
function rowOf(line) {
  const id = elementId();
  const why = h(
    'tr',
    { class: 'table-why', id, hidden: !open.has(line.club) },
    h(
      'td',
      { colspan: 6 },
      h(
        'ul',
        {},
        ...line.why.map(({ tournamentID, tournamentName, team, rank, points, factor }) =>
          h(
            'li',
            {},
            t('clubs.why', { team, rank, n: points, factor }),
            ' ',
            h('a', { href: tournamentPath(tournamentID) }, isolated(tournamentName)),
          ),
        ),
      ),
    ),
  );
  const button = h(
    'button',
    { type: 'button', class: 'table-name', 'aria-expanded': String(open.has(line.club)), 'aria-controls': id },
    h('span', {}, isolated(line.club)),
    h('span', { class: 'table-more' }, icon('help'), h('span', { class: 'visually-hidden' }, t('table.why'))),
  );
  button.onclick = () => {
    why.hidden = open.has(line.club);
    if (why.hidden) open.delete(line.club);
    else open.add(line.club);
    button.setAttribute('aria-expanded', String(!why.hidden));
  };
  return h(
    'tbody',
    {},
    h(
      'tr',
      {},
      h('td', { class: 'table-rank' }, String(line.rank)),
      h('th', { scope: 'row', class: 'table-team' }, button),
      ...MEDALS.map((medal) => h('td', {}, String(line.medals[medal]))),
      h('td', { class: 'table-points' }, String(line.points)),
    ),
    why,
  );
}

function render() {
  setText(homeWords, t('app.home'));
  setText(title, t('clubs.title'));
  document.title = `${t('clubs.title')} – Courtside`;
  if (!clubs) return;
  setText(rules, t('clubs.rules', { points: clubs.points.join(', ') }));
  const now = JSON.stringify([clubs, document.documentElement.lang]);
  if (now === shown) return;
  shown = now;
  notice.hidden = clubs.clubs.length > 0;
  setText(notice, t('clubs.none'));
  const medal = (/** @type {typeof MEDALS[number]} */ name) =>
    h(
      'th',
      { scope: 'col' },
      h('abbr', { title: t(`clubs.${name}`), 'aria-label': t(`clubs.${name}`) }, t(`clubsShort.${name}`)),
    );
  const head = h(
    'tr',
    {},
    h(
      'th',
      { scope: 'col' },
      h('span', { class: 'visually-hidden' }, t('table.rank')),
      h('span', { 'aria-hidden': 'true' }, '#'),
    ),
    h('th', { scope: 'col', class: 'table-team' }, t('clubs.club')),
    ...MEDALS.map(medal),
    h('th', { scope: 'col' }, t('columnShort.points')),
  );
  place.replaceChildren(
    clubs.clubs.length > 0
      ? h(
          'table',
          { class: 'table' },
          h('caption', { class: 'visually-hidden' }, t('clubs.title')),
          h('thead', {}, head),
          ...clubs.clubs.map(rowOf),
        )
      : '',
  );
}

async function look() {
  const told = await readClubs().catch(() => null);
  if (told) clubs = told;
  render();
}

/** Loads what organisers do, which no spectator needs. */
async function organise() {
  const { ClubsDesk } = await import('../organise/clubs.js');
  const part = new ClubsDesk(() => look());
  desk.replaceChildren(part.element);
  await part.show();
}

onLanguage(render);
look();
setInterval(() => !document.hidden && setTimeout(look, Math.random() * 1_000), EVERY_MS);
