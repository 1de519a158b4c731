/** Why an event is not taken. The codes are the contract's; the sentences are for people. */

/** @typedef {'bad_event'|'match_finished'|'illegal_score'|'nothing_to_undo'} Code what the rules can say */

export class Refusal {
  /** @param {Code} code @param {string} message */
  constructor(code, message) {
    this.code = code;
    this.message = message;
  }
}
