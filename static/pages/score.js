/**
 * The referee's page, reached by the QR code of a match or of a court, or by a typed code: takes the token out of the
 * address and keeps it on this phone.
 */
import { api } from '../core/api.js';
import { credentialOf } from '../core/credential.js';
import { DeviceReport, deviceId } from '../core/device-report.js';
import { onLanguage, t } from '../core/i18n.js';
import { versus } from '../core/match.js';
import { Referee } from '../core/referee.js';
import { recall, remember } from '../core/storage.js';
import { CodeEntry } from '../components/code-entry.js';
import { CourtBar } from '../components/court-bar.js';
import { ScorePad } from '../components/score-pad.js';

const COURT_LOOK_MS = 5_000;

const query = new URLSearchParams(location.search);
const [matchID, courtID] = [query.get('match') ?? '', query.get('court') ?? ''];

/** It must outlive a reload and a killed tab, and should not stay in the address bar for others to read. */
function refereeToken() {
  const key = `token:${matchID || courtID}`;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) remember(key, token);
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  return token ?? recall(key, '');
}

/** @param {string} id @param {string} token @returns {() => boolean} whether nothing is left to do at this match */
function play(id, token) {
  const pad = new ScorePad();
  /** @type {import('../core/referee.js').View|null} */
  let view = null;
  const credential = credentialOf(token);
  const report = new DeviceReport(id, credential, deviceId());
  const referee = new Referee(id, credential, (now) => {
    pad.data = view = now;
    report.note(now);
  });
  const bar = document.querySelector('court-bar');
  bar ? bar.after(pad) : document.body.prepend(pad);
  pad.addEventListener('record', (event) => event instanceof CustomEvent && referee.record(event.detail));
  pad.addEventListener('undo', () => referee.undo());
  pad.addEventListener('take-over', () => referee.takeOver());
  pad.addEventListener('retry', () => referee.retryNow());
  pad.addEventListener('discard-for-others', () => referee.discardForOthers());
  pad.addEventListener('send-for-others', (event) => event instanceof CustomEvent && referee.sendForOthers(event.detail));
  pad.addEventListener('understood', () => referee.forgetRefused());
  addEventListener('beforeunload', (event) => (view?.unsent ?? 0) > 0 && event.preventDefault());
  referee.open();
  api.venue().then(
    ({ open }) => pad.toggleAttribute('data-open', open),
    () => {},
  );
  return () => view?.match?.state.status === 'finished' && view.unsent === 0;
}

/** Plays what is on at a court; when that is over, offers what comes next. */
function followCourt(/** @type {string} */ token) {
  const bar = new CourtBar();
  bar.hidden = true;
  document.body.prepend(bar);
  bar.addEventListener('next', () => location.reload());
  let played = '';
  let isDone = () => true;
  const look = async () => {
    if (!isDone()) return;
    const { name, currentMatchID: current } = await api.court(courtID);
    if (current && !played) {
      played = current;
      isDone = play(current, token);
      bar.hidden = true;
      return;
    }
    const next = current && current !== played ? versus(await api.match(current)) : '';
    bar.data = { court: name, next };
    bar.hidden = false;
  };
  const lookAgain = () =>
    look()
      .catch(() => {})
      .finally(() => setTimeout(lookAgain, COURT_LOOK_MS));
  lookAgain();
}

// Scanning a new code into the same tab changes the fragment alone.
addEventListener('hashchange', () => location.reload());
if (matchID) play(matchID, refereeToken());
else if (courtID) followCourt(refereeToken());
else document.body.prepend(new CodeEntry());
onLanguage(() => (document.title = `${t('pad.title')} – Courtside`));
