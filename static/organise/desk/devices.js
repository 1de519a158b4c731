/**
 * The devices that score a match, in words: the same in its card and in the alerts.
 *
 * @typedef {import('../../core/types.js').DeskDevice} DeskDevice
 */
import { localTime } from '../../core/api.js';
import { ago, t } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';

/** Less than this, and a phone may not last to the end of its match. */
const LOW_BATTERY = 15;

/** @param {DeskDevice} device */
export const nameOf = ({ name }) => isolated(name ?? t('device.unnamed'));

/** @param {DeskDevice} device */
export const isLow = ({ battery }) => battery !== null && battery <= LOW_BATTERY;

/** @param {DeskDevice} device */
export const isWorry = (device) => device.presence === 'gone' || isLow(device) || (device.unsent ?? 0) > 0;

/** @param {DeskDevice} device "iPhone · 3 taps not yet sent · battery 12 %" */
export const deviceWords = (device) =>
  [
    nameOf(device),
    device.presence === 'active' ? '' : t(`presence.${device.presence}`, { ago: ago(localTime(device.since)) }),
    device.unsent ? t('device.unsent', { n: device.unsent }) : '',
    device.battery === null ? '' : t('device.battery', { n: device.battery }),
  ]
    .filter(Boolean)
    .join(' · ');
