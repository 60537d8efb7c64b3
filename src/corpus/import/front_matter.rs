//! Front matter of other people's Markdown: TOML between `+++` or YAML between `---`.
//! Keeps title, address, language and id; every other field is somebody else's business.

use serde::Deserialize;

use super::Unreadable;

/// What the front matter states about the document.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Stated {
    #[serde(default, deserialize_with = "words")]
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "words")]
    pub(super) title: Option<String>,
    #[serde(default, alias = "canonical_url", alias = "canonical", alias = "source_url", deserialize_with = "words")]
    pub(super) url: Option<String>,
    #[serde(default, alias = "language", deserialize_with = "words")]
    pub(super) lang: Option<String>,
}

/// A field that other writers give as a string, a number, or something else that says nothing here.
fn words<'de, D: serde::Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Words {
        Text(String),
        Number(i64),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Words::deserialize(field)? {
        Words::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Words::Number(number) => Some(number.to_string()),
        Words::Other(_) => None,
    })
}

/// Splits `text` into what the front matter states and the rest.
pub(super) fn split(text: &str) -> Result<(Stated, &str), Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    for (fence, is_toml) in [("+++", true), ("---", false)] {
        let Some(rest) =
            text.strip_prefix(fence).and_then(|rest| rest.trim_start_matches([' ', '\t']).strip_prefix('\n'))
        else {
            continue;
        };
        let Some((matter, body)) = until_fence(rest, fence) else { continue };
        // A rule at the top of the page opens with the same three hyphens: fields follow only in front matter.
        let assigns = if is_toml { '=' } else { ':' };
        let has_fields = matter.lines().next().is_some_and(|line| line.starts_with('#') || line.contains(assigns));
        if !has_fields && !matter.trim().is_empty() {
            continue;
        }
        let stated = if matter.trim().is_empty() {
            Stated::default()
        } else if is_toml {
            toml::from_str(matter).map_err(|fault| {
                let line = fault.span().map_or(0, |span| matter[..span.start.min(matter.len())].matches('\n').count());
                Unreadable::FrontMatter { line: line + 2, why: fault.message().to_owned() }
            })?
        } else {
            serde_yaml_ng::from_str(matter).map_err(|fault| Unreadable::FrontMatter {
                line: fault.location().map_or(0, |place| place.line()) + 1,
                why: fault.to_string(),
            })?
        };
        return Ok((stated, body));
    }
    Ok((Stated::default(), text))
}

fn until_fence<'a>(rest: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            return Some((&rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_fields_are_kept_from_either_kind() {
        let yaml = "---\ntitle: A title\nid: 12\ntags: [a, b]\nurl: https://a.example/b\n---\nbody";
        let toml = "+++\ntitle = \"A title\"\nid = 12\ndate = 2024-01-02\nurl = \"https://a.example/b\"\n+++\nbody";
        for text in [yaml, toml] {
            let (stated, body) = split(text).expect("both are well formed");
            assert_eq!((stated.title.as_deref(), stated.id.as_deref()), (Some("A title"), Some("12")));
            assert_eq!((stated.url.as_deref(), body), (Some("https://a.example/b"), "body"));
        }
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        let text = "---\nJust words.\n---\nmore";
        assert_eq!(split(text), Ok((Stated::default(), text)));
    }

    #[test]
    fn broken_front_matter_names_its_line() {
        assert!(matches!(split("+++\ntitle = \"a\"\nid = \n+++\n"), Err(Unreadable::FrontMatter { line: 3, .. })));
    }
}
