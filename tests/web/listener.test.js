/** Whoever listens on the Wi-Fi, says again what he heard, or speaks in between, gains no right that lasts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { bytesOf, sha256, toHex } from '../../static/core/secure/sha256.js';
import { agreeOn, codeOf, frame, logIn, openChannel, padPath, postJson, sealedRequest, send, signature, socketAt } from './secured.js';
import { LAPTOP, PHONE, Venue } from './venue.js';
import { closeBrowser, endVisits, openBrowser, saved, startMatch, tapHalf, visit } from './visits.js';

let venue;

before(openBrowser);
after(closeBrowser);
beforeEach(async () => (venue = await Venue.open()));
afterEach(async () => {
  await venue.close();
  await endVisits();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Passes everything on, and keeps it: what a listener has. */
async function listenAt(url) {
  const port = Number(new URL(url).port);
  /** @type {{sent: Buffer[], heard: Buffer[]}[]} */
  const connections = [];
  const sockets = new Set();
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    const kept = { sent: [], heard: [] };
    connections.push(kept);
    for (const [from, to, into] of [[client, server, kept.sent], [server, client, kept.heard]]) {
      sockets.add(from);
      from.on('data', (bytes) => {
        into.push(bytes);
        to.write(bytes);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    connections: () => connections.map(({ sent, heard }) => ({ sent: Buffer.concat(sent), heard: Buffer.concat(heard) })),
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

/** The requests of a connection, and what follows one that became a websocket. */
function requestsOf(sent) {
  const requests = [];
  let rest = sent;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) break;
    const head = rest.subarray(0, end).toString('latin1');
    const upgrades = /^upgrade: websocket/im.test(head);
    const length = upgrades ? rest.length : Number(head.match(/^content-length: (\d+)/im)?.[1] ?? 0);
    requests.push({ head, line: head.split('\r\n')[0], bytes: rest.subarray(0, end + 4 + length), frames: upgrades ? unmasked(rest.subarray(end + 4)) : [] });
    rest = rest.subarray(end + 4 + length);
  }
  return requests;
}

/** The texts of a browser's frames: it masks them, which hides nothing. */
function unmasked(bytes) {
  const texts = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    let length = bytes[at + 1] & 127;
    let start = at + 2;
    if (length === 126) [length, start] = [bytes.readUInt16BE(start), start + 2];
    const mask = bytes.subarray(start, start + 4);
    const text = bytes.subarray(start + 4, start + 4 + length).map((byte, i) => byte ^ mask[i % 4]);
    if ((bytes[at] & 15) === 1) texts.push(Buffer.from(text).toString());
    at = start + 4 + length;
  }
  return texts;
}

/** Says something again on a connection of its own. @returns {Promise<number>} the status */
async function sayAgain(bytes) {
  const socket = connect(Number(new URL(venue.url).port), '127.0.0.1');
  const heard = [];
  socket.on('data', (chunk) => heard.push(chunk));
  socket.on('error', () => {});
  socket.write(bytes);
  const status = () => Number(Buffer.concat(heard).toString('latin1').match(/^HTTP\/1\.1 (\d+)/)?.[1] ?? 0);
  while (status() === 0 && !socket.destroyed) await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  socket.destroy();
  return status();
}

/** Everything that is stored, as an organiser sees it. */
async function rows(call) {
  const lists = await Promise.all(['tournaments', 'matches', 'courts', 'sessions', 'screens'].map((list) => call('GET', `/api/${list}`)));
  const events = await Promise.all(lists[1].map(({ id }) => call('GET', `/api/matches/${id}/events`)));
  const sessions = lists[3].map(({ id }) => id);
  return JSON.stringify([lists[0], lists[1].map(({ state, seq, id }) => [id, seq, state]), lists[2], sessions.sort(), lists[4], events]);
}

test('nothing that a listener hears is a secret, and nothing of it can be said again', async () => {
  const wire = await listenAt(venue.url);
  const through = { ...venue, url: wire.url, pin: venue.pin };
  try {
    const laptop = await visit(through, { size: LAPTOP });
    await laptop.goto('/');
    await press(laptop, 'Organiser');
    await laptop.getByLabel('PIN').fill(venue.pin);
    await press(laptop, 'Log in');
    await laptop.getByRole('button', { name: 'New match' }).waitFor();
    const { key } = await laptop.evaluate(() => JSON.parse(localStorage.getItem('courtside:login')));
    // A match and its secrets, with the picture and the code on the screen.
    await laptop.evaluate(async () => {
      const { api } = await import('/static/core/api.js');
      await api.createTournament({ name: 'Spring Open', sport: 'BADMINTON' });
    });
    await press(laptop, 'New match');
    await laptop.getByLabel('First side').fill('Lyon');
    await laptop.getByLabel('Second side').fill('Paris');
    await laptop.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    const code = await laptop.getByRole('dialog').getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/).innerText();
    await laptop.locator('.qr img[src^="data:image/svg"]').waitFor();

    const typing = await visit(through, { size: PHONE });
    await typing.goto('/score');
    await typing.getByRole('textbox').fill(code);
    await press(typing, 'Go');
    await startMatch(typing);
    await tapHalf(typing, 'Lyon');
    await saved(typing);
    const [id, typed] = await typing.evaluate(() => {
      const name = Object.keys(localStorage).find((name) => name.startsWith('courtside:token:'));
      return [name.split(':')[2], JSON.parse(localStorage.getItem(name))];
    });
    // A new code, from which the next phone scans its token.
    const { refereeToken, refereeCode } = await laptop.evaluate(async (id) => {
      const { api } = await import('/static/core/api.js');
      return api.newRefereeToken(id);
    }, id);
    const scanning = await visit(through, { size: PHONE });
    await scanning.goto(`/score?match=${id}#token=${refereeToken}`);
    await tapHalf(scanning, 'Paris');
    await saved(scanning);
    await laptop.evaluate(async () => (await import('/static/core/api.js')).api.desk());

    const connections = wire.connections();
    const requests = connections.flatMap(({ sent }) => requestsOf(sent));
    const heard = [
      ...connections.map(({ heard }) => heard.toString('latin1')),
      ...requests.map(({ bytes }) => bytes.toString('latin1')),
      ...requests.flatMap(({ frames }) => frames),
    ].join('\n');
    assert.match(heard, /\\"type\\":\\"point\\"/, 'what is no secret is heard, also in frames');
    assert.match(heard, /POST \/api\/matches/);
    const tokens = [typed, refereeToken];
    const secrets = {
      pin: venue.pin.replace(/\s/g, ''),
      'pin in groups': venue.pin,
      code,
      'code without its dash': code.replace('-', ''),
      'new code': refereeCode,
      key,
      ...Object.fromEntries(tokens.flatMap((token, i) => [[`token ${i}`, token], [`hash of token ${i}`, toHex(sha256(bytesOf(token)))]])),
    };
    for (const [what, secret] of Object.entries(secrets)) {
      assert.ok(secret.length >= 8, what);
      assert.ok(!heard.toLowerCase().includes(secret.toLowerCase()), `the ${what} was heard`);
    }
    assert.doesNotMatch(heard, /set-cookie: (?!courtside_known_)|authorization:/i, 'there is no other secret either');

    await Promise.all([laptop, typing, scanning].map((page) => page.close()));
    const { call } = await venue.organiser();
    const before = await rows(call);
    let proven = 0;
    for (const { head, line, bytes } of requests) {
      const status = await sayAgain(bytes);
      const isProven = /^courtside-(seal|sign):/im.test(head) || line.includes('/referee?');
      proven += Number(isProven);
      if (isProven) assert.ok(status >= 400 && status < 500, `${line} was answered with ${status}`);
      if (/^(PUT|PATCH|DELETE)/.test(line)) assert.ok(isProven, line);
    }
    assert.ok(proven >= 8, `${proven} requests with a proof`);
    // The same after a restart, which has forgotten every channel.
    await venue.kill();
    await venue.start();
    for (const { head, line, bytes } of requests) {
      if (!/^courtside-(seal|sign):/im.test(head) && !line.includes('/referee?')) continue;
      const status = await sayAgain(bytes);
      assert.ok(status >= 400 && status < 500, `${line} was answered with ${status} after a restart`);
    }
    assert.equal(await rows(call), before);
  } finally {
    wire.close();
  }
});

test('a sealed request is taken once, unchanged, for what it was made, and by its own session', async () => {
  const session = await logIn(venue);
  const keys = await openChannel(venue, session.key);
  const body = '{"name":"Court 1"}';
  const make = (number) => sealedRequest(keys, number, 'POST', '/api/courts', body, session.id);
  const first = make(1);
  const answer = await send(venue, keys, 1, first);
  assert.deepEqual([answer.status, answer.sealed, JSON.parse(answer.text).name], [201, true, 'Court 1']);
  const refusedFor = async (number, request) => {
    const refused = await send(venue, keys, number, request);
    return [refused.status, codeOf(refused)];
  };
  assert.deepEqual(await refusedFor(1, first), [409, 'replayed']);
  const bad = [403, 'bad_signature'];
  const changed = Uint8Array.from(first.body, (byte, i) => byte ^ (i === 9 ? 1 : 0));
  assert.deepEqual(await refusedFor(2, { ...make(2), body: changed }), bad);
  assert.deepEqual(await refusedFor(2, { ...make(2), path: '/api/tournaments' }), bad);
  assert.deepEqual(await refusedFor(2, { ...make(2), method: 'PUT' }), bad);
  const renumbered = { 'courtside-seal': first.headers['courtside-seal'].replace(' 1 ', ' 2 ') };
  assert.deepEqual(await refusedFor(2, { ...first, headers: renumbered }), bad);
  const elsewhere = await openChannel(venue, session.key);
  const moved = { 'courtside-seal': first.headers['courtside-seal'].replace(keys.channel, elsewhere.channel) };
  assert.deepEqual(await refusedFor(1, { ...first, headers: moved }), bad);
  const stranger = await openChannel(venue, sha256(bytesOf('guess')));
  const guessed = sealedRequest(stranger, 1, 'POST', '/api/courts', body, session.id);
  const refused = await send(venue, stranger, 1, guessed);
  assert.deepEqual([refused.status, codeOf(refused)], bad);
  // Requests overtake each other: numbers 4 and then 3 are both good, once.
  for (const number of [4, 3]) {
    const read = await send(venue, keys, number, sealedRequest(keys, number, 'GET', '/api/desk', '', session.id));
    assert.deepEqual([read.status, read.sealed], [200, true]);
  }
  assert.equal((await (await venue.organiser()).call('GET', '/api/courts')).length, 1);
  // The name of a session is no secret, and alone no right.
  const named = await fetch(`${venue.url}/api/desk`, { headers: { authorization: `Bearer ${session.id}` } });
  assert.equal(named.status, 403);
});

test('who ends a session ends what its channels may do, and a restart ends no session', async () => {
  const session = await logIn(venue);
  const asks = async (keys, number) => {
    const answer = await send(venue, keys, number, sealedRequest(keys, number, 'GET', '/api/session', '', session.id));
    return answer.sealed ? JSON.parse(answer.text).role : codeOf(answer);
  };
  const keys = await openChannel(venue, session.key);
  assert.equal(await asks(keys, 1), 'organiser');
  await venue.kill();
  await venue.start();
  assert.equal(await asks(keys, 2), 'stale_channel');
  const again = await openChannel(venue, session.key);
  assert.equal(await asks(again, 1), 'organiser');
  const { call } = await venue.organiser();
  await call('DELETE', `/api/sessions/${session.id}`);
  assert.equal(await asks(again, 2), 'watcher');
  assert.equal(await asks(await openChannel(venue, session.key), 1), 'login_required');
});

test('a wrong PIN proves nothing, counts as a guess, and each try has one proof', async () => {
  await assert.rejects(logIn(venue, '00000000'), /401 .*wrong_pin/);
  const began = await postJson(venue, '/api/session/srp', { A: '0'.repeat(512) });
  assert.equal(began.status, 400);
  const over = await postJson(venue, '/api/session/srp/0190b5a0-0000-7000-8000-000000000000', { M1: '00'.repeat(32) });
  assert.equal(over.status, 404);
  await logIn(venue);
  const tries = [];
  for (let i = 0; i < 12; i++) tries.push(await logIn(venue, '00000000').catch(({ message }) => message));
  assert.ok(tries.some((message) => message.includes('too_many_tries')), tries.join('\n'));
});

const pads = async () => {
  const organiser = await venue.organiser();
  const match = await organiser.match(await organiser.tournament('Spring Open', 'BADMINTON'), 'Lyon', 'Paris');
  return { organiser, match, root: sha256(bytesOf(match.refereeToken)) };
};

test('a pad proves its token at the handshake, and frames that it did not sign are refused and end the connection', async () => {
  const { organiser, match, root } = await pads();
  const keys = await openChannel(venue, root);
  const path = padPath(keys, match.id);
  const page = await visit(venue);
  await page.goto('/tv');
  const pad = await socketAt(page, path);
  assert.equal((await pad.next()).type, 'welcome');
  assert.equal((await pad.next()).type, 'active');
  const point = (id) => ({ id, type: 'point', side: 'A' });
  const first = frame(keys, 1, point('one'));
  await pad.say(first);
  const ack = await pad.next();
  assert.deepEqual([ack.type, ack.id], ['ack', 'one']);
  const second = frame(keys, 2, point('two'));
  const third = frame(keys, 3, point('three'));
  const forged = [first, third, { ...second, event: second.event.replace('"A"', '"B"') }, { ...second, n: 3 }, point('four'), { ...second, mac: '' }];
  for (const wrong of forged) {
    await pad.say(wrong);
    const { type, code } = await pad.next();
    assert.deepEqual([type, code], ['refused', 'bad_signature'], JSON.stringify(wrong));
  }
  await pad.say(second);
  assert.equal((await pad.next()).id, 'two');
  assert.equal((await organiser.history(match)).length, 2, 'no forged frame was taken');
  // The handshake is good for once.
  const again = await fetch(venue.url + path, { headers: {} });
  assert.equal(again.status, 409);
  for (let i = 0; i < 30; i++) await pad.say(first);
  let last = await pad.next();
  while (last.type !== 'closed') last = await pad.next();
  assert.equal(last.code, 4008);
});

test('a handshake or a report with the proof of another match, address or token is refused', async () => {
  const { organiser, match, root } = await pads();
  const other = await organiser.match((await organiser.tournaments())[0], 'Nancy', 'Metz');
  const shake = async (path) => {
    const response = await fetch(venue.url + path);
    return [response.status, (await response.json()).error.code];
  };
  assert.deepEqual(await shake(padPath(await openChannel(venue, root), match.id)), [426, 'websocket_only'], 'the proof is good');
  assert.deepEqual(await shake(padPath(await openChannel(venue, root), other.id)), [403, 'wrong_token']);
  const meddled = padPath(await openChannel(venue, root), match.id).replace('device=phone', 'device=pad&takeover=1');
  assert.deepEqual(await shake(meddled), [403, 'wrong_token']);
  assert.deepEqual(await shake(padPath(await openChannel(venue, sha256(bytesOf('guess'))), match.id)), [403, 'wrong_token']);

  const report = async (keys, number, id, body) => {
    const path = `/api/matches/${id}/device`;
    const proof = signature(keys, number, 'POST', path, JSON.stringify(body));
    const response = await postJson(venue, path, body, { 'courtside-sign': `${keys.channel} ${number} ${proof}` });
    return response.status;
  };
  const keys = await openChannel(venue, root);
  assert.equal(await report(keys, 1, match.id, { device: 'phone' }), 204);
  assert.equal(await report(keys, 1, match.id, { device: 'phone' }), 409);
  assert.equal(await report(keys, 2, other.id, { device: 'phone' }), 403);
  await organiser.newCode(match);
  assert.equal(await report(keys, 3, match.id, { device: 'phone' }), 403, 'the token was replaced');
});

test('a code is exchanged sealed, and nobody can pretend by that to be more', async () => {
  const { organiser, match } = await pads();
  const { refereeCode: code } = await organiser.newCode(match);
  const keys = await agreeOn(venue);
  const answer = await send(venue, keys, 1, sealedRequest(keys, 1, 'POST', '/api/referee-code', JSON.stringify({ code })));
  assert.deepEqual([answer.status, answer.sealed, JSON.parse(answer.text).matchID], [201, true, match.id]);
  // Nor has it work done for it: an answer would be collected to be sealed.
  for (const [method, path] of [['GET', '/api/desk'], ['GET', `/api/matches/${match.id}/events`], ['GET', '/api/matches'], ['POST', '/api/courts']]) {
    const refused = await send(venue, keys, 2, sealedRequest(keys, 2, method, path));
    assert.deepEqual([refused.status, codeOf(refused)], [400, 'bad_signature'], path);
  }
});

test('an organiser forbids secrets that others can read; pages go on, and old clients are told why not', async () => {
  const { organiser, match } = await pads();
  const page = await visit(venue, { size: LAPTOP });
  await page.goto('/');
  await press(page, 'Organiser');
  await page.getByLabel('PIN').fill(venue.pin);
  await press(page, 'Log in');
  await page.getByRole('button', { name: 'New match' }).waitFor();
  await press(page, 'This box');
  const only = page.getByRole('checkbox', { name: /Only what is signed/ });
  await only.check();
  await page.getByText('Secrets that others can read are refused now.').waitFor();
  const refusal = async (response) => [response.status, (await response.json()).error.code];
  const required = [403, 'signature_required'];
  assert.deepEqual(await refusal(await postJson(venue, '/api/session', { pin: venue.pin })), required);
  assert.deepEqual(await refusal(await postJson(venue, '/api/referee-code', { code: 'AAAA-AAAA' })), required);
  const bearer = { authorization: `Bearer ${match.refereeToken}` };
  assert.deepEqual(await refusal(await postJson(venue, `/api/matches/${match.id}/events`, { type: 'start' }, bearer)), required);
  assert.deepEqual(await refusal(await fetch(`${venue.url}/referee?IdMatch=${match.id}&token=${match.refereeToken}`)), required);
  await assert.rejects(organiser.tournament('Other', 'BADMINTON'), /signature_required/);
  const referee = await visit(venue, { size: PHONE });
  await referee.goto(`/score?match=${match.id}#token=${match.refereeToken}`);
  await startMatch(referee);
  await tapHalf(referee, 'Lyon');
  await saved(referee);
  await only.uncheck();
  await page.getByText('Old clients are welcome again.').waitFor();
  await organiser.tournament('Other', 'BADMINTON');
});
