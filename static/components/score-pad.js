/**
 * The referee's pad: two halves to tap, an undo that says what it takes back, and the truth about what is saved where.
 *
 * @typedef {import('../core/referee.js').View} View
 * @typedef {import('../core/types.js').Side} Side
 */
import { h, setText, speaker } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { inWords } from '../core/history.js';
import { SIDES, matchPath, spokenScore, versus } from '../core/match.js';
import { areSidesKnown, awaited } from '../core/sides.js';
import { recall, remember } from '../core/storage.js';
import { Part } from '../core/part.js';
import { CLOSED } from '../core/socket.js';
import { currentPeriodName, periodName, promptWords, prompts, rulesOf, shootoutName } from '../core/sport.js';
import { LinkStatus } from './link-status.js';
import { OtherSides } from './other-sides.js';
import { PadClock } from './pad-clock.js';
import { openConfirm, resultInWords } from './pad-confirm.js';
import { IntervalCountdown } from './pad-interval.js';
import { confirmEnd, openMore } from './pad-more.js';
import { PadSide } from './pad-side.js';

const BUZZ_MS = 15;
/** A referee waits for the score. */
const SPEAK_AFTER_MS = 600;

/** @param {View} view @returns {string} what keeps this pad from working for good, or nothing */
function dead({ link, match }) {
  if (link.code === CLOSED.DELETED) return t(match ? 'pad.deleted' : 'match.unknownText');
  if (link.code === CLOSED.REVOKED) return t(match ? 'pad.revoked' : 'pad.notAccepted');
  return '';
}

/**
 * The one thing that comes next in the course of this match; a set ends by itself.
 *
 * @param {import('../core/types.js').Match} match
 * @returns {{words: string, event: import('../core/types.js').MatchEvent}|null}
 */
function nextStep(match) {
  const { status, period = 0, phase, prompt = [] } = match.state;
  if (status === 'scheduled') return { words: t('pad.start'), event: { type: 'start' } };
  const sport = rulesOf(match)?.engine;
  if (prompt.includes('ends') && sport === 'ladder') return { words: t('pad.endsChanged'), event: { type: 'ends' } };
  if (status === 'finished' && !match.state.confirmed) return { words: t('pad.confirm'), event: { type: 'confirm' } };
  if (status === 'suspended') return { words: t('pad.resume'), event: { type: 'resume' } };
  if (status === 'finished' || sport !== 'periods') return null;
  if (['interval', 'extra_time', 'shootout'].some((what) => prompt.includes(what))) {
    const extra = prompt.includes('extra_time') ? 'extra_time' : phase;
    const what = prompt.includes('shootout') ? shootoutName(match) : periodName(match, period + 1, extra);
    return { words: t('pad.begin', { what }), event: { type: 'period_start' } };
  }
  if (phase === 'shootout') return null;
  return { words: t('pad.end', { what: currentPeriodName(match) }), event: { type: 'period_end' } };
}

/** @param {import('../core/types.js').Match} match */
function waitsFor(match) {
  const [one = '', other] = awaited(match);
  return other ? t('pad.waitsForBoth', { one, other }) : t('pad.waitsFor', { who: one });
}

/**
 * What is kept here and what is on the server.
 * @param {View} view
 */
function savedWhere({ match, unsent, kept }) {
  const n = match?.seq ?? 0;
  if (unsent === 0) return n > 0 ? `${t('pad.saved')} (${n})` : t('pad.saved');
  const here = t(kept ? 'pad.unsent' : 'pad.unsentHere', { n: unsent });
  return `${here} · ${t('pad.onServer', { n })}`;
}

/** @param {import('../core/types.js').Match} match */
const swapKey = ({ id }) => `swapped:${id}`;

/**
 * Who serves first is part of the score of a sport of sets. Who kicks off is only told.
 *
 * @param {import('../core/types.js').Match} match
 * @param {Side|null} first
 * @returns {import('../core/types.js').MatchEvent}
 */
function startBy(match, first) {
  if (!first) return { type: 'start' };
  return rulesOf(match)?.engine === 'ladder' ? { type: 'start', side: first } : { type: 'start', detail: { first } };
}

/** @extends {Part<View>} */
export class ScorePad extends Part {
  #title = h('h1', { class: 'visually-hidden' });
  #status = new LinkStatus();
  #unsent = h('p', { class: 'pad-unsent', role: 'status' });
  #watch = h('a', { class: 'icon-button' }, icon('list'));
  #sides = { A: this.#side('A'), B: this.#side('B') };
  #prompt = h('p', { class: 'pad-prompt', role: 'status' });
  #countdown = new IntervalCountdown(this.#prompt);
  #message = h('p', { class: 'pad-message', role: 'status' });
  #clock = new PadClock((event) => this.#record(event));
  #open = h('p', { class: 'pad-open' });
  #halves = h('div', { class: 'pad-halves' }, this.#sides.A.element, this.#sides.B.element);
  /** Who begins, chosen before the start. @type {Side|null} */
  #first = null;
  #standbyTitle = h('h2');
  #standbyText = h('p');
  #takeOver = h('button', { type: 'button', class: 'button primary' });
  #standby = h('section', { class: 'pad-standby' }, this.#standbyTitle, this.#standbyText, this.#takeOver);
  #others = new OtherSides(
    () => this.#do('discard-for-others'),
    (sides) => this.#do('send-for-others', sides),
  );
  #refusedText = h('p');
  #understood = h('button', { type: 'button', class: 'button small' });
  #refused = h('div', { class: 'pad-refused', role: 'alert' }, this.#refusedText, this.#understood);
  #undoWords = h('span', { class: 'undo-words' });
  #undo = h('button', { type: 'button', class: 'button pad-undo' }, icon('undo'), this.#undoWords);
  #finish = h('button', { type: 'button', class: 'button pad-finish' });
  #next = h('button', { type: 'button', class: 'button primary pad-next' });
  #moreWords = h('span');
  #more = h('button', { type: 'button', class: 'button pad-more' }, icon('more'), this.#moreWords);
  #spoken = h('p', { class: 'visually-hidden', role: 'status' });
  #speak = speaker(this.#spoken, SPEAK_AFTER_MS);

  connectedCallback() {
    // Without data nothing can be tapped.
    this.hidden = this.data === undefined;
    this.#undo.onclick = () => this.#undoLast();
    this.#finish.onclick = () => this.#finishMatch();
    this.#next.onclick = () => this.#goOn();
    this.#more.onclick = () => this.#openMore();
    this.#takeOver.onclick = () => this.#do('take-over');
    this.#understood.onclick = () => this.#do('understood');
    this.#status.addEventListener('retry', () => this.#do('retry'));
    this.replaceChildren(
      h(
        'header',
        { class: 'pad-bar' },
        this.#title,
        h('div', { class: 'pad-info' }, this.#status, this.#unsent, this.#open),
        h('div', { class: 'pad-links' }, this.#watch, this.#clock.element),
      ),
      h(
        'main',
        { class: 'pad-main' },
        h('div', { class: 'pad-notes' }, this.#prompt, this.#message),
        this.#refused,
        this.#standby,
        ...this.#others.elements,
        this.#halves,
        h('div', { class: 'pad-foot' }, this.#undo, this.#finish, this.#next, this.#more),
        this.#spoken,
      ),
    );
    super.connectedCallback();
  }

  build() {
    setText(this.#finish, t('pad.finishDraw'));
    setText(this.#moreWords, t('pad.more'));
    setText(this.#open, t('open.short'));
    setText(this.#standbyTitle, t('pad.standby'));
    setText(this.#standbyText, t('pad.standbyText'));
    setText(this.#takeOver, t('pad.takeOver'));
    setText(this.#understood, t('pad.understood'));
    this.#watch.setAttribute('aria-label', t('pad.watch'));
  }

  /** @param {View} view */
  update(view) {
    const { match, link, standby, unsent, last, kept } = view;
    const stopped = dead(view);
    const finished = match?.state.status === 'finished';
    this.hidden = false;
    this.dataset['phase'] = link.phase;
    this.#status.data = link;
    setText(this.#unsent, savedWhere(view));
    this.#unsent.classList.toggle('waiting', unsent > 0 || !kept);
    this.#unsent.hidden = !match;
    const asked = match && !stopped ? prompts(match) : [];
    const ended = finished && !stopped ? resultInWords(match) : '';
    const [most = ''] = asked.map(promptWords);
    // Nobody can begin a match whose sides are still being played for.
    const waits = match !== null && match.state.status === 'scheduled' && !areSidesKnown(match);
    this.toggleAttribute('data-waits', waits);
    const begins = match?.state.status === 'scheduled' && !stopped ? (waits ? waitsFor(match) : t('pad.whoBegins')) : '';
    const pause = !finished && last?.type === 'timeout' ? t('pad.timeout') : '';
    setText(this.#prompt, ended || begins || most || pause);
    this.#countdown.update(stopped ? null : match, pause !== '');
    setText(this.#message, this.#messageOf(view, stopped));
    // One line for both while it is played: nothing may move under the finger, and what to do now comes first.
    const crowded = this.#prompt.textContent !== '' && !finished;
    this.#message.hidden = this.#message.textContent === '' || crowded;
    this.toggleAttribute('data-finished', finished);
    this.#others.update(view, stopped !== '');
    this.#standby.hidden = !standby || stopped !== '' || view.forOthers !== null;
    this.#updateRefused(view);
    this.#watch.hidden = !match;
    const locked = !match || standby || view.forOthers !== null || stopped !== '';
    // Without the rules nobody knows what a tap is worth; they come right after the first welcome.
    const ready = match !== null && rulesOf(match) !== null;
    if (match?.state.status !== 'scheduled') this.#first = null;
    for (const side of SIDES) this.#sides[side].update(view, locked || finished || !ready || waits, this.#first === side);
    this.#clock.update(view, locked || !ready || match.state.status === 'scheduled');
    // Nothing to tap where there is no match: the message stands alone.
    this.#halves.hidden = !match && this.#message.textContent !== '';
    this.#halves.toggleAttribute('data-swapped', match !== null && recall(swapKey(match), false));
    const confirmed = finished && match.state.confirmed === true;
    this.#undo.disabled = locked || confirmed || (!last && match.seq === 0 && unsent === 0);
    setText(this.#undoWords, last && match ? t('pad.undoWhat', { what: inWords(last, match) }) : t('pad.undo'));
    const next = match && nextStep(match);
    const focused = document.activeElement === this.#next;
    this.#next.hidden = !next;
    // Not on a half: a key held too long must not score.
    if (focused && !next) this.#more.focus();
    setText(this.#next, next?.words ?? '');
    this.#finish.hidden = !asked.includes('level');
    this.toggleAttribute('data-level', asked.includes('level'));
    this.#next.disabled = locked || waits;
    this.#finish.disabled = locked || finished;
    // Until the result is confirmed, cards are shown and scores corrected.
    this.#more.disabled = locked || confirmed;
    setText(this.#title, match ? versus(match) : link.phase === 'aside' ? t('link.aside') : '');
    if (!match) return;
    this.#watch.href = matchPath(match);
    this.#speak(spokenScore(match));
  }

  /** @param {View} view @param {string} stopped */
  #messageOf({ link, hurdle, match }, stopped) {
    if (stopped) return stopped;
    if (match?.state.confirmed) return t('pad.confirmed');
    if (link.phase === 'aside') return t('error.left_aside');
    if (link.phase === 'waiting' || link.phase === 'idle') return t('pad.offline');
    if (hurdle === 'rate_limited' || hurdle === 'storage_unavailable')
      return t('pad.retrying', { why: t(`refused.${hurdle}`) });
    return '';
  }

  /** @param {View} view */
  #updateRefused({ match, refused }) {
    const [first] = refused;
    this.#refused.hidden = !first;
    if (!first) return;
    const known = /** @type {const} */ ([
      'match_finished',
      'illegal_score',
      'nothing_to_undo',
      'bad_event',
      'too_large',
      'match_full',
      'sides_unknown',
    ]);
    const { refusal } = first;
    const code = known.find((name) => name === refusal?.code);
    const why = code ? t(`refused.${code}`) : (refusal?.message ?? '');
    const scoreOf = (/** @type {import('../core/types.js').State|null|undefined} */ state) =>
      match && state ? spokenScore({ ...match, state }) : '';
    const here = scoreOf(refused[refused.length - 1]?.here);
    const there = scoreOf(match?.state);
    const both = here && there && here !== there ? t('pad.bothScores', { here, there }) : '';
    setText(this.#refusedText, [t('pad.refused', { n: refused.length, why }), both].filter(Boolean).join(' '));
  }

  /** @param {Side} side */
  #side(side) {
    const record = (/** @type {import('../core/types.js').MatchEvent} */ event) => this.#record(event);
    return new PadSide(side, record, () => this.#choose(side));
  }

  /** Who begins; chosen again, nobody.
   * @param {Side} side
   */
  #choose(side) {
    this.#first = this.#first === side ? null : side;
    navigator.vibrate?.(BUZZ_MS);
    if (this.data) this.update(this.data);
  }

  #openMore() {
    const view = this.data;
    if (!view?.match) return;
    openMore({ view, match: view.match, record: (event) => this.#record(event), swap: () => this.#swap() });
  }

  /** Shows the sides as they now stand. */
  #swap() {
    const match = this.data?.match;
    if (!match) return;
    remember(swapKey(match), recall(swapKey(match), false) ? undefined : true);
    this.update(/** @type {View} */ (this.data));
  }

  async #goOn() {
    const match = this.data?.match;
    const next = match && nextStep(match);
    if (!next) return;
    if (next.event.type === 'start') return this.#record(startBy(match, this.#first));
    if (match.state.prompt?.includes('ends')) this.#swap();
    if (next.event.type !== 'confirm') return this.#record(next.event);
    const names = await openConfirm(match);
    if (names) this.#record({ ...next.event, detail: names });
  }

  async #finishMatch() {
    if (this.data?.match && (await confirmEnd(this.data.match))) this.#record({ type: 'finish' });
  }

  #undoLast() {
    for (const side of SIDES) this.#sides[side].release();
    if (this.data?.last?.type === 'ends') this.#swap();
    navigator.vibrate?.(BUZZ_MS);
    this.#do('undo');
  }

  /** @param {import('../core/types.js').MatchEvent} event */
  #record(event) {
    navigator.vibrate?.(BUZZ_MS);
    this.#do('record', event);
  }

  /** @param {string} what @param {object} [detail] */
  #do(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

customElements.define('score-pad', ScorePad);
