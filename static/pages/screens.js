/** The TVs of the hall, for organisers. */
import { t } from '../core/i18n.js';
import { organiserPage } from '../components/organiser-page.js';

organiserPage({
  title: () => t('screens.title'),
  load: async () => {
    const { screensPanel } = await import('../organise/screens.js');
    return screensPanel;
  },
});
