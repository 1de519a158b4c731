/** The dashboard: every match of the venue over one feed; with the organiser's log-in, the ways to run it. */
import { api } from '../core/api.js';
import { followed, toggleFollowed } from '../core/followed.js';
import { setText } from '../core/dom.js';
import { onLanguage, t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { EVERYTHING, isNarrow, listed } from '../core/listing.js';
import { learnHallZone } from '../core/programme.js';
import { LiveSocket } from '../core/socket.js';
import { knowSports } from '../core/sport.js';
import { onceAFrame, Store } from '../core/store.js';
import { MatchFilter } from '../components/match-filter.js';
import { MatchList } from '../components/match-list.js';
import { OrganiserTools } from '../components/organiser-tools.js';
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
 * @property {import('../core/listing.js').Filter} filter
 * @property {ReadonlySet<string>} followed
 * @property {boolean} clockOff whether an organiser is to set the clock of the box
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
const search = part(MatchFilter, 'match-filter');
const list = part(MatchList, 'match-list');

/** What is looked for stands in the address, so that it outlives a reload and can be passed on. */
function filterOfAddress() {
  const asked = new URLSearchParams(location.search);
  /** @param {keyof typeof EVERYTHING} name */
  const value = (name) => asked.get(name) ?? '';
  return { text: value('text'), sport: value('sport'), courtID: value('courtID'), tournamentID: value('tournamentID') };
}

/** @type {Dashboard} */
const nothingYet = {
  link: { phase: 'connecting', freshAt: null, code: null },
  venue: { name: '', open: false },
  matches: new Map(),
  session: { role: 'watcher', writes: false, open: false },
  sports: [],
  filter: filterOfAddress(),
  followed: followed(),
  clockOff: false,
};
const store = new Store(nothingYet);

const socket = new LiveSocket({ path: () => '/watch', onFrame: receive, onLink: (link) => store.set({ link }) });

/** @param {import('../core/types.js').Frame} frame */
function receive(frame) {
  const { matches } = store.value;
  if (frame.type === 'welcome') {
    store.set({
      venue: frame['venue'],
      matches: new Map(frame['matches'].map((/** @type {Match} */ match) => [match.id, match])),
    });
    refreshSession();
    learnSports();
  } else if (frame.type === 'match') {
    store.set({ matches: matches.set(frame['match'].id, frame['match']) });
    learnHallZone([frame['match']]).then((learned) => learned && store.set({ matches }));
  } else if (frame.type === 'match_deleted') {
    matches.delete(frame['matchID']);
    store.set({ matches });
  }
}

/** Whoever only has the cookie, and cannot write, had better log in again. @param {import('../core/types.js').Session} session */
const isLoggedIn = ({ role, writes }) => role === 'organiser' && writes;

/** A log-in may have ended while the connection was away. */
async function refreshSession() {
  const session = await api.session().catch(() => null);
  if (session) store.set({ session });
  // In an open venue everybody is one, and spectators are spared it.
  if (session && isLoggedIn(session) && !session.open) (await organising()).lookAtClock();
}

async function learnSports() {
  await learnHallZone(store.value.matches.values());
  if (store.value.sports.length > 0) return;
  const sports = await api.sports().catch(() => []);
  knowSports(sports);
  store.set({ sports });
}

const render = onceAFrame(() => {
  const { link, venue, session, sports, filter, followed, clockOff } = store.value;
  const matches = [...store.value.matches.values()];
  const open = session.open || venue.open;
  const organiser = open || isLoggedIn(session);
  const listing = listed(matches, filter, followed);
  const found = Object.values(listing).reduce((sum, part) => sum + part.length, 0);
  document.title = venue.name ? `${isolated(venue.name)} – Courtside` : 'Courtside';
  header.data = { name: venue.name, open, loggedIn: isLoggedIn(session) };
  bar.data = { listing, link };
  tools.data = { organiser: organiser && sports.length > 0, clockOff };
  search.data = { matches, filter, followed, found, sports };
  list.data = { all: matches.length, listing, narrow: isNarrow(filter), followed, link, organiser, sports };
});

/** Spectators need nothing of what organisers do. */
const organising = () =>
  import('./organising.js').then(({ Organising }) => new Organising({ store, refreshSession }));

header.addEventListener('log-in', async () => (await organising()).logIn());
header.addEventListener('log-out', async () => (await organising()).logOut());
bar.addEventListener('retry', () => socket.retryNow());
tools.addEventListener('tool', async (event) => {
  if (event instanceof CustomEvent) (await organising()).use(event.detail);
});
list.addEventListener('referee-code', async (event) => {
  if (event instanceof CustomEvent) (await organising()).showCode(event.detail);
});
list.addEventListener('manage', async (event) => {
  if (event instanceof CustomEvent) (await organising()).manage(event.detail);
});
search.addEventListener('filter', (event) => {
  if (!(event instanceof CustomEvent)) return;
  const wanted = Object.entries({ ...event.detail }).filter(([, value]) => value !== '');
  const query = new URLSearchParams(/** @type {[string, string][]} */ (wanted)).toString();
  history.replaceState(null, '', (query ? `?${query}` : location.pathname) + location.hash);
  store.set({ filter: event.detail });
});
search.addEventListener('follow', (event) => {
  if (event instanceof CustomEvent) store.set({ followed: toggleFollowed(event.detail) });
});

store.subscribe(render);
onLanguage(() => {
  const help = document.getElementById('help');
  if (help) setText(help, t('app.help'));
  render();
});
socket.open();
