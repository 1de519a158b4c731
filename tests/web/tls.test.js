/** A hall with a certificate: pages, pad and log-in over https and wss. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PHONE, Venue } from './venue.js';
import { closeBrowser, endVisits, expectText, openBrowser, saved, startMatch, tapHalf, visit } from './visits.js';

// The certificate is nobody's but this test's. Node asks for this before its first request.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const TRUSTING = { ignoreHTTPSErrors: true };

let folder;
let venue;

before(async () => {
  await openBrowser();
  folder = await mkdtemp(join(tmpdir(), 'courtside-tls-'));
  const [certificate, key] = [join(folder, 'hall.pem'), join(folder, 'hall.key')];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=hall'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...made, ...names], { stdio: 'pipe' });
  venue = await Venue.open({ flags: ['--tls-cert', certificate, '--tls-key', key] });
});

after(async () => {
  await venue.close();
  await endVisits();
  await closeBrowser();
  await rm(folder, { recursive: true, force: true });
});

test('the pad scores by https and a spectator sees it', async () => {
  const organiser = await venue.organiser();
  const sides = { A: { name: 'Lyon' }, B: { name: 'Metz' } };
  const match = await organiser.call('POST', '/api/matches', { sport: 'FOOTBALL', sides });
  assert.match(match.refereeUrl, /^https:/);
  const spectator = await visit(venue, { size: PHONE, ...TRUSTING });
  await spectator.goto(`/match?id=${match.id}`);
  const referee = await visit(venue, { size: PHONE, ...TRUSTING });
  const opened = [];
  referee.on('websocket', (socket) => opened.push(new URL(socket.url()).protocol));
  await referee.goto(match.refereeUrl);
  await startMatch(referee);
  await tapHalf(referee, 'Lyon');
  await saved(referee);
  assert.deepEqual([...new Set(opened)], ['wss:']);
  const history = await organiser.history(match);
  assert.equal(history.filter(({ event }) => event.type === 'point').length, 1);
  await expectText(spectator.locator('main'), /1/);
});

test('an organiser logs in by https, and the cookie goes nowhere else', async () => {
  const laptop = await visit(venue, TRUSTING);
  const plain = venue.url.replace('https:', 'http:');
  const redirected = await fetch(`${plain}/match?id=7`, { redirect: 'manual' });
  assert.equal(redirected.status, 308);
  assert.equal(redirected.headers.get('location'), `${venue.url}/match?id=7`);
  await laptop.goto('/');
  const answer = await laptop.evaluate(async (pin) => {
    const body = JSON.stringify({ pin });
    const response = await fetch('/api/session', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    return response.status;
  }, venue.pin);
  assert.equal(answer, 200);
  const cookies = await laptop.context().cookies();
  const session = cookies.find(({ name }) => name.startsWith('__Host-courtside_'));
  assert.deepEqual([session?.secure, session?.httpOnly, session?.sameSite], [true, true, 'Strict']);
});
