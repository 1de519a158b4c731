/**
 * The TVs of the hall: each shows a code, and here an organiser says what it is to show.
 *
 * @typedef {import('../core/types.js').Screen} Screen
 * @typedef {import('../core/types.js').Court} Court
 */
import './ready.js';
import { api } from '../core/api.js';
import { elementId, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { Panel } from './panel.js';

const EVERY_MS = 4_000;
const NAME_MAX_CHARS = 60;
/** How long a rotating screen shows each view, in seconds. */
const ROTATION_S = 20;

/** Lists the orders for a screen, in the words of its address. @param {Court[]} courts */
const views = (courts) => [
  { value: '', words: t('screens.wall') },
  { value: 'view=results', words: t('screens.results') },
  { value: `rotate=${ROTATION_S}`, words: t('screens.rotate', { n: ROTATION_S }) },
  ...courts.map(({ id, name }) => ({ value: `court=${id}`, words: t('screens.court', { name }) })),
];

const themes = () => [
  { value: '', words: t('screens.themeAuto') },
  { value: 'theme=dark', words: t('screens.themeDark') },
  { value: 'theme=light', words: t('screens.themeLight') },
];

/** @param {string} label @param {HTMLInputElement|HTMLSelectElement} input */
function field(label, input) {
  input.id = elementId();
  return h('div', { class: 'field' }, h('label', { for: input.id }, label), input);
}

/** @param {{value: string, words: string}[]} choices @param {string} chosen */
function select(choices, chosen) {
  const input = h('select', {}, ...choices.map(({ value, words }) => h('option', { value }, words)));
  input.value = choices.some(({ value }) => value === chosen) ? chosen : '';
  return input;
}

/** The view and the theme of an order, apart. @param {string} shows */
function apart(shows) {
  const parts = shows.split('&').filter(Boolean);
  /** @param {boolean} isTheme */
  const those = (isTheme) => parts.filter((part) => part.startsWith('theme=') === isTheme).join('&');
  return { view: those(false), theme: those(true) };
}

/** @extends {Panel<import('./panel.js').Changed>} */
class ScreensPanel extends Panel {
  #none = h('p', { hidden: true }, t('screens.none'));
  #list = h('ul', { class: 'screens' });
  /** @type {Court[]} */
  #courts = [];
  /** The list as it was drawn last; nothing where it must be drawn anew. */
  #shown = '';

  constructor() {
    super({ changed: () => this.#redraw() });
    this.element.append(h('p', { class: 'panel-lead' }, t('screens.text', { address: `${location.host}/tv` })), this.#none, this.notes, this.#list);
  }

  async open() {
    this.#courts = await api.courts();
    await this.look();
  }

  #redraw() {
    this.#shown = '';
    return this.look();
  }

  async look() {
    const screens = await api.screens();
    const now = JSON.stringify(screens.map(({ seenAt: _, ...screen }) => screen));
    this.#none.hidden = screens.length > 0;
    // What somebody is filling in is not taken from under the finger.
    if (now === this.#shown || (this.#list.contains(document.activeElement) && this.#shown !== '')) return;
    this.#shown = now;
    this.#list.replaceChildren(...screens.map((screen) => this.#row(screen)));
  }

  /** @param {Screen} screen */
  #row({ code, name, shows, on, address }) {
    const { view, theme } = apart(shows ?? '');
    const what = select(views(this.#courts), view);
    const look = select(themes(), theme);
    const called = h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off' });
    called.value = name ?? '';
    const release = this.button(
      t('screens.release'),
      () => this.change(async () => void (await api.releaseScreen(code)), t('screens.released', { code })),
      'quiet',
    );
    release.hidden = shows === null;
    const form = h(
      'form',
      { class: 'screen' },
      h('h2', {}, h('span', { class: 'screen-code' }, code), ` ${t(on ? 'screens.on' : 'screens.off')}`),
      address ? h('p', { class: 'field-hint' }, t('screens.from', { address })) : '',
      field(t('screens.shows'), what),
      field(t('screens.theme'), look),
      field(t('screens.name'), called),
      h(
        'div',
        { class: 'dialog-actions' },
        release,
        h('button', { class: 'button primary' }, t(shows === null ? 'screens.adopt' : 'manage.save')),
      ),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const orders = {
        shows: [what.value, look.value].filter(Boolean).join('&'),
        name: called.value.trim() || null,
      };
      this.change(() => api.directScreen(code, orders), t('screens.saved', { code }));
    };
    return h('li', {}, form);
  }
}

/** Makes what the page shows. */
export function screensPanel() {
  const panel = new ScreensPanel();
  panel.attempt(() => panel.open());
  const timer = setInterval(() => {
    if (!panel.element.isConnected) clearInterval(timer);
    else if (!document.hidden) panel.look().catch(() => {});
  }, EVERY_MS);
  return h('div', { class: 'panel page-panel' }, panel.element);
}
