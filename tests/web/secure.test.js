/** The pages' cryptography against the numbers of its standards, and against those of the server. */
import assert from 'node:assert/strict';
import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { seal, unseal } from '../../static/core/secure/chacha.js';
import { keysOf, signature } from '../../static/core/secure/keys.js';
import { agreement, pinExchange } from '../../static/core/secure/group.js';
import { pbkdf2 } from '../../static/core/secure/pbkdf2.js';
import { bytesOf, fromHex, hmac, sha256, toHex } from '../../static/core/secure/sha256.js';

const hex = (text) => fromHex(text.replace(/\s/g, ''));

test('SHA-256 gives the digests of FIPS 180-4, and of OpenSSL at every length around a block', () => {
  assert.equal(toHex(sha256(bytesOf('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(toHex(sha256()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  const long = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq';
  assert.equal(toHex(sha256(bytesOf(long))), '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
  for (let length = 0; length < 200; length++) {
    const text = randomBytes(length);
    assert.equal(toHex(sha256(text)), createHash('sha256').update(text).digest('hex'), `${length} bytes`);
  }
});

test('HMAC-SHA256 gives the numbers of RFC 4231', () => {
  const cases = [
    ['0b'.repeat(20), toHex(bytesOf('Hi There')), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [toHex(bytesOf('Jefe')), toHex(bytesOf('what do ya want for nothing?')), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      'aa'.repeat(131),
      toHex(bytesOf('Test Using Larger Than Block-Size Key - Hash Key First')),
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ];
  for (const [key, text, digest] of cases) assert.equal(toHex(hmac(fromHex(key), fromHex(text))), digest);
  const [key, one, two] = [randomBytes(64), randomBytes(70), randomBytes(3)];
  assert.equal(toHex(hmac(key, one, two)), createHmac('sha256', key).update(one).update(two).digest('hex'));
});

test('PBKDF2 gives the numbers of RFC 7914, and those of OpenSSL', () => {
  const first = '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc';
  assert.equal(toHex(pbkdf2(bytesOf('passwd'), bytesOf('salt'), 1)), first);
  const second = '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56';
  assert.equal(toHex(pbkdf2(bytesOf('Password'), bytesOf('NaCl'), 80_000)), second);
  const salt = randomBytes(16);
  const right = pbkdf2Sync('48291376', salt, 1_000, 32, 'sha256').toString('hex');
  assert.equal(toHex(pbkdf2(bytesOf('48291376'), salt, 1_000)), right);
});

/** RFC 8439, section 2.8.2. */
const sunscreen = {
  key: hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'),
  nonce: hex('070000004041424344454647'),
  about: hex('50515253c0c1c2c3c4c5c6c7'),
  text: "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  sealed: `d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
    1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
    3ff4def08e4b7a9de576d26586cec64b 6116`,
  tag: '1ae10b594f09e26a7e902ecbd0600691',
};

test('ChaCha20-Poly1305 seals and opens the text of RFC 8439, and opens nothing that was changed', () => {
  const { key, nonce, about, text } = sunscreen;
  const { sealed, tag } = seal(key, nonce, about, bytesOf(text));
  assert.equal(toHex(sealed), toHex(hex(sunscreen.sealed)));
  assert.equal(toHex(tag), sunscreen.tag);
  assert.equal(new TextDecoder().decode(unseal(key, nonce, about, sealed, tag) ?? undefined), text);
  const changed = (bytes, at) => bytes.map((byte, i) => byte ^ (i === at ? 1 : 0));
  assert.equal(unseal(key, nonce, about, changed(sealed, 5), tag), null);
  assert.equal(unseal(key, nonce, about, sealed, changed(tag, 15)), null);
  assert.equal(unseal(key, nonce, about, sealed, tag.slice(1)), null);
  assert.equal(unseal(key, nonce, changed(about, 0), sealed, tag), null);
  assert.equal(unseal(changed(key, 31), nonce, about, sealed, tag), null);
});

test('ChaCha20-Poly1305 seals as OpenSSL does at every length around its blocks', () => {
  for (let length = 0; length < 140; length++) {
    const [key, nonce, about, text] = [randomBytes(32), randomBytes(12), randomBytes(length % 40), randomBytes(length)];
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
    cipher.setAAD(about);
    const right = Buffer.concat([cipher.update(text), cipher.final()]).toString('hex');
    const { sealed, tag } = seal(key, nonce, about, text);
    assert.equal(toHex(sealed), right, `${length} bytes`);
    assert.equal(toHex(tag), cipher.getAuthTag().toString('hex'), `${length} bytes`);
  }
});

const keys = keysOf(new Uint8Array(32).fill(1), '02'.repeat(16), new Uint8Array(16).fill(3));

test('a page signs and opens as the server does', () => {
  // The same numbers stand in `src/http/secure/keys.rs`.
  assert.equal(signature(keys, 5, 'POST', '/api/x?y=1', '{"a":1}'), '469973158022831a02b9891bb75a6352d48735a5e1a0790b3a4b0744664f424c');
  const { sealed, tag } = seal(keys.sealing, fromHex('010000000000000000000007'), bytesOf('201'), bytesOf('{"token":"secret"}'));
  assert.equal(toHex(sealed), 'cbd3def1f366ea87a9e321df6c88bc2b7e0c');
  assert.equal(toHex(tag), '83df133b8d9e5d76df19221b45be2a75');
});

test('an agreement takes nothing that would give its key away', () => {
  const { A, agree } = agreement();
  assert.match(A, /^[0-9a-f]{512}$/);
  const other = agreement();
  assert.deepEqual(agree(other.A), other.agree(A));
  for (const known of ['0', '1', 'f'.repeat(512)]) assert.throws(() => agree(known.padStart(512, '0')), /no element/);
});

test('the proof of a PIN depends on every digit and on nothing between them', () => {
  const secret = new Uint8Array(32).fill(9);
  const told = { salt: '07'.repeat(16), rounds: 10, B: agreement().A };
  const proof = (pin) => pinExchange(pin, secret).prove(told).M1;
  assert.equal(proof('4829 1376'), proof('48291376'));
  assert.notEqual(proof('4829 1376'), proof('4829 1377'));
});
