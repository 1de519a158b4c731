/**
 * The rules of the day: the few that an organiser changes, in words, with the sentence that they make beside them.
 *
 * @typedef {import('./dialog.js').Field} Field
 * @typedef {import('../core/rules-words.js').Rules} Rules
 */
import { h, setText } from '../core/dom.js';
import { lookUp, t } from '../core/i18n.js';
import { ApiError } from '../core/api.js';
import { DAY_RULES, changed, inWords, merged } from '../core/rules-words.js';

const NUMBER_MAX = 1000;

export class RulesForm {
  /** The rules of the sport's file. @type {Rules} */
  #base;
  /** The rules that are changed. @type {Rules} */
  #now;
  #inputs = DAY_RULES.map((rule) => ({ rule, input: rule.whole ? number() : yesOrNo() }));
  sentence = h('p', { class: 'rules-sentence', role: 'status' });

  /** @param {Rules} base what the sport's file says @param {Rules} [now] the rules that are changed, where they differ */
  constructor(base, now = base) {
    this.#base = base;
    this.#now = now;
    for (const { input } of this.#inputs) input.addEventListener('input', () => this.#say());
    this.startFrom(base, now);
  }

  /** @param {Rules} base @param {Rules} [now] */
  startFrom(base, now = base) {
    this.#base = base;
    this.#now = now;
    for (const { rule, input } of this.#inputs) {
      if (!rule.known(base)) continue;
      const value = rule.read(now);
      input.value = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value ?? '');
    }
    this.#say();
  }

  /** @param {() => boolean} shown whether they are wanted at all @returns {Field[]} */
  fields(shown) {
    return this.#inputs.map(({ rule, input }) => ({
      name: rule.name,
      label: lookUp(`dayRule.${rule.name}`) ?? rule.name,
      input,
      optional: true,
      shown: () => shown() && rule.known(this.#base),
    }));
  }

  /** The changes, for the server; nothing where nothing was changed. @returns {Record<string, unknown>} */
  changes() {
    let all = {};
    for (const { rule, input } of this.#inputs) {
      if (!rule.known(this.#base)) continue;
      const value = valueOf(input);
      if (value === rule.read(this.#now)) continue;
      if (rule.whole && rule.name !== 'cap' && value === null) throw new ApiError('bad_number', { field: rule.name });
      all = merged(all, rule.write(value, this.#base));
    }
    return all;
  }

  #say() {
    try {
      setText(this.sentence, inWords(changed(this.#now, this.changes())));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.sentence, error.words);
    }
  }
}

const number = () => h('input', { type: 'number', min: 1, max: NUMBER_MAX, step: 1, inputmode: 'numeric' });

const yesOrNo = () =>
  h('select', {}, h('option', { value: 'yes' }, t('rules.yes')), h('option', { value: 'no' }, t('rules.no')));

/** @param {HTMLInputElement|HTMLSelectElement} input */
function valueOf(input) {
  if (input instanceof HTMLSelectElement) return input.value === 'yes';
  return input.value.trim() === '' ? null : Number(input.value);
}
