//! Commands that answer lines: one JSON object a line in, one a line out, in the same order.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Display;
use std::io::{self, BufRead, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The longest line, in bytes: a table of 256 teams has 2 MB.
const LINE_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Wrong lines that are told on standard error; the others are counted.
const COMPLAINTS_MAX: usize = 10;
/// Written by Windows before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The names of the fields that a command reads. Others are ignored, and told once on standard error: it may be a misspelling.
pub struct Known {
    pub names: Vec<&'static str>,
    /// Fields whose objects are looked into as well.
    pub nested: &'static [&'static str],
}

/// Answers standard input on standard output. A wrong line gets `{"error":"…"}` in its place, and is an error at the end.
pub fn answer_stdin<Asked, Answer, Wrong>(
    known: &Known,
    answer: impl Fn(Asked) -> Result<Answer, Wrong>,
) -> Result<(), Box<dyn Error>>
where
    Asked: DeserializeOwned,
    Answer: Serialize,
    Wrong: Display,
{
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    match answer_all(known, input, output, io::stderr(), answer)? {
        0 => Ok(()),
        1 => Err("one line was wrong".into()),
        wrong => Err(format!("{wrong} lines were wrong").into()),
    }
}

/// Returns how many lines were wrong. A line that is empty is one of them: the answers stay beside their questions.
fn answer_all<Asked, Answer, Wrong>(
    known: &Known,
    mut input: impl BufRead,
    mut output: impl Write,
    mut complaints: impl Write,
    answer: impl Fn(Asked) -> Result<Answer, Wrong>,
) -> io::Result<usize>
where
    Asked: DeserializeOwned,
    Answer: Serialize,
    Wrong: Display,
{
    let (mut number, mut wrong) = (0, 0);
    let mut ignored = BTreeSet::new();
    let mut line = Vec::new();
    while next_line(&mut input, &mut line)? {
        number += 1;
        let answered = read(&line).and_then(|value| {
            known.unknown(&value, &mut |name| {
                if ignored.len() < COMPLAINTS_MAX && ignored.insert(name.to_owned()) {
                    // Nobody may read what is written there.
                    let _ = writeln!(
                        complaints,
                        "line {number}: “{name}” is not known here, and ignored"
                    );
                }
            });
            let asked = serde_path_to_error::deserialize(value).map_err(|error| told(&error))?;
            answer(asked).map_err(|wrong| wrong.to_string())
        });
        match answered {
            Ok(answer) => serde_json::to_writer(&mut output, &answer)?,
            Err(why) => {
                wrong += 1;
                if wrong <= COMPLAINTS_MAX {
                    let _ = writeln!(complaints, "line {number}: {why}");
                }
                serde_json::to_writer(&mut output, &json!({ "error": why }))?;
            }
        }
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(wrong)
}

/// Reads the next line. Of one that is too long the begin is kept, one byte longer than may be.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    input.take(LINE_MAX_BYTES + 1).read_until(b'\n', line)?;
    let mut rest = Vec::new();
    while line.len() as u64 > LINE_MAX_BYTES && !line.ends_with(b"\n") && !rest.ends_with(b"\n") {
        rest.clear();
        if input.take(LINE_MAX_BYTES).read_until(b'\n', &mut rest)? == 0 {
            break;
        }
    }
    Ok(!line.is_empty())
}

fn read(line: &[u8]) -> Result<Value, String> {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    if line.len() as u64 > LINE_MAX_BYTES {
        return Err("a line has at most 16 MB".into());
    }
    if line.trim_ascii().is_empty() {
        return Err("the line is empty: a line is one JSON object, {…}".into());
    }
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err("a line is one JSON object, {…}".into());
    }
    serde_json::from_slice(line).map_err(|error| {
        if error.is_eof() {
            "the object does not end on its line: put all of it on one".to_owned()
        } else {
            format!("the line is not JSON: {error}")
        }
    })
}

fn told(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        "." | "?" => error.inner().to_string(),
        path => format!("“{path}”: {}", error.inner()),
    }
}

impl Known {
    fn unknown(&self, value: &Value, tell: &mut impl FnMut(&str)) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.unknown(value, tell)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if !self.names.contains(&name.as_str()) {
                        tell(name);
                    } else if self.nested.contains(&name.as_str()) {
                        self.unknown(value, tell);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Asked {
        half_of: u32,
    }

    /// The answers, the complaints, and how many lines were wrong.
    fn answered(input: &[u8]) -> (Vec<String>, Vec<String>, usize) {
        let (mut output, mut complaints) = (Vec::new(), Vec::new());
        let half = |asked: Asked| match asked.half_of {
            0 => Err("0 has no half"),
            number => Ok(f64::from(number) / 2.0),
        };
        let known = Known {
            names: vec!["half_of", "more"],
            nested: &["more"],
        };
        let wrong = answer_all(&known, input, &mut output, &mut complaints, half).expect("memory");
        let lines = |text: Vec<u8>| {
            let text = String::from_utf8(text).expect("text");
            text.lines().map(str::to_owned).collect()
        };
        (lines(output), lines(complaints), wrong)
    }

    #[test]
    fn a_wrong_line_is_answered_in_its_place_and_told_with_its_number() {
        let input = [
            &b"\xef\xbb\xbf {\"half_of\":2}\nx\n\n[2]\n\xff\n{\"half_of\":0}\r\n"[..],
            b"{\"half_of\":7}\n{}\n{\n{\"half_of\":-1}\n{\"half_of\":3}",
        ]
        .concat();
        let (answers, complaints, wrong) = answered(&input);
        let good = [&answers[0], &answers[6], &answers[10]];
        assert_eq!(good, ["1.0", "3.5", "1.5"]);
        let told = [
            (2, "a line is one JSON object, {…}"),
            (3, "the line is empty: a line is one JSON object, {…}"),
            (4, "a line is one JSON object, {…}"),
            (5, "a line is one JSON object, {…}"),
            (6, "0 has no half"),
            (8, "missing field `half_of`"),
            (
                9,
                "the object does not end on its line: put all of it on one",
            ),
            (10, "“half_of”: invalid value: integer `-1`, expected u32"),
        ];
        for ((line, why), complaint) in told.iter().zip(&complaints) {
            assert_eq!(answers[line - 1], json!({ "error": why }).to_string());
            assert_eq!(complaint, &format!("line {line}: {why}"));
        }
        assert_eq!((wrong, complaints.len(), answers.len()), (8, 8, 11));
    }

    #[test]
    fn a_name_that_is_not_known_is_told_once() {
        let line = r#"{"half_of":2,"hlaf":1,"more":[{"half_of":2,"les":1}],"hlaf_of":{"x":1}}"#;
        let (answers, complaints, wrong) = answered(format!("{line}\n{line}\n").as_bytes());
        assert_eq!((answers.join(" ").as_str(), wrong), ("1.0 1.0", 0));
        let told = ["hlaf", "hlaf_of", "les"]
            .map(|name| format!("line 1: “{name}” is not known here, and ignored"));
        assert_eq!(complaints, told);
    }

    #[test]
    fn a_line_that_is_too_long_is_refused_and_the_next_is_answered() {
        let long = vec![b' '; 3 * LINE_MAX_BYTES as usize];
        let (answers, _, wrong) = answered(&[&long[..], b"\n{\"half_of\":3}"].concat());
        assert_eq!(answers, [r#"{"error":"a line has at most 16 MB"}"#, "1.5"]);
        assert_eq!(wrong, 1);
    }
}
