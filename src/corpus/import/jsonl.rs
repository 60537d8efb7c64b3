//! JSON lines of `{id, title, text, url}`: one draft per line; the text may be Markdown or plain.
//! Knows the fields and how a passage that opens with its place in a larger work gets a title.

use serde_json::{Map, Value};

use super::block::{Block, compose};
use super::{Draft, Unreadable, markdown, plain};

/// Between the parts of a place: `§ 1. Tax imposed › (a) Married individuals`.
const STEP: &str = " › ";

/// Reads every line that is not blank; a line without text is noted and left out.
pub(super) fn read(text: &str) -> Result<Vec<Draft>, Unreadable> {
    let mut drafts = Vec::new();
    let mut empty = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = at + 1;
        match draft(line).map_err(|why| Unreadable::InvalidLine { line: line_number, why })? {
            Some(draft) => drafts.push(draft),
            None => empty.push(line_number),
        }
    }
    let Some(first) = drafts.first_mut() else { return Err(Unreadable::Empty) };
    if let [line, ..] = empty[..] {
        first.notes.push(format!("{} lines without text, the first of them line {line}", empty.len()));
    }
    Ok(drafts)
}

/// Whether a line is an object, which tells JSON lines from a page that opens with a brace.
pub(super) fn is_object(line: &str) -> bool {
    serde_json::from_str::<Map<String, Value>>(line).is_ok()
}

fn draft(line: &str) -> Result<Option<Draft>, String> {
    let value: Value = serde_json::from_str(line).map_err(|fault| format!("no JSON ({fault})"))?;
    let Value::Object(fields) = value else { return Err("no JSON object".to_owned()) };
    let text = words(&fields, &["text", "body", "content", "markdown"])?.ok_or("no field `text`")?;
    let id = words(&fields, &["id", "_id"])?;
    let mut blocks = if markdown::looks_like(&text) { markdown::blocks(&text) } else { plain::blocks(&text) };
    blocks.retain(|block| !block.is_blank());
    if blocks.is_empty() {
        return Ok(None);
    }
    let stated = match words(&fields, &["title"])? {
        Some(title) => Some(title),
        None => words(&fields, &["path", "breadcrumbs", "headings"])?.or_else(|| place(&mut blocks)),
    };
    let (title, body) = compose(blocks, stated, id.as_deref().unwrap_or("untitled"));
    let (url, lang) = (words(&fields, &["url"])?, words(&fields, &["lang", "language"])?);
    Ok(Some(Draft { id, title, url, lang, body, notes: Vec::new() }))
}

/// The first of the named fields that says something.
fn words(fields: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, String> {
    for name in names {
        let words = match fields.get(*name) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Array(parts)) if parts.iter().all(Value::is_string) => {
                parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(STEP)
            }
            Some(_) => return Err(format!("field `{name}` is not text")),
        };
        if !words.trim().is_empty() || *name == "text" {
            return Ok(Some(words));
        }
    }
    Ok(None)
}

/// A passage cut from a larger work opens with its headings, each below the one before: the two last name it,
/// and the ones above them become one line of text, so that no words are lost and titles tell passages apart.
fn place(blocks: &mut Vec<Block>) -> Option<String> {
    let descends =
        |pair: &[Block]| matches!((pair[0].level(), pair[1].level()), (Some(above), Some(below)) if above < below);
    let length = blocks.windows(2).take_while(|pair| descends(pair)).count() + 1;
    if length < 2 {
        return None;
    }
    let steps: Vec<String> = blocks.drain(..length).map(|block| block.text).collect();
    let (above, own) = steps.split_at(length - 2);
    if !above.is_empty() || blocks.is_empty() {
        blocks.insert(0, Block::paragraph(&above.join(STEP)));
    }
    Some(own.join(STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_draft() {
        let text = "{\"id\": 7, \"title\": \"T\", \"text\": \"Words.\", \"url\": \"https://a.example\"}\n\n{\"text\": \"# H\\n\\nMore.\"}\n";
        let drafts = read(text).expect("both lines are well formed");
        assert_eq!(drafts[0].id.as_deref(), Some("7"));
        assert_eq!(drafts[0].body, "# T\n\nWords.\n");
        assert_eq!((drafts[1].title.as_str(), drafts[1].body.as_str()), ("H", "# H\n\nMore.\n"));
    }

    #[test]
    fn a_bad_line_is_named() {
        let missing = read("{\"text\": \"a\"}\n{\"id\": \"b\"}");
        assert_eq!(missing, Err(Unreadable::InvalidLine { line: 2, why: "no field `text`".to_owned() }));
        assert!(matches!(read("{\"text\": \"a\"}\n\n{\"text\""), Err(Unreadable::InvalidLine { line: 3, .. })));
        assert!(matches!(read("{\"text\": {\"a\": 1}}"), Err(Unreadable::InvalidLine { line: 1, .. })));
    }

    #[test]
    fn a_passage_is_named_by_its_place() {
        let line =
            "{\"id\": \"p\", \"text\": \"# Title 26\\n## Chapter 1\\n#### § 1. Tax\\n##### (a) Joint\\n\\nThere is.\"}";
        let drafts = read(line).expect("well formed");
        assert_eq!(drafts[0].title, "§ 1. Tax › (a) Joint");
        assert_eq!(drafts[0].body, "# § 1. Tax › (a) Joint\n\nTitle 26 › Chapter 1\n\nThere is.\n");
    }

    #[test]
    fn a_line_without_words_is_noted() {
        let drafts = read("{\"text\": \"\\n\"}\n{\"text\": \"a\"}").expect("one line has words");
        assert_eq!((drafts.len(), drafts[0].notes[0].as_str()), (1, "1 lines without text, the first of them line 1"));
    }
}
