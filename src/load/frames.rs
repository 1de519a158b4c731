//! What a load test reads of the server's messages: their first bytes, and no JSON, so that the test takes little.

use serde_json::Value;

/// The type of a frame, which every one begins with.
pub fn kind(text: &[u8]) -> &[u8] {
    let rest = text.strip_prefix(br#"{"type":""#).unwrap_or_default();
    rest.split(|byte| *byte == b'"').next().unwrap_or_default()
}

/// The `seq` of an event or a resync, which comes right after the type.
pub fn seq_of(text: &[u8]) -> u64 {
    number_after(text, br#","seq":"#)
}

/// The `seq` of a welcome stands behind the match, whose own is the same.
pub fn welcome_seq(text: &[u8]) -> u64 {
    number_after(text, br#""seq":"#)
}

/// The event that is answered; 0 if it is none of ours.
pub fn answered(text: &[u8]) -> u64 {
    number_after(text, br#","id":""#)
}

/// The event that is shown to a watcher, whose text begins with its name; 0 if it is none of ours.
pub fn shown(text: &[u8]) -> u64 {
    number_after(text, br#""event":{"id":""#)
}

/// Why an event was refused: its code and the server's words.
pub fn refusal(text: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(text).unwrap_or_default();
    let field = |name: &str| {
        answer[name]
            .as_str()
            .unwrap_or("no reason given")
            .to_owned()
    };
    format!("{} ({})", field("message"), field("code"))
}

fn number_after(text: &[u8], key: &[u8]) -> u64 {
    let at = text.windows(key.len()).position(|window| window == key);
    at.map_or(0, |at| {
        text[at + key.len()..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_u64, |number, digit| {
                number
                    .saturating_mul(10)
                    .saturating_add(u64::from(digit - b'0'))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_frame_the_numbers_are_found_at_its_beginning() {
        let event =
            br#"{"type":"event","seq":5,"at":"now","event":{"id":"7","type":"point"},"state":{}}"#;
        assert_eq!(
            (kind(event), seq_of(event), shown(event)),
            (&b"event"[..], 5, 7)
        );
        let ack = br#"{"type":"ack","id":"12","seq":13,"state":{}}"#;
        assert_eq!((kind(ack), answered(ack)), (&b"ack"[..], 12));
        let other =
            br#"{"type":"event","seq":5,"at":"now","event":{"type":"undo","id":"x"},"state":{}}"#;
        assert_eq!(shown(other), 0, "an organiser's");
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        let refused =
            br#"{"type":"refused","id":"1","code":"rate_limited","message":"too fast","state":{}}"#;
        assert_eq!(refusal(refused), "too fast (rate_limited)");
    }
}
