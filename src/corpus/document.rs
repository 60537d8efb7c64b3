//! One document: front matter (TOML between `+++`, or YAML between `---`) and a Markdown body.
//! Knows the fields and their defaults; does not look into the body.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Place, Problem};

/// A line longer than this is taken for damage: no writer breaks a paragraph so late.
const LONGEST_LINE: usize = 1 << 20;

/// The dates between which a document's statements hold, as ISO 8601 dates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effective {
    /// First day, inclusive; none: always.
    #[serde(default)]
    pub from: Option<String>,
    /// Last day, inclusive; none: until further notice.
    #[serde(default)]
    pub to: Option<String>,
}

/// A document of the corpus.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Document {
    /// Unique in its pack. Default: the file's stem.
    pub id: String,
    /// Default: the first heading, else the id.
    pub title: String,
    /// Where a reader goes on. Default: none.
    pub url: Option<String>,
    /// Who publishes it. Default: none.
    pub publisher: Option<String>,
    /// Whose rules these are (`us-federal`). Default: none, which every filter lets through.
    pub jurisdiction: Option<String>,
    /// When it holds. Default: always.
    pub effective: Effective,
    /// The tax years it speaks of. Default: none, which every filter lets through.
    pub tax_years: Vec<u16>,
    /// When the facts were last looked up, as an ISO 8601 date. Default: unknown.
    pub retrieved: Option<String>,
    /// SPDX identifier. Default: the pack's.
    pub license: Option<String>,
    /// BCP 47 tag. Default: `en`.
    pub lang: String,
    /// The Markdown after the front matter, byte for byte.
    pub body: String,
    /// The file.
    pub path: PathBuf,
    /// Lines of the file before the body.
    pub lines_before_body: usize,
}

#[derive(Deserialize, Default)]
struct FrontMatter {
    id: Option<String>,
    title: Option<String>,
    url: Option<String>,
    publisher: Option<String>,
    jurisdiction: Option<String>,
    #[serde(default)]
    effective: Effective,
    tax_year: Option<OneOrMany>,
    retrieved: Option<Date>,
    license: Option<String>,
    lang: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Year),
    Many(Vec<Year>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Year {
    Number(u16),
    Text(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Date {
    Text(String),
    Toml(toml::value::Datetime),
}

impl Document {
    /// Whether another version of the document is cut and searched as this one is.
    pub fn is_indexed_as(&self, other: &Self) -> bool {
        let searched = |document: &Self| (document.jurisdiction.clone(), document.tax_years.clone());
        (&self.id, &self.title, &self.body) == (&other.id, &other.title, &other.body)
            && searched(self) == searched(other)
    }

    /// Reads a document from a file's bytes.
    ///
    /// # Errors
    /// Text that is not UTF-8, a line of over a mebibyte, front matter that is not closed or does
    /// not parse, or an empty body; each with its line.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Problem> {
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let line = bytes[..e.valid_up_to()].split(|b| *b == b'\n').count();
            Problem::new(Place::line(path, line), format!("byte {} is not valid UTF-8", e.valid_up_to()))
                .hint("save the file as UTF-8")
        })?;
        if let Some(at) = text.split('\n').position(|line| line.len() > LONGEST_LINE) {
            return Err(Problem::new(Place::line(path, at + 1), "the line is longer than 1 MiB")
                .hint("a document is text in paragraphs; is this another kind of file?"));
        }
        let (front, body) = split(path, text)?;
        if body.trim().is_empty() {
            return Err(
                Problem::new(Place::file(path), "the document has no text").hint("write a body, or delete the file")
            );
        }
        let lines_before_body = text[..text.len() - body.len()].matches('\n').count();
        let stem = path.file_stem().map_or_else(|| "document".into(), |s| s.to_string_lossy().into_owned());
        let id = front.id.unwrap_or(stem);
        let title = front.title.or_else(|| first_heading(body)).unwrap_or_else(|| id.clone());
        Ok(Self {
            title,
            url: front.url,
            publisher: front.publisher,
            jurisdiction: front.jurisdiction,
            effective: front.effective,
            tax_years: years(path, front.tax_year)?,
            retrieved: front.retrieved.map(|d| match d {
                Date::Text(text) => text,
                Date::Toml(date) => date.to_string(),
            }),
            license: front.license,
            lang: front.lang.unwrap_or_else(|| "en".into()),
            body: body.to_owned(),
            path: path.to_owned(),
            lines_before_body,
            id,
        })
    }
}

fn first_heading(body: &str) -> Option<String> {
    body.lines().find_map(|l| l.strip_prefix('#')).map(|l| l.trim_start_matches('#').trim().to_owned())
}

fn years(path: &Path, years: Option<OneOrMany>) -> Result<Vec<u16>, Problem> {
    let years = match years {
        None => return Ok(Vec::new()),
        Some(OneOrMany::One(year)) => vec![year],
        Some(OneOrMany::Many(years)) => years,
    };
    years
        .into_iter()
        .map(|year| match year {
            Year::Number(n) => Ok(n),
            Year::Text(text) => text.trim().parse().map_err(|_| {
                Problem::new(Place::file(path), format!("`tax_year` holds `{text}`, which is not a year"))
                    .hint("write it like `tax_year = [2024, 2025]`")
            }),
        })
        .collect()
}

/// The front matter and the body behind it.
fn split<'t>(path: &Path, text: &'t str) -> Result<(FrontMatter, &'t str), Problem> {
    let text_after_mark = text.strip_prefix('\u{feff}').unwrap_or(text);
    let fence = match text_after_mark.lines().next().map(str::trim_end) {
        Some("+++") => "+++",
        Some("---") => "---",
        _ => return Ok((FrontMatter::default(), text_after_mark)),
    };
    let start = text_after_mark.find('\n').map_or(text_after_mark.len(), |at| at + 1);
    let mut at = start;
    for line in text_after_mark[start..].split_inclusive('\n') {
        if line.trim_end() == fence {
            let inner = &text_after_mark[start..at];
            let front = if fence == "+++" { toml_front(path, inner)? } else { yaml_front(path, inner)? };
            return Ok((front, &text_after_mark[at + line.len()..]));
        }
        at += line.len();
    }
    Err(Problem::new(Place::line(path, 1), format!("the front matter that `{fence}` opens is never closed"))
        .hint(format!("end it with a line that holds only `{fence}`")))
}

fn toml_front(path: &Path, inner: &str) -> Result<FrontMatter, Problem> {
    toml::from_str(inner).map_err(|e| {
        let mut place = Place::at(path, inner, e.span().map_or(0, |s| s.start));
        place.line += 1; // the opening fence
        Problem::new(place, e.message().to_owned())
    })
}

fn yaml_front(path: &Path, inner: &str) -> Result<FrontMatter, Problem> {
    if inner.trim().is_empty() {
        return Ok(FrontMatter::default());
    }
    serde_yaml_ng::from_str(inner).map_err(|e| {
        let line = e.location().map_or(1, |l| l.line() + 1);
        Problem::new(Place::line(path, line), e.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Document, Problem> {
        Document::parse(Path::new("notes/tea.md"), text.as_bytes())
    }

    #[test]
    fn a_document_needs_only_a_body() {
        let tea = parse("# Green tea\n\nSteep at 80 degrees.\n").unwrap();
        assert_eq!((tea.id.as_str(), tea.title.as_str(), tea.lang.as_str()), ("tea", "Green tea", "en"));
        assert!(tea.tax_years.is_empty());
    }

    #[test]
    fn toml_and_yaml_front_matter_say_the_same() {
        let toml =
            parse("+++\ntitle = \"T\"\ntax_year = [2024, \"2025\"]\nretrieved = 2026-01-02\n+++\nBody.\n").unwrap();
        let yaml = parse("---\ntitle: T\ntax_year: [2024, \"2025\"]\nretrieved: \"2026-01-02\"\n---\nBody.\n").unwrap();
        assert_eq!(toml.tax_years, [2024, 2025]);
        assert_eq!(
            (toml.title, toml.tax_years, toml.retrieved, toml.body),
            (yaml.title, yaml.tax_years, yaml.retrieved, yaml.body)
        );
    }

    #[test]
    fn faults_name_their_line() {
        assert_eq!(parse("+++\ntitle = \"T\"\n").unwrap_err().place.to_string(), "notes/tea.md:1");
        assert_eq!(parse("+++\nid = \"a\"\ntitle = T\n+++\nBody").unwrap_err().place.line, 3);
        assert!(parse("").unwrap_err().message.contains("no text"));
        assert!(parse("+++\n+++\n \n").unwrap_err().message.contains("no text"));
        let bad = Document::parse(Path::new("a.md"), b"one\ntwo \xff").unwrap_err();
        assert_eq!(bad.place.to_string(), "a.md:2");
        let long = format!("one\n{}", "x".repeat(50 << 20));
        assert_eq!(parse(&long).unwrap_err().place.line, 2);
    }
}
