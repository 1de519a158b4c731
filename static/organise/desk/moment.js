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
