/**
 * Texts and styles that organisers need and no spectator loads. Whatever shows them imports this first, and runs once they
 * are here.
 */
import { h } from '../core/dom.js';
import { learnOrganisersTexts } from '../core/i18n.js';

const STYLES = '/static/css/organise.css';

/** Adds the style sheet. A page that cannot get it is plain, and works. */
function loadStyles() {
  return new Promise((resolve) => {
    document.head.append(h('link', { rel: 'stylesheet', href: STYLES, onload: resolve, onerror: resolve }));
  });
}

await Promise.all([learnOrganisersTexts(), loadStyles()]);
