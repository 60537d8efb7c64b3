//! A question on its way to a person: what was asked, why no answer was given, what was looked at. Everything the user
//! wrote is masked before it is here; what the pack says, its contact and its sources, is as it is.
//!
//! Knows how a packet reads and where it is written; does not send it, and reads no clock.

mod file;
pub mod mask;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::mask::{Kind, Masked, mask_together};

/// The version of the packet's format.
pub const SCHEMA: u32 = 1;

/// What a packet is made of, with everything that the user wrote.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The label of the pack that was asked.
    pub pack: String,
    /// The day, as it is to begin the file's name: `2026-01-31`.
    pub date: String,
    /// Why the question goes to a person.
    pub reason: String,
    /// Where it goes to, as the pack says. It is not masked.
    pub contact: Option<String>,
    /// The question.
    pub question: String,
    /// What the user wrote before, oldest first.
    pub conversation: Vec<String>,
    /// What the router measured.
    pub findings: Value,
    /// What was looked at. It is not masked.
    pub looked_at: Vec<Source>,
}

/// A part of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Names the document in the pack.
    pub document: String,
    /// Its title.
    pub title: String,
    /// The heading of the part; none, for the whole.
    pub section: Option<String>,
    /// Where it is published.
    pub url: Option<String>,
}

/// A question for a person. Its texts can be read and not written: there are none but masked ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Packet {
    #[serde(deserialize_with = "known_schema")]
    schema: u32,
    pack: String,
    date: String,
    reason: String,
    contact: Option<String>,
    question: String,
    conversation: Vec<String>,
    findings: Value,
    looked_at: Vec<Source>,
    masked: BTreeMap<Kind, usize>,
}

impl Packet {
    /// Masks the question, the conversation, the reason, and every string and key of the findings, all as one text: a
    /// person has the same number in all of them. Numbers of the findings are measurements and stay.
    pub fn new(draft: Draft) -> Self {
        let mut texts = vec![draft.question.as_str(), draft.reason.as_str()];
        texts.extend(draft.conversation.iter().map(String::as_str));
        strings(&draft.findings, &mut texts);
        let mut masked = BTreeMap::new();
        let mut texts = mask_together(&texts).into_iter().map(|Masked { text, found }| {
            for found in found {
                *masked.entry(found.kind).or_default() += 1;
            }
            text
        });
        // In the order in which they were taken.
        let mut next = || texts.next().expect("a masked text for every text");
        let (question, reason) = (next(), next());
        let conversation = draft.conversation.iter().map(|_| next()).collect();
        let findings = replaced(&draft.findings, &mut next);
        let Draft { pack, date, contact, looked_at, .. } = draft;
        Self { schema: SCHEMA, pack, date, reason, contact, question, conversation, findings, looked_at, masked }
    }

    /// The question, masked.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// What the user wrote before, masked, oldest first.
    pub fn conversation(&self) -> &[String] {
        &self.conversation
    }

    /// Where the packet goes to.
    pub fn contact(&self) -> Option<&str> {
        self.contact.as_deref()
    }

    /// In how many places each kind of personal data was masked.
    pub fn masked(&self) -> &BTreeMap<Kind, usize> {
        &self.masked
    }

    /// The packet as Markdown, letter for letter as [`write`](Self::write) writes it.
    pub fn preview(&self) -> String {
        // Writing to a string cannot fail.
        let mut page = String::new();
        let _ = writeln!(page, "# Question for a person: {}\n", one_line(&self.pack));
        let _ = writeln!(page, "- Date: {}", one_line(&self.date));
        let _ = writeln!(page, "- Reason: {}", one_line(&self.reason));
        if let Some(contact) = &self.contact {
            let _ = writeln!(page, "- Contact: {}", one_line(contact));
        }
        let _ = writeln!(page, "- Masked: {}", self.masked_in_words());
        let _ = write!(page, "\n## Question\n\n{}", quoted(&self.question, ""));
        if !self.conversation.is_empty() {
            page += "\n## Earlier in the conversation\n\n";
        }
        for (index, turn) in self.conversation.iter().enumerate() {
            let number = format!("{}. ", index + 1);
            let quoted = quoted(turn, &" ".repeat(number.len()));
            let _ = write!(page, "{number}{}", quoted.trim_start());
        }
        if !self.looked_at.is_empty() {
            page += "\n## What was looked at\n\n";
        }
        for source in &self.looked_at {
            let _ = writeln!(page, "- {}", source.in_words());
        }
        if !self.findings.is_null() {
            let _ = writeln!(page, "\n## Findings\n\n```json\n{:#}\n```", self.findings);
        }
        page += "\nPersonal data was masked by rules, which do not find all of it. Read this before you pass it on.\n";
        page
    }

    fn masked_in_words(&self) -> String {
        if self.masked.is_empty() {
            return "nothing was found".to_owned();
        }
        self.masked.iter().map(|(kind, places)| format!("{places} × {kind}")).collect::<Vec<_>>().join(", ")
    }

    /// Writes the packet into a folder, which is made if there is none: `<date>-<hash>.md`, whose path is returned, and
    /// the same as JSON beside it. The hash is the first 8 digits of the SHA-256 of the JSON.
    ///
    /// Both are for their owner alone (mode 0600 on Unix), and appear whole, the Markdown last. Another packet is never
    /// overwritten: where one has the name, a number is added. The same packet written again is the same file.
    ///
    /// An error, of kind `InvalidInput`, if the date is not letters, digits and hyphens; and what the file system says.
    pub fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if self.date.is_empty() || !self.date.chars().all(is_name) {
            let message = format!("the date `{}` cannot begin a file's name: write it as `2026-01-31`", self.date);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let json = serde_json::to_string_pretty(self)? + "\n";
        let hash = Sha256::digest(json.as_bytes());
        let name = format!("{}-{:02x}{:02x}{:02x}{:02x}", self.date, hash[0], hash[1], hash[2], hash[3]);
        file::place(folder, &name, &json, &self.preview())
    }
}

impl Source {
    fn in_words(&self) -> String {
        let mut words = one_line(&self.title);
        for part in [&self.section, &self.url].into_iter().flatten() {
            let _ = write!(words, ", {}", one_line(part));
        }
        let _ = write!(words, " (`{}`)", one_line(&self.document));
        words
    }
}

fn known_schema<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let schema = u32::deserialize(from)?;
    if schema == SCHEMA {
        return Ok(schema);
    }
    Err(serde::de::Error::custom(format!("the packet is of format {schema}, and this version reads {SCHEMA}")))
}

/// The strings and keys of a value, in its order.
fn strings<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(fields) => {
            for (key, field) in fields {
                into.push(key);
                strings(field, into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The value with other strings and keys, in its order.
fn replaced(value: &Value, next: &mut impl FnMut() -> String) -> Value {
    match value {
        Value::String(_) => Value::String(next()),
        Value::Array(items) => Value::Array(items.iter().map(|item| replaced(item, next)).collect()),
        Value::Object(fields) => {
            let mut all = serde_json::Map::new();
            for field in fields.values() {
                let mut key = next();
                // Two spellings of one number are one placeholder, and still two fields.
                while all.contains_key(&key) {
                    key.push('\'');
                }
                let field = replaced(field, next);
                all.insert(key, field);
            }
            Value::Object(all)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A text as one line of Markdown.
fn one_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as a quotation, each line of it, so that nothing in it is taken for a part of the page.
fn quoted(text: &str, indent: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.split(['\n', '\r'])
        .fold(String::new(), |all, line| all + indent + format!("> {}", visible(line)).trim_end() + "\n")
}

/// A text whose control characters are seen and not obeyed.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && !c.is_whitespace() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
