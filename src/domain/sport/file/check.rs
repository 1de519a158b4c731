//! What the types of a sport's file cannot say: values that would make a match without an end, or one that cannot begin.

use serde_json::Value;

use super::{SportFile, Wrong, wrong};
use crate::domain::sport::definition::{Ladder, Periods, Rules};

/// The most that any count or number of seconds in a file may be.
const NUMBER_MAX: u64 = 100_000;

pub(super) fn check_head(file: &SportFile) -> Result<(), Wrong> {
    let id = file.id.as_bytes();
    let good = id
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if id.is_empty() || id.len() > 40 || !good {
        return Err(wrong(
            &["id"],
            "an id has 1 to 40 letters, digits and _, such as BEACH_TENNIS",
        ));
    }
    if file
        .icon
        .as_ref()
        .is_some_and(|icon| icon.chars().count() > 8)
    {
        return Err(wrong(&["icon"], "an icon is one emoji"));
    }
    if file.guard_ms > 5_000 {
        return Err(wrong(&["guard_ms"], "at most 5000 milliseconds"));
    }
    Ok(())
}

/// What the types cannot say: values that would make a match without an end, or one that cannot begin.
pub(super) fn sensible(rules: &Rules) -> Result<(), Wrong> {
    for (colour, card) in rules.cards() {
        if !is_name(colour) {
            return Err(wrong(
                &["cards", colour],
                "a card's name has 1 to 40 lower-case letters, digits and _",
            ));
        }
        for (field, count) in [("award", card.award), ("fouls", card.fouls)] {
            if count > 100 {
                return Err(wrong(&["cards", colour, field], "at most 100"));
            }
        }
        let unknown = card
            .out_with
            .iter()
            .find(|name| !rules.cards().contains_key(*name));
        if let Some(unknown) = unknown {
            return Err(wrong(
                &["cards", colour, "out_with"],
                format!("this sport has no card “{unknown}”"),
            ));
        }
    }
    if rules.cards().len() > 20 {
        return Err(wrong(&["cards"], "at most 20 kinds of cards"));
    }
    for (index, point) in rules.points().iter().enumerate() {
        if point.value == 0 || point.value > 1000 {
            let at = index.to_string();
            return Err(wrong(&["points", &at, "value"], "between 1 and 1000"));
        }
    }
    match rules {
        Rules::Ladder(ladder) => sensible_ladder(ladder),
        Rules::Periods(periods) => sensible_periods(periods),
    }
}

fn sensible_ladder(ladder: &Ladder) -> Result<(), Wrong> {
    sensible_match(ladder)?;
    sensible_set(ladder)?;
    sensible_game(ladder)
}

fn sensible_match(ladder: &Ladder) -> Result<(), Wrong> {
    let whole = &ladder.r#match;
    match (&ladder.set, whole.best_of, whole.target) {
        (Some(_), None, _) => {
            return Err(wrong(
                &["match", "best_of"],
                "is missing: how many sets there are at most",
            ));
        }
        (Some(_), Some(_), Some(_)) | (None, Some(_), _) => {
            return Err(wrong(
                &["match"],
                "“best_of” goes with a [rules.set], “target” without one",
            ));
        }
        (None, None, None) => {
            return Err(wrong(
                &["match", "target"],
                "is missing: the points that win",
            ));
        }
        _ => {}
    }
    if whole
        .best_of
        .is_some_and(|best_of| best_of == 0 || best_of > 99)
    {
        return Err(wrong(&["match", "best_of"], "between 1 and 99"));
    }
    match whole.target {
        Some(target) => reachable(&["match"], target, whole.lead.unwrap_or(1), whole.cap),
        None => Ok(()),
    }
}

fn sensible_set(ladder: &Ladder) -> Result<(), Wrong> {
    let Some(set) = &ladder.set else {
        return Ok(());
    };
    reachable(&["set"], set.target, set.lead, set.cap)?;
    if let Some(decider) = &set.decider {
        let target = decider.target.unwrap_or(set.target);
        let lead = decider.lead.unwrap_or(set.lead);
        reachable(&["set", "decider"], target, lead, decider.cap)?;
    }
    let Some(tie_break) = &set.tie_break else {
        return Ok(());
    };
    let at = ["set", "tie_break"];
    if ladder.game.is_none() {
        return Err(wrong(
            &at,
            "a tie-break is for sets of games; give this set a “cap”",
        ));
    }
    reachable(&at, tie_break.target, tie_break.lead, None)
}

fn sensible_game(ladder: &Ladder) -> Result<(), Wrong> {
    let Some(game) = &ladder.game else {
        return Ok(());
    };
    if ladder.set.is_none() {
        return Err(wrong(&["game"], "games make a set: [rules.set] is missing"));
    }
    if game.calls.iter().any(|call| call.chars().count() > 16) {
        return Err(wrong(&["game", "calls"], "at most 16 characters each"));
    }
    if game.advantage.chars().count() > 16 {
        return Err(wrong(&["game", "advantage"], "at most 16 characters"));
    }
    reachable(&["game"], game.target, game.lead, None)
}

/// Refuses a target that nobody can reach.
fn reachable(at: &[&str], target: u32, lead: u32, cap: Option<u32>) -> Result<(), Wrong> {
    let (field, why) = match (target, lead) {
        (0, _) => ("target", "at least 1"),
        (_, 0) => ("lead", "at least 1"),
        _ if cap.is_some_and(|cap| cap < target) => ("cap", "not below “target”"),
        _ => return Ok(()),
    };
    Err(wrong(&[field], why).below(at))
}

fn sensible_periods(periods: &Periods) -> Result<(), Wrong> {
    let level = &periods.period;
    if level.count > 50 {
        return Err(wrong(&["period", "count"], "at most 50"));
    }
    if level.minutes > 1_000 {
        return Err(wrong(&["period", "minutes"], "at most 1000"));
    }
    if periods.target == Some(0) {
        return Err(wrong(&["target"], "at least 1"));
    }
    if periods.extra.as_ref().is_some_and(|extra| extra.count == 0) {
        return Err(wrong(
            &["extra", "count"],
            "at least 1; without extra time leave [rules.extra] out",
        ));
    }
    let extra = periods.extra.as_ref();
    if extra.is_some_and(|extra| extra.sudden_death.is_some() && extra.rounds.is_none()) {
        return Err(wrong(
            &["extra", "sudden_death"],
            "follows the last round: “rounds” says how many there are",
        ));
    }
    if periods
        .shootout
        .as_ref()
        .is_some_and(|shootout| shootout.attempts == 0)
    {
        return Err(wrong(&["shootout", "attempts"], "at least 1"));
    }
    if periods.mercy.as_ref().is_some_and(|mercy| mercy.lead == 0) {
        return Err(wrong(&["mercy", "lead"], "at least 1"));
    }
    Ok(())
}

pub(super) fn no_huge_numbers(value: &Value) -> Result<(), Wrong> {
    match value {
        Value::Number(number) if number.as_u64().is_none_or(|number| number > NUMBER_MAX) => {
            Err(wrong(
                &[],
                format!("a number here is whole and between 0 and {NUMBER_MAX}"),
            ))
        }
        Value::Array(items) => items.iter().try_for_each(no_huge_numbers),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            no_huge_numbers(value).map_err(|wrong| wrong.below(&[key]))
        }),
        _ => Ok(()),
    }
}

pub(super) fn is_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
    begins && text.len() <= 40 && text.bytes().all(good)
}

pub(super) fn is_date(text: &str) -> bool {
    let shape = text.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    text.len() == 10 && shape
}
