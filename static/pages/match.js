/** One match: its score, its periods, its history. */
import { api, isLoggedIn } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { MatchFeed } from '../core/feed.js';
import { onLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { matchPath, tournamentPath, versus } from '../core/match.js';
import { CLOSED } from '../core/socket.js';
import { inZoneOf } from '../core/programme.js';
import { knowSports } from '../core/sport.js';
import { CourtNext } from '../components/court-next.js';
import { EventHistory } from '../components/event-history.js';
import '../components/language-switch.js';
import { LinkStatus } from '../components/link-status.js';
import { MatchFacts } from '../components/match-facts.js';
import { ScoreBoard } from '../components/score-board.js';
import { ScoreFlow } from '../components/score-flow.js';
import { openShare } from '../components/share.js';

const RULES_RETRY_MS = 5_000;
const AGE_TICK_MS = 10_000;

const id = new URLSearchParams(location.search).get('id') ?? '';

const home = h('a', { class: 'button on-court quiet', href: '/' }, icon('back'));
const homeWords = h('span');
const share = h('button', { type: 'button', class: 'button on-court quiet' }, icon('share'));
const board = new ScoreBoard();
const flow = new ScoreFlow();
const facts = new MatchFacts();
const next = new CourtNext();
const about = h('div', { class: 'match-about' }, next, flow, facts);
const history = new EventHistory();
const status = new LinkStatus();
const notice = h('p', { class: 'notice', role: 'alert', hidden: true });
/** Where there is no match to show. */
const title = h('h1', { hidden: true });
const openVenue = h('p', { class: 'banner', hidden: true });
/** For organisers: the others see the result as it was played. */
const contested = h('p', { class: 'banner', hidden: true });

home.append(homeWords);
document.body.prepend(
  h(
    'header',
    { class: 'hero match-hero' },
    h('div', { class: 'hero-bar' }, home, share, document.createElement('language-switch')),
    board,
    openVenue,
    contested,
  ),
  h('section', { class: 'bar' }, h('div', { class: 'bar-inner' }, status)),
  h('main', {}, title, notice, about, history),
);

/** @type {import('../core/feed.js').Watched} */
let watched = { match: null, entries: [], link: { phase: 'connecting', freshAt: null, code: null } };

/** By which this match is played; the feed does not say it. @type {{rules?: import('../core/types.js').Rules}} */
let rules = {};

/** @param {import('../core/socket.js').Link} link @param {object|null} match */
function notices({ phase, code }, match) {
  if (phase === 'aside') return t('error.left_aside');
  if (code !== CLOSED.DELETED) return '';
  return match ? `${t('link.deleted')}. ${t('match.deletedText')}` : t('match.unknownText');
}

function render() {
  const { entries, link } = watched;
  const match = watched.match && { ...watched.match, ...rules };
  setText(homeWords, t('app.home'));
  share.setAttribute('aria-label', t('share.open'));
  openVenue.replaceChildren(icon('broken'), t('organiser.openBanner'));
  status.data = link;
  status.parentElement?.parentElement?.setAttribute('data-phase', link.phase);
  status.parentElement?.parentElement?.setAttribute('aria-label', t('match.link'));
  setText(notice, notices(link, match));
  notice.hidden = notice.textContent === '';
  board.hidden = !match && !notice.hidden;
  title.hidden = !board.hidden;
  setText(title, t(link.phase === 'aside' ? 'link.aside' : 'match.unknown'));
  share.hidden = !match;
  history.hidden = !match;
  about.hidden = !match;
  if (!match) return;
  document.title = `${versus(match)} – Courtside`;
  showContested(match);
  board.data = { match, link };
  flow.data = { entries, match };
  facts.data = match;
  next.data = match;
  history.data = { entries, match };
  // Where there is nothing beside it, the history takes the middle.
  about.hidden = flow.hidden && facts.hidden && next.hidden;
}

/** @param {import('../core/types.js').Match} match */
function showContested({ tournamentID, contested: isContested }) {
  contested.hidden = !isContested || !isLoggedIn();
  if (!tournamentID) return;
  const decide = h('a', { href: tournamentPath(tournamentID) }, t('match.decide'));
  contested.replaceChildren(icon('broken'), h('span', {}, t('match.contestedWhat'), ' ', decide));
}

const feed = new MatchFeed(id, (news) => {
  const known = watched.match !== null;
  watched = news;
  render();
  if (!known && news.match) learnRules();
});

/** The sports and this match's own rules, for their words; until they are here the score is told without them. */
async function learnRules() {
  const [sports, match] = await Promise.all([api.sports(), api.match(id)]).catch(() => [null, null]);
  if (!sports || !match?.rules) {
    if (watched.link.phase !== 'stopped') setTimeout(learnRules, RULES_RETRY_MS);
    return;
  }
  knowSports(sports);
  rules = { rules: match.rules };
  render();
}

status.addEventListener('retry', () => feed.retryNow());
share.onclick = () => watched.match && openShare(matchPath(watched.match), t('match.follow'));
onLanguage(render);
// “In 25 min” shrinks by itself.
setInterval(render, AGE_TICK_MS);
api.venue().then(
  (venue) => {
    openVenue.hidden = !venue.open;
    inZoneOf(venue);
    render();
  },
  () => {},
);
feed.open();
