/**
 * The organiser's part of a tournament's page: what is to be done next, and a panel for each kind of work. One panel is
 * open at a time, so that a phone shows what is being done and not a column of forms.
 *
 * @typedef {import('./panel.js').Known} Known
 * @typedef {Pick<import('./panel.js').Panel, 'element'|'update'>} Panel
 * @typedef {import('./next-step.js').PanelName} PanelName
 */
import './ready.js';
import { api, ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { currentLanguage, onLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { DecisionsPanel } from './decisions.js';
import { DrawPanel } from './draw.js';
import { FixturesPanel } from './fixtures.js';
import { FormatPanel } from './format.js';
import { HistoryPanel } from './history.js';
import { nextSteps } from './next-step.js';
import { readFormat } from './requests.js';
import { RoundsPanel } from './rounds.js';
import { TeamsPanel } from './teams.js';
import { openTournamentSettings } from './settings.js';

const PANELS = {
  teams: TeamsPanel,
  format: FormatPanel,
  draw: DrawPanel,
  rounds: RoundsPanel,
  fixtures: FixturesPanel,
  decisions: DecisionsPanel,
  history: HistoryPanel,
};
const NAMES = /** @type {PanelName[]} */ (Object.keys(PANELS));

export class TournamentDesk {
  #steps = h('ol', { class: 'steps' });
  #stepsPart = h('section', { class: 'next-step', role: 'status' }, this.#steps);
  #failed = h('p', { class: 'form-error', role: 'alert' });
  #tabs = h('div', { class: 'desk-tabs' });
  #place = h('div', { class: 'panel', hidden: true, id: elementId() });
  element = h('section', { class: 'organise' }, this.#stepsPart, this.#failed, this.#tabs, this.#place);
  #id;
  #reading;
  /** @type {Known|null} */
  #known = null;
  /** The page's data for which the rest was asked for. @type {unknown} */
  #of = null;
  /** @type {PanelName|null} */
  #open = null;
  /** @type {Panel|null} */
  #panel = null;
  #language = '';

  /** @param {string} id @param {import('../tournament/reading.js').TournamentReading} reading */
  constructor(id, reading) {
    this.#id = id;
    this.#reading = reading;
    onLanguage(() => this.#build());
  }

  /** Takes over what the page has read. */
  update() {
    const { data } = this.#reading;
    if (!data || data === this.#of) return;
    this.#of = data;
    this.#learn();
  }

  /** Reads what only organisers need, beside what the page has read. */
  async #learn() {
    const { data } = this.#reading;
    if (!data) return;
    try {
      const [teams, format] = await Promise.all([api.teams(this.#id), readFormat(this.#id)]);
      const { tournament, standings, fixtures, trees } = data;
      this.#known = { id: this.#id, tournament, teams, format, standings, fixtures, trees };
      setText(this.#failed, '');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#failed, error.words);
    }
    this.#show();
  }

  /** Reads everything anew after something was done, before it is said that it was. */
  async #changed() {
    await this.#reading.refresh();
    this.#of = this.#reading.data;
    await this.#learn();
  }

  #build() {
    if (this.#language === currentLanguage()) return;
    this.#language = currentLanguage();
    this.element.setAttribute('aria-label', t('organise.title'));
    const tabs = NAMES.map((name) => {
      const button = h(
        'button',
        { type: 'button', class: 'button small desk-tab', 'data-panel': name, 'aria-controls': this.#place.id },
        t(`organise.${name}`),
      );
      button.onclick = () => (this.#open === name ? this.#close() : this.#go(name));
      return button;
    });
    const settings = h('button', { type: 'button', class: 'button small desk-tab' }, t('organise.settings'));
    settings.onclick = () => this.#known && openTournamentSettings(this.#known.tournament, () => this.#changed());
    this.#tabs.replaceChildren(...tabs, settings);
    // The words of an open panel are those of before.
    const open = this.#open;
    this.#close();
    if (open && this.#known) this.#go(open);
    this.#show();
  }

  #show() {
    const known = this.#known;
    this.#stepsPart.hidden = !known;
    if (!known) return;
    const rounds = /** @type {HTMLElement|null} */ (this.#tabs.querySelector('[data-panel="rounds"]'));
    if (rounds) rounds.hidden = !known.format.stages.some(({ kind }) => kind === 'swiss');
    const steps = nextSteps(known);
    const key = JSON.stringify([currentLanguage(), steps]);
    if (this.#steps.dataset['key'] !== key) {
      this.#steps.dataset['key'] = key;
      this.#steps.replaceChildren(...steps.map((step, at) => this.#step(step, at === 0)));
    }
    this.#panel?.update();
  }

  /** @param {import('./next-step.js').Step} step @param {boolean} first */
  #step({ words, panel }, first) {
    const go =
      panel &&
      h(
        'button',
        {
          type: 'button',
          class: `button small ${first ? 'primary' : ''}`,
          'aria-label': `${t('organise.go')}: ${words}`,
          onclick: () => this.#go(panel),
        },
        t('organise.go'),
      );
    return h(
      'li',
      {},
      h(
        'span',
        { class: 'step-words' },
        icon(panel ? 'clock' : 'check'),
        h('span', {}, first && h('strong', {}, `${t('organise.next')} `), words),
      ),
      go,
    );
  }

  /** @param {string} name */
  #go(name) {
    const known = this.#known;
    const open = NAMES.find((each) => each === name);
    if (!known || !open) return;
    if (this.#open !== open) {
      this.#open = open;
      const desk = {
        known: () => this.#known ?? known,
        changed: () => this.#changed(),
        go: (/** @type {string} */ to) => this.#go(to),
      };
      this.#panel = new PANELS[open](desk);
      const close = h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': t('app.close'), onclick: () => this.#close() },
        icon('close'),
      );
      const heading = h('h2', { tabindex: '-1' }, t(`organise.${open}`));
      this.#place.replaceChildren(h('header', { class: 'panel-head' }, heading, close), this.#panel.element);
      this.#place.hidden = false;
      this.#panel.update();
    }
    // Also where the panel is open already: the way to it leads somewhere.
    /** @type {HTMLElement|null} */ (this.#place.querySelector('h2'))?.focus({ preventScroll: true });
    this.#markTabs();
    this.#tabs.scrollIntoView({ block: 'nearest' });
  }

  #close() {
    const closed = this.#open;
    this.#open = null;
    this.#panel = null;
    this.#place.hidden = true;
    this.#place.replaceChildren();
    this.#markTabs();
    if (closed) /** @type {HTMLElement|null} */ (this.#tabs.querySelector(`[data-panel="${closed}"]`))?.focus();
  }

  #markTabs() {
    for (const tab of this.#tabs.querySelectorAll('[data-panel]'))
      tab.setAttribute('aria-expanded', String(tab.getAttribute('data-panel') === this.#open));
  }
}
