/** How a guest gets here: the QR code of the dashboard and the addresses to type. */
import { h, qrCode } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { api } from '../core/api.js';
import { openDialog } from './dialog.js';

/** @param {string} path @param {string} title */
export async function openShare(path, title) {
  const addresses = h('ul', { class: 'addresses' });
  openDialog(title, qrCode(path, t('share.qr')), h('p', { class: 'dialog-text' }, t('share.text')), addresses);
  const venue = await api.venue().catch(() => ({ addresses: [location.origin + '/'] }));
  for (const address of venue.addresses) addresses.append(h('li', {}, h('code', {}, address)));
}
