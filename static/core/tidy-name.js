/** The form in which the server stores a name: see `src/domain/names.rs`, which does the same and says why. */

/** Invisible, though they count as letters, marks or signs. */
const UNSEEN = /[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;
const JOINER = /[\u200c\u200d]/u;
const TAG = /[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}\u{e007f}]/u;
const NAME_MAX_CHARS = 200;
const MARKS_MAX = 3;
const FLAG = /^[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/u;
const SELECTOR = /[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const HAS_VARIANTS =
  /[\p{Emoji}\u1820-\u18aa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const SCRIPT =
  /[\u0600-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1bff\ua840-\ua9ff\ufb50-\ufdff\ufe70-\ufefe\u{10a00}-\u{10fff}\u{11000}-\u{11fff}\u{1e900}-\u{1e95f}]/u;
const VIRAMA = /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2]/u;

/** @param {string} letter */
const isEmoji = (letter) => /\p{Emoji}/u.test(letter) && letter > '\u007f';
/** @param {string} letter */
const isJoined = (letter) => SCRIPT.test(letter) && /[\p{L}\p{N}\p{M}]/u.test(letter);

/** @param {string} before @param {string} joiner @param {string} after */
function joins(before, joiner, after) {
  const emoji = joiner === '\u200d' && (isEmoji(before) || before === '\ufe0f') && isEmoji(after);
  return emoji || (isJoined(before) && (isJoined(after) || VIRAMA.test(before)));
}

/** @param {string} text */
const printed = (text) =>
  [...text.replace(/[\p{White_Space}\u2800]/gu, ' ')]
    .filter((letter) => JOINER.test(letter) || TAG.test(letter) || !(/\p{C}/u.test(letter) || UNSEEN.test(letter)))
    .join('')
    .normalize('NFC');

/** @param {string} text @returns {string} may be empty */
export function tidyName(text) {
  let name = tidyOnce(text);
  // A mark that is dropped may have been what the joiner before it joined. What is too long for a name stays as it is.
  while ([...name].length <= NAME_MAX_CHARS) {
    const again = tidyOnce(name);
    if (again === name) break;
    name = again;
  }
  return name;
}

/** @param {string} text */
function tidyOnce(text) {
  const letters = [...printed(text)];
  let [name, last, marks, tags] = ['', '', 0, 0];
  for (const [at, letter] of letters.entries()) {
    const isMark = /\p{M}/u.test(letter);
    let keep = true;
    if (letter === ' ') keep = last !== '' && last !== ' ';
    else if (TAG.test(letter)) {
      if (last === '\u{1f3f4}') tags = [...(FLAG.exec(letters.slice(at, at + 7).join(''))?.[0] ?? '')].length;
      keep = tags > 0;
      tags = Math.max(0, tags - 1);
    } else if (JOINER.test(letter)) keep = joins(last, letter, letters[at + 1] ?? ' ');
    else if (SELECTOR.test(letter)) keep = HAS_VARIANTS.test(last);
    else if (isMark && (last === '' || last === ' ')) keep = false;
    else if (/[\p{Mn}\p{Me}]/u.test(letter)) keep = ++marks <= MARKS_MAX;
    if (!keep) continue;
    if (!isMark && !JOINER.test(letter)) marks = 0;
    name += letter;
    last = letter;
  }
  return name.trimEnd().normalize('NFC');
}
