/** A new match, from its form to the code of its referee. */
import { api } from '../core/api.js';
import { openMatchForm } from './organiser-forms.js';
import { keepCode, openRefereeCode } from './referee-code.js';

/** @param {string} [tournamentID] the one that is offered first */
export async function makeMatch(tournamentID) {
  const tournaments = await api.tournaments();
  const match = await openMatchForm(tournaments.reverse(), await api.courts(), tournamentID);
  if (!match) return;
  keepCode(match.id, match);
  openRefereeCode(match);
}
