/** The frame of a page on which only organisers have something to do: the way home, the log-in, and then its content. */
import { h, setText } from '../core/dom.js';
import { currentLanguage, onLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import './language-switch.js';
import { organiserEntry } from './organiser-entry.js';

/**
 * @param {object} page
 * @param {() => string} page.title in the reader's language
 * @param {() => Promise<() => HTMLElement>} page.load gets what only organisers need; its answer makes the content, anew in each language
 * @returns {{render: () => void, tell: (words: string) => void}} `render` shows a title that has changed, `tell` words instead of the content
 */
export function organiserPage({ title, load }) {
  const home = h('a', { class: 'button on-court quiet', href: '/' }, icon('back'));
  const homeWords = h('span', { class: 'hero-words' });
  const heading = h('h1');
  const notice = h('p', { class: 'notice calm', role: 'status' });
  const place = h('div');
  /** @type {(() => HTMLElement)|null} */
  let make = null;
  let told = '';
  let madeIn = '';

  const render = () => {
    setText(homeWords, t('app.home'));
    setText(heading, title());
    document.title = `${title()} – Courtside`;
    setText(notice, told || t('organiser.only'));
    notice.hidden = !told && make !== null;
    place.hidden = told !== '';
    if (!make || madeIn === currentLanguage()) return;
    madeIn = currentLanguage();
    place.replaceChildren(make());
  };
  const organise = async () => {
    make ??= await load();
    render();
  };

  home.append(homeWords);
  document.body.prepend(
    h(
      'header',
      { class: 'hero' },
      h('div', { class: 'hero-bar' }, home, organiserEntry(organise, true), document.createElement('language-switch')),
      h('div', { class: 'hero-main' }, heading),
    ),
    h('main', {}, notice, place),
  );
  onLanguage(render);
  return {
    render,
    tell: (words) => {
      told = words;
      render();
    },
  };
}
