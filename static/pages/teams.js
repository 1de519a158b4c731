/** The teams of a tournament, for organisers. */
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { readTournament } from '../core/tournament.js';
import { organiserPage } from '../components/organiser-page.js';

const RETRY_MS = 5_000;

const id = new URLSearchParams(location.search).get('tournament') ?? '';
let name = '';

const page = organiserPage({
  title: () => (name ? t('teams.title', { name }) : t('tournaments.teams')),
  load: async () => {
    const { teamsPage } = await import('../organise/teams-page.js');
    return () => teamsPage(id);
  },
});

async function learnName() {
  try {
    name = isolated((await readTournament(id)).name);
    page.tell('');
  } catch (error) {
    const { status, code } = /** @type {{status?: number, code?: string}} */ (error);
    const isUnknown = status === 404 || code === 'bad_id';
    page.tell(t(isUnknown ? 'tournament.unknown' : 'tournament.unread'));
    if (!isUnknown) setTimeout(learnName, RETRY_MS);
  }
}
learnName();
