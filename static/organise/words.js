/**
 * Sentences from a word of the server and its parameters: deeds of organisers, and rules that a draw does not keep.
 *
 * @typedef {import('./requests.js').Deed} Deed
 * @typedef {import('./requests.js').Violation} Violation
 * @typedef {Record<string, unknown>} Parameters
 */
import './ready.js';
import { lookUp, t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';

/** A parameter as it is read: a text, a team by its name, a stage by its kind, a score as "3–1". @param {unknown} value @returns {string} */
function read(value) {
  if (Array.isArray(value)) return value.map(read).join(', ');
  if (value === null || typeof value !== 'object') return isolated(String(value ?? ''));
  const { name, kind, A, B } = /** @type {{name?: string, kind?: string, A?: number, B?: number}} */ (value);
  if (A !== undefined && B !== undefined) return `${A}–${B}`;
  return name === undefined ? (lookUp(`kind.${kind}`) ?? isolated(kind ?? '')) : isolated(name);
}

/**
 * @param {string} key
 * @param {Parameters} parameters
 * @param {number} [n] by which a text in several numbers is chosen
 * @returns {string|null} null for a word that this page does not know
 */
function sentence(key, parameters, n) {
  const values = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, read(value)]));
  return lookUp(key, n === undefined ? values : { ...values, n });
}

/** The text that says a deed: some words have one for each way in which it was done. @param {{word: string} & Parameters} what */
function textOf({ word, mode, lots, group, event, score, before, presence }) {
  if (word === 'check_in') return `check_in_${presence}`;
  if (word === 'correction') {
    if (event === 'finish') return score === undefined ? 'correction_finish' : 'correction_finish_at';
    return score === undefined ? 'correction' : before === undefined ? 'correction_to' : 'correction_from';
  }
  if (word === 'draw') return mode === 'lots' && lots === undefined ? 'draw_unnumbered' : `draw_${mode}`;
  if (word === 'order') return `order_${lots === undefined ? 'decided' : 'drawn'}_${group === undefined ? 'best' : 'group'}`;
  return word;
}

/** The settings that were changed, one after the other. @param {Parameters} settings */
function settingsWords({ name, startsOn, factor, sport, rules, standings }) {
  const said = Object.entries({ name, startsOn, factor, sport, rules, standings }).filter(([, value]) => value !== undefined);
  return said.map(([setting, value]) => lookUp(`setting.${setting}`, { value: read(value) }) ?? setting).join(', ');
}

/** @param {{word: string} & Parameters} what @param {Deed[]} deeds @returns {string|null} */
function deedSentence(what, deeds) {
  const { word, count, points, walkovers, entrants, fixtures, event, seq } = what;
  const n = [count, points, walkovers, entrants, fixtures].find((value) => typeof value === 'number');
  const parameters = { ...what };
  if (word === 'correction') parameters['event'] = lookUp(`correctedBy.${event}`) ?? event;
  if (word === 'settings') return t('deed.settings', { settings: settingsWords(what) });
  if (word === 'undo') {
    const undone = deeds.find((deed) => deed.seq === seq);
    parameters['deed'] = undone ? deedWords(undone, deeds) : String(seq);
  }
  return sentence(`deed.${textOf(what)}`, parameters, /** @type {number|undefined} */ (n));
}

/**
 * A deed in the reader's language; in the server's English where this page does not know its word.
 *
 * @param {Deed} deed
 * @param {Deed[]} deeds all of them, for those that take another back
 * @returns {string}
 */
export function deedWords({ what, settled = [], does }, deeds) {
  const said = what ? deedSentence(what, deeds) : null;
  if (what === undefined || said === null) return isolated(does);
  const rest = settled.map(({ choice, key }) => sentence(`settled.${choice}`, { key }) ?? isolated(`${key}: ${choice}`));
  const reasons = [what['reason'], ...settled.map(({ reason }) => reason)].filter((reason) => typeof reason === 'string');
  const why = reasons.map((reason) => t('deed.reason', { reason: read(reason) }));
  return [said, ...rest, ...why].join(' ');
}

/** A rule that a draw or a round does not keep. @param {Violation} violation */
export function violationWords({ violation, message, ...parameters }) {
  return sentence(`violation.${violation}`, parameters) ?? isolated(message);
}
