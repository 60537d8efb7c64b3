//! What single edits and layouts do.

use super::{Draft, Edit};

/// A draft of `text`, the cursor where its `|` is.
fn draft(text: &str) -> Draft {
    let (before, after) = text.split_once('|').expect("a cursor");
    let mut draft = Draft::default();
    draft.set(&[before, after].concat());
    draft.cursor = before.len();
    draft
}

fn seen(draft: &Draft) -> String {
    let (before, after) = draft.text().split_at(draft.cursor());
    [before, "|", after].concat()
}

/// What `edits`, each of which must find something to do, make of `text` at `width` columns.
fn edited(text: &str, width: u16, edits: &[Edit]) -> String {
    let mut draft = draft(text);
    for edit in edits {
        assert!(draft.apply(*edit, width), "{edit:?} does nothing in {}", seen(&draft));
    }
    seen(&draft)
}

fn inserted(text: &str, new: &str) -> String {
    let mut draft = draft(text);
    draft.insert(new);
    seen(&draft)
}

/// The rows as drawn, and the cursor's row and column.
fn drawn(text: &str, width: u16) -> (Vec<String>, (usize, u16)) {
    let draft = draft(text);
    let layout = draft.layout(width);
    (layout.rows.iter().map(|row| draft.shown(row)).collect(), layout.cursor)
}

fn rows(text: &str, width: u16) -> Vec<String> {
    drawn(&["|", text].concat(), width).0
}

mod inserting {
    use super::*;

    #[test]
    fn every_line_break_becomes_a_newline_and_no_other_control_character_stays() {
        assert_eq!(inserted("|", "a\r\nb\rc\td\u{1b}[2Je\u{7f}"), "a\nb\nc\td␛[2Je␡|");
    }

    #[test]
    fn jamo_typed_one_by_one_become_a_syllable() {
        let mut draft = draft("좋|다");
        for jamo in ["\u{1112}", "\u{1161}", "\u{11ab}"] {
            draft.insert(jamo);
        }
        assert_eq!(seen(&draft), "좋한|다");
    }

    #[test]
    fn a_jamo_joins_the_syllable_after_it_only_until_the_next_is_typed() {
        assert_eq!(inserted("|다", "\u{1112}"), "\u{1112}다|");
    }

    #[test]
    fn the_cursor_stands_after_a_cluster_that_what_was_typed_begins() {
        assert_eq!(inserted("|\u{200d}x", "a"), "a\u{200d}|x");
        assert_eq!(inserted("|\u{301}x", "e"), "é|x");
    }

    #[test]
    fn a_draft_that_is_taken_has_nothing_to_undo_but_keeps_what_was_killed() {
        let mut draft = draft("one two|");
        draft.apply(Edit::WordBackspace, 80);
        assert_eq!(draft.take(), "one ");
        assert!(draft.is_empty() && draft.cursor() == 0);
        assert!(!draft.apply(Edit::Undo, 80));
        assert!(draft.apply(Edit::Yank, 80));
        assert_eq!(seen(&draft), "two|");
    }

    #[test]
    fn a_text_that_is_set_anew_has_its_cursor_at_the_end() {
        let mut draft = draft("a|b");
        draft.set("ab");
        assert_eq!(seen(&draft), "ab|");
    }
}

mod editing {
    use super::*;

    #[test]
    fn a_cluster_is_one_step_and_one_removal() {
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(edited(&format!("a{family}|b"), 80, &[Edit::Left]), format!("a|{family}b"));
        assert_eq!(edited(&format!("a|{family}b"), 80, &[Edit::Right]), format!("a{family}|b"));
        assert_eq!(edited(&format!("a{family}|b"), 80, &[Edit::Backspace]), "a|b");
        assert_eq!(edited("a|q\u{301}b", 80, &[Edit::Delete]), "a|b");
        assert_eq!(edited("한글|", 80, &[Edit::Backspace]), "한|");
    }

    #[test]
    fn words_are_what_has_letters_or_digits() {
        use Edit::{WordLeft, WordRight};
        assert_eq!(edited("can't stop -- now!|", 80, &[WordLeft]), "can't stop -- |now!");
        assert_eq!(edited("can't stop -- |now!", 80, &[WordLeft]), "can't |stop -- now!");
        assert_eq!(edited("|can't stop", 80, &[WordRight, WordRight]), "can't stop|");
        assert_eq!(edited("stop| -- 한국어 now", 80, &[WordRight]), "stop -- 한국어| now");
        assert_eq!(edited("stop| --", 80, &[WordRight]), "stop --|");
    }

    #[test]
    fn a_line_is_the_written_one_not_the_row() {
        assert_eq!(edited("one\ntwo thr|ee\nfour", 4, &[Edit::LineStart]), "one\n|two three\nfour");
        assert_eq!(edited("one\nt|wo three\nfour", 4, &[Edit::LineEnd]), "one\ntwo three|\nfour");
    }

    #[test]
    fn killing_at_the_edge_of_a_line_kills_its_break() {
        use Edit::{KillToLineEnd, KillToLineStart};
        assert_eq!(edited("one\nt|wo\nthree", 80, &[KillToLineEnd]), "one\nt|\nthree");
        assert_eq!(edited("one\nt|wo\nthree", 80, &[KillToLineEnd, KillToLineEnd]), "one\nt|three");
        assert_eq!(edited("one\nt|wo", 80, &[KillToLineStart, KillToLineStart]), "one|wo");
    }

    #[test]
    fn what_was_killed_can_be_put_back_anywhere() {
        let edits = [Edit::WordBackspace, Edit::Start, Edit::Yank, Edit::Yank];
        assert_eq!(edited("one two| three", 80, &edits), "twotwo|one  three");
        assert_eq!(edited("|one two", 80, &[Edit::WordDelete, Edit::End, Edit::Yank]), " twoone|");
    }

    #[test]
    fn an_edit_with_nothing_to_do_says_so() {
        use Edit::*;
        for edit in [Left, WordLeft, LineStart, Start, Up, Backspace, WordBackspace, KillToLineStart, Yank, Redo] {
            assert!(!draft("|one").apply(edit, 80), "{edit:?}");
        }
        for edit in [Right, WordRight, LineEnd, End, Down, Delete, WordDelete, KillToLineEnd] {
            assert!(!draft("one|").apply(edit, 80), "{edit:?}");
        }
    }

    #[test]
    fn up_and_down_keep_their_column_across_shorter_rows() {
        assert_eq!(edited("long er|\nx\nlong one", 80, &[Edit::Down]), "long er\nx|\nlong one");
        assert_eq!(edited("long er|\nx\nlong one", 80, &[Edit::Down, Edit::Down]), "long er\nx\nlong on|e");
        assert_eq!(edited("abc\nx\nab|c", 80, &[Edit::Up, Edit::Left, Edit::Up]), "|abc\nx\nabc");
    }

    #[test]
    fn up_and_down_go_by_rows_and_never_into_half_a_glyph() {
        assert_eq!(edited("one two thr|ee", 8, &[Edit::Up]), "one| two three");
        assert_eq!(edited("한글\nabc|", 80, &[Edit::Up]), "한|글\nabc");
        assert!(!draft("one |two three").apply(Edit::Up, 8));
        assert!(!draft("one two thr|ee").apply(Edit::Down, 8));
    }
}

mod undoing {
    use super::*;

    fn typed(text: &str) -> Draft {
        let mut draft = Draft::default();
        text.chars().for_each(|c| draft.insert(c.encode_utf8(&mut [0; 4])));
        draft
    }

    /// The text after each undo, until nothing is left to undo.
    fn undone(mut draft: Draft) -> Vec<String> {
        let mut texts = Vec::new();
        while draft.apply(Edit::Undo, 80) {
            texts.push(seen(&draft));
        }
        texts
    }

    #[test]
    fn typing_is_undone_word_by_word() {
        assert_eq!(undone(typed("one two  three")), ["one two  |", "one |", "|"]);
    }

    #[test]
    fn jamo_that_combined_are_undone_with_their_word() {
        assert_eq!(undone(typed("a \u{1112}\u{1161}\u{11ab}")), ["a |", "|"]);
    }

    #[test]
    fn a_paste_a_line_break_and_a_removal_are_one_step_each() {
        let mut draft = typed("ab");
        draft.insert("pasted text");
        draft.apply(Edit::Newline, 80);
        draft.apply(Edit::Backspace, 80);
        draft.insert("c");
        assert_eq!(undone(draft), ["abpasted text|", "abpasted text\n|", "abpasted text|", "ab|", "|"]);
    }

    #[test]
    fn a_move_ends_a_word() {
        let mut draft = typed("ab");
        draft.apply(Edit::Left, 80);
        draft.insert("c");
        assert_eq!(undone(draft), ["a|b", "|"]);
    }

    #[test]
    fn what_was_undone_can_be_done_again_until_something_else_is() {
        let mut draft = typed("one two");
        draft.apply(Edit::Undo, 80);
        assert!(draft.apply(Edit::Redo, 80));
        assert_eq!(seen(&draft), "one two|");
        draft.apply(Edit::Undo, 80);
        draft.insert("x");
        assert!(!draft.apply(Edit::Redo, 80));
    }
}

mod laying_out {
    use super::*;

    #[test]
    fn rows_end_after_spaces_and_keep_them() {
        assert_eq!(rows("the quick brown fox", 10), ["the quick ", "brown fox"]);
        assert_eq!(rows("the quick brown fox", 9), ["the ", "quick ", "brown fox"]);
    }

    #[test]
    fn a_word_wider_than_a_row_is_cut() {
        assert_eq!(rows("an extraordinary word", 8), ["an ", "extraord", "inary ", "word"]);
    }

    #[test]
    fn hangul_is_cut_by_glyph_but_punctuation_stays_with_it() {
        assert_eq!(rows("한국어 문장", 7), ["한국어 ", "문장"]);
        assert_eq!(rows("한국어문장", 7), ["한국어", "문장"]);
        assert_eq!(rows("GPU는 빠르다.", 11), ["GPU는 빠르", "다."]);
        assert_eq!(rows("가나(다라)", 7), ["가나(다", "라)"]);
        assert_eq!(rows("가나다(라)", 7), ["가나다", "(라)"]);
    }

    #[test]
    fn a_tab_is_four_columns_and_an_emoji_two() {
        assert_eq!(drawn("\ta👩\u{200d}👧|\u{301}b", 80).1, (0, 7));
        assert_eq!(rows("\tab", 5), ["    ", "ab"]);
    }

    #[test]
    fn a_trailing_newline_makes_an_empty_row() {
        assert_eq!(drawn("one\n|", 80), (vec!["one".into(), String::new()], (1, 0)));
        assert_eq!(drawn("|", 80), (vec![String::new()], (0, 0)));
    }

    #[test]
    fn the_cursor_after_a_full_row_stands_at_the_start_of_a_next_one() {
        assert_eq!(drawn("hello|", 5), (vec!["hello".into(), String::new()], (1, 0)));
        assert_eq!(drawn("hell|o", 5), (vec!["hello".into()], (0, 4)));
        assert_eq!(drawn("hello|\nyou", 5), (vec!["hello".into(), String::new(), "you".into()], (1, 0)));
        assert_eq!(drawn("ab cd |efg", 6), (vec!["ab cd ".into(), "efg".into()], (1, 0)));
    }

    #[test]
    fn a_width_of_nothing_is_a_width_of_one() {
        assert_eq!(drawn("a한|b", 0), drawn("a한|b", 1));
        assert_eq!(drawn("a한|b", 1), (vec!["a".into(), "한".into(), "b".into()], (2, 0)));
    }
}
