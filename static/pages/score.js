/** The referee's page, reached by the QR code: takes the code out of the address and keeps it on this phone. */
import { api } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { onLanguage, t } from '../core/i18n.js';
import { Referee } from '../core/referee.js';
import { knowSports } from '../core/sport.js';
import { recall, remember } from '../core/storage.js';
import { ScorePad } from '../components/score-pad.js';

const SPORTS_RETRY_MS = 5_000;

const id = new URLSearchParams(location.search).get('match') ?? '';

/** The code must outlive a reload and a killed tab, and should not stay in the address bar for others to read. */
function refereeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) remember(`token:${id}`, token);
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  return token ?? recall(`token:${id}`, '');
}

function play() {
  const pad = new ScorePad();
  const referee = new Referee(id, refereeToken(), (view) => {
    pad.data = view;
    unsent = view.unsent;
  });
  let unsent = 0;
  document.body.prepend(pad);
  pad.addEventListener('record', (event) => event instanceof CustomEvent && referee.record(event.detail));
  pad.addEventListener('undo', () => referee.undo());
  pad.addEventListener('take-over', () => referee.takeOver());
  pad.addEventListener('retry', () => referee.retryNow());
  pad.addEventListener('understood', () => referee.forgetRefused());
  addEventListener('beforeunload', (event) => unsent > 0 && event.preventDefault());
  // Scanning a new code into the same tab changes the fragment alone.
  addEventListener('hashchange', () => location.reload());
  referee.open();
  // How long a half takes no second tap is in its sport's file. Until it is here, a usual time holds.
  const learnSports = () =>
    api.sports().then(knowSports, () => {
      setTimeout(learnSports, SPORTS_RETRY_MS);
    });
  learnSports();
}

if (id) {
  play();
} else {
  const notice = h('p', { class: 'notice' });
  document.body.prepend(h('main', {}, notice));
  onLanguage(() => setText(notice, t('pad.noToken')));
}
onLanguage(() => (document.title = `${t('pad.title')} – Courtside`));
