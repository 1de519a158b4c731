/**
 * WebKit, the engine of every iPhone: Debian's MiniBrowser, driven over the WebDriver protocol.
 *
 * It needs a display. Where none is there, a virtual one (Xvfb) is started for it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, readdirSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { createInterface } from 'node:readline';

const LIBRARIES = '/usr/lib';
const START_TIMEOUT_MS = 20_000;
const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 50;
/** The name of an element in the protocol (W3C WebDriver, section 12). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Debian keeps it beside the library, in the folder of the machine's architecture. */
function miniBrowser() {
  for (const architecture of readdirSync(LIBRARIES)) {
    for (const version of ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0']) {
      const path = `${LIBRARIES}/${architecture}/${version}/MiniBrowser`;
      try {
        accessSync(path);
        return path;
      } catch {
        // Not this one.
      }
    }
  }
  throw new Error('there is no MiniBrowser: install webkit2gtk-driver');
}

/** Starts a virtual display; resolves with its name once it takes programs. */
async function virtualDisplay() {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '800x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, name: `:${number}` };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class WebKit {
  #children = [];
  #base = '';
  #session = '';

  static async open() {
    const webkit = new WebKit();
    const env = { ...process.env };
    if (!env.DISPLAY) {
      const display = await virtualDisplay();
      webkit.#children.push(display.child);
      env.DISPLAY = display.name;
    }
    const port = await freePort();
    webkit.#base = `http://127.0.0.1:${port}`;
    webkit.#children.push(
      spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: ['ignore', 'ignore', 'ignore'] }),
    );
    const options = { binary: miniBrowser(), args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
    const { sessionId } = await webkit.#patiently(START_TIMEOUT_MS, 'the driver answers', () =>
      webkit.#ask('POST', '/session', { capabilities }),
    );
    webkit.#session = `/session/${sessionId}`;
    return webkit;
  }

  async close() {
    if (this.#session) await this.#ask('DELETE', this.#session).catch(() => null);
    for (const child of this.#children.reverse()) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  }

  async goto(url) {
    await this.#ask('POST', `${this.#session}/url`, { url });
  }

  /** A tab more; what is done from now on is done there. The one before is killed, as a phone does with it. */
  async killTab() {
    const old = await this.#ask('GET', `${this.#session}/window`);
    const { handle } = await this.#ask('POST', `${this.#session}/window/new`, { type: 'tab' });
    await this.#ask('POST', `${this.#session}/window`, { handle: old });
    await this.#ask('DELETE', `${this.#session}/window`);
    await this.#ask('POST', `${this.#session}/window`, { handle });
  }

  /** The text that is seen of the first element with this selector. */
  text(selector) {
    return this.#run('return document.querySelector(arguments[0])?.innerText ?? ""', selector);
  }

  /** Waits until the text of an element is as wanted. */
  async expect(selector, wanted) {
    let seen = '';
    await this.#patiently(WAIT_MS, () => `“${selector}” shows ${wanted}, not “${seen}”`, async () => {
      seen = await this.text(selector);
      return wanted.test(seen);
    });
  }

  /** Clicks as a finger does, once the element takes it. */
  async click(selector) {
    await this.#patiently(WAIT_MS, `“${selector}” can be clicked`, async () => {
      const element = await this.#ask('POST', `${this.#session}/element`, { using: 'css selector', value: selector });
      await this.#ask('POST', `${this.#session}/element/${element[ELEMENT]}/click`, {});
      return true;
    });
  }

  #run(script, ...args) {
    return this.#ask('POST', `${this.#session}/execute/sync`, { script, args });
  }

  async #ask(method, path, body) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.#base + path, { method, headers, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}, ${value.message}`);
    return value;
  }

  /** The protocol tells nobody when something changes: one has to look. */
  async #patiently(most_ms, what, so) {
    const until = Date.now() + most_ms;
    for (;;) {
      let failed;
      const found = await so().catch((error) => void (failed = error));
      if (found) return found;
      if (Date.now() > until) {
        const why = failed ? `; ${failed.message}` : '';
        throw new Error(`not so in ${most_ms} ms: ${typeof what === 'string' ? what : what()}${why}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** The Wi-Fi between a phone and the server: it can be cut and comes back. */
export class Wifi {
  #server;
  #open = new Set();
  #up = true;

  static async to(port) {
    const wifi = new Wifi();
    wifi.#server = createServer((phone) => wifi.#carry(phone, port)).listen(0, '127.0.0.1');
    await once(wifi.#server, 'listening');
    return wifi;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  #carry(phone, port) {
    if (!this.#up) return phone.destroy();
    const server = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [phone, server],
      [server, phone],
    ]) {
      this.#open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => (this.#open.delete(socket), other.destroy()));
    }
    phone.pipe(server).pipe(phone);
  }

  cut() {
    this.#up = false;
    for (const socket of this.#open) socket.destroy();
  }

  comeBack() {
    this.#up = true;
  }

  async close() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
