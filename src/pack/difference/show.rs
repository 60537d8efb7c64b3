//! A difference for people: in groups, `+` came, `-` went, `~` changed; long groups are cut, for `--json` has it all.
//! Knows words and widths; the contents are a stranger's, so nothing in them reaches a terminal but text.

use std::fmt;

use serde_json::Value;

use super::{Change, Changes, Difference, Figure, Figures, Setting, Texts};

/// So many things of a group are shown.
const MOST: usize = 20;

/// So many things are shown in one line, or below one.
const MOST_BELOW: usize = 8;

/// So many characters of a stranger's text.
const WIDTH: usize = 88;

/// So many words are shown before the place where two long texts part.
const WORDS_BEFORE: usize = 4;

/// Words in the paths of what a calibration promises, and of the bars that it sets: these come first.
const PROMISES: [&str; 5] = ["threshold", "bar", "risk", "confidence", "bound"];

/// A thing that differs, and what there is to say of it.
struct Item {
    mark: char,
    text: String,
    below: Vec<String>,
}

impl Item {
    fn new(mark: char, text: impl AsRef<str>) -> Self {
        Self { mark, text: plain(text.as_ref()), below: Vec::new() }
    }

    fn below(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.below.extend(lines);
        self
    }

    /// With a few words behind its name.
    fn and(mut self, words: &[String]) -> Self {
        let words: Vec<&str> = words.iter().map(String::as_str).filter(|words| !words.is_empty()).collect();
        if !words.is_empty() {
            self.text = format!("{}: {}", self.text, words.join(", "));
        }
        self
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = |label: &Option<String>| label.as_deref().map_or_else(|| "(without a name)".into(), plain);
        writeln!(f, "{} → {}", label(&self.from), label(&self.to))?;
        if self.is_empty() {
            return writeln!(f, "nothing differs");
        }
        for (title, items) in self.groups() {
            group(f, title, &items)?;
        }
        Ok(())
    }
}

impl Difference {
    fn groups(&self) -> [(&'static str, Vec<Item>); 10] {
        let documents = items(&self.documents, |change| {
            let lines = format!("+{} -{} lines", change.lines.added, change.lines.removed);
            Item::new('~', &change.id).and(&[lines]).below(figures(&change.figures)).below(settings(&change.fields))
        });
        let tables = items(&self.tables, |change| {
            let item = Item::new('~', &change.id).and(&[counts(&change.rows, "rows"), silent(change)]);
            item.below(figures(&change.figures)).below(settings(&change.settings))
        });
        let policy = items(&self.policy, |change| {
            let item =
                Item::new('~', &change.rule).and(&[counts(&change.when, "examples"), counts(&change.any, "phrases")]);
            item.below(settings(&change.wording))
        });
        let terms = items(&self.terms, |change| {
            let item = Item::new('~', &change.term).and(&[counts(&change.also, "synonyms")]);
            item.below(texts(&change.also)).below(settings(&change.wording))
        });
        let files = items(&self.files, |change| {
            let only = if change.values.is_empty() { "comments, order or spacing" } else { "" };
            Item::new('~', &change.path).and(&[only.into()]).below(settings(&change.values))
        });
        let cases = items(&self.cases, |change| Item::new('~', &change.id).and(&change.fields));
        [
            ("settings", self.settings.iter().map(of_setting).collect()),
            ("policy", policy),
            ("scope", self.scope_items()),
            ("documents", documents),
            ("tables", tables),
            ("router", self.topic_items()),
            ("glossary", terms),
            ("calibration", self.calibration_items()),
            ("cases", cases),
            ("files", files),
        ]
    }

    fn scope_items(&self) -> Vec<Item> {
        let lists = [("in", &self.scope.inside), ("out", &self.scope.outside)];
        let each = lists.into_iter().flat_map(|(list, texts)| {
            let added = texts.added.iter().map(move |text| Item::new('+', format!("{list}: {text}")));
            added.chain(texts.removed.iter().map(move |text| Item::new('-', format!("{list}: {text}"))))
        });
        each.collect()
    }

    fn calibration_items(&self) -> Vec<Item> {
        let is_promise = |setting: &&Setting| setting.path.split(['.', '_']).any(|word| PROMISES.contains(&word));
        let (promises, others): (Vec<_>, Vec<_>) = self.calibration.iter().partition(is_promise);
        promises.into_iter().chain(others).map(of_setting).collect()
    }

    fn topic_items(&self) -> Vec<Item> {
        let each = self.topics.iter().map(|change| {
            let (mark, examples) = match (change.before, change.after) {
                (None, Some(after)) => ('+', format!("{after} examples")),
                (Some(before), None) => ('-', format!("{before} examples")),
                (before, after) => {
                    let [before, after] = [before, after].map(Option::unwrap_or_default);
                    let steps = counts(&change.examples, "");
                    (
                        '~',
                        format!(
                            "{before} → {after} examples{}",
                            if steps.is_empty() { steps } else { format!(" ({steps})") }
                        ),
                    )
                }
            };
            let wording = if mark == '~' { settings(&change.wording) } else { Vec::new() };
            Item::new(mark, &change.topic).and(&[examples]).below(wording)
        });
        each.collect()
    }
}

fn group(f: &mut fmt::Formatter<'_>, title: &str, items: &[Item]) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    let count = |mark: char, word: &str| {
        let count = items.iter().filter(|item| item.mark == mark).count();
        (count > 0).then(|| format!("{count} {word}"))
    };
    let counts = [count('+', "added"), count('-', "removed"), count('~', "changed")];
    writeln!(f, "\n{title}: {}", counts.into_iter().flatten().collect::<Vec<_>>().join(", "))?;
    for item in items.iter().take(MOST) {
        writeln!(f, "  {} {}", item.mark, clean(&item.text))?;
        for line in item.below.iter().take(MOST_BELOW) {
            writeln!(f, "      {}", clean(line))?;
        }
        more(f, "      ", item.below.len(), MOST_BELOW)?;
    }
    more(f, "  ", items.len(), MOST)
}

fn more(f: &mut fmt::Formatter<'_>, indent: &str, count: usize, shown: usize) -> fmt::Result {
    if count > shown { writeln!(f, "{indent}… and {} more", count - shown) } else { Ok(()) }
}

/// What came, what went, then what changed.
fn items<C>(changes: &Changes<C>, told: impl Fn(&C) -> Item) -> Vec<Item> {
    let added = changes.added.iter().map(|name| Item::new('+', name));
    let removed = changes.removed.iter().map(|name| Item::new('-', name));
    added.chain(removed).chain(changes.changed.iter().map(told)).collect()
}

fn of_setting(setting: &Setting) -> Item {
    let (mark, told) = told(&setting.change);
    Item::new(mark, &setting.path).and(&[told])
}

fn settings(settings: &[Setting]) -> Vec<String> {
    let line = |setting: &Setting| {
        let (mark, told) = told(&setting.change);
        format!("{mark} {}: {told}", plain(&setting.path))
    };
    settings.iter().map(line).collect()
}

/// What became of a value.
fn told(change: &Change) -> (char, String) {
    match change {
        Change::Value { before: Some(before), after: Some(after) } => ('~', step(before, after)),
        Change::Value { before: None, after: Some(after) } => ('+', short(after)),
        Change::Value { before: Some(before), after: None } => ('-', short(before)),
        Change::Value { before: None, after: None } => ('~', String::new()),
        Change::List { length_before, length_after, differ, largest_step } => {
            let length = if length_before == length_after {
                format!("{length_after} values")
            } else {
                format!("{length_before} → {length_after} values")
            };
            let step = largest_step.map_or_else(String::new, |step| format!(", by up to {step:.4}"));
            ('~', format!("{length}, {differ} differ{step}"))
        }
    }
}

/// What was and what is; of long texts, from a little before where they part.
fn step(before: &Value, after: &Value) -> String {
    let [before, after] = [before, after].map(text_of);
    let pairs = before.char_indices().zip(after.chars());
    let parted = pairs.take_while(|((_, old), new)| old == new).last().map_or(0, |((at, old), _)| at + old.len_utf8());
    let is_long = before.len().max(after.len()) > WIDTH;
    let words = before[..parted].rmatch_indices(' ').map(|(at, _)| at + 1);
    match words.take(WORDS_BEFORE).last().filter(|start| is_long && *start > 0) {
        Some(start) => format!("…{} → …{}", plain(&before[start..]), plain(&after[start..])),
        None => format!("{} → {}", plain(&before), plain(&after)),
    }
}

fn short(value: &Value) -> String {
    plain(&text_of(value))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn figures(figures: &Figures) -> Vec<String> {
    let line = |mark: char, figures: &[Figure]| {
        let each = figures.iter().take(MOST_BELOW).map(|figure| match figure.times {
            1 => plain(&figure.text),
            times => format!("{} ×{times}", plain(&figure.text)),
        });
        let rest = figures.len().saturating_sub(MOST_BELOW);
        let rest = (rest > 0).then(|| format!("… and {rest} more"));
        let told: Vec<String> = each.chain(rest).collect();
        (!told.is_empty()).then(|| format!("{mark} {}", told.join("; ")))
    };
    [line('+', &figures.added), line('-', &figures.removed)].into_iter().flatten().collect()
}

fn texts(texts: &Texts) -> Vec<String> {
    let line =
        |mark: char, texts: &[String]| (!texts.is_empty()).then(|| format!("{mark} {}", plain(&texts.join("; "))));
    [line('+', &texts.added), line('-', &texts.removed)].into_iter().flatten().collect()
}

/// `+2 -1 examples`; nothing where there is none.
fn counts(texts: &Texts, of: &str) -> String {
    if texts.is_empty() {
        return String::new();
    }
    format!("+{} -{} {of}", texts.added.len(), texts.removed.len()).trim_end().to_owned()
}

fn silent(change: &super::TableChange) -> String {
    let is_silent = change.rows.is_empty() && change.settings.is_empty();
    if is_silent { "comments, order or spacing".into() } else { String::new() }
}

/// A stranger's text: not too long, and in one line without what steers a terminal.
fn plain(text: &str) -> String {
    let mut shown = clean(&text.chars().take(WIDTH).collect::<String>());
    if text.chars().nth(WIDTH).is_some() {
        shown.push('…');
    }
    shown
}

fn clean(text: &str) -> String {
    let steers = |c: char| c.is_control() || crate::pack::archive::hides(c);
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}
