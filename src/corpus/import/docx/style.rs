//! What styles and numbering mean: which style is a heading and of which level, which list counts.
//! Knows `styles.xml` and `numbering.xml`; sees no text.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Styles inherit from one another at most so often; more is a circle.
const DEEPEST: usize = 16;

/// How paragraphs of a style, and items of a list, look.
#[derive(Debug, Default)]
pub(super) struct Looks {
    styles: HashMap<String, Style>,
    /// Abstract list of each list.
    lists: HashMap<String, String>,
    /// Whether a level of an abstract list counts.
    counts: HashMap<(String, u8), bool>,
}

#[derive(Debug, Default, Clone)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    list: Option<String>,
}

/// What a style makes of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Title,
    /// From 1.
    Heading(u8),
    /// A line of a table of contents.
    Contents,
    Text,
}

impl Looks {
    pub(super) fn read(styles: &str, numbering: &str) -> Result<Self, String> {
        let mut looks = Self::default();
        looks.read_styles(styles)?;
        looks.read_numbering(numbering)?;
        Ok(looks)
    }

    fn read_styles(&mut self, text: &str) -> Result<(), String> {
        let mut open: Option<(String, Style)> = None;
        each_tag(text, |tag| {
            let value = || attribute(tag, "val");
            match (tag.local_name().as_ref(), &mut open) {
                ("style", open) => {
                    let finished = open.replace((attribute(tag, "styleId").unwrap_or_default(), Style::default()));
                    self.styles.extend(finished);
                }
                ("name", Some((_, style))) => style.name = value().unwrap_or_default().to_lowercase(),
                ("basedOn", Some((_, style))) => style.based_on = value(),
                ("outlineLvl", Some((_, style))) => style.outline = value().and_then(|level| level.parse().ok()),
                ("numId", Some((_, style))) => style.list = value(),
                _ => {}
            }
        })?;
        self.styles.extend(open);
        Ok(())
    }

    fn read_numbering(&mut self, text: &str) -> Result<(), String> {
        let (mut list, mut level, mut number) = (String::new(), 0, String::new());
        each_tag(text, |tag| match tag.local_name().as_ref() {
            "abstractNum" => list = attribute(tag, "abstractNumId").unwrap_or_default(),
            "lvl" => level = attribute(tag, "ilvl").and_then(|level| level.parse().ok()).unwrap_or(0),
            "numFmt" => {
                let counts = attribute(tag, "val").is_some_and(|format| format != "bullet" && format != "none");
                self.counts.insert((list.clone(), level), counts);
            }
            "num" => number = attribute(tag, "numId").unwrap_or_default(),
            "abstractNumId" => {
                self.lists.insert(number.clone(), attribute(tag, "val").unwrap_or_default());
            }
            _ => {}
        })
    }

    /// What the style with this id makes of a paragraph; a style without a say asks the one it is based on.
    pub(super) fn look(&self, id: &str) -> Look {
        let mut next = Some(id);
        for _ in 0..DEEPEST {
            let Some((id, style)) = next.and_then(|id| Some((id, self.styles.get(id)?))) else { break };
            let name = if style.name.is_empty() { id.to_lowercase() } else { style.name.clone() };
            if name == "title" {
                return Look::Title;
            }
            if name.starts_with("toc ") || name == "toc heading" || name == "table of figures" {
                return Look::Contents;
            }
            let named = name.strip_prefix("heading").and_then(|level| level.trim().parse::<u8>().ok());
            if let Some(level) =
                named.or(style.outline.map(|level| level.saturating_add(1))).filter(|level| (1..=9).contains(level))
            {
                return Look::Heading(level);
            }
            next = style.based_on.as_deref();
        }
        match id.to_lowercase().strip_prefix("heading").map(str::parse::<u8>) {
            Some(Ok(level @ 1..=9)) => Look::Heading(level),
            _ => Look::Text,
        }
    }

    /// The list that a style puts its paragraphs into.
    pub(super) fn list_of(&self, id: &str) -> Option<&str> {
        let mut next = Some(id);
        for _ in 0..DEEPEST {
            let style = self.styles.get(next?)?;
            if let Some(list) = &style.list {
                return Some(list);
            }
            next = style.based_on.as_deref();
        }
        None
    }

    /// Whether the list's items are counted.
    pub(super) fn counts(&self, list: &str, level: u8) -> bool {
        let found = self.lists.get(list).and_then(|kind| self.counts.get(&(kind.clone(), level)));
        found.copied().unwrap_or(false)
    }
}

fn each_tag(text: &str, mut see: impl FnMut(&BytesStart)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|fault| fault.to_string())? {
            Event::Start(tag) | Event::Empty(tag) => see(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The value of an attribute, whatever its prefix.
pub(super) fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}
