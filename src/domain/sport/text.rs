//! A text in the languages of the pages.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A name or a button's text. In a file either `"Kubb"`, the same in both languages, or `{ en = "…", fr = "…" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Text {
    pub en: String,
    pub fr: String,
}

const MAX_CHARS: usize = 60;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or { en = \"…\", fr = \"…\" }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                let text = checked(text.to_owned())?;
                Ok(Text {
                    en: text.clone(),
                    fr: text,
                })
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Text, M::Error> {
                let (mut en, mut fr) = (None, None);
                while let Some(language) = map.next_key::<String>()? {
                    match language.as_str() {
                        "en" => en = Some(checked(map.next_value()?)?),
                        "fr" => fr = Some(checked(map.next_value()?)?),
                        other => return Err(Error::unknown_field(other, &["en", "fr"])),
                    }
                }
                match (en, fr) {
                    (Some(en), Some(fr)) => Ok(Text { en, fr }),
                    (Some(text), None) | (None, Some(text)) => Ok(Text {
                        en: text.clone(),
                        fr: text,
                    }),
                    (None, None) => Err(Error::missing_field("en")),
                }
            }
        }

        deserializer.deserialize_any(Either)
    }
}

fn checked<E: Error>(text: String) -> Result<String, E> {
    let fits = !text.trim().is_empty() && text.chars().count() <= MAX_CHARS;
    if fits {
        Ok(text)
    } else {
        Err(E::custom(format!("a text has 1 to {MAX_CHARS} characters")))
    }
}
