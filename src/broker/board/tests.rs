use super::*;
use crate::broker::testing;

fn pull(cursor: &mut BoardCursor) -> (Vec<String>, Pulled) {
    let mut batch = Batch::new();
    let pulled = cursor.pull(&mut batch);
    let texts = batch
        .iter()
        .map(|(_, frame)| String::from_utf8_lossy(&frame.json()).into_owned());
    (texts.collect(), pulled)
}

#[test]
fn a_match_that_changed_often_is_told_once_in_its_newest_form() {
    let board = Board::new([]);
    let mut cursor = board.cursor(None, &testing::CODEC);
    assert_eq!(
        pull(&mut cursor),
        (vec!["board of 0".into()], Pulled::Frames)
    );
    let summary = testing::summary(0);
    for seq in 1..=3 {
        board.put(Summary {
            seq,
            ..summary.clone()
        });
    }
    assert_eq!(
        pull(&mut cursor),
        (vec!["changed 3".into()], Pulled::Frames)
    );
    assert_eq!(pull(&mut cursor), (vec![], Pulled::Nothing));
    board.remove(&[summary.setup.id]);
    assert_eq!(pull(&mut cursor), (vec!["deleted".into()], Pulled::Frames));
    assert!(board.summaries(None).is_empty());
}

#[test]
fn of_many_deletions_the_last_ones_are_told_and_who_is_further_behind_gets_the_list_again() {
    let board = Board::new([testing::summary(0)]);
    let (mut near, mut far) = (
        board.cursor(None, &testing::CODEC),
        board.cursor(None, &testing::CODEC),
    );
    pull(&mut far);
    for number in 0..3 * DELETED_KEPT {
        if number == 2 * DELETED_KEPT {
            pull(&mut near);
        }
        let passing = testing::summary(1);
        board.put(passing.clone());
        board.remove(&[passing.setup.id]);
    }
    let mut told = Vec::new();
    while let (texts, Pulled::Frames) = pull(&mut near) {
        told.extend(texts);
    }
    assert_eq!(told, vec!["deleted"; DELETED_KEPT]);
    assert_eq!(pull(&mut far), (vec!["board of 1".into()], Pulled::Frames));
    assert_eq!(pull(&mut far), (vec![], Pulled::Nothing));
    let state = board.state.borrow();
    assert_eq!(state.entries.len(), 1 + DELETED_KEPT);
    assert_eq!(state.by_version.len(), 1 + DELETED_KEPT);
}

/// The frames that a cursor has next, with their texts.
fn hold(cursor: &mut BoardCursor) -> (Frame, String) {
    let mut batch = Batch::new();
    cursor.pull(&mut batch);
    let (_, frame) = batch.pop().expect("a frame");
    let text = String::from_utf8_lossy(&frame.json()).into_owned();
    (frame, text)
}

#[test]
fn lists_that_nobody_takes_are_no_more_than_a_few_and_who_comes_then_is_told_what_changed_since() {
    let board = Board::new([testing::summary(0)]);
    let length = hold(&mut board.cursor(None, &testing::CODEC))
        .0
        .bytes()
        .len();
    board
        .state
        .send_modify(|state| state.welcomes = Welcomes::of_at_most(3 * length));
    let mut held = Vec::new();
    let kept = |held: &[Frame]| {
        let places: std::collections::HashSet<_> =
            held.iter().map(|frame| frame.bytes().as_ptr()).collect();
        places.len()
    };
    let summary = testing::summary(0);
    for seq in 1..=20 {
        board.put(Summary {
            seq,
            ..summary.clone()
        });
        let mut cursor = board.cursor(None, &testing::CODEC);
        held.push(hold(&mut cursor).0);
        // Whichever list it was, the newest form is known after it.
        let mut last = String::new();
        while let (texts, Pulled::Frames) = pull(&mut cursor) {
            last = texts.last().cloned().unwrap_or(last);
        }
        if kept(&held) == 4 && seq > 5 {
            assert_eq!(last, format!("changed {seq}"));
        }
    }
    assert_eq!(kept(&held), 4, "and one more");
    held.clear();
    board.put(summary);
    let mut cursor = board.cursor(None, &testing::CODEC);
    hold(&mut cursor);
    assert_eq!(pull(&mut cursor), (vec![], Pulled::Nothing), "a new one");
}

#[test]
fn a_feed_of_one_tournament_is_silent_about_the_others() {
    let board = Board::new([]);
    let mut cursor = board.cursor(Some(testing::tournament()), &testing::CODEC);
    pull(&mut cursor);
    board.put(testing::summary(1));
    assert_eq!(pull(&mut cursor), (vec![], Pulled::Nothing));
}

#[test]
fn more_changes_than_a_batch_holds_come_in_several() {
    let board = Board::new([]);
    let mut cursor = board.cursor(None, &testing::CODEC);
    pull(&mut cursor);
    for _ in 0..100 {
        board.put(testing::summary(1));
    }
    let mut told = 0;
    while let (texts, Pulled::Frames) = pull(&mut cursor) {
        told += texts.len();
    }
    assert_eq!(told, 100);
}

#[test]
fn a_decision_is_told_once_to_those_who_follow_its_tournament() {
    let (cup, other) = (testing::tournament(), testing::tournament());
    let board = Board::new([]);
    let followed = [None, Some(cup), Some(other)];
    let mut cursors = followed.map(|of| board.cursor(of, &testing::CODEC));
    cursors.iter_mut().for_each(|cursor| drop(pull(cursor)));
    board.decided(cup);
    board.decided(cup);
    let told = cursors.each_mut().map(|cursor| pull(cursor).0);
    assert_eq!(told, [vec!["decided"], vec!["decided"], vec![]]);
}

#[test]
fn of_many_tournaments_the_last_decisions_are_told_and_who_is_further_behind_gets_the_list_again() {
    let board = Board::new([]);
    let mut behind = board.cursor(None, &testing::CODEC);
    pull(&mut behind);
    for _ in 0..=DECIDED_KEPT {
        board.decided(testing::tournament());
    }
    assert_eq!(
        pull(&mut behind),
        (vec!["board of 0".into()], Pulled::Frames)
    );
    assert_eq!(board.state.borrow().decided.len(), DECIDED_KEPT);
}
