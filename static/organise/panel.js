/**
 * The common ground of the organiser's panels: each shows what is known, does one thing at a time, and says plainly what
 * was refused.
 *
 * @typedef {import('../core/types.js').Team} Team
 * @typedef {import('../core/types.js').Fixture} Fixture
 * @typedef {import('../core/types.js').Standings} Standings
 * @typedef {import('../core/types.js').Stage} Stage
 *
 * @typedef {object} Known
 * @property {string} id of the tournament
 * @property {import('../core/types.js').Tournament} tournament
 * @property {Team[]} teams
 * @property {{stages: Stage[], drawn: boolean}} format
 * @property {Standings} standings
 * @property {Fixture[]} fixtures
 * @property {import('../core/types.js').Tree[]} trees
 *
 * @typedef {{changed: () => Promise<void>}} Changed reads everything anew
 * @typedef {Changed & {known: () => Known, go: (panel: string) => void}} DeskPart what a panel is given; `go` opens another
 */
import './ready.js';
import { ApiError } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { lookUp, t } from '../core/i18n.js';
import { openLogIn } from '../components/organiser-forms.js';

/** The names of the groups in order, of all stages or of one. @param {Known} known @param {string} [of] */
export const groupsOf = ({ standings }, of) => [
  ...new Set(
    standings.tables
      .filter(({ stage }) => of === undefined || stage === of)
      .map(({ group }) => group ?? '')
      .filter(Boolean),
  ),
];

/** Tells a refusal in the reader's language, with the server's own words where they say what is in the way. @param {ApiError} error */
export function refusalWords(error) {
  if (lookUp(`named.${error.code}`) && Object.keys(error.about).length > 0) return error.words;
  const known = lookUp(`refusal.${error.code}`);
  if (!known) return error.words;
  return NAMES_WHAT.has(error.code) && error.message ? `${known} (${error.message})` : known;
}

/**
 * Does what needs the organiser's rights; where the log-in has ended, asks for it and goes on.
 *
 * @template R
 * @param {() => Promise<R>} action
 */
async function withRights(action) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
    if (!(await openLogIn(t('organiser.expired')))) throw error;
    return action();
  }
}

/** Codes whose message names the match or the team. */
const NAMES_WHAT = new Set(['has_begun', 'absent_teams', 'too_few', 'bad_format']);

/** @template {Changed} [Desk=DeskPart] */
export class Panel {
  element = h('div', { class: 'panel-body' });
  #failed = h('p', { class: 'form-error', role: 'alert' });
  #said = h('p', { class: 'dialog-note', role: 'status' });
  #busy = false;
  /** The taps that wait for the one before. @type {Promise<unknown>} */
  #queue = Promise.resolve();

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** The place of errors and success: each panel puts it where the eye is. */
  get notes() {
    return h('div', { class: 'panel-notes' }, this.#failed, this.#said);
  }

  /** Shows what is known now. */
  update() {}

  /** @param {string} words */
  say(words) {
    setText(this.#said, words);
  }

  /** @param {string} words */
  complain(words) {
    setText(this.#failed, words);
    // On a phone the button may be far below.
    if (words) this.#failed.parentElement?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * Does something and tells how it went. A second tap while it is being done does nothing.
   *
   * @param {() => Promise<string|null|void>} action answers what to say; null where it was left
   */
  async attempt(action) {
    if (this.#busy) return;
    this.#busy = true;
    this.element.setAttribute('aria-busy', 'true');
    this.complain('');
    this.say('');
    try {
      const words = await withRights(action);
      if (words) this.say(words);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(refusalWords(error));
    } finally {
      this.#busy = false;
      this.element.removeAttribute('aria-busy');
    }
  }

  /**
   * Does what must not be lost, one after the other, and reads the tournament anew after the last.
   *
   * @param {() => Promise<unknown>} action
   */
  inTurn(action) {
    const mine = this.#queue.then(() => withRights(action)).catch((error) => {
      if (!(error instanceof ApiError)) throw error;
      this.complain(refusalWords(error));
    });
    this.#queue = mine;
    return mine.then(() => (this.#queue === mine ? this.desk.changed() : undefined));
  }

  /** Does what changes the tournament, like `attempt`, and reads it anew. @param {() => Promise<unknown>} action @param {string} [words] */
  change(action, words = t('organise.done')) {
    return this.attempt(async () => {
      const done = await action();
      await this.desk.changed();
      return done === null ? null : words;
    });
  }

  /** @param {string} words @param {() => unknown} onclick @param {string} [look] @param {string} [label] */
  button(words, onclick, look = '', label) {
    return h('button', { type: 'button', class: `button ${look}`, onclick, 'aria-label': label }, words);
  }
}
