/**
 * A format put together by hand: one kind of draw, and behind a round robin, groups or Swiss rounds perhaps a second.
 *
 * @typedef {import('../core/types.js').Stage} Stage
 * @typedef {HTMLInputElement|HTMLSelectElement} Input
 */
import './ready.js';
import { elementId, h } from '../core/dom.js';
import { lookUp, t } from '../core/i18n.js';

/** @type {Stage['kind'][]} */
const KINDS = ['round_robin', 'groups', 'knockout', 'double_elimination', 'swiss', 'placement', 'consolation', 'free'];
const TREES = ['knockout', 'double_elimination', 'placement', 'consolation'];
const MODES = ['first_round', 'first_match', 'compass', 'olympic', 'feed_in'];
const FEED_IN_TO = ['R32', 'R16', 'QF', 'SF'];

/** Settings of each kind. @type {Record<string, string[]>} */
const SETTINGS = {
  round_robin: ['legs'],
  groups: ['groups', 'legs'],
  knockout: ['third_place'],
  double_elimination: ['reset'],
  swiss: ['rounds'],
  placement: ['places', 'matches'],
  consolation: ['mode', 'to', 'third_place'],
  free: [],
};

/** @param {string} value @param {number} [most] */
function number(value, most = 64) {
  const input = h('input', { type: 'number', min: 1, max: most, inputmode: 'numeric' });
  input.value = value;
  return input;
}

/** @param {[string, string][]} options */
const select = (options) => h('select', {}, ...options.map(([value, words]) => h('option', { value }, words)));

/** @param {string[]} kinds @returns {[string, string][]} */
const kindOptions = (kinds) => kinds.map((kind) => [kind, lookUp(`kind.${kind}`) ?? kind]);

/** The fields of one stage. */
class StageFields {
  /** @type {Record<string, Input>} */
  inputs = {
    legs: number('1', 4),
    groups: number('4'),
    rounds: number('5'),
    third_place: this.#yesOrNo(true),
    reset: this.#yesOrNo(true),
    places: number(''),
    matches: number(''),
    mode: select(MODES.map((mode) => [mode, lookUp(`consolation.${mode}`) ?? mode])),
    to: select([['', t('format.usual')], .../** @type {[string, string][]} */ (FEED_IN_TO.map((to) => [to, to]))]),
  };
  kind;
  /** @type {{name: string, row: HTMLElement}[]} */
  rows = [];

  /** @param {string[]} kinds @param {string} label */
  constructor(kinds, label) {
    this.kind = select(kindOptions(kinds));
    this.label = label;
  }

  #yesOrNo(/** @type {boolean} */ yes) {
    const input = select([
      ['yes', t('rules.yes')],
      ['no', t('rules.no')],
    ]);
    input.value = yes ? 'yes' : 'no';
    return input;
  }

  /** @param {() => void} look */
  build(look) {
    this.rows = Object.entries(this.inputs).map(([name, input]) => ({
      name,
      row: field(lookUp(`setting.${name}`) ?? name, input),
    }));
    for (const input of [this.kind, ...Object.values(this.inputs)]) input.addEventListener('change', look);
    return [field(this.label, this.kind), ...this.rows.map(({ row }) => row)];
  }

  look() {
    const settings = SETTINGS[this.kind.value] ?? [];
    for (const { name, row } of this.rows)
      row.hidden = !settings.includes(name) || (name === 'to' && this.inputs['mode']?.value !== 'feed_in');
  }

  /** @param {string} key @returns {Stage} */
  stage(key) {
    /** @type {Record<string, unknown>} */
    const stage = { key, kind: this.kind.value };
    for (const { name, row } of this.rows) {
      const value = this.inputs[name]?.value ?? '';
      if (row.hidden || value === '') continue;
      stage[name] = value === 'yes' ? true : value === 'no' ? false : /^\d+$/.test(value) ? Number(value) : value;
    }
    return /** @type {Stage} */ (/** @type {unknown} */ (stage));
  }
}

/** @param {string} label @param {Input} input */
function field(label, input) {
  input.id = elementId();
  return h('div', { class: 'field' }, h('label', { for: input.id }, label), input);
}

export class FormatForm {
  #first = new StageFields(KINDS, t('format.kind'));
  #second = new StageFields(TREES, t('format.second'));
  #ranks = number('2', 16);
  #best = number('0', 16);

  /** @param {(stages: Stage[]) => void} attempt */
  constructor(attempt) {
    const none = h('option', { value: '' }, t('format.noSecond'));
    this.#second.kind.prepend(none);
    this.#second.kind.value = '';
    const look = () => this.#look();
    const first = this.#first.build(look);
    const [kind, ...settings] = this.#second.build(look);
    this.secondRow = /** @type {HTMLElement} */ (kind);
    this.ranksRow = field(t('format.ranks'), this.#ranks);
    this.bestRow = field(t('format.bestOfNext'), this.#best);
    const form = h(
      'form',
      { novalidate: true, class: 'own-fields' },
      ...first,
      this.secondRow,
      this.ranksRow,
      this.bestRow,
      ...settings,
      h('button', { class: 'button' }, t('format.try')),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      attempt(this.stages());
    };
    this.element = form;
    this.#look();
  }

  #look() {
    this.#first.look();
    const kind = this.#first.kind.value;
    const leadsOn = kind === 'groups' || kind === 'round_robin' || kind === 'swiss';
    this.secondRow.hidden = !leadsOn;
    const goesOn = leadsOn && this.#second.kind.value !== '';
    this.ranksRow.hidden = !goesOn;
    this.bestRow.hidden = !goesOn || kind !== 'groups';
    this.#second.look();
    if (!goesOn) for (const { row } of this.#second.rows) row.hidden = true;
  }

  /** @returns {Stage[]} */
  stages() {
    const first = this.#first.stage('a');
    if (this.ranksRow.hidden) return [first];
    const ranks = Number(this.#ranks.value) || 2;
    const count = this.bestRow.hidden ? 0 : Number(this.#best.value) || 0;
    const from = { stage: 'a', ranks, ...(count > 0 ? { best: { rank: ranks + 1, count } } : {}) };
    return [first, { ...this.#second.stage('b'), from }];
  }
}
