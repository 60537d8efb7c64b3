//! Earlier questions, as the arrow keys and the search bring them back.
//!
//! It knows where in the past a person stands, and the draft that they left to go there. It reads and writes no file:
//! what was asked in earlier sessions is handed to it.

use std::collections::HashSet;

/// Earlier questions, and a place among them.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Oldest first; none blank, none twice in a row.
    past: Vec<String>,
    /// Index of the question that is shown; the length of `past` in the present, where none is.
    at: usize,
    /// What was being written when the present was left.
    draft: String,
}

impl History {
    /// A history of `questions`, oldest first.
    #[must_use]
    pub fn new(questions: Vec<String>) -> Self {
        let mut history = Self::default();
        for question in questions {
            history.push(question);
        }
        history
    }

    /// Remembers a question that was asked, unless it is blank or the same as the last, and returns to the present.
    pub fn push(&mut self, question: impl Into<String>) {
        let question = question.into();
        if !question.trim().is_empty() && self.past.last() != Some(&question) {
            self.past.push(question);
        }
        self.reset();
    }

    /// Remembers a draft that was cleared and never asked: it is what [`History::older`] brings first. Told apart from
    /// a question only by the caller, who stores no draft.
    pub fn stash(&mut self, draft: impl Into<String>) {
        self.push(draft);
    }

    /// One further back; none at the oldest. Going back from the present keeps `current_draft` for the return.
    pub fn older(&mut self, current_draft: &str) -> Option<&str> {
        let older = self.at.checked_sub(1)?;
        if self.at == self.past.len() {
            current_draft.clone_into(&mut self.draft);
        }
        self.at = older;
        Some(&self.past[older])
    }

    /// One nearer; after the newest, the draft that was left; none in the present.
    pub fn newer(&mut self) -> Option<&str> {
        if self.at == self.past.len() {
            return None;
        }
        self.at += 1;
        Some(self.past.get(self.at).unwrap_or(&self.draft))
    }

    /// What holds `needle` whatever its case, newest first, each text once.
    #[must_use]
    pub fn search(&self, needle: &str) -> Vec<&str> {
        let needle = needle.to_lowercase();
        let mut seen = HashSet::new();
        let newest_first = self.past.iter().rev().map(String::as_str);
        newest_first.filter(|text| text.to_lowercase().contains(&needle) && seen.insert(*text)).collect()
    }

    /// Back to the present, the draft that was left forgotten: for when what was brought back is edited or sent.
    pub fn reset(&mut self) {
        self.at = self.past.len();
        self.draft.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(questions: &[&str]) -> History {
        History::new(questions.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_way_back_leads_to_the_draft_that_was_left() {
        let mut history = history(&["first", "second"]);
        assert_eq!(history.newer(), None);
        assert_eq!(history.older("half a qu"), Some("second"));
        assert_eq!(history.older("second"), Some("first"));
        assert_eq!(history.older("first"), None);
        assert_eq!(history.newer(), Some("second"));
        assert_eq!(history.newer(), Some("half a qu"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn an_empty_history_brings_nothing() {
        let mut history = History::default();
        assert_eq!(history.older("x"), None);
        assert_eq!(history.newer(), None);
        assert!(history.search("").is_empty());
    }

    #[test]
    fn blanks_and_immediate_repeats_are_not_remembered() {
        assert_eq!(history(&["a", "a", " \n", "a", "b", "a"]).past, ["a", "b", "a"]);
    }

    #[test]
    fn a_new_question_ends_the_looking_back() {
        let mut history = history(&["a", "b"]);
        history.older("");
        history.older("");
        history.push("c");
        assert_eq!(history.newer(), None);
        assert_eq!(history.older(""), Some("c"));
    }

    #[test]
    fn what_is_edited_after_it_was_brought_back_is_a_draft_again() {
        let mut history = history(&["a", "b"]);
        history.older("");
        history.reset();
        assert_eq!(history.older("b, edited"), Some("b"));
        assert_eq!(history.newer(), Some("b, edited"));
    }

    #[test]
    fn a_cleared_draft_comes_first_and_keeps_its_place() {
        let mut history = history(&["a"]);
        history.stash("cleared");
        assert_eq!(history.older(""), Some("cleared"));
        history.push("b");
        assert_eq!(history.older(""), Some("b"));
        assert_eq!(history.older("b"), Some("cleared"));
    }

    #[test]
    fn a_search_ignores_case_and_gives_each_text_once_newest_first() {
        let history = history(&["Économie", "other", "ÉCO", "Économie"]);
        assert_eq!(history.search("éco"), ["Économie", "ÉCO"]);
        assert_eq!(history.search(""), ["Économie", "ÉCO", "other"]);
    }
}
