/**
 * The way in for organisers, on a page that everybody may read: a button that asks for the log-in where one is needed, and
 * is gone once they are in.
 */
import { api, isLoggedIn } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { onLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';

const readSession = () => api.session().catch(() => null);

/** @param {import('../core/types.js').Session|null} session */
const mayOrganise = (session) => session?.role === 'organiser' && session.writes;

/**
 * @param {() => Promise<void>} organise loads and shows what only organisers need
 * @param {boolean} [alone] nobody else has anything to do on this page
 */
export function organiserEntry(organise, alone = false) {
  const words = h('span', { class: 'hero-words' });
  const button = h('button', { type: 'button', class: 'button on-court quiet', hidden: true }, icon('lock'), words);
  const enter = async () => {
    button.hidden = true;
    await organise();
  };
  button.onclick = async () => {
    const session = await readSession();
    if (session?.open || mayOrganise(session)) return enter();
    const { openLogIn } = await import('./organiser-forms.js');
    return (await openLogIn()) && enter();
  };
  onLanguage(() => setText(words, t('organiser.logIn')));
  readSession().then((session) => {
    // In an open venue everybody is an organiser. On a page for all, whoever wants to be one says so.
    if (alone && session?.open) return enter();
    if (mayOrganise(session) && (!session?.open || isLoggedIn())) return enter();
    button.hidden = false;
  });
  return button;
}
