/**
 * The referee's pad: two halves to tap, an undo that says what it takes back, and the truth about what is saved where.
 *
 * @typedef {import('../core/referee.js').View} View
 * @typedef {import('../core/types.js').Side} Side
 */
import { flash, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { inWords } from '../core/history.js';
import { SIDES, matchPath, versus } from '../core/match.js';
import { Part } from '../core/part.js';
import { CLOSED } from '../core/socket.js';
import { ask } from './dialog.js';
import './language-switch.js';
import { LinkStatus } from './link-status.js';

const BUZZ_MS = 15;
const SPEAK_AFTER_MS = 600;

/** @param {Side} side */
function half(side) {
  const parts = {
    name: h('span', { class: 'half-name' }),
    score: h('span', { class: 'half-score' }),
    headline: h('span', { class: 'half-headline' }),
    action: h('span', { class: 'visually-hidden' }),
  };
  return {
    ...parts,
    button: h(
      'button',
      { type: 'button', class: 'half', 'data-side': side },
      parts.name,
      parts.score,
      parts.headline,
      parts.action,
    ),
  };
}

/** @param {View} view @returns {string} what keeps this pad from working for good, or nothing */
function dead({ link, match }) {
  if (link.code === CLOSED.DELETED) return t(match ? 'pad.deleted' : 'match.unknownText');
  if (link.code === CLOSED.REVOKED) return t(match ? 'pad.revoked' : 'pad.notAccepted');
  return '';
}

/** @extends {Part<View>} */
export class ScorePad extends Part {
  #title = h('h1', { class: 'visually-hidden' });
  #status = new LinkStatus();
  #unsent = h('p', { class: 'pad-unsent', role: 'status' });
  #watch = h('a', { class: 'icon-button' }, icon('list'));
  #halves = { A: half('A'), B: half('B') };
  #message = h('p', { class: 'pad-message', role: 'status' });
  #standbyTitle = h('h2');
  #standbyText = h('p');
  #takeOver = h('button', { type: 'button', class: 'button primary' });
  #standby = h('section', { class: 'pad-standby' }, this.#standbyTitle, this.#standbyText, this.#takeOver);
  #refusedText = h('p');
  #understood = h('button', { type: 'button', class: 'button small' });
  #refused = h('div', { class: 'pad-refused', role: 'alert' }, this.#refusedText, this.#understood);
  #undoWords = h('span', { class: 'undo-words' });
  #undo = h('button', { type: 'button', class: 'button pad-undo' }, icon('undo'), this.#undoWords);
  #next = h('button', { type: 'button', class: 'button primary pad-next' });
  #spoken = h('p', { class: 'visually-hidden', role: 'status' });
  #speakTimer = 0;

  connectedCallback() {
    for (const side of SIDES) this.#halves[side].button.onclick = () => this.#do('point', { side });
    this.#undo.onclick = () => this.#do('undo');
    this.#next.onclick = () => this.#startOrFinish();
    this.#takeOver.onclick = () => this.#do('take-over');
    this.#understood.onclick = () => this.#do('understood');
    this.#status.addEventListener('retry', () => this.#do('retry'));
    this.replaceChildren(
      h(
        'header',
        { class: 'pad-bar' },
        this.#title,
        this.#status,
        h('div', { class: 'pad-links' }, this.#watch, document.createElement('language-switch')),
        this.#unsent,
      ),
      h(
        'main',
        { class: 'pad-main' },
        h('div', { class: 'pad-notes' }, this.#message, this.#refused, this.#standby),
        h('div', { class: 'pad-halves' }, this.#halves.A.button, this.#halves.B.button),
        h('div', { class: 'pad-foot' }, this.#undo, this.#next),
        this.#spoken,
      ),
    );
    super.connectedCallback();
  }

  build() {
    for (const side of SIDES) setText(this.#halves[side].action, t('pad.tap'));
    setText(this.#standbyTitle, t('pad.standby'));
    setText(this.#standbyText, t('pad.standbyText'));
    setText(this.#takeOver, t('pad.takeOver'));
    setText(this.#understood, t('pad.understood'));
    this.#watch.setAttribute('aria-label', t('pad.watch'));
  }

  /** @param {View} view */
  update(view) {
    const { match, link, standby, status, unsent, last } = view;
    const stopped = dead(view);
    this.dataset['phase'] = link.phase;
    this.#status.data = link;
    setText(this.#unsent, unsent > 0 ? t('pad.unsent', { n: unsent }) : t('pad.saved'));
    this.#unsent.classList.toggle('waiting', unsent > 0);
    this.#unsent.hidden = !match;
    setText(this.#message, this.#messageOf(view, stopped));
    this.#message.hidden = this.#message.textContent === '';
    this.#standby.hidden = !standby || stopped !== '';
    this.#updateRefused(view);
    this.#watch.hidden = !match;
    const locked = !match || standby || stopped !== '';
    for (const side of SIDES) this.#updateHalf(view, side, locked || status === 'finished');
    this.#undo.disabled = locked || (!last && match.seq === 0 && unsent === 0);
    setText(this.#undoWords, last && match ? t('pad.undoWhat', { what: inWords(last, match.sides) }) : t('pad.undo'));
    setText(
      this.#next,
      t(status === 'scheduled' ? 'pad.start' : status === 'finished' ? 'pad.finished' : 'pad.finish'),
    );
    this.#next.disabled = locked || status === 'finished';
    if (!match) return;
    this.#watch.href = matchPath(match);
    setText(this.#title, versus(match));
    this.#speak(
      t('match.spoken', { a: match.sides.A.name, b: match.sides.B.name, scoreA: view.tally.A, scoreB: view.tally.B }),
    );
  }

  /** @param {View} view @param {string} stopped */
  #messageOf({ link, hurdle, status }, stopped) {
    if (stopped) return stopped;
    if (link.phase === 'waiting' || link.phase === 'idle') return t('pad.offline');
    if (hurdle === 'rate_limited' || hurdle === 'storage_unavailable')
      return t('pad.retrying', { why: t(`refused.${hurdle}`) });
    return status === 'finished' ? t('pad.finished') : '';
  }

  /** @param {View} view */
  #updateRefused({ refused }) {
    const [first] = refused;
    this.#refused.hidden = !first;
    if (!first) return;
    const known = /** @type {const} */ ([
      'match_finished',
      'illegal_score',
      'nothing_to_undo',
      'bad_event',
      'too_large',
    ]);
    const code = known.find((name) => name === first.code);
    setText(
      this.#refusedText,
      t('pad.refused', { n: refused.length, why: code ? t(`refused.${code}`) : first.message }),
    );
  }

  /** @param {View} view @param {Side} side @param {boolean} locked */
  #updateHalf({ match, tally, headline }, side, locked) {
    const { name, score, headline: small, button } = this.#halves[side];
    const text = String(tally[side]);
    button.disabled = locked;
    setText(name, match?.sides[side].name ?? '');
    const first = score.textContent === '';
    score.dataset['digits'] = String(text.length);
    if (setText(score, match ? text : '') && !first) flash(score);
    setText(small, headline ? String(headline[side]) : '');
    small.hidden = !headline;
  }

  async #startOrFinish() {
    const view = this.data;
    if (!view?.match) return;
    if (view.status === 'scheduled') return this.#do('start');
    const { sides } = view.match;
    const shown = view.headline ?? view.tally;
    const text = t('pad.finishText', { a: sides.A.name, b: sides.B.name, scoreA: shown.A, scoreB: shown.B });
    if (await ask({ title: t('pad.finishTitle'), text, yes: t('pad.finishYes'), no: t('pad.finishNo') }))
      this.#do('finish');
  }

  /** @param {string} what @param {object} [detail] */
  #do(what, detail) {
    if (what === 'point' || what === 'undo') navigator.vibrate?.(BUZZ_MS);
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  /** @param {string} words */
  #speak(words) {
    clearTimeout(this.#speakTimer);
    this.#speakTimer = setTimeout(() => setText(this.#spoken, words), SPEAK_AFTER_MS);
  }
}

customElements.define('score-pad', ScorePad);
