/** A venue for tests: the real binary on a throw-away database, and real browsers that visit it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const BINARY = process.env.COURTSIDE_BIN ?? fileURLToPath(new URL('../../target/debug/courtside', import.meta.url));
const CHROMIUM = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';
const START_TIMEOUT_MS = 10_000;

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1280, height: 800 };
export const TV = { width: 1920, height: 1080 };

export class Venue {
  #process;
  #folder;
  #flags;
  #port = 0;
  pin = '';

  static async open({ name = 'Test Hall', flags = [] } = {}) {
    const venue = new Venue();
    venue.#folder = await mkdtemp(join(tmpdir(), 'courtside-web-'));
    venue.#flags = ['--no-mdns', '--name', name, ...flags];
    await venue.start();
    return venue;
  }

  get url() {
    const scheme = this.#flags.includes('--tls-cert') ? 'https' : 'http';
    return `${scheme}://127.0.0.1:${this.#port}`;
  }

  /** The folder of its database. */
  get data() {
    return this.#folder;
  }

  /** Starts, or starts again on the port of before. Resolves when the server has said where it is. */
  async start() {
    const flags = ['serve', '--listen', `127.0.0.1:${this.#port}`, '--data', this.#folder, ...this.#flags];
    this.#process = spawn(BINARY, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), START_TIMEOUT_MS);
    const pinWanted = this.#port === 0 && !this.#flags.includes('--open');
    const lines = createInterface({ input: this.#process.stdout });
    let port = 0;
    for await (const line of lines) {
      port ||= Number(line.match(/https?:\/\/127\.0\.0\.1:(\d+)/)?.[1] ?? 0);
      this.pin ||= line.match(/PIN:?\s*(\d{4}\s?\d{4})/i)?.[1] ?? '';
      if (port && (this.pin || !pinWanted)) break;
    }
    clearTimeout(timer);
    this.#process.stdout.resume();
    if (!port) throw new Error(`${BINARY} did not say where it serves`);
    this.#port = port;
  }

  /** As if somebody had pulled the plug. */
  async kill() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  /** As the system stops it: with a word to everybody who is connected. */
  async stop() {
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }

  async close() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A client for what a test prepares without a browser. */
  async organiser() {
    let headers = { 'content-type': 'application/json' };
    const call = async (method, path, body) => {
      const response = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? null : response.json();
    };
    if (this.pin) {
      const response = await fetch(`${this.url}/api/session`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ pin: this.pin.replace(/\s/g, '') }),
      });
      const { token } = await response.json();
      headers = { ...headers, authorization: `Bearer ${token}` };
    }
    return {
      call,
      tournament: (name, sport) => call('POST', '/api/tournaments', { name, sport }),
      tournaments: () => call('GET', '/api/tournaments'),
      match: ({ id }, a, b) =>
        call('POST', '/api/matches', { tournamentID: id, sides: { A: { name: a }, B: { name: b } } }),
      publish: ({ id }, events) => call('POST', `/api/matches/${id}/events`, events),
      history: ({ id }) => call('GET', `/api/matches/${id}/events`),
      remove: ({ id }) => call('DELETE', `/api/matches/${id}`),
      newCode: ({ id }) => call('POST', `/api/matches/${id}/referee-token`),
    };
  }
}

export const launchBrowser = (flags = []) =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...flags,
    ],
  });

/**
 * A device of its own: nothing shared with another, not even the storage. What it must not do is collected in
 * `complaints`: requests to elsewhere, violations of the content security policy, errors nobody caught.
 */
export async function device(browser, venue, { size = LAPTOP, ...options } = {}) {
  const context = await browser.newContext({ baseURL: venue.url, viewport: size, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== venue.url) complaints.push(`request to ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(venue.url).host) complaints.push(`websocket to ${socket.url()}`);
  });
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack || `${error.name}: ${error.message}`));
  page.on('dialog', (dialog) => dialog.accept());
  return { page, context, complaints };
}
