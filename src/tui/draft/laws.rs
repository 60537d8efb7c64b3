//! What holds after any edits whatever, at any width.

use proptest::prelude::*;
use unicode_normalization::is_nfc;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::{Draft, Edit};
use crate::tui::text;

#[derive(Clone, Debug)]
enum Step {
    Insert(String),
    Set(String),
    Apply(Edit, u16),
}

const EDITS: [Edit; 20] = [
    Edit::Left,
    Edit::Right,
    Edit::WordLeft,
    Edit::WordRight,
    Edit::LineStart,
    Edit::LineEnd,
    Edit::Start,
    Edit::End,
    Edit::Up,
    Edit::Down,
    Edit::Backspace,
    Edit::Delete,
    Edit::WordBackspace,
    Edit::WordDelete,
    Edit::KillToLineEnd,
    Edit::KillToLineStart,
    Edit::Yank,
    Edit::Undo,
    Edit::Redo,
    Edit::Newline,
];

/// Pieces of text that join, part, widen, vanish or command.
const PIECES: [&str; 32] = [
    "a",
    "word",
    " ",
    "  ",
    ".",
    "(",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\u{1b}[2J",
    "\u{7}",
    "\u{202e}",
    "한",
    "글",
    "하",
    "\u{1112}",
    "\u{1161}",
    "\u{11ab}",
    "e",
    "\u{301}",
    "\u{323}",
    "漢",
    "。",
    "👨",
    "\u{200d}",
    "👩\u{200d}👧",
    "🇰",
    "\u{fe0f}",
    "\u{200b}",
    "\u{600}",
    "क\u{94d}",
];

fn written() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..8).prop_map(|pieces| pieces.concat())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => written().prop_map(Step::Insert),
        4 => any::<char>().prop_map(|c| Step::Insert(c.into())),
        1 => written().prop_map(Step::Set),
        12 => (prop::sample::select(&EDITS[..]), 0..80u16).prop_map(|(edit, width)| Step::Apply(edit, width)),
    ];
    prop::collection::vec(step, 0..40)
}

fn after(steps: &[Step], mut each: impl FnMut(&Draft)) -> Draft {
    let mut draft = Draft::default();
    for step in steps {
        match step {
            Step::Insert(text) => draft.insert(text),
            Step::Set(text) => draft.set(text),
            Step::Apply(edit, width) => drop(draft.apply(*edit, *width)),
        }
        each(&draft);
    }
    draft
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_text_is_normal_and_harmless_and_the_cursor_stands_between_clusters(steps in steps()) {
        after(&steps, |draft| {
            assert!(is_nfc(draft.text()), "{:?}", draft.text());
            assert_eq!(text::visible(draft.text()), draft.text());
            let mut cursor = GraphemeCursor::new(draft.cursor(), draft.text().len(), true);
            assert_eq!(cursor.is_boundary(draft.text(), 0), Ok(true), "{:?} at {}", draft.text(), draft.cursor());
        });
    }

    #[test]
    fn rows_tile_the_text_and_fit_the_width_and_hold_the_cursor(steps in steps(), width in 0..80u16) {
        after(&steps, |draft| {
            let layout = draft.layout(width);
            let mut covered = 0;
            for row in &layout.rows {
                let skipped = draft.text().get(covered..row.start).expect("rows in order");
                assert!(skipped.is_empty() || skipped == "\n", "{skipped:?} is in no row");
                covered = row.end;

                let shown = draft.shown(row);
                assert!(!shown.contains(['\n', '\t']));
                let widths = draft.text()[row.clone()].graphemes(true).map(|c| text::width(&text::drawable(c)));
                let (columns, widest) = (widths.clone().sum::<usize>(), widths.max().unwrap_or(0));
                assert!(columns <= widest.max(width.into()), "{shown:?} takes {columns} of {width} columns");
            }
            assert_eq!(covered, draft.text().len());
            assert!(layout.cursor.0 < layout.rows.len() && layout.cursor.1 < width.max(1));
        });
    }

    #[test]
    fn up_and_down_always_move_and_so_reach_an_end(steps in steps(), width in 0..80u16) {
        let mut draft = after(&steps, |_| ());
        let mut from = draft.cursor();
        while draft.apply(Edit::Up, width) {
            assert!(draft.cursor() < from);
            from = draft.cursor();
        }
        while draft.apply(Edit::Down, width) {
            assert!(draft.cursor() > from);
            from = draft.cursor();
        }
    }

    #[test]
    fn undoing_everything_returns_to_the_start_and_redoing_it_to_the_end(steps in steps()) {
        let mut draft = after(&steps, |_| ());
        while draft.apply(Edit::Redo, 80) {}
        let end = draft.text().to_owned();
        while draft.apply(Edit::Undo, 80) {}
        assert_eq!((draft.text(), draft.cursor()), ("", 0));
        while draft.apply(Edit::Redo, 80) {}
        assert_eq!(draft.text(), end);
    }
}
