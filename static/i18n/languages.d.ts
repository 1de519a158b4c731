/** `languages.js` is written by the server (`src/http/assets.rs`), from the files that stand beside this one. */

/** The tags of the languages there are. */
declare const languages: string[];
export default languages;

/** Those that lack texts which English has. */
export const incomplete: string[];
