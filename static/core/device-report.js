/**
 * What this phone says of itself, so that the organiser's desk sees every pad: its name, how many taps it has not yet
 * brought to the server, and its battery where a browser tells (over plain http most do not).
 */
import { request } from './api.js';
import { wayOf } from './credential.js';
import { uuid } from './dom.js';
import { recall, remember } from './storage.js';

/** More often is of no use to anybody. */
const EVERY_MS = 15_000;

/** What a referee would call this device, in any language. */
function deviceName() {
  const agent = navigator.userAgent;
  const known = ['iPad', 'iPhone', 'Android', 'Windows', 'Mac', 'Linux'];
  return known.find((name) => agent.includes(name));
}

/** @returns {Promise<number|null>} in percent */
async function battery() {
  // @ts-expect-error not every browser has it, and the types know only those that all have.
  const state = await navigator.getBattery?.().catch(() => null);
  return state ? Math.round(state.level * 100) : null;
}

export class DeviceReport {
  #path;
  #way;
  #device;
  #unsent = 0;
  /** @type {number|null} */
  #told = null;
  #waiting = false;

  /** @param {string} matchID @param {import('./credential.js').Credential|null} credential @param {string} device */
  constructor(matchID, credential, device) {
    this.#path = `/api/matches/${encodeURIComponent(matchID)}/device`;
    this.#way = wayOf(credential);
    this.#device = device;
  }

  /** Called whenever something changed. @param {{link: {phase: string}, unsent: number}} view */
  note({ link, unsent }) {
    this.#unsent = unsent;
    if (link.phase === 'live' && !this.#waiting && this.#told !== unsent) this.#tell();
  }

  async #tell() {
    this.#waiting = true;
    this.#told = this.#unsent;
    const body = { device: this.#device, name: deviceName(), battery: await battery(), unsent: this.#unsent };
    // One that is lost is made good by the next.
    await request('POST', this.#path, body, this.#way && { way: this.#way }).catch(() => null);
    setTimeout(() => {
      this.#waiting = false;
      if (this.#told !== this.#unsent) this.#tell();
    }, EVERY_MS);
  }
}

/** The same phone keeps its place when it comes back; the server knows it by this name. */
export function deviceId() {
  const device = recall('device', '') || uuid();
  remember('device', device);
  return device;
}
