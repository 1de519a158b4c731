/** Why an event is not taken. The codes are the contract's; the sentences are for people. */

/** @typedef {'bad_event'|'match_finished'|'illegal_score'|'nothing_to_undo'} Code what the rules can say */

export class Refusal {
  /** @param {Code} code @param {string} message */
  constructor(code, message) {
    this.code = code;
    this.message = message;
  }
}

/** Refuses to begin a period where this many are all that there can be. @param {number} most */
export const noMorePeriods = (most) => new Refusal('bad_event', `there are at most ${most} periods here`);

/** Refuses a result that no sport can have, whoever forces it. @param {number} most */
export const absurdResult = (most) => new Refusal('bad_event', `a result of this match has at most ${most} periods`);
