/**
 * The card of a match that is on a court now: its score, the time that it takes, and who scores it.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('../../core/types.js').DeskLine} DeskLine
 * @typedef {import('./model.js').Stand} Stand
 * @typedef {import('./board.js').Hands} Hands
 */
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { icon } from '../../core/icons.js';
import { SIDES, besideScore, currentGames, periodsLine, statusOf, versus } from '../../core/match.js';
import { sideName } from '../../core/sides.js';
import { currentPeriodName } from '../../core/sport.js';
import { setAttribute, setOrHide } from './arrange.js';
import { deviceWords, isWorry } from './devices.js';
import { isWaiting, lateness } from './model.js';

const MINUTE_MS = 60_000;

export class NowCard {
  #hands;
  #chip = h('span', { class: 'chip' });
  #more = h('button', { type: 'button', class: 'desk-open' }, icon('more'));
  #rows = SIDES.map(() => ({ name: h('span', { class: 'desk-side' }), score: h('b'), points: h('span', { class: 'desk-points' }) }));
  #periods = h('p', { class: 'desk-small' });
  #played = h('strong', { class: 'desk-played' });
  #what = h('span');
  #watchers = h('span');
  #devices = h('ul', { class: 'desk-devices' });
  /** @type {Stand|null} */
  #stand = null;
  /** @type {DeskLine|undefined} */
  #line;
  element;

  /** @param {string} id @param {Hands} hands */
  constructor(id, hands) {
    this.#hands = hands;
    this.#more.onclick = () => hands.open(id);
    this.element = h(
      'article',
      { class: 'desk-card', 'data-match': id },
      h('header', { class: 'desk-card-head' }, this.#chip, this.#more),
      h('div', { class: 'desk-score' }, ...this.#rows.flatMap(({ name, score, points }) => [name, points, score])),
      this.#periods,
      h('p', { class: 'desk-small desk-facts' }, this.#what, this.#played, this.#watchers),
      this.#devices,
    );
  }

  /** @param {Stand} stand @param {DeskLine|undefined} line */
  update(stand, line) {
    this.#stand = stand;
    const { match } = stand;
    setAttribute(this.element, 'data-key', match.key ?? '');
    const name = t('desk.manage', { match: versus(match) });
    setAttribute(this.#more, 'aria-label', name);
    setAttribute(this.#more, 'title', name);
    this.score(match);
    this.know(line);
  }

  /** Shows a score: all that ten points a second may touch. @param {Match} match */
  score(match) {
    if (this.#stand) this.#stand = { ...this.#stand, match };
    const link = this.#hands.link();
    const { kind, words } = statusOf(match, link);
    setAttribute(this.element, 'data-status', match.state.status);
    setAttribute(this.#chip, 'data-kind', kind);
    // That nobody scores is said below, with the device.
    const isHeard = match.state.status === 'live' && link.phase === 'live';
    const isCalled = isWaiting(match) && match.call === 'called';
    setText(this.#chip, isHeard ? currentPeriodName(match) : isCalled ? t('desk.called') : words);
    const counted = besideScore(match)?.points;
    const games = currentGames(match);
    SIDES.forEach((side, at) => {
      const row = this.#rows[at];
      if (!row) return;
      setText(row.name, sideName(match.sides[side]));
      setText(row.score, isWaiting(match) ? '' : String(match.state.score[side]));
      setText(row.points, [games?.[side], counted?.[side]].filter((figure) => figure !== undefined).join(' '));
    });
    setOrHide(this.#periods, periodsLine(match));
  }

  /** Shows what the desk knows of its devices. @param {DeskLine|undefined} line */
  know(line) {
    this.#line = line;
    const { match } = this.#stand ?? {};
    if (!match) return;
    setOrHide(this.#what, [match.key, match.referee?.name].filter(Boolean).join(' · '));
    setOrHide(this.#watchers, line?.watchers ? t('device.watchers', { n: line.watchers }) : '');
    const said = line?.devices.map((device) => ({ words: deviceWords(device), worry: isWorry(device) })) ?? [];
    if (said.length === 0) said.push({ words: t('device.nobody'), worry: !isWaiting(match) });
    const key = JSON.stringify(said);
    if (this.#devices.dataset['key'] !== key) {
      this.#devices.dataset['key'] = key;
      this.#devices.replaceChildren(
        ...said.map(({ words, worry }) => h('li', { class: worry ? 'worry' : '' }, worry && icon('broken'), words)),
      );
    }
    this.tick();
  }

  /** Shows how long it has been played, as time goes on. */
  tick() {
    const { match, place } = this.#stand ?? {};
    const began = this.#line?.begunAt;
    if (!match || !began || isWaiting(match)) return setOrHide(this.#played, '');
    const n = Math.max(Math.floor((this.#hands.now() - Date.parse(began)) / MINUTE_MS), 0);
    setOrHide(this.#played, place ? t('desk.playedOf', { n, minutes: place.minutes }) : t('desk.played', { n }));
    setAttribute(this.#played, 'data-late', place ? lateness(n - place.minutes) : null);
  }
}
