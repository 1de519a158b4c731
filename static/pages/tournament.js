/** A tournament: its tables, its draw, its matches and who has won; with the organiser's log-in, the ways to run it. */
import { api } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { onLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { tournamentPath } from '../core/match.js';
import { learnHallZone } from '../core/programme.js';
import { knowSports, sportName } from '../core/sport.js';
import { onceAFrame } from '../core/store.js';
import '../components/language-switch.js';
import { LinkStatus } from '../components/link-status.js';
import { organiserEntry } from '../components/organiser-entry.js';
import { openShare } from '../components/share.js';
import { FinalRanking, FixtureList, TournamentTree } from '../tournament/lists.js';
import { TournamentReading } from '../tournament/reading.js';
import { GroupTables } from '../tournament/tables.js';

const id = new URLSearchParams(location.search).get('id') ?? '';

const home = h('a', { class: 'button on-court quiet', href: '/' }, icon('back'));
const homeWords = h('span', { class: 'hero-words' });
const share = h('button', { type: 'button', class: 'button on-court quiet' }, icon('share'));
const title = h('h1');
const about = h('p', { class: 'hero-tagline' });
const clubs = h('a', { href: '/clubs' });
const status = new LinkStatus();
const bar = h('section', { class: 'bar' });
const jumps = h('nav', { class: 'jumps' });
const notice = h('p', { class: 'notice', role: 'alert', hidden: true });
const desk = h('div');
const place = h('div');
const parts = {
  ranking: part('ranking', new FinalRanking()),
  tables: part('tables', new GroupTables()),
  bracket: part('bracket', new TournamentTree()),
  fixtures: part('fixtures', new FixtureList()),
};

/** @typedef {'ranking'|'tables'|'bracket'|'fixtures'} PartName */

/** @template {HTMLElement} E @param {PartName} name @param {E} content */
function part(name, content) {
  const heading = h('h2', { id: elementId() });
  const element = h(
    'section',
    { class: 'section', id: name, 'aria-labelledby': heading.id, tabindex: '-1' },
    heading,
    content,
  );
  return { heading, element, content, jump: h('a', { class: 'jump', href: `#${name}` }) };
}

home.append(homeWords);
bar.append(h('div', { class: 'bar-inner' }, status, jumps));
document.body.prepend(
  h(
    'header',
    { class: 'hero' },
    h('div', { class: 'hero-bar' }, home, share, organiserEntry(organise), document.createElement('language-switch')),
    h('div', { class: 'hero-main' }, title, about),
  ),
  bar,
  h('main', {}, notice, desk, place),
  h('footer', { class: 'page-foot' }, clubs),
);

const render = onceAFrame(() => {
  const { data, link, matches, failure } = reading;
  const isGone = failure === 'not_found' || failure === 'deleted';
  bar.hidden = isGone;
  // Whatever an organiser would do to it is refused.
  desk.hidden = isGone;
  bar.dataset['phase'] = link.phase;
  status.data = link;
  const gone = failure === 'deleted' ? t('tournament.deleted') : t('tournament.unknown');
  setText(notice, isGone ? gone : failure && !data ? t('tournament.unread') : '');
  notice.hidden = notice.textContent === '';
  if (isGone) notice.classList.remove('calm');
  // That nothing is drawn is worth saying where it is known.
  for (const { element } of Object.values(parts)) element.hidden = true;
  if (!data) return;
  const { tournament, standings, trees, fixtures } = data;
  document.title = `${isolated(tournament.name)} – Courtside`;
  setText(title, isolated(tournament.name));
  setText(about, [sportName(tournament.sport), tournament.startsOn ?? ''].filter(Boolean).join(' · '));
  parts.ranking.content.data = { ranking: standings.ranking };
  parts.tables.content.data = { tables: standings.tables };
  parts.bracket.content.data = { trees, matches };
  parts.fixtures.content.data = { fixtures, trees, matches };
  const drawn = fixtures.length > 0 || standings.tables.some(({ rows }) => rows.length > 0);
  show('ranking', standings.ranking.length > 0);
  show('tables', standings.tables.length > 0);
  show('bracket', trees.some(({ fixtures }) => fixtures.length > 0));
  show('fixtures', fixtures.length > 0);
  order(standings.ranking.some(({ rank }) => rank === 1));
  if (!drawn && !organiser) setText(notice, t('tournament.notDrawn'));
  notice.hidden = notice.textContent === '';
  notice.classList.toggle('calm', !drawn && failure === null);
  organiser?.update();
  learnHallZone(matches.values()).then((learned) => learned && render());
});

/** Puts first what people come for: the tables while it is played, who has won when it is over. @param {boolean} over */
function order(over) {
  if (place.dataset['over'] === String(over)) return;
  place.dataset['over'] = String(over);
  const { ranking, tables, bracket, fixtures } = parts;
  const wanted = over ? [ranking, tables, bracket, fixtures] : [tables, bracket, fixtures, ranking];
  place.replaceChildren(...wanted.map(({ element }) => element));
  jumps.replaceChildren(...wanted.map(({ jump }) => jump));
}

/** @param {PartName} name @param {boolean} shown */
function show(name, shown) {
  parts[name].element.hidden = !shown;
  parts[name].jump.hidden = !shown;
}

const reading = new TournamentReading(id, render);

/** @type {import('../organise/tournament-desk.js').TournamentDesk|null} */
let organiser = null;

/** Loads what organisers do, which no spectator needs. */
async function organise() {
  const { TournamentDesk } = await import('../organise/tournament-desk.js');
  organiser ??= new TournamentDesk(id, reading);
  if (!organiser.element.isConnected) desk.replaceChildren(organiser.element);
  render();
}

share.onclick = () => openShare(tournamentPath(id), t('match.follow'));
status.addEventListener('retry', () => reading.retryNow());
onLanguage(() => {
  setText(homeWords, t('app.home'));
  share.setAttribute('aria-label', t('share.open'));
  setText(clubs, t('clubs.title'));
  bar.setAttribute('aria-label', t('match.link'));
  jumps.setAttribute('aria-label', t('tournament.parts'));
  for (const name of /** @type {PartName[]} */ (Object.keys(parts))) {
    setText(parts[name].heading, t(`tournament.${name}`));
    setText(parts[name].jump, t(`tournament.${name}`));
  }
  render();
});
api.sports().then(
  (sports) => {
    knowSports(sports);
    render();
  },
  () => {},
);
reading.open();
