/** How the box is, under which addresses guests find it, and a poster for the door. */
import { ApiError, api, localTime } from '../core/api.js';
import { isClockOff } from '../core/box-clock.js';
import { elementId, h, qrCode, secretQrCode, setText } from '../core/dom.js';
import { ago, currentLanguage, t } from '../core/i18n.js';
import { recall, remember } from '../core/storage.js';
import { openDialog } from './dialog.js';
import { LeftAside } from './left-aside.js';
import { loggedInDevices } from './rights-list.js';
import { signedOnlySwitch } from './signed-only.js';

const EVERY_MS = 5_000;
/** Below this, a hall should not begin a tournament. */
const LOW_BYTES = 500_000_000;
const WIFI = 'guest-wifi';

/** @param {number} bytes "3.4 GB" */
function amount(bytes) {
  const units = [
    { size: 1e9, unit: 'gigabyte' },
    { size: 1e6, unit: 'megabyte' },
    { size: 1e3, unit: 'kilobyte' },
  ];
  const { size, unit } = units.find(({ size }) => bytes >= size) ?? { size: 1e3, unit: 'kilobyte' };
  const style = { style: 'unit', unit, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(currentLanguage(), /** @type {Intl.NumberFormatOptions} */ (style)).format(bytes / size);
}

/** @param {import('../core/types.js').Box} box */
function backupLines({ backups }) {
  const what = t('venue.backups');
  if (backups.length === 0) return [{ what, says: t('venue.noBackups'), worry: true }];
  return backups.map(({ folder, newestAt, count, problem }) => {
    const newest = newestAt ? ago(localTime(newestAt)) : t('venue.never');
    return problem === null
      ? { what, says: t('venue.backupsKept', { count, folder, ago: newest }) }
      : { what, says: t('venue.backupsFailing', { folder, problem, ago: newest }), worry: true };
  });
}

/** @param {import('../core/types.js').Venue} venue @returns {{what: string, says: string, worry?: boolean}[]} */
function linesOf({ version, box }) {
  if (!box) return [];
  const { fault, freeBytes, totalBytes, databaseBytes, watchers, startedAt } = box;
  const lines = [
    { what: t('venue.health'), says: fault ?? t('venue.healthy'), worry: fault !== null },
    { what: t('venue.watchers'), says: String(watchers) },
    { what: t('venue.started'), says: ago(localTime(startedAt)) },
    { what: t('venue.version'), says: version },
    ...backupLines(box),
  ];
  if (freeBytes !== undefined && totalBytes !== undefined && databaseBytes !== undefined) {
    const says = t('venue.room', { free: amount(freeBytes), total: amount(totalBytes), used: amount(databaseBytes) });
    lines.splice(1, 0, { what: t('venue.disk'), says, worry: freeBytes < LOW_BYTES });
  }
  if (box.guessing) {
    const { since, tries, networks } = box.guessing;
    const says = t('venue.guessingFrom', { n: tries, networks: networks.join(', '), ago: ago(localTime(since)) });
    lines.splice(1, 0, { what: t('venue.guessing'), says, worry: true });
  }
  if (isClockOff(box)) lines.push({ what: t('venue.clock'), says: t('venue.clockOff'), worry: true });
  return lines;
}

/** @param {() => unknown} onClose */
export async function openVenue(onClose) {
  const lines = h('dl', { class: 'facts' });
  const venue = await api.venue();
  const leftAside = new LeftAside(async () => show(await api.venue()));
  /** @param {import('../core/types.js').Venue} venue */
  const show = (venue) => {
    const rows = linesOf(venue).map(({ what, says, worry }) =>
      h('div', { class: worry ? 'worry' : '' }, h('dt', {}, what), h('dd', {}, says)),
    );
    lines.replaceChildren(...rows);
    setClock.hidden = !venue.box || !isClockOff(venue.box);
    leftAside.show(venue.box?.leftAside ?? []);
  };
  const setClock = h('button', { type: 'button', class: 'button' }, t('venue.setClock'));
  const said = h('p', { class: 'dialog-note', role: 'status' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  setClock.onclick = async () => {
    setText(failed, '');
    try {
      await api.setClock();
      setText(said, t('venue.clockSet'));
      show(await api.venue());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    }
  };
  show(venue);
  const devices = loggedInDevices();
  await devices.look();
  const poster = h('button', { type: 'button', class: 'button primary' }, t('venue.poster'));
  poster.onclick = () => openPoster(venue);
  const dialog = openDialog(
    t('venue.title'),
    lines,
    setClock,
    said,
    failed,
    leftAside.element,
    leftAside.said,
    signedOnlySwitch(venue),
    h('h3', {}, t('venue.addresses')),
    h('ul', { class: 'addresses' }, ...venue.addresses.map((address) => h('li', {}, h('code', {}, address)))),
    devices.element,
    wifiForm(),
    h('div', { class: 'dialog-actions' }, poster),
  );
  const look = async () => {
    show(await api.venue());
    await devices.look();
  };
  const timer = setInterval(() => look().catch(() => {}), EVERY_MS);
  dialog.addEventListener('close', () => {
    clearInterval(timer);
    onClose();
  });
}

/** @returns {{name: string, password: string}} what the poster says; kept on this device only */
const wifi = () => recall(WIFI, { name: '', password: '' });

function wifiForm() {
  /** @param {'name'|'password'} what */
  const field = (what) => {
    const id = elementId();
    const input = h('input', { id, type: 'text', autocomplete: 'off', maxlength: 63 });
    input.value = wifi()[what];
    input.oninput = () => remember(WIFI, { ...wifi(), [what]: input.value });
    return h('div', { class: 'field' }, h('label', { for: id }, t(what === 'name' ? 'venue.wifiName' : 'venue.wifiPassword')), input);
  };
  return h(
    'section',
    { class: 'wifi' },
    h('h3', {}, t('venue.wifi')),
    h('p', { class: 'field-hint' }, t('venue.wifiHint')),
    field('name'),
    field('password'),
  );
}

/** @param {import('../core/types.js').Venue} venue */
function openPoster({ name, addresses }) {
  const { name: network, password } = wifi();
  const print = h('button', { type: 'button', class: 'button primary', onclick: () => window.print() }, t('courts.print'));
  const join = h('li', { class: 'slip' }, h('h3', {}, t('poster.wifi', { name: network })));
  if (network) {
    join.append(secretQrCode({ wifi: { name: network, password } }, t('poster.wifiQr', { name: network })));
    join.append(h('p', {}, password ? t('poster.password', { password }) : t('poster.noPassword')));
  } else {
    setText(join, '');
    join.append(h('h3', {}, t('poster.anyWifi')));
  }
  const follow = h('li', { class: 'slip' }, h('h3', {}, t('poster.follow')), qrCode('/', t('share.qr')));
  follow.append(...addresses.map((address) => h('p', {}, h('code', {}, address))));
  const dialog = openDialog(
    name,
    h('p', { class: 'poster-text' }, t('poster.text')),
    h('ol', { class: 'slips poster' }, join, follow),
    h('div', { class: 'dialog-actions' }, print),
  );
  dialog.classList.add('sheet');
}
