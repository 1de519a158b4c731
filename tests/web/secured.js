/** A client that signs and seals, in few words: what a page does, and what somebody in its place would try. */
import { seal, unseal } from '../../static/core/secure/chacha.js';
import { agreement, pinExchange } from '../../static/core/secure/group.js';
import { keysOf, signature } from '../../static/core/secure/keys.js';
import { bytesOf, fromHex, randomBytes, toHex } from '../../static/core/secure/sha256.js';

export const postJson = (venue, path, body, headers = {}) =>
  fetch(venue.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const answered = async (response) => {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
};

/** @returns {Promise<{id: string, key: Uint8Array}>} */
export async function logIn(venue, pin = venue.pin) {
  const exchange = pinExchange(pin);
  const told = await answered(await postJson(venue, '/api/session/srp', { A: exchange.A }));
  const { M1, M2, key } = exchange.prove(told);
  const answer = await answered(await postJson(venue, `/api/session/srp/${told.attempt}`, { M1 }));
  if (answer.M2 !== M2) throw new Error('the server proved nothing');
  return { id: answer.session, key };
}

/** As if this browser had logged in before. */
export const keepLogIn = (page, { id, key }) =>
  page.addInitScript((kept) => localStorage.setItem('courtside:login', kept), JSON.stringify({ id, key: toHex(key) }));

export async function openChannel(venue, root) {
  const page = randomBytes(16);
  const { channel } = await answered(await postJson(venue, '/api/channel', { page: toHex(page) }));
  return keysOf(root, channel, page);
}

/** A channel that both sides agree on, for nobody in particular. */
export async function agreeOn(venue) {
  const page = randomBytes(16);
  const { A, agree } = agreement();
  const { channel, B } = await answered(await postJson(venue, '/api/channel', { page: toHex(page), A }));
  return keysOf(agree(B), channel, page);
}

function nonce(direction, number) {
  const bytes = new Uint8Array(12);
  bytes[0] = direction;
  new DataView(bytes.buffer).setBigUint64(4, BigInt(number));
  return bytes;
}

/** A sealed request, not sent yet: `change` may meddle with it. */
export function sealedRequest(keys, number, method, path, body = '', session = '') {
  const { sealed, tag } = seal(keys.sealing, nonce(0, number), bytesOf(`${method}\n${path}`), bytesOf(body));
  const claim = [keys.channel, number, toHex(tag), session].join(' ').trim();
  return { method, path, headers: { 'courtside-seal': claim }, ...(method === 'GET' || !body ? {} : { body: sealed }) };
}

export async function send(venue, keys, number, { path, ...request }) {
  const response = await fetch(venue.url + path, request);
  const tag = response.headers.get('courtside-seal');
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  if (tag === null) return { status, headers, sealed: false, text: new TextDecoder().decode(bytes) };
  const opened = unseal(keys.sealing, nonce(1, number), bytesOf(String(status)), bytes, fromHex(tag));
  if (!opened) throw new Error('the answer is not sealed by these keys');
  return { status, headers, sealed: true, text: new TextDecoder().decode(opened) };
}

export const codeOf = ({ text }) => JSON.parse(text).error.code;

/** A pad's address, with its proof. */
export function padPath(keys, matchID, { device = 'phone', session = '' } = {}) {
  const query = new URLSearchParams({ matchID, device, channel: keys.channel });
  if (session) query.set('session', session);
  const target = `/referee?${query}`;
  return `${target}&proof=${signature(keys, 0, 'GET', target, '')}`;
}

export const frame = (keys, n, event) => {
  const text = JSON.stringify(event);
  return { n, mac: signature(keys, n, 'frame', '', text), event: text };
};

/** A websocket of a page, whose frames are awaited one by one. */
export async function socketAt(page, path) {
  const socket = await page.evaluateHandle((path) => {
    const socket = new WebSocket(path);
    const [waiting, come] = [[], []];
    const deliver = (frame) => (waiting.length ? waiting.shift()(frame) : come.push(frame));
    socket.onmessage = ({ data }) => deliver(JSON.parse(data));
    socket.onclose = ({ code }) => deliver({ type: 'closed', code });
    const next = () => (come.length ? come.shift() : new Promise((resolve) => waiting.push(resolve)));
    return { socket, next };
  }, path);
  return {
    next: () => socket.evaluate(({ next }) => next()),
    say: (frame) => socket.evaluate(({ socket }, text) => socket.send(text), JSON.stringify(frame)),
  };
}

export { signature };
