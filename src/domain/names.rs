//! Names that people type and read: of the venue, a tournament, a side, a team, a court, a screen, a device.
//!
//! Whoever reads a name must see all of it, and it must not change the text around it. So nothing invisible stays:
//! no direction marks, no zero-width spaces, no unassigned or private characters. What joins letters or emoji stays
//! where it joins: Persian, Hindi and family emoji need it. `static/core/names.js` does the same for the preview of a
//! list; both read `tests/corpus/names/tidy.json`.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{
    GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory,
};

/// The longest name, in characters.
pub const NAME_MAX_CHARS: usize = 200;
/// Marks above and below one letter. Burmese and Hebrew need three; more only cover what stands beside them.
const MARKS_MAX: usize = 3;
/// Letters of the subdivision in a flag such as England's.
const FLAG_TAGS: std::ops::RangeInclusive<usize> = 3..=6;
/// What stands for a stored name that nobody could see.
const UNSEEN: &str = "?";

/// A text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    #[error("must not be empty")]
    Empty,
    #[error("must have at least one letter or digit that people can see")]
    Unseen,
    #[error("may have at most {NAME_MAX_CHARS} characters")]
    TooLong,
}

/// The name in a text, in the form that is stored: composed (NFC), on one line, single spaces, nothing invisible.
pub fn tidy(text: &str) -> Result<String, BadName> {
    let name = clean(text);
    if name.chars().count() > NAME_MAX_CHARS {
        Err(BadName::TooLong)
    } else if name.chars().any(is_telling) {
        Ok(name)
    } else if text.trim().is_empty() {
        Err(BadName::Empty)
    } else {
        Err(BadName::Unseen)
    }
}

/// A name that an earlier version stored, in a form that harms no page.
pub fn shown(stored: String) -> String {
    if stored.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return stored;
    }
    let name = clean(&stored);
    if name.is_empty() {
        UNSEEN.to_owned()
    } else {
        name
    }
}

/// The first characters of a name.
pub fn shortened(name: &str, chars: usize) -> String {
    clean(&name.chars().take(chars).collect::<String>())
}

/// A name without what people overlook in it: capitals, and spaces other than those that part two numbers.
pub fn alike(name: &str) -> String {
    // By way of the capitals “ß” and “SS” are one.
    let letters: Vec<char> = name.to_uppercase().to_lowercase().chars().collect();
    let is_digit = |at: Option<usize>| {
        let letter = at.and_then(|at| letters.get(at));
        letter.is_some_and(|letter| letter.is_numeric())
    };
    let kept = letters.iter().enumerate().filter(|(at, letter)| {
        let parts_numbers = is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1));
        !letter.is_whitespace() || parts_numbers
    });
    kept.map(|(_, letter)| *letter).collect()
}

/// Cleans until nothing changes: a mark that is dropped may have been what the joiner before it joined. A text that is no
/// name by its length is cleaned once.
fn clean(text: &str) -> String {
    let mut name = cleaned_once(text);
    while name.chars().count() <= NAME_MAX_CHARS {
        let again = cleaned_once(&name);
        if again == name {
            break;
        }
        name = again;
    }
    name
}

fn cleaned_once(text: &str) -> String {
    let composed: Vec<char> = text.chars().filter_map(printed).nfc().collect();
    let mut kept = Kept::default();
    for (at, &letter) in composed.iter().enumerate() {
        kept.take(letter, &composed[at + 1..]);
    }
    // A joiner that is gone may have stood between a letter and its mark.
    kept.name.trim_end().nfc().collect()
}

/// What is kept of a name so far.
#[derive(Default)]
struct Kept {
    name: String,
    last: Option<char>,
    /// On the last letter.
    marks: usize,
    /// Letters of a flag that are still to come.
    tags: usize,
}

impl Kept {
    fn take(&mut self, letter: char, rest: &[char]) {
        let keep = match letter {
            ' ' => self.last.is_some_and(|last| last != ' '),
            _ if is_tag(letter) => self.takes_tag(letter, rest),
            _ if is_joiner(letter) => self.last.is_some_and(|last| joins(last, letter, rest)),
            _ if is_selector(letter) => self.last.is_some_and(has_variants),
            _ if is_mark(letter) => self.takes_mark(letter),
            _ => true,
        };
        if keep {
            if !is_mark(letter) && !is_joiner(letter) {
                self.marks = 0;
            }
            self.name.push(letter);
            self.last = Some(letter);
        }
    }

    /// A mark without a letter would stand on whatever is before the name.
    fn takes_mark(&mut self, mark: char) -> bool {
        if self.last.is_none_or(|last| last == ' ') {
            return false;
        }
        if mark.general_category() == GeneralCategory::SpacingMark {
            return true;
        }
        self.marks += 1;
        self.marks <= MARKS_MAX
    }

    fn takes_tag(&mut self, tag: char, rest: &[char]) -> bool {
        if self.last == Some(BLACK_FLAG) {
            let letters = 1 + rest.iter().take_while(|next| is_tag_letter(**next)).count();
            let ends = rest.get(letters - 1) == Some(&CANCEL_TAG);
            let whole = is_tag_letter(tag) && ends && FLAG_TAGS.contains(&letters);
            self.tags = if whole { letters + 1 } else { 0 };
        }
        let wanted = self.tags > 0;
        self.tags = self.tags.saturating_sub(1);
        wanted
    }
}

const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';
const BLACK_FLAG: char = '\u{1F3F4}';
const CANCEL_TAG: char = '\u{E007F}';

/// The character as it is printed, before it is known what stands beside it; `None` if it never is.
fn printed(letter: char) -> Option<char> {
    match letter {
        // Empty Braille looks like a space, and the fillers of Hangul are letters like nothing.
        _ if letter.is_whitespace() => Some(' '),
        '\u{2800}' => Some(' '),
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => None,
        '\u{034F}' | '\u{17B4}' | '\u{17B5}' => None,
        _ if is_joiner(letter) || is_tag(letter) => Some(letter),
        _ if letter.general_category_group() == GeneralCategoryGroup::Other => None,
        _ => Some(letter),
    }
}

fn is_telling(letter: char) -> bool {
    matches!(
        letter.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
    )
}

fn is_mark(letter: char) -> bool {
    letter.general_category_group() == GeneralCategoryGroup::Mark
}

fn is_joiner(letter: char) -> bool {
    letter == ZWNJ || letter == ZWJ
}

fn is_tag(letter: char) -> bool {
    is_tag_letter(letter) || letter == CANCEL_TAG
}

/// The hidden forms of the digits and the small letters.
fn is_tag_letter(letter: char) -> bool {
    matches!(letter, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')
}

fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Emoji, digits of keycaps, ideographs and Mongolian letters look otherwise with a selector.
fn has_variants(letter: char) -> bool {
    letter.is_emoji_char()
        || matches!(letter, '\u{1820}'..='\u{18AA}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
        || matches!(letter, '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_emoji(letter: char) -> bool {
    letter.is_emoji_char() && !letter.is_ascii()
}

/// Says if a joiner between these changes what is seen.
fn joins(before: char, joiner: char, rest: &[char]) -> bool {
    let after = rest.first().copied().unwrap_or(' ');
    let emoji = joiner == ZWJ && (is_emoji(before) || before == '\u{FE0F}') && is_emoji(after);
    let letters = is_joined(before) && (is_joined(after) || is_virama(before));
    emoji || letters
}

/// The scripts whose letters change their shapes beside each other: Arabic and its kin, those of India and around it.
fn is_joined(letter: char) -> bool {
    let script = matches!(letter, '\u{0600}'..='\u{085F}' | '\u{0860}'..='\u{0DFF}' | '\u{1000}'..='\u{109F}')
        || matches!(letter, '\u{1780}'..='\u{18AF}' | '\u{1B00}'..='\u{1BFF}' | '\u{A840}'..='\u{A9FF}')
        || matches!(letter, '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10A00}'..='\u{10FFF}')
        || matches!(letter, '\u{11000}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}');
    script && (is_telling(letter) || is_mark(letter))
}

/// The sign that takes a consonant's vowel away: a joiner behind it asks for another shape, also at the end.
fn is_virama(letter: char) -> bool {
    matches!(
        letter,
        '\u{094D}'
            | '\u{09CD}'
            | '\u{0A4D}'
            | '\u{0ACD}'
            | '\u{0B4D}'
            | '\u{0BCD}'
            | '\u{0C4D}'
            | '\u{0CCD}'
            | '\u{0D4D}'
            | '\u{0DCA}'
            | '\u{1039}'
            | '\u{17D2}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        text: String,
        /// `None`: refused.
        name: Option<String>,
        why: String,
    }

    #[test]
    fn names_are_tidied_as_the_list_says() {
        let list = include_str!("../../tests/corpus/names/tidy.json");
        let vectors: Vec<Vector> = serde_json::from_str(list).unwrap();
        assert!(vectors.len() > 40);
        for Vector { text, name, why } in vectors {
            assert_eq!(tidy(&text).ok(), name, "{why}: {text:?}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_missing() {
        for (text, wrong) in [
            ("", BadName::Empty),
            (" \n\u{3000}", BadName::Empty),
            ("\u{200B}\u{200B}", BadName::Unseen),
            ("\u{3164}", BadName::Unseen),
            ("---", BadName::Unseen),
        ] {
            assert_eq!(tidy(text), Err(wrong), "{text:?}");
        }
        assert_eq!(tidy(&"x".repeat(201)), Err(BadName::TooLong));
        assert_eq!(tidy(&"x\u{200B}".repeat(200)), Ok("x".repeat(200)));
    }

    #[test]
    fn a_stored_name_is_shown_without_what_harms_and_never_as_nothing() {
        for (stored, seen) in [
            ("Lyon", "Lyon"),
            ("\u{202E}Lyon", "Lyon"),
            ("\u{200B}\u{200B}", "?"),
            ("a\nb", "a b"),
            ("…", "…"),
        ] {
            assert_eq!(shown(stored.into()), seen, "{stored:?}");
        }
    }

    #[test]
    fn names_are_alike_where_only_capitals_or_spaces_differ() {
        for (one, other) in [
            ("Lyon", "LYON"),
            ("FC Metz", "Fcmetz"),
            ("Straße 1", "STRASSE 1"),
            ("Équipe 2", "équipe2"),
        ] {
            assert_eq!(alike(one), alike(other), "{one}, {other}");
        }
        for (one, other) in [
            ("Lyon 1", "Lyon 2"),
            ("Nancy", "Nançy"),
            ("U1 11", "U11 1"),
            ("Team 1 2", "Team 12"),
        ] {
            assert_ne!(alike(one), alike(other), "{one}, {other}");
        }
    }

    #[test]
    fn a_short_form_ends_with_a_letter() {
        assert_eq!(shortened("Lyon and others", 5), "Lyon");
        assert_eq!(shortened("👩\u{200D}🦰", 2), "👩");
    }

    /// Letters of many scripts, and everything that is treated in a way of its own.
    const PIECES: &str = "[a-z0-9 \u{9}\u{A0}\u{300}-\u{34F}\u{5D0}-\u{5D5}\u{61C}\u{620}-\u{660}\u{900}-\u{97F}\
        \u{1000}-\u{1060}\u{1160}\u{180B}-\u{180F}\u{1820}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\
        \u{2640}\u{2800}\u{3164}\u{4E00}\u{AC00}\u{E000}\u{FE00}-\u{FE0F}\u{FEFF}\u{1F3F4}\u{1F3FB}\u{1F469}\
        \u{E0061}-\u{E0067}\u{E007F}\u{E0100}\u{10FFFF}]{0,40}";

    proptest! {
        #[test]
        fn a_tidy_name_stays_as_it_is(text in PIECES) {
            if let Ok(name) = tidy(&text) {
                prop_assert_eq!(tidy(&name), Ok(name.clone()));
                prop_assert_eq!(shown(name.clone()), name);
            }
        }

        #[test]
        fn no_name_turns_the_text_beside_it_or_covers_it(text in PIECES) {
            let name = clean(&text);
            let turns = |c: char| matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!name.chars().any(turns));
            let mut marks = 0;
            for letter in name.nfc() {
                let above = is_mark(letter) && !is_selector(letter)
                    && letter.general_category() != GeneralCategory::SpacingMark;
                marks = if above { marks + 1 } else if is_mark(letter) || is_joiner(letter) { marks } else { 0 };
                prop_assert!(marks <= MARKS_MAX, "{:?}", name);
            }
            prop_assert!(!name.starts_with(is_mark));
        }
    }
}
