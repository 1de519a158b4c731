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
        let answered = serde_json::from_slice(&line)
            .map_err(|error| format!("the line cannot be read: {error}"))
            .and_then(|asked| answer(asked).map_err(|wrong| wrong.to_string()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_line_is_answered_in_its_place() {
        let input = "2\nx\n\n\u{ff}\n7\n".as_bytes();
        let input = [input, b"\xff\n0\n3"].concat();
        let mut output = Vec::new();
        let half = |number: u32| match number {
            0 => Err("0 has no half"),
            number => Ok(f64::from(number) / 2.0),
        };
        let wrong = answer_all(input.as_slice(), &mut output, half).expect("memory");
        let answers = String::from_utf8(output).expect("text");
        let answers: Vec<_> = answers.lines().collect();
        assert_eq!(wrong, 5);
        assert_eq!((answers[0], answers[4], answers[7]), ("1.0", "3.5", "1.5"));
        assert_eq!(answers[6], r#"{"error":"0 has no half"}"#);
        assert!(answers[1].starts_with(r#"{"error":"the line cannot be read"#));
        assert_eq!(answers.len(), 8);
    }
}
