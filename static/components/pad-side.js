/**
 * One side of the pad: a half to tap for the usual point, and below it whatever else its sport lets a side do often.
 *
 * @typedef {import('../core/referee.js').View} View
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').MatchEvent} MatchEvent
 * @typedef {import('../core/types.js').Side} Side
 *
 * @typedef {object} Action a button below a half
 * @property {string} words
 * @property {string} figure what it gives, or how many there are
 * @property {boolean} [counts] the figure is how many there are
 * @property {MatchEvent[]} events
 * @property {boolean} allowed
 */
import { flash, h, setText } from '../core/dom.js';
import { currentLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { currentGames } from '../core/match.js';
import { sideName } from '../core/sides.js';
import { guardMs, inSets, nameOf, pointValues, rulesOf, servingWords } from '../core/sport.js';

/** @param {Match} match */
const inShootout = (match) => match.state.phase === 'shootout';

/**
 * @param {Match} match
 * @param {Side} side
 * @param {number} index of the way to score
 * @returns {MatchEvent}
 */
function pointEvent(match, side, index) {
  if (inShootout(match)) return { type: 'point', side, value: 1, detail: { phase: 'shootout' } };
  const values = pointValues(match);
  const { value = 1, name } = values[index] ?? {};
  const alike = values.filter((point) => point.value === value).length > 1;
  return { type: 'point', side, value, ...(alike && name ? { detail: { kind: name['en'] } } : {}) };
}

/**
 * @param {View} view
 * @param {Match} match
 * @param {Side} side
 * @returns {Action[]}
 */
function actionsOf({ lastPoints }, match, side) {
  if (inShootout(match)) {
    const event = { type: 'point', side, value: 0, detail: { phase: 'shootout' } };
    return [{ words: t('pad.miss'), figure: '', events: [event], allowed: true }];
  }
  const actions = pointValues(match).map(({ value, name, after }, index) => ({
    // “3 points” says no more than +3.
    words: nameOf(name).startsWith(String(value)) ? '' : nameOf(name),
    figure: `+${value}`,
    events: [pointEvent(match, side, index)],
    allowed: after === undefined || !lastPoints || lastPoints[side] === after,
  }));
  const [, ...more] = actions;
  if (rulesOf(match)?.both_score) more.push(both(match));
  const foul = nameOf(rulesOf(match)?.fouls.name);
  if (!foul) return more;
  const count = String(match.state.fouls?.[side] ?? 0);
  const event = { type: 'foul', side, value: 1 };
  return [...more, { words: foul, figure: count, counts: true, events: [event], allowed: true }];
}

/**
 * A point for each side at once. The leader's comes first: it may end the match. Where the next point decides, both count
 * for nobody.
 *
 * @param {Match} match
 * @returns {Action}
 */
function both(match) {
  const { score } = match.state;
  /** @type {Side[]} */
  const order = score.B > score.A ? ['B', 'A'] : ['A', 'B'];
  const events = order.map((side) => pointEvent(match, side, 0));
  return { words: t('pad.both'), figure: '', events, allowed: true };
}

export class PadSide {
  #side;
  #record;
  #choose;
  #name = h('span', { class: 'half-name' });
  #serving = h('span', { class: 'half-serving' });
  #score = h('span', { class: 'half-score' });
  #headline = h('span', { class: 'half-headline' });
  #action = h('span', { class: 'half-action' });
  #half = h('button', { type: 'button', class: 'half' });
  #actions = h('div', { class: 'side-actions' });
  #guard = 0;
  /** @type {Match|null} */
  #match = null;

  /** @param {Side} side @param {(event: MatchEvent) => void} record @param {() => void} choose before the start: who begins */
  constructor(side, record, choose) {
    this.#side = side;
    this.#record = record;
    this.#choose = choose;
    this.#half.append(this.#name, ' ', this.#score, ' ', this.#headline, ' ', this.#action, ' ', this.#serving);
    this.#half.onclick = () => this.#tap();
    this.element = h('div', { class: 'pad-side', 'data-side': side }, this.#half, this.#actions);
  }

  /** Takes the next tap at once: the last one was taken back. */
  release() {
    clearTimeout(this.#guard);
    this.#guard = 0;
    this.#half.removeAttribute('data-guarded');
  }

  /** A finger that bounces must not score twice. */
  #tap() {
    const match = this.#match;
    if (!match || this.#guard) return;
    if (match.state.status === 'scheduled') return this.#choose();
    this.#half.setAttribute('data-guarded', '');
    this.#guard = setTimeout(() => this.release(), guardMs(match));
    this.#record(pointEvent(match, this.#side, 0));
  }

  /** @param {View} view @param {boolean} locked @param {boolean} first chosen to begin */
  update(view, locked, first) {
    const { match } = view;
    this.#match = match;
    this.#half.disabled = locked;
    this.#actions.hidden = !match;
    if (!match) return;
    const { state, sides } = match;
    const side = this.#side;
    setText(this.#name, isolated(sideName(sides[side])));
    const text = state.points?.[side] ?? String(state.score[side]);
    const isNew = this.#score.textContent === '';
    this.#score.dataset['digits'] = String(text.length);
    if (setText(this.#score, text) && !isNew) flash(this.#score);
    this.#headline.hidden = !inShootout(match) && !inSets(match);
    const headline = [`${t(inShootout(match) ? 'match.score' : 'match.sets')} ${state.score[side]}`];
    const games = currentGames(match);
    if (games) headline.unshift(`${t('match.games')} ${games[side]}`);
    setText(this.#headline, headline.join(' · '));
    const serves = state.serving === side && state.status !== 'finished';
    if (serves !== this.#serving.hasChildNodes()) {
      this.#serving.replaceChildren(
        ...(serves ? [icon('live'), h('span', { class: 'visually-hidden' }, servingWords(match))] : []),
      );
    }
    const waits = state.status === 'scheduled';
    if (waits) this.#half.setAttribute('aria-pressed', String(first));
    else this.#half.removeAttribute('aria-pressed');
    this.#updateAction(match, first);
    locked ||= waits;
    this.#updateActions(actionsOf(view, match, side), sideName(sides[side]), locked);
  }

  /** What a tap on the half means: told aloud always, in sight where it could be something else.
   * @param {Match} match
   * @param {boolean} first
   */
  #updateAction(match, first) {
    if (match.state.status === 'scheduled') {
      this.#action.classList.toggle('visually-hidden', !first);
      setText(this.#action, t('pad.begins'));
      return;
    }
    const [usual, ...more] = pointValues(match);
    const told = inShootout(match) ? t('pad.scored') : nameOf(usual?.name) || t('pad.tap');
    this.#action.classList.toggle('visually-hidden', more.length === 0 && !inShootout(match));
    setText(this.#action, told);
  }

  /** @param {Action[]} actions @param {string} name @param {boolean} locked */
  #updateActions(actions, name, locked) {
    const key = JSON.stringify([currentLanguage(), name, actions.map(({ words, events }) => [words, events])]);
    if (this.#actions.dataset['key'] !== key) {
      this.#actions.dataset['key'] = key;
      this.#actions.replaceChildren(...actions.map((action) => this.#button(action, name)));
    }
    this.#actions.hidden = actions.length === 0;
    this.element.toggleAttribute('data-actions', actions.length > 0);
    [...this.#actions.querySelectorAll('button')].forEach((button, index) => {
      const action = actions[index];
      button.disabled = locked || !action?.allowed;
      const figure = button.querySelector('strong');
      if (figure && action) setText(figure, action.figure);
    });
  }

  /** @param {Action} action @param {string} name */
  #button({ words, figure, counts, events }, name) {
    const onclick = () => events.forEach(this.#record);
    const [event] = events;
    const said = words || (event?.type === 'point' ? t('event.point', { n: event.value ?? 1, name }) : '');
    return h(
      'button',
      { type: 'button', class: counts ? 'button action counts' : 'button action', onclick },
      figure && h('strong', {}, figure),
      words && h('span', { class: 'action-words' }, words),
      h('span', { class: 'visually-hidden' }, words ? `, ${isolated(name)}` : ` ${said}`),
    );
  }
}
