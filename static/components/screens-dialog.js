/**
 * The TVs of the hall: each shows a code, and here an organiser says what it is to show.
 *
 * @typedef {import('../core/types.js').Screen} Screen
 * @typedef {import('../core/types.js').Court} Court
 */
import { api, ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { openDialog } from './dialog.js';

const EVERY_MS = 4_000;
const NAME_MAX_CHARS = 60;
/** How long a rotating screen shows each view, in seconds. */
const ROTATION_S = 20;

/** What a screen can be told, in the words of its address. @param {Court[]} courts */
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

/** @param {string} label @param {{value: string, words: string}[]} choices @param {string} chosen */
function select(label, choices, chosen) {
  const id = elementId();
  const input = h('select', { id }, ...choices.map(({ value, words }) => h('option', { value }, words)));
  input.value = choices.some(({ value }) => value === chosen) ? chosen : '';
  return { input, row: h('div', { class: 'field' }, h('label', { for: id }, label), input) };
}

/** The view and the theme of an order, apart. @param {string} shows */
function apart(shows) {
  const parts = shows.split('&').filter(Boolean);
  /** @param {boolean} isTheme */
  const those = (isTheme) => parts.filter((part) => part.startsWith('theme=') === isTheme).join('&');
  return { view: those(false), theme: those(true) };
}

export async function openScreens() {
  const list = h('ul', { class: 'screens' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const said = h('p', { class: 'dialog-note', role: 'status' });
  const none = h('p', { class: 'dialog-text' }, t('screens.none', { address: `${location.host}/tv` }));
  const courts = await api.courts();

  /** The list as it was drawn last; nothing where it must be drawn anew. */
  let shown = '';

  /** @param {() => Promise<unknown>} action @param {string} done */
  const attempt = async (action, done) => {
    setText(failed, '');
    try {
      await action();
      setText(said, done);
      shown = '';
      await show();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    }
  };
  /** @param {Screen} screen */
  const rowOf = (screen) => {
    const { view, theme } = apart(screen.shows ?? '');
    const what = select(t('screens.shows'), views(courts), view);
    const look = select(t('screens.theme'), themes(), theme);
    const nameId = elementId();
    const name = h('input', { id: nameId, type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off' });
    name.value = screen.name ?? '';
    const save = h('button', { class: 'button primary' }, t(screen.shows === null ? 'screens.adopt' : 'manage.save'));
    const release = h('button', { type: 'button', class: 'button quiet' }, t('screens.release'));
    release.hidden = screen.shows === null;
    release.onclick = () => attempt(() => api.releaseScreen(screen.code), t('screens.released', { code: screen.code }));
    const form = h(
      'form',
      { class: 'screen' },
      h('h3', {}, h('span', { class: 'screen-code' }, screen.code), ` ${t(screen.on ? 'screens.on' : 'screens.off')}`),
      screen.address ? h('p', { class: 'dialog-note' }, t('screens.from', { address: screen.address })) : '',
      what.row,
      look.row,
      h('div', { class: 'field' }, h('label', { for: nameId }, t('screens.name')), name),
      h('div', { class: 'dialog-actions' }, release, save),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const shows = [what.input.value, look.input.value].filter(Boolean).join('&');
      const orders = { shows, name: name.value.trim() || null };
      attempt(() => api.directScreen(screen.code, orders), t('screens.saved', { code: screen.code }));
    };
    return h('li', {}, form);
  };
  const show = async () => {
    const screens = await api.screens();
    const now = JSON.stringify(screens.map(({ seenAt: _, ...screen }) => screen));
    none.hidden = screens.length > 0;
    // What somebody is filling in is not taken from under the finger.
    if (now === shown || (list.contains(document.activeElement) && shown !== '')) return;
    shown = now;
    list.replaceChildren(...screens.map(rowOf));
  };
  await show();
  const dialog = openDialog(t('screens.title'), h('p', { class: 'dialog-text' }, t('screens.text')), none, list, said, failed);
  const timer = setInterval(() => show().catch(() => {}), EVERY_MS);
  dialog.addEventListener('close', () => clearInterval(timer));
}
