//! Commands that answer lines: one JSON object a line in, one a line out, in the same order.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, BufRead, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Answers standard input on standard output. A wrong line gets `{"error":"…"}` in its place, and is an error at the end.
pub fn answer_stdin<Asked, Answer, Wrong>(
    answer: impl Fn(Asked) -> Result<Answer, Wrong>,
) -> Result<(), Box<dyn Error>>
where
    Asked: DeserializeOwned,
    Answer: Serialize,
    Wrong: Display,
{
    match answer_all(io::stdin().lock(), io::stdout().lock(), answer)? {
        0 => Ok(()),
        1 => Err("one line was wrong: its answer says why".into()),
        wrong => Err(format!("{wrong} lines were wrong: their answers say why").into()),
    }
}

/// Returns how many lines were wrong. A line that is empty is one of them: the answers stay beside their questions.
fn answer_all<Asked, Answer, Wrong>(
    mut input: impl BufRead,
    mut output: impl Write,
    answer: impl Fn(Asked) -> Result<Answer, Wrong>,
) -> io::Result<usize>
where
    Asked: DeserializeOwned,
    Answer: Serialize,
    Wrong: Display,
{
    let mut wrong = 0;
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let answered =
            read(&line).and_then(|asked| answer(asked).map_err(|wrong| wrong.to_string()));
        match answered {
            Ok(answer) => serde_json::to_writer(&mut output, &answer)?,
            Err(why) => {
                wrong += 1;
                serde_json::to_writer(&mut output, &json!({ "error": why }))?;
            }
        }
        output.write_all(b"\n")?;
        line.clear();
    }
    output.flush()?;
    Ok(wrong)
}

fn read<Asked: DeserializeOwned>(line: &[u8]) -> Result<Asked, String> {
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err("a line is one JSON object, {…}".into());
    }
    serde_json::from_slice(line).map_err(|error| format!("the line cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Asked {
        half_of: u32,
    }

    #[test]
    fn a_wrong_line_is_answered_in_its_place() {
        let input = [
            &b" {\"half_of\":2}\nx\n\n[2]\n\xff\n{\"half_of\":0}\r\n"[..],
            b"{\"half_of\":7}\n{}\n{\"half_of\":3}",
        ]
        .concat();
        let mut output = Vec::new();
        let half = |asked: Asked| match asked.half_of {
            0 => Err("0 has no half"),
            number => Ok(f64::from(number) / 2.0),
        };
        let wrong = answer_all(input.as_slice(), &mut output, half).expect("memory");
        let answers = String::from_utf8(output).expect("text");
        let answers: Vec<_> = answers.lines().collect();
        assert_eq!(wrong, 6);
        assert_eq!((answers[0], answers[6], answers[8]), ("1.0", "3.5", "1.5"));
        assert_eq!(answers[5], r#"{"error":"0 has no half"}"#);
        for no_object in &answers[1..5] {
            assert_eq!(*no_object, r#"{"error":"a line is one JSON object, {…}"}"#);
        }
        assert!(
            answers[7].starts_with(r#"{"error":"the line cannot be read: missing field `half_of`"#)
        );
        assert_eq!(answers.len(), 9);
    }
}
