//! What rendered Markdown looks like, as facts and as laws over any source and width.

use proptest::prelude::*;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::settings::Look;

fn dark() -> Theme {
    Theme::of(Look::Dark)
}

fn drawn(source: &str, width: u16) -> Vec<String> {
    render(source, width, &dark(), Marks::default()).lines.iter().map(ToString::to_string).collect()
}

/// The text that has exactly the style, part by part.
fn styled(rendered: &Rendered, style: Style) -> Vec<&str> {
    let spans = rendered.lines.iter().flat_map(|line| &line.spans);
    spans.filter(|span| span.style == style).map(|span| span.content.as_ref()).collect()
}

/// The text that is highlighted when these words of the source are, and the first line of it.
fn highlighted(source: &str, words: &str) -> (String, Option<usize>) {
    let start = source.find(words).expect("the test's words are in its source");
    let marks = Marks { highlight: Some(start..start + words.len()), ..Marks::default() };
    let rendered = render(source, 40, &dark(), marks);
    let lit = |span: &&Span| span.style.bg == dark().highlight.bg;
    let lines = rendered.lines.iter().map(|line| line.spans.iter().filter(lit).map(|s| s.content.as_ref()).collect());
    let lines: Vec<String> = lines.collect();
    (lines.concat(), rendered.marked)
}

#[test]
fn nothing_gives_no_line() {
    assert!(drawn("", 40).is_empty());
    assert!(drawn(" \n\n", 40).is_empty());
}

#[test]
fn paragraphs_are_set_apart_and_nothing_trails() {
    assert_eq!(drawn("one\ntwo\n\n\n\nthree\n\n", 40), ["one two", "", "three"]);
    assert_eq!(drawn("one  \ntwo\\\nthree", 40), ["one", "two", "three"]);
}

#[test]
fn a_heading_shows_its_level_and_hangs() {
    assert_eq!(drawn("# A\n## Bee cee\ntext", 7), ["# A", "", "## Bee", "   cee", "", "text"]);
    assert_eq!(styled(&render("# A", 40, &dark(), Marks::default()), dark().heading), ["A"]);
}

#[test]
fn emphasis_is_style_and_code_keeps_its_backticks() {
    let source = "_a_ **b** ~~c~~ `d`";
    assert_eq!(drawn(source, 40), ["a b c `d`"]);
    let rendered = render(source, 40, &dark(), Marks::default());
    assert_eq!(styled(&rendered, dark().emphasis), ["a"]);
    assert_eq!(styled(&rendered, dark().strong), ["b"]);
    assert_eq!(styled(&rendered, Style::new().add_modifier(Modifier::CROSSED_OUT)), ["c"]);
    assert_eq!(styled(&rendered, dark().code), ["`d`"]);
}

#[test]
fn nested_emphasis_adds_up() {
    let rendered = render("**a _b_**", 40, &dark(), Marks::default());
    assert_eq!(styled(&rendered, dark().strong.patch(dark().emphasis)), ["b"]);
}

#[test]
fn code_is_indented_and_broken_only_at_the_width() {
    let source = "a\n```rust\nfn f() {\n\n    1 + 1\n}\n```\nb";
    assert_eq!(drawn(source, 9), ["a", "", "  fn f() ", "  {", "", "      1 +", "   1", "  }", "", "b"]);
    assert_eq!(drawn("    x = [1]\n    y", 40), ["  x = [1]", "  y"]);
}

#[test]
fn a_quote_has_a_bar_also_where_it_is_blank() {
    let source = "> one two three\n>\n> > four\n\nfive";
    assert_eq!(drawn(source, 9), ["│ one two", "│ three", "│", "│ │ four", "", "five"]);
}

#[test]
fn tight_lists_nest_and_hang() {
    let source = "- one two\n  1. three four\n  2. five\n- six\n\ntext";
    assert_eq!(drawn(source, 11), ["• one two", "  1. three", "     four", "  2. five", "• six", "", "text"]);
    assert_eq!(drawn("9. aa bbb\n10. cc dd", 8), ["9. aa", "   bbb", "10. cc", "    dd"]);
}

#[test]
fn loose_items_are_set_apart() {
    assert_eq!(drawn("- a\n\n  b\n\n- c", 40), ["• a", "", "  b", "", "• c"]);
}

#[test]
fn an_item_may_hold_a_block_or_nothing() {
    assert_eq!(drawn("- a\n  ```\n  x\n  ```\n- > q\n-\n- - b", 40), ["• a", "    x", "• │ q", "•", "• • b"]);
}

#[test]
fn tasks_show_their_box() {
    assert_eq!(drawn("- [x] done this\n- [ ] open", 9), ["[x] done", "    this", "[ ] open"]);
}

#[test]
fn deep_nesting_leaves_half_of_the_width() {
    let last = drawn(&format!("{}word word", "> ".repeat(30)), 20).concat();
    assert_eq!(last, "│ │ │ │ │ word word");
}

#[test]
fn a_rule_fills_the_room() {
    assert_eq!(drawn("a\n\n---\n\n> ***", 6), ["a", "", "──────", "", "│ ────"]);
}

#[test]
fn a_link_shows_its_address_once() {
    assert_eq!(drawn("[text](https://a.b) <https://c.d> <me@e.f>", 80), ["text (https://a.b) https://c.d me@e.f"]);
    assert_eq!(drawn("[](https://a.b) [x]() ![a *picture*](p.png)", 80), ["https://a.b x a picture"]);
    let rendered = render("[text](https://a.b)", 80, &dark(), Marks::default());
    assert_eq!(styled(&rendered, dark().link), ["text"]);
    assert_eq!(styled(&rendered, dark().dim), [" (https://a.b)"]);
}

#[test]
fn html_is_plain_dim_text() {
    let rendered = render("<div>\n*a*\n</div>\n\nb <br> c", 40, &dark(), Marks::default());
    assert_eq!(styled(&rendered, dark().dim), ["<div>", "*a*", "</div>", "<br>"]);
}

#[test]
fn escape_sequences_are_not_drawn() {
    assert_eq!(drawn("a\x1b[2J `\x1b` \u{202e}", 40), ["a␛[2J `␛` \u{fffd}"]);
    assert_eq!(drawn("[a](<\x1b]8;;>)", 40), ["a (␛]8;;)"]);
}

#[test]
fn a_table_has_aligned_columns() {
    let source = "| a | bb | ccc |\n|:-|-:|:-:|\n| 한글 | 1 | x |\n| y |";
    assert_eq!(drawn(source, 40), ["a    │ bb │ ccc", "─────┼────┼────", "한글 │  1 │  x", "y    │    │"]);
}

#[test]
fn a_wide_table_wraps_its_widest_cells() {
    let source = "| n | text |\n|-|-|\n| 1 | one two three |\n| 2 | four |";
    assert_eq!(drawn(source, 13), ["n │ text", "──┼──────────", "1 │ one two", "  │ three", "2 │ four"]);
}

#[test]
fn a_table_that_cannot_fit_becomes_records() {
    let header = "| first col | second col | third col | fourth col | fifth col | sixth col |\n|-|-|-|-|-|-|\n";
    let lines = drawn(&format!("{header}| a | b | c | d | e | f |\n| g | h | i | j | k | {} |", "l ".repeat(20)), 40);
    assert_eq!(lines[..2], ["first col: a", "second col: b"]);
    assert_eq!(lines[6..8], ["", "first col: g"]);
    assert_eq!(lines[12..], ["sixth col: l l l l l l l l l l l l l l l", "  l l l l l"]);
}

#[test]
fn citations_within_range_are_styled() {
    let source = "See [1], [2][3] and [9], not `[1]`.";
    let rendered = render(source, 80, &dark(), Marks { citations: 3, ..Marks::default() });
    assert_eq!(styled(&rendered, dark().citation), ["[1]", "[2][3]"]);
    assert_eq!(drawn(source, 80), ["See [1], [2][3] and [9], not `[1]`."]);
}

#[test]
fn the_highlight_covers_just_its_bytes() {
    assert_eq!(highlighted("one two three", "two"), ("two".to_owned(), Some(0)));
    assert_eq!(highlighted("a\n\n- b\n- one **two** three", "one **two** th"), ("one two th".to_owned(), Some(3)));
    assert_eq!(highlighted("# a quick fox", "quick"), ("quick".to_owned(), Some(0)));
    assert_eq!(highlighted("|a|b|\n|-|-|\n|c|d e|", "d"), ("d".to_owned(), Some(2)));
    assert_eq!(highlighted("a `code` b", "ode` b"), ("ode` b".to_owned(), Some(0)));
    assert_eq!(highlighted("x\n\n    code", "od"), ("od".to_owned(), Some(2)));
    assert_eq!(highlighted("[a](https://b.c)", "https://b.c"), ("https://b.c".to_owned(), Some(0)));
}

#[test]
fn the_highlight_runs_over_soft_breaks_and_blocks() {
    assert_eq!(highlighted("one\ntwo\n\nthree four", "two\n\nthree"), ("twothree".to_owned(), Some(0)));
    assert_eq!(highlighted("one\ntwo", "one\ntwo"), ("one two".to_owned(), Some(0)));
}

#[test]
fn the_highlight_takes_whole_glyphs_however_they_are_spelt() {
    assert_eq!(highlighted("\u{1112}\u{1161}\u{11ab}글", "\u{1161}"), ("한".to_owned(), Some(0)));
    assert_eq!(highlighted("a &amp; b", "mp; b"), ("& b".to_owned(), Some(0)));
}

#[test]
fn a_highlight_of_nothing_drawn_marks_no_line() {
    for highlight in [0..0, 0..2, 90..99] {
        let marks = Marks { highlight: Some(highlight), ..Marks::default() };
        for look in Look::ALL {
            assert_eq!(render("**a** `b` [c](d)\n\n> e", 40, &Theme::of(look), marks.clone()).marked, None);
        }
    }
}

#[test]
fn the_beginning_of_markup_is_not_shown() {
    for (source, lines) in [
        ("text\n-", vec!["text"]),
        ("text\n==", vec!["text"]),
        ("- a\n-", vec!["• a"]),
        ("text\n``", vec!["text"]),
        ("text\n```", vec!["text"]),
        ("text\n```ru", vec!["text"]),
        ("text\n\n## ", vec!["text"]),
        ("| a | b |", vec!["| a | b |"]),
        ("| a | b |\n|--", vec!["| a | b |"]),
        ("| a | b |\n|--|--|", vec!["a │ b", "──┼──"]),
        ("**bol", vec!["**bol"]),
        ("```\nopen\n\n", vec!["  open"]),
    ] {
        assert_eq!(drawn(source, 40), lines, "{source:?}");
    }
}

/// Fragments that make Markdown, more often than any characters would.
fn any_markdown() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        any::<String>(),
        "[-#>*_`~|:!\\[\\]()<&\\\\ \n0-9.a-z가한]{0,20}",
        prop::sample::select(vec![
            "\n\n",
            "\n- ",
            "\n  - ",
            "\n1. ",
            "\n> ",
            "> > ",
            "\n```\n",
            "\n    ",
            "**",
            "`",
            "[a](b)",
            "<br>",
            "# ",
            "\n|a|b|\n|-|:-:|\n|c|d|\n",
            "- [ ] ",
            "한국어 문장",
            "👩\u{200d}🔬",
            "\r\n",
            "\t",
            "[1]",
            "&amp;",
            "---\n",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(fragment, 0..20).prop_map(|fragments| fragments.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_source_fits_any_width(source in any_markdown(), width in 0_u16..60, from in 0_usize..80, len in 0_usize..40) {
        let marks = Marks { highlight: Some(from..from + len), citations: 3 };
        let rendered = render(&source, width, &dark(), marks);
        for line in &rendered.lines {
            let graphemes = line.spans.iter().flat_map(|span| span.content.graphemes(true));
            let columns: usize = graphemes.map(crate::tui::text::width).sum();
            prop_assert!(columns <= usize::from(width.max(8)), "{columns} > {width}: {line:?}");
            prop_assert!(!line.to_string().contains(char::is_control));
        }
        prop_assert!(rendered.lines.last().is_none_or(|line| !line.to_string().trim().is_empty()));
    }

    #[test]
    fn a_highlight_changes_no_text(source in any_markdown(), from in 0_usize..80, len in 0_usize..40) {
        let marks = Marks { highlight: Some(from..from + len), citations: 3 };
        let lines = render(&source, 30, &dark(), marks).lines;
        prop_assert_eq!(lines.iter().map(ToString::to_string).collect::<Vec<_>>(), drawn(&source, 30));
    }
}
