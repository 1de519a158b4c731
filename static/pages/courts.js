/** The courts of the hall, for organisers. */
import { t } from '../core/i18n.js';
import { organiserPage } from '../components/organiser-page.js';

organiserPage({
  title: () => t('courts.title'),
  load: async () => {
    const { courtsPanel } = await import('../organise/courts.js');
    return courtsPanel;
  },
});
