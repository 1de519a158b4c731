/** The dashboard: every match of the venue over one feed, and the organiser's ways to make new ones. */
import { api, ApiError } from '../core/api.js';
import { h } from '../core/dom.js';
import { onLanguage, t } from '../core/i18n.js';
import { LiveSocket } from '../core/socket.js';
import { knowSports } from '../core/sport.js';
import { onceAFrame, Store } from '../core/store.js';
import { openCourts } from '../components/courts-dialog.js';
import { openDesk } from '../components/desk-dialog.js';
import { openDialog } from '../components/dialog.js';
import { MatchList } from '../components/match-list.js';
import { askWhereToLogOut, openLogIn, openMatchForm, openTournamentForm } from '../components/organiser-forms.js';
import { OrganiserTools } from '../components/organiser-tools.js';
import { forgetCodes, keepCode, openRefereeCode } from '../components/referee-code.js';
import { SectionBar } from '../components/section-bar.js';
import { VenueHeader } from '../components/venue-header.js';

/**
 * @typedef {import('../core/types.js').Match} Match
 *
 * @typedef {object} Dashboard
 * @property {import('../core/socket.js').Link} link
 * @property {{name: string, open: boolean}} venue
 * @property {Map<string, Match>} matches
 * @property {import('../core/types.js').Session} session
 * @property {import('../core/types.js').Sport[]} sports
 */

/** @template {HTMLElement} E @param {new () => E} type @param {string} tag @returns {E} */
function part(type, tag) {
  const element = document.querySelector(tag);
  if (!(element instanceof type)) throw new Error(`${tag} is missing from the page`);
  return element;
}

const header = part(VenueHeader, 'venue-header');
const bar = part(SectionBar, 'section-bar');
const tools = part(OrganiserTools, 'organiser-tools');
const list = part(MatchList, 'match-list');

/** @type {Dashboard} */
const nothingYet = {
  link: { phase: 'connecting', freshAt: null, code: null },
  venue: { name: '', open: false },
  matches: new Map(),
  session: { role: 'watcher', open: false },
  sports: [],
};
const store = new Store(nothingYet);

const socket = new LiveSocket({ path: () => '/watch', onFrame: receive, onLink: (link) => store.set({ link }) });

/** @param {import('../core/types.js').Frame} frame */
function receive(frame) {
  const matches = new Map(store.value.matches);
  if (frame.type === 'welcome') {
    store.set({
      venue: frame['venue'],
      matches: new Map(frame['matches'].map((/** @type {Match} */ match) => [match.id, match])),
    });
    refreshSession();
    learnSports();
  } else if (frame.type === 'match') {
    store.set({ matches: matches.set(frame['match'].id, frame['match']) });
  } else if (frame.type === 'match_deleted') {
    matches.delete(frame['matchID']);
    store.set({ matches });
  }
}

/** A log-in may have ended while the connection was away. */
async function refreshSession() {
  const session = await api.session().catch(() => null);
  if (session) store.set({ session });
}

async function learnSports() {
  if (store.value.sports.length > 0) return;
  const sports = await api.sports().catch(() => []);
  knowSports(sports);
  store.set({ sports });
}

const render = onceAFrame(() => {
  const { link, venue, session, sports } = store.value;
  const matches = [...store.value.matches.values()];
  const open = session.open || venue.open;
  const organiser = open || session.role === 'organiser';
  document.title = venue.name ? `${venue.name} – Courtside` : 'Courtside';
  header.data = { name: venue.name, open, loggedIn: session.role === 'organiser' };
  bar.data = { matches, link };
  tools.data = { organiser: organiser && sports.length > 0 };
  list.data = { matches, link, organiser, sports };
});

async function logIn(/** @type {string|undefined} */ why = undefined) {
  const done = await openLogIn(why);
  if (done) await refreshSession();
  return done;
}

/**
 * Does what needs the organiser's rights; where the log-in has ended, asks for it and goes on.
 * @param {() => Promise<unknown>} action
 */
async function asOrganiser(action) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401 && error.status !== 403)
      openDialog(t('app.failed'), h('p', { class: 'dialog-text' }, error.words));
    else if (await logIn(t('organiser.expired'))) await asOrganiser(action);
  } finally {
    await refreshSession();
  }
}

async function newTournament() {
  const { sportProblems = [] } = await api.venue();
  const tournament = await openTournamentForm(store.value.sports, sportProblems);
  if (tournament) await newMatch(tournament.id);
}

async function newMatch(/** @type {string|undefined} */ tournamentID = undefined) {
  const tournaments = await api.tournaments();
  if (tournaments.length === 0) return newTournament();
  const match = await openMatchForm(tournaments.reverse(), await api.courts(), tournamentID);
  if (!match) return;
  keepCode(match.id, match);
  openRefereeCode(match);
}

header.addEventListener('log-in', () => logIn());
header.addEventListener('log-out', async () => {
  const where = await askWhereToLogOut();
  if (!where) return;
  try {
    await api.logOut(where === 'everywhere');
    forgetCodes();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    openDialog(t('app.failed'), h('p', { class: 'dialog-text' }, error.words));
  }
  await refreshSession();
});
bar.addEventListener('retry', () => socket.retryNow());
tools.addEventListener('new-tournament', () => asOrganiser(newTournament));
tools.addEventListener('new-match', () => asOrganiser(newMatch));
tools.addEventListener('desk', () => asOrganiser(() => openDesk(() => store.value.matches)));
tools.addEventListener('courts', () => asOrganiser(() => openCourts(refreshSession)));
list.addEventListener('referee-code', (event) => event instanceof CustomEvent && openRefereeCode(event.detail));

store.subscribe(render);
onLanguage(render);
socket.open();
