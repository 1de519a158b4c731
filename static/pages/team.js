/** The day of a team: its next match, its results, and what it may play yet. */
import { h, setText } from '../core/dom.js';
import { onLanguage, ordinal, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { matchPath, scoreLine, tournamentPath, versus } from '../core/match.js';
import { beginOf } from '../core/order.js';
import { callWords, inZoneOf, movedWords, plannedTime } from '../core/programme.js';
import { sideName } from '../core/sides.js';
import { LiveSocket } from '../core/socket.js';
import { onceAFrame } from '../core/store.js';
import { teamPath, readTeamDay } from '../core/team.js';
import '../components/language-switch.js';
import { LinkStatus } from '../components/link-status.js';
import { openShare } from '../components/share.js';
import { showStatus } from '../components/status-chip.js';

/**
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').TeamDay} TeamDay
 * @typedef {import('../core/types.js').TeamMatch} TeamMatch
 */

/** Many phones hear of a result at once: each asks within this time. */
const SPREAD_MS = 800;

const id = new URLSearchParams(location.search).get('id') ?? '';
const home = h('a', { class: 'button on-court quiet', href: '/' }, icon('back'));
const homeWords = h('span', { class: 'hero-words' });
const share = h('button', { type: 'button', class: 'button on-court quiet' }, icon('share'));
const title = h('h1');
const about = h('p', { class: 'hero-tagline' });
const notice = h('p', { class: 'notice', role: 'alert', hidden: true });
const next = h('section', { class: 'day-next', hidden: true });
const list = h('ol', { class: 'day' });
const status = new LinkStatus();
const bar = h('section', { class: 'bar' }, h('div', { class: 'bar-inner' }, status));
/** @type {{day: TeamDay|null, failure: string|null, link: import('../core/socket.js').Link}} */
const known = { day: null, failure: null, link: { phase: 'connecting', freshAt: null, code: null } };
let timer = 0;

home.append(homeWords);
document.body.prepend(
  h(
    'header',
    { class: 'hero' },
    h('div', { class: 'hero-bar' }, home, share, document.createElement('language-switch')),
    h('div', { class: 'hero-main' }, title, about),
  ),
  bar,
  h('main', {}, notice, next, list),
);

/** "In 25 min" shrinks by itself. */
const AGE_TICK_MS = 10_000;

/** Whom a team plays, or where the other comes from. @param {TeamMatch} line */
const opponent = ({ match, side }) =>
  side ? t('day.against', { name: isolated(sideName(match.sides[side === 'A' ? 'B' : 'A'])) }) : versus(match);

/** @param {TeamMatch} line */
function lineOf(line) {
  const { match, side, after } = line;
  const chip = h('span', { class: 'chip' });
  showStatus(chip, match, known.link);
  const { status, winner } = match.state;
  const begun = status !== 'scheduled';
  const order = side === 'B' ? /** @type {const} */ (['B', 'A']) : /** @type {const} */ (['A', 'B']);
  const where = [match.key, ...placeOf(match)];
  const outcome = status === 'finished' && side && winner ? t(winner === side ? 'day.won' : 'day.lost') : '';
  const how = begun && side ? [outcome, scoreLine(match, [...order])].filter(Boolean).join(' ') : '';
  const decides = side ? '' : t('day.after', { keys: after.join(', ') });
  return h(
    'li',
    { class: 'day-line', 'data-open': String(!side) },
    h('span', { class: 'day-time' }, plannedTime(match) || '–'),
    h(
      'div',
      { class: 'day-what' },
      h('a', { class: 'day-link', href: matchPath(match) }, opponent(line)),
      h('p', { class: 'day-where' }, [...where, decides].filter(Boolean).join(' · ')),
    ),
    h('div', { class: 'day-how' }, how ? h('strong', {}, how) : '', chip),
  );
}

/** The court, the number and the former place of a match, as far as they are known. @param {Match} match */
function placeOf(match) {
  const moved = match.state.status === 'scheduled' ? movedWords(match) : '';
  return [isolated(match.courtName ?? ''), match.number ? t('day.number', { n: match.number }) : '', moved];
}

/** A match that the team referees. @param {Match} match */
function dutyLine(match) {
  const chip = h('span', { class: 'chip' });
  showStatus(chip, match, known.link);
  return h(
    'li',
    { class: 'day-line', 'data-duty': 'true' },
    h('span', { class: 'day-time' }, plannedTime(match) || '–'),
    h(
      'div',
      { class: 'day-what' },
      h('a', { class: 'day-link', href: matchPath(match) }, t('day.duty', { match: versus(match) })),
      h('p', { class: 'day-where' }, [match.key, ...placeOf(match)].filter(Boolean).join(' · ')),
    ),
    h('div', { class: 'day-how' }, chip),
  );
}

/** Matches and duties, in the order of their times. @param {TeamDay} day */
function linesOf({ matches, duties = [] }) {
  const lines = [
    ...matches.map((line) => ({ match: line.match, show: () => lineOf(line) })),
    ...duties.map((match) => ({ match, show: () => dutyLine(match) })),
  ];
  const begin = (/** @type {{match: Match}} */ { match }) => beginOf(match).at ?? '\uffff';
  lines.sort((a, b) => (begin(a) < begin(b) ? -1 : begin(a) > begin(b) ? 1 : 0));
  return lines.map(({ show }) => show());
}

/** The match that the team waits for or plays. @param {TeamDay} day */
const nextOf = ({ matches }) => matches.find(({ match, side }) => side && match.state.status !== 'finished');

const render = onceAFrame(() => {
  const { day, failure, link } = known;
  status.data = link;
  bar.dataset['phase'] = link.phase;
  setText(homeWords, t('app.home'));
  share.setAttribute('aria-label', t('share.open'));
  bar.setAttribute('aria-label', t('match.link'));
  notice.hidden = day !== null || failure === null;
  setText(notice, t(failure === 'not_found' ? 'day.unknown' : 'tournament.unread'));
  share.hidden = !day;
  if (!day) return;
  document.title = `${isolated(day.name)} – Courtside`;
  setText(title, isolated(day.name));
  about.replaceChildren(
    ...[
      h('a', { href: tournamentPath(day.tournamentID) }, isolated(day.tournamentName)),
      isolated(day.club ?? ''),
      day.rank ? t('day.rank', { rank: ordinal(day.rank) }) : '',
    ]
      .filter((part) => part !== '')
      .flatMap((part, at) => (at > 0 ? [' · ', part] : [part])),
  );
  const coming = nextOf(day);
  const duty = day.duties?.find(({ state }) => state.status !== 'finished');
  next.hidden = !coming && !duty;
  next.replaceChildren(...(coming ? nextParts(coming) : []), ...(duty ? dutyParts(duty) : []));
  list.replaceChildren(...linesOf(day));
});

/** @param {TeamMatch} line */
function nextParts(line) {
  const { match } = line;
  const chip = h('span', { class: 'chip' });
  showStatus(chip, match, known.link);
  const place = [plannedTime(match), isolated(match.courtName ?? '')].filter(Boolean).join(' · ');
  return [
    h('h2', {}, t('day.next')),
    h('p', { class: 'day-next-place' }, place || t('day.noPlace'), ' ', chip),
    h('p', {}, h('a', { href: matchPath(match) }, opponent(line))),
  ];
}

/** @param {Match} match */
function dutyParts(match) {
  const place = [callWords(match), isolated(match.courtName ?? '')].filter(Boolean).join(' · ');
  return [h('h2', {}, t('day.dutyNext')), h('p', {}, h('a', { href: matchPath(match) }, versus(match)), ` · ${place}`)];
}

async function look() {
  try {
    known.day = await readTeamDay(id);
    inZoneOf(known.day);
    known.failure = null;
  } catch (error) {
    known.failure = /** @type {{code?: string}} */ (error).code ?? 'internal';
    if (known.failure === 'bad_id') known.failure = 'not_found';
    if (known.failure === 'not_found') known.day = null;
  }
  render();
}

/** It referees the match, or did until now. @param {Match} match */
const isDuty = (match) =>
  match.referee?.teamID === known.day?.teamID || (known.day?.duties ?? []).some(({ id }) => id === match.id);

/** Looks again when something of this team may have changed. */
function lookSoon() {
  clearTimeout(timer);
  timer = setTimeout(look, Math.random() * SPREAD_MS);
}

/** @param {import('../core/types.js').Frame} frame */
function receive(frame) {
  if (frame.type === 'welcome') look();
  if (frame.type === 'tournament' && frame['tournamentID'] === known.day?.tournamentID) lookSoon();
  const line = known.day?.matches.find(({ match }) => match.id === frame['match']?.id);
  if (frame.type === 'match' && isDuty(frame['match'])) lookSoon();
  if (frame.type === 'match' && line) {
    // The score moves at once; who plays next comes with the answer.
    const { state, plannedAt, expectedAt } = frame['match'];
    const { match } = line;
    const over = state.status !== match.state.status || plannedAt !== match.plannedAt || expectedAt !== match.expectedAt;
    line.match = frame['match'];
    if (over) lookSoon();
    render();
  }
  if (frame.type === 'match_deleted') lookSoon();
}

const socket = new LiveSocket({
  path: () => '/watch',
  onFrame: receive,
  onLink: (link) => {
    known.link = link;
    render();
  },
});

share.onclick = () => known.day && openShare(teamPath(id), t('match.follow'));
status.addEventListener('retry', () => socket.retryNow());
onLanguage(render);
look();
socket.open();
setInterval(render, AGE_TICK_MS);
