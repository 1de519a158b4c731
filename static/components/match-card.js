/**
 * One match in a list: names, periods, headline. The whole card leads to the match.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Side} Side
 */
import { flash, h, setText } from '../core/dom.js';
import { ago, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { SIDES, besideScore, changedAt, matchPath, tellingPeriods, versus } from '../core/match.js';
import { newsOf } from '../core/news.js';
import { Part } from '../core/part.js';
import { callWords } from '../core/programme.js';
import { sideName } from '../core/sides.js';
import { MatchClock } from './match-clock.js';
import { showOccasion } from './occasion.js';
import { showStatus } from './status-chip.js';

/**
 * `sports` and `zone` are known to all; that they come late is told with the data, because a card shows names and times by them.
 *
 * @typedef {object} Card
 * @property {Match} match
 * @property {import('../core/socket.js').Link} link
 * @property {boolean} organiser
 * @property {unknown} sports
 * @property {ReadonlySet<string>} followed
 * @property {Match|null} next the one that comes next on its court, while this one is on
 * @property {string|undefined} zone in which times are told
 */

/** How long a card says what changed. */
const NEWS_MS = 8_000;

function sideRow() {
  const parts = {
    name: h('span', { class: 'side-name' }),
    winner: h('span', { class: 'side-winner' }),
    star: h('span', { class: 'side-star' }),
    news: h('span', { class: 'side-news', 'aria-hidden': 'true' }),
    numbers: h('span', { class: 'side-numbers' }),
    score: h('strong', { class: 'side-score' }),
    beside: h('strong', { class: 'side-beside' }),
  };
  const who = h('span', { class: 'side-who' }, parts.winner, parts.star, parts.name, parts.news);
  const row = h('div', { class: 'side' }, who, parts.numbers, parts.score, parts.beside);
  return { ...parts, row };
}

/** @extends {Part<Card>} */
export class MatchCard extends Part {
  #chip = h('span', { class: 'chip' });
  #clock = new MatchClock();
  #where = h('span', { class: 'card-where' });
  #title = h('span', { class: 'visually-hidden' });
  #link = h('a', { class: 'card-link' }, this.#title);
  #age = h('span', { class: 'card-age' });
  #code = h('button', { type: 'button', class: 'button small quiet card-code' });
  #manage = h('button', { type: 'button', class: 'button small quiet card-code' });
  #contested = h('p', { class: 'card-contested' });
  #next = h('p', { class: 'card-next' });
  #foot = h(
    'footer',
    { class: 'card-foot' },
    this.#age,
    h('span', { class: 'card-tools' }, this.#code, this.#manage),
  );
  #sides = { A: sideRow(), B: sideRow() };
  /** As it was shown last. @type {Match|null} */
  #before = null;
  #newsTimer = 0;

  connectedCallback() {
    this.#code.onclick = () => this.#tell('referee-code');
    this.#manage.onclick = () => this.#tell('manage');
    this.replaceChildren(
      h(
        'article',
        { class: 'card' },
        h('header', { class: 'card-top' }, this.#chip, this.#clock, this.#where),
        h('h3', {}, this.#link),
        h('div', { class: 'sides' }, this.#sides.A.row, this.#sides.B.row),
        this.#contested,
        this.#next,
        this.#foot,
      ),
    );
    super.connectedCallback();
  }

  build() {
    setText(this.#code, t('referee.open'));
    setText(this.#manage, t('manage.open'));
    this.#contested.replaceChildren(icon('broken'), t('match.contested'));
    // The signs have words for screen readers, which are made with them.
    for (const side of SIDES) for (const sign of /** @type {const} */ (['winner', 'star'])) this.#sides[side][sign].replaceChildren();
  }

  /**
   * With 200 matches in a list, most have not changed.
   * @param {Card} card
   */
  show(card) {
    const { data } = this;
    const keys = /** @type {(keyof Card)[]} */ (Object.keys(card));
    if (!data || keys.some((key) => data[key] !== card[key])) this.data = card;
  }

  /** @param {Card} card */
  update({ match, link, organiser, followed, next }) {
    showStatus(this.#chip, match, link);
    this.#clock.data = { match, link };
    showOccasion(this.#where, match);
    this.#contested.hidden = !organiser || !match.contested;
    setText(this.#title, versus(match));
    this.#link.href = matchPath(match);
    this.#code.hidden = !organiser || match.state.status === 'finished';
    this.#manage.hidden = !organiser;
    this.#code.setAttribute('aria-label', `${t('referee.open')}: ${versus(match)}`);
    this.#manage.setAttribute('aria-label', `${t('manage.open')}: ${versus(match)}`);
    this.dataset['status'] = match.state.status;
    this.dataset['kind'] = this.#chip.dataset['kind'] ?? '';
    for (const side of SIDES) this.#updateSide(match, side, followed.has(match.sides[side].name));
    this.#next.hidden = !next;
    setText(this.#next, next ? t('onCourt.then', { match: versus(next), when: callWords(next) }) : '');
    this.#tellNews(match);
    this.showAge();
    this.#foot.hidden = !organiser && this.#age.textContent === '';
  }

  /** Called now and then, since an age grows by itself, and the time until a match shrinks. */
  showAge() {
    const match = this.data?.match;
    if (!match || !this.data) return;
    if (match.state.status === 'scheduled') showStatus(this.#chip, match, this.data.link);
    setText(this.#age, match.state.status === 'scheduled' ? '' : t('match.changed', { ago: ago(changedAt(match)) }));
  }

  /** @param {string} what */
  #tell(what) {
    this.dispatchEvent(new CustomEvent(what, { bubbles: true, detail: this.data?.match }));
  }

  /** Says for a while what has just changed. @param {Match} match */
  #tellNews(match) {
    const before = this.#before;
    this.#before = match;
    if (!before || before.seq === match.seq) return;
    const news = newsOf(before, match);
    const show = (/** @type {typeof news} */ told) => {
      for (const side of SIDES) setText(this.#sides[side].news, told[side] ?? '');
    };
    show(news);
    clearTimeout(this.#newsTimer);
    this.#newsTimer = setTimeout(() => show({}), NEWS_MS);
  }

  /** @param {Match} match @param {Side} side @param {boolean} followed */
  #updateSide(match, side, followed) {
    const { sides, state } = match;
    const { name, winner, star, numbers, score, beside, row } = this.#sides[side];
    if (followed !== star.hasChildNodes())
      star.replaceChildren(
        ...(followed ? [icon('followed'), h('span', { class: 'visually-hidden' }, t('filter.followed'))] : []),
      );
    setText(name, isolated(sideName(sides[side])));
    name.title = sideName(sides[side]);
    const won = state.winner === side;
    if (row.classList.toggle('won', won) !== winner.hasChildNodes()) {
      winner.replaceChildren(
        ...(won ? [icon('winner'), h('span', { class: 'visually-hidden' }, t('match.winner'))] : []),
      );
    }
    const now = besideScore(match);
    // After extra time and kicks, the name needs the room more than all the periods do.
    const cells = now?.kind === 'shootout' ? [] : tellingPeriods(match).map((period) => String(period[side]));
    if (setText(numbers, cells.join(' '))) {
      numbers.replaceChildren(...cells.flatMap((cell) => [h('span', { class: 'number' }, cell), ' ']));
      numbers.lastChild?.remove();
    }
    const first = score.textContent === '';
    if (setText(score, state.status === 'scheduled' ? '–' : String(state.score[side])) && !first) flash(score);
    this.#updateBeside(beside, now, side);
  }

  /** @param {HTMLElement} element @param {ReturnType<typeof besideScore>} beside @param {Side} side */
  #updateBeside(element, beside, side) {
    const first = element.textContent === '';
    element.hidden = !beside;
    element.title = beside?.label ?? '';
    element.dataset['kind'] = beside?.kind ?? '';
    // Kicks stand in brackets behind the score, as everywhere.
    const text = beside?.kind === 'shootout' ? `(${beside.points[side]})` : (beside?.points[side] ?? '');
    if (setText(element, text) && !first) flash(element);
  }
}

customElements.define('match-card', MatchCard);
