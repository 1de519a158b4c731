/** What an organiser does from the dashboard. Loaded when somebody logs in, or has. */
import { api, ApiError } from '../core/api.js';
import { isClockOff } from '../core/box-clock.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { teamsPath } from '../core/match.js';
import { openDialog } from '../components/dialog.js';
import { openMatch } from '../components/match-dialog.js';
import { askWhereToLogOut, openLogIn, openTournamentForm } from '../components/organiser-forms.js';
import { makeMatch } from '../components/new-match.js';
import { forgetCodes, openRefereeCode } from '../components/referee-code.js';
import { openTournaments } from '../components/tournaments-dialog.js';
import { openVenue } from '../components/venue-dialog.js';

/**
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Tournament} Tournament
 * @typedef {import('../components/organiser-tools.js').Tool} Tool
 * @typedef {import('../core/store.js').Store<import('./dashboard.js').Dashboard>} DashboardStore
 */

/** @param {ApiError} error */
const tellFailure = (error) => openDialog(t('app.failed'), h('p', { class: 'dialog-text' }, error.words));

export class Organising {
  #store;
  #refreshSession;

  /** @param {{store: DashboardStore, refreshSession: () => Promise<void>}} dashboard */
  constructor({ store, refreshSession }) {
    this.#store = store;
    this.#refreshSession = refreshSession;
  }

  async logIn(/** @type {string|undefined} */ why = undefined) {
    const done = await openLogIn(why);
    if (done) await this.#refreshSession();
    return done;
  }

  async logOut() {
    const where = await askWhereToLogOut();
    if (!where) return;
    try {
      await api.logOut(where === 'everywhere');
      forgetCodes();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tellFailure(error);
    }
    await this.#refreshSession();
  }

  /** Tells whoever runs the venue that its clock is wrong, before the times on all pages do. */
  async lookAtClock() {
    // Without an answer nothing new is known.
    const venue = await api.venue().catch(() => null);
    if (venue) this.#store.set({ clockOff: venue.box !== undefined && isClockOff(venue.box) });
  }

  /** @param {Match} match */
  showCode(match) {
    openRefereeCode(match);
  }

  /** @param {Match} match */
  manage(match) {
    return this.#asOrganiser(() => openMatch(match.id, () => this.#store.value.matches));
  }

  /** @param {Tool} tool */
  use(tool) {
    /** @type {Record<Tool, () => Promise<unknown>>} */
    const tools = {
      match: () => this.#newMatch(),
      tournament: () => this.#newTournament(),
      tournaments: () => openTournaments({ matches: () => [...this.#store.value.matches.values()], sports: this.#store.value.sports }),
      venue: () => openVenue(() => this.lookAtClock()),
    };
    return this.#asOrganiser(tools[tool]);
  }

  /**
   * Does what needs the organiser's rights; where the log-in has ended, asks for it and goes on.
   * @param {() => Promise<unknown>} action
   */
  async #asOrganiser(action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401 && error.status !== 403) tellFailure(error);
      else if (await this.logIn(t('organiser.expired'))) await this.#asOrganiser(action);
    } finally {
      await this.#refreshSession();
    }
  }

  async #newTournament() {
    const { sportProblems = [] } = await api.venue();
    const tournament = await openTournamentForm(this.#store.value.sports, sportProblems);
    if (tournament) location.assign(teamsPath(tournament.id));
  }

  async #newMatch() {
    const tournaments = await api.tournaments();
    return tournaments.length === 0 ? this.#newTournament() : makeMatch();
  }
}
