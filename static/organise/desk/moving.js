/**
 * Moving matches: the places where they may go light up in all columns, and one is taken by a tap, a key or a drop. A place
 * that clashes is said, with the way to take it all the same where that is possible.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('./requests.js').MoveAnswer} MoveAnswer
 * @typedef {MoveAnswer['places'][number]} FreePlace
 */
import { h, setText } from '../../core/dom.js';
import { lookUp, t } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { versus } from '../../core/match.js';
import { openForm } from '../../components/dialog.js';
import { momentInHall } from './moment.js';
import { moveMatches } from './requests.js';

const MINUTE_MS = 60_000;

/**
 * The clashes in a few lines, one for each kind; what makes a place impossible comes first.
 *
 * @param {MoveAnswer['clashes']} clashes
 * @param {Map<string, Match>} matches
 */
function clashLines(clashes, matches) {
  const kinds = new Set([...clashes].sort((a, b) => (a.severity < b.severity ? -1 : 1)).map(({ kind }) => kind));
  return [...kinds].map((kind) => {
    const others = new Set(clashes.filter((clash) => clash.kind === kind).map(({ otherMatchID }) => otherMatchID ?? ''));
    const names = [...others].flatMap((id) => matches.get(id) ?? []).map((match) => [match.key, versus(match)].filter(Boolean).join(' · '));
    const more = names.length - 1;
    const who = more > 0 ? `${names[0]}, ${t('control.more', { n: more })}` : names[0];
    const words = lookUp(`clashOf.${kind}`) ?? kind;
    return who ? `${words} (${who})` : words;
  });
}

export class Moving {
  #desk;
  /** @type {string[]} */
  #ids = [];
  #words = h('strong', { role: 'status' });
  #hint = h('span', { class: 'desk-small desk-keys' });
  #clashes = h('ul');
  #anyway = h('button', { type: 'button', class: 'button small', hidden: true });
  #other = h('button', { type: 'button', class: 'button small' });
  #leave = h('button', { type: 'button', class: 'button small' });
  /** @type {Element|null} */
  #from = null;
  element = h('div', { class: 'desk-hand desk-moving', hidden: true });

  /**
   * @param {object} desk
   * @param {import('./sources.js').Sources} desk.sources
   * @param {() => Map<string, import('./column.js').Column>} desk.columns
   * @param {(plan: import('./requests.js').Plan, ids: string[]) => FreePlace[]} desk.gaps where several can be tried
   * @param {(action: () => Promise<unknown>) => Promise<unknown>} desk.attempt
   * @param {() => Promise<void>} desk.moved
   * @param {() => void} desk.changed
   */
  constructor(desk) {
    this.#desk = desk;
    this.element.append(this.#words, this.#hint, h('div', { class: 'desk-clashes', role: 'alert' }, this.#clashes), this.#anyway, this.#other, this.#leave);
    this.#other.onclick = () => this.#elsewhere();
    this.#leave.onclick = () => this.leave();
    document.addEventListener('keydown', (event) => this.#key(event));
  }

  get isOn() {
    return this.#ids.length > 0;
  }

  /** @param {string} id */
  has = (id) => this.#ids.includes(id);

  /** Lights the places up. @param {string[]} ids in the order in which they are played @param {boolean} [byHand] the focus goes to the first place */
  async start(ids, byHand = true) {
    this.leave();
    this.#ids = ids;
    if (byHand) this.#from = document.activeElement;
    this.show();
    await this.#desk.attempt(async () => {
      const { places } = await moveMatches(ids, {}).catch((error) => {
        this.leave();
        throw error;
      });
      // Somebody may have left it, or begun another.
      if (this.#ids !== ids) return;
      const { plan } = this.#desk.sources;
      this.#offer(plan && ids.length > 1 ? this.#desk.gaps(plan, ids) : places.filter((place) => !this.#isThere(place)));
      if (byHand) this.#buttons()[0]?.focus();
    });
  }

  /** Says if a place is only where the match stands already. @param {FreePlace} place */
  #isThere({ courtID, from, to }) {
    const now = this.#desk.sources.placeOf(this.#ids[0] ?? '');
    return now?.courtID === courtID && from === to && Date.parse(now.at) === Date.parse(from);
  }

  leave() {
    if (!this.isOn) return;
    this.#ids = [];
    this.#offer([]);
    this.#say([]);
    this.show();
    if (this.#from instanceof HTMLElement && this.#from.isConnected) this.#from.focus({ preventScroll: true });
    this.#from = null;
  }

  /** @param {FreePlace[]} places */
  #offer(places) {
    const { plan, timeOf } = this.#desk.sources;
    for (const [courtID, column] of this.#desk.columns()) {
      const court = isolated(plan?.courts.find((court) => court.courtID === courtID)?.name ?? '');
      const own = places.filter((place) => place.courtID === courtID);
      column.offer(
        own.map(({ from, to }) => {
          const words = from === to ? timeOf(from) : `${timeOf(from)} – ${timeOf(to)}`;
          const onclick = () => this.take(courtID, from);
          const label = t('moving.place', { court, time: words });
          const button = h('button', { type: 'button', class: 'desk-place', 'aria-label': label, 'data-at': from, onclick }, words);
          return { at: from, element: h('li', { class: 'desk-place-row' }, button) };
        }),
      );
    }
    if (this.isOn) setText(this.#words, places.length > 0 ? this.#title() : t('control.noPlaces'));
    this.#desk.changed();
  }

  #title() {
    const match = this.#desk.sources.matches().get(this.#ids[0] ?? '');
    return this.#ids.length > 1 ? t('moving.several', { n: this.#ids.length }) : t('moving.one', { match: match ? versus(match) : '' });
  }

  /** Says what is being moved, in the language of now. */
  show() {
    this.element.hidden = !this.isOn;
    if (!this.isOn) return;
    setText(this.#words, this.#title());
    setText(this.#hint, t('moving.keys'));
    setText(this.#anyway, t('control.anyway'));
    setText(this.#other, t('control.elsewhere'));
    setText(this.#leave, t('moving.leave'));
  }

  /**
   * Takes a place, unless it clashes.
   *
   * @param {string} courtID
   * @param {string} at
   * @param {boolean} [confirm]
   * @returns {Promise<unknown>}
   */
  take(courtID, at, confirm = false) {
    const ids = this.#ids;
    this.#say([]);
    return this.#desk.attempt(async () => {
      const { moved, clashes } = await moveMatches(ids, { courtID, at, ...(confirm ? { confirm: true } : {}) });
      if (!moved) return this.#say(clashes, () => this.take(courtID, at, true));
      this.leave();
      return this.#desk.moved();
    });
  }

  /** @param {MoveAnswer['clashes']} clashes @param {() => unknown} [anyway] */
  #say(clashes, anyway) {
    this.#clashes.replaceChildren(...clashLines(clashes, this.#desk.sources.matches()).map((words) => h('li', {}, words)));
    this.#anyway.hidden = clashes.length === 0 || clashes.some(({ severity }) => severity === 'blocking');
    this.#anyway.onclick = anyway ?? null;
    if (!this.#anyway.hidden) this.#anyway.focus({ preventScroll: true });
  }

  async #elsewhere() {
    const { plan } = this.#desk.sources;
    if (!plan) return;
    const court = h('select', {}, ...plan.courts.map(({ courtID, name }) => h('option', { value: courtID }, name)));
    const ids = this.#ids;
    const chosen = await openForm({
      title: t('control.elsewhere'),
      fields: [
        { name: 'courtID', label: t('matchForm.court'), input: court },
        { name: 'at', label: t('control.time'), input: h('input', { type: 'time', required: true }) },
      ],
      submit: t('control.move'),
      send: async (values) => values,
    });
    if (!chosen?.['at'] || this.#ids !== ids) return;
    await this.take(chosen['courtID'] ?? '', momentInHall(plan.settings, plan.day, chosen['at']));
  }

  /** The places that can be reached, column by column. @returns {HTMLButtonElement[]} */
  #buttons() {
    return [...this.#desk.columns().values()].flatMap((column) =>
      column.places.flatMap(({ element }) => /** @type {HTMLButtonElement} */ (element.querySelector('button')) ?? []),
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOn || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      return this.leave();
    }
    const now = document.activeElement;
    if (!event.key.startsWith('Arrow') || !(now instanceof HTMLElement) || !now.matches('.desk-place')) return;
    const next = event.key === 'ArrowDown' || event.key === 'ArrowUp' ? this.#along(now, event.key === 'ArrowDown' ? 1 : -1) : this.#across(now, event.key === 'ArrowRight' ? 1 : -1);
    event.preventDefault();
    next?.focus();
  }

  /** The next place of the same court. @param {HTMLElement} now @param {number} step */
  #along(now, step) {
    const court = now.closest('[data-court]');
    const own = this.#buttons().filter((button) => button.closest('[data-court]') === court);
    return own[own.indexOf(/** @type {HTMLButtonElement} */ (now)) + step];
  }

  /** The place nearest in time on the next court that has one. @param {HTMLElement} now @param {number} step */
  #across(now, step) {
    const courts = [...this.#desk.columns().values()].filter((column) => column.places.length > 0);
    const at = courts.findIndex(({ element }) => element.contains(now));
    const column = courts[at + step];
    const moment = Date.parse(now.dataset['at'] ?? '');
    const away = (/** @type {{at: string}} */ place) => Math.abs(Date.parse(place.at) - moment) / MINUTE_MS;
    const [nearest] = [...(column?.places ?? [])].sort((a, b) => away(a) - away(b));
    // On a phone one court is shown: the place has to be there before it can have the focus.
    column?.element.dispatchEvent(new CustomEvent('show-court', { bubbles: true }));
    return nearest?.element.querySelector('button');
  }
}
