/** Times of day of the hall, as moments. */

/**
 * The moment of a time of day in a zone.
 *
 * @param {string} day as 2027-01-10
 * @param {string} time as 10:40
 * @param {string} timeZone
 */
export function momentOf(day, time, timeZone) {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const shownAt = (/** @type {number} */ at) => {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, second } = parts;
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  };
  // Twice: the first guess may lie on the other side of a change of summer time.
  const first = wanted - (shownAt(wanted) - wanted);
  return new Date(first - (shownAt(first) - wanted)).toISOString();
}

/**
 * The moment of a time on a day of the hall. Where it closes after midnight, the night is still of the day before.
 *
 * @param {{opens: string, closes: string, timeZone: string|null}} settings
 * @param {string} day as 2027-01-10
 * @param {string} time as 10:40
 */
export function momentInHall({ opens, closes, timeZone }, day, time) {
  const isNight = closes <= opens && time < closes.slice(0, 5);
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 3_600_000).toISOString().slice(0, 10);
  return momentOf(isNight ? next : day, time, timeZone ?? 'UTC');
}
