//! Tells a page's browser of every script that it will need. Modules import modules that import modules; a browser
//! finds one level with each answer, and on a slow phone each level is a wait. Here all of them are known.

use std::collections::VecDeque;

/// The page with a link for each module that its script imports, directly or not, and for one that it will import when it
/// has found out how: its language.
///
/// `source` gives the text of a file below `/static/`.
pub fn with_preloads<'a>(
    html: &str,
    language: &str,
    source: impl Fn(&str) -> Option<&'a str>,
) -> String {
    let language = format!("i18n/{language}.js");
    html.split_inclusive('\n')
        .map(|line| match entry(line) {
            Some(script) => {
                let links = modules(script, &source)
                    .iter()
                    .chain([&language])
                    .map(|path| link(path))
                    .collect::<String>();
                links + line
            }
            None => line.to_owned(),
        })
        .collect()
}

/// The script of a line `<script type="module" src="/static/...">`.
fn entry(line: &str) -> Option<&str> {
    let script = line
        .trim_start()
        .strip_prefix(r#"<script type="module" src="/static/"#)?;
    Some(script.split_once('"')?.0)
}

fn link(path: &str) -> String {
    format!("    <link rel=\"modulepreload\" href=\"/static/{path}\">\n")
}

/// Of these languages the one that a reader likes best; English for who likes none of them.
///
/// `accepted` is the header of the request: tags in the order of the reader's liking, which is how browsers send them.
pub fn liked<'a>(accepted: &str, languages: impl Iterator<Item = &'a str> + Clone) -> &'a str {
    accepted
        .split(',')
        .filter_map(|tag| tag.split([';', '-']).next())
        .find_map(|tag| languages.clone().find(|known| *known == tag.trim()))
        .unwrap_or("en")
}

/// Every module from `entry` on, once, the nearest first.
fn modules<'a>(entry: &str, source: &impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
    let mut found = vec![entry.to_owned()];
    let mut open = VecDeque::from([entry.to_owned()]);
    while let Some(path) = open.pop_front() {
        for import in imports(source(&path).unwrap_or_default()) {
            let module = resolve(&path, import);
            if !found.contains(&module) {
                found.push(module.clone());
                open.push_back(module);
            }
        }
    }
    found
}

/// What a module names in its import statements, which stand at the start of a line or close a list of names there.
fn imports(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .filter(|line| line.starts_with("import ") || line.starts_with("} from "))
        .filter_map(|line| line.split('\'').nth(1))
}

/// A relative address, as seen from a file.
fn resolve(from: &str, import: &str) -> String {
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    for step in import.split('/') {
        match step {
            "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_every_module_of_its_script_once_and_no_other() {
        let source = |path: &str| match path {
            "pages/a.js" => Some(
                "/** import { no } from './no.js' */\nimport { b } from '../core/b.js';\nimport {\n  c,\n} from '../core/c.js';\n",
            ),
            "core/b.js" => Some("import './c.js';\nconst later = () => import('./later.js');\n"),
            "core/c.js" => Some("import b from './b.js';\n"),
            _ => None,
        };
        let html =
            "<head>\n    <script type=\"module\" src=\"/static/pages/a.js\"></script>\n</head>\n";
        assert_eq!(
            with_preloads(html, "fr", source),
            "<head>
    <link rel=\"modulepreload\" href=\"/static/pages/a.js\">
    <link rel=\"modulepreload\" href=\"/static/core/b.js\">
    <link rel=\"modulepreload\" href=\"/static/core/c.js\">
    <link rel=\"modulepreload\" href=\"/static/i18n/fr.js\">
    <script type=\"module\" src=\"/static/pages/a.js\"></script>
</head>
"
        );
    }

    #[test]
    fn a_page_without_a_script_stays_as_it_is() {
        assert_eq!(with_preloads("<p>\n", "en", |_| None), "<p>\n");
    }

    #[test]
    fn the_language_is_the_first_of_the_reader_s_that_is_there() {
        for (accepted, expected) in [
            ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
            ("de-AT, de;q=0.9, fr;q=0.8", "fr"),
            ("nl", "en"),
            ("", "en"),
        ] {
            assert_eq!(
                liked(accepted, ["en", "fr"].into_iter()),
                expected,
                "{accepted}"
            );
        }
    }
}
