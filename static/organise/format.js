/**
 * Choosing a format: a few that suit the number of teams, each with what it takes, and a form for all others.
 *
 * @typedef {import('../core/types.js').Stage} Stage
 * @typedef {import('./requests.js').Trial} Trial
 */
import './ready.js';
import { ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { sideName } from '../core/sides.js';
import { recall, remember } from '../core/storage.js';
import { ask } from '../components/dialog.js';
import { FormatForm } from './format-form.js';
import { Panel, refusalWords } from './panel.js';
import { formatWords, proposalsFor } from './proposals.js';
import { keepFormat, tryFormat } from './requests.js';
import { openStageRules } from './stage-rules.js';

const HALL = 'format-hall';
const FIXTURES_SHOWN = 200;

/** @param {number} minutes "3 h 20 min" */
function lengthWords(minutes) {
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? t('format.hours', { hours, minutes: minutes % 60 }) : t('format.minutes', { minutes });
}

/** @param {Trial} trial */
function trialWords({ matches, matchesPerTeam: { least, most }, length }) {
  const each = least === most ? t('format.each', { n: least }) : t('format.eachFrom', { least, most });
  return [
    t('tournaments.matches', { n: matches }),
    each,
    t('format.length', { length: lengthWords(length.minutes), n: length.courts }),
  ].join(' · ');
}

/** @param {number|'bye'|import('../core/types.js').Source} source */
const trialSide = (source) =>
  typeof source === 'number' ? t('source.entrant', { n: source }) : sideName({ name: '', source });

/** Lists what would be played, for who wants to look before choosing. @param {Trial} trial */
function fixturesOf({ fixtures }) {
  const shown = fixtures.slice(0, FIXTURES_SHOWN);
  const rows = shown.map(({ key, a, b }) =>
    h('li', {}, h('strong', {}, isolated(key)), ' ', t('match.versus', { a: trialSide(a), b: trialSide(b) })),
  );
  return h(
    'details',
    { class: 'trial-fixtures' },
    h('summary', {}, t('format.show', { n: fixtures.length })),
    h('ol', {}, ...rows),
  );
}

export class FormatPanel extends Panel {
  #now = h('p', { class: 'panel-lead' });
  #courts = h('input', { type: 'number', min: 1, max: 50, inputmode: 'numeric', id: elementId() });
  #minutes = h('input', { type: 'number', min: 1, max: 600, inputmode: 'numeric', id: elementId() });
  #proposals = h('ul', { class: 'proposals' });
  #own = new FormatForm((stages) => this.#tryOwn(stages));
  #ownResult = h('div', { class: 'own-result' });
  /** Other rules of the last stage of the own format. @type {Record<string, unknown>|null} */
  #stageRules = null;
  #stageRulesWords = h('p', { class: 'field-hint', role: 'status' });
  #shown = '';

  /** @param {import('./panel.js').DeskPart} desk */
  constructor(desk) {
    super(desk);
    const { courts, minutes } = recall(HALL, { courts: 2, minutes: 20 });
    this.#courts.value = String(courts);
    this.#minutes.value = String(minutes);
    for (const input of [this.#courts, this.#minutes]) input.onchange = () => this.#again();
    this.element.append(
      this.#now,
      h(
        'div',
        { class: 'field-pair' },
        h('div', { class: 'field' }, h('label', { for: this.#courts.id }, t('format.courts')), this.#courts),
        h('div', { class: 'field' }, h('label', { for: this.#minutes.id }, t('format.minutesEach')), this.#minutes),
      ),
      this.notes,
      this.#proposals,
      h(
        'details',
        { class: 'own-format' },
        h('summary', {}, t('format.own')),
        this.#own.element,
        this.#rulesPart(),
        this.#ownResult,
      ),
    );
  }

  get #hall() {
    const number = (/** @type {HTMLInputElement} */ input, /** @type {number} */ usual) =>
      Math.max(1, Math.floor(Number(input.value)) || usual);
    return { courts: number(this.#courts, 1), minutes: number(this.#minutes, 20) };
  }

  update() {
    const { format, teams } = this.desk.known();
    const counted = teams.filter(({ withdrawn }) => !withdrawn).length;
    const words =
      format.stages.length > 0 ? t('format.now', { format: formatWords(format.stages, counted) }) : t('format.none');
    setText(this.#now, words);
    const now = JSON.stringify([format.stages, counted]);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#propose(counted, format.stages);
  }

  #again() {
    remember(HALL, this.#hall);
    this.#shown = '';
    this.update();
  }

  /** @param {number} teams @param {Stage[]} chosen */
  #propose(teams, chosen) {
    const proposals = proposalsFor(teams);
    const items = proposals.map((stages) => {
      // The server fills in what a proposal leaves out.
      const isChosen = formatWords(stages, teams) === formatWords(chosen, teams);
      const numbers = h('p', { class: 'field-hint' }, '…');
      const more = h('div');
      const words = formatWords(stages, teams);
      const choose = this.button(
        t(isChosen ? 'format.chosen' : 'format.choose'),
        () => this.#keep(stages),
        `small ${isChosen ? 'quiet' : 'primary'}`,
        `${t('format.choose')}: ${words}`,
      );
      choose.disabled = isChosen;
      const item = h(
        'li',
        { class: isChosen ? 'proposal chosen' : 'proposal' },
        h('h3', {}, words),
        numbers,
        more,
        choose,
      );
      return { stages, numbers, more, item };
    });
    this.#proposals.replaceChildren(...items.map(({ item }) => item));
    // One after the other: each is drawn as a whole, on a small machine.
    const tell = async () => {
      for (const { stages, numbers, more, item } of items) {
        if (!item.isConnected) return;
        try {
          const trial = await tryFormat(this.desk.known().id, stages, this.#hall);
          setText(numbers, trialWords(trial));
          more.replaceChildren(fixturesOf(trial));
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          setText(numbers, refusalWords(error));
        }
      }
    };
    // They are in the page only after this.
    queueMicrotask(() => setTimeout(tell));
  }

  /** @param {Stage[]} stages */
  #keep(stages) {
    return this.change(async () => {
      const { drawn } = this.desk.known().format;
      const sure =
        !drawn ||
        (await ask({
          title: t('format.replaceTitle'),
          text: t('format.replaceText'),
          yes: t('format.choose'),
          no: t('app.keep'),
        }));
      return sure ? keepFormat(this.desk.known().id, stages) : null;
    }, t('format.kept'));
  }

  #rulesPart() {
    const choose = this.button(t('format.stageRules'), () => this.attempt(() => this.#chooseRules()), 'small quiet');
    return h('div', { class: 'panel-actions' }, choose, this.#stageRulesWords);
  }

  async #chooseRules() {
    const chosen = await openStageRules(this.desk.known().tournament);
    if (!chosen) return;
    const isChanged = Object.keys(chosen.rules).length > 0;
    this.#stageRules = isChanged ? chosen.rules : null;
    setText(this.#stageRulesWords, isChanged ? chosen.words : '');
    this.#ownResult.replaceChildren();
  }

  /** @param {Stage[]} chosen */
  #tryOwn(chosen) {
    const last = chosen.length - 1;
    const rules = this.#stageRules;
    const stages = chosen.map((stage, at) => (at === last && rules ? { ...stage, rules } : stage));
    return this.attempt(async () => {
      this.#ownResult.replaceChildren();
      const trial = await tryFormat(this.desk.known().id, stages, this.#hall);
      this.#ownResult.replaceChildren(
        h('p', { class: 'panel-lead' }, formatWords(stages, trial.entrants)),
        h('p', { class: 'field-hint' }, trialWords(trial)),
        fixturesOf(trial),
        this.button(t('format.choose'), () => this.#keep(stages), 'primary'),
      );
    });
  }
}
