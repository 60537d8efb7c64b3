//! What wrapping promises, as facts and as laws over any text and width.

use proptest::prelude::*;
use ratatui::style::Stylize;

use super::*;

fn spans(parts: &[&str]) -> Vec<Span<'static>> {
    let styles = [Style::new(), Style::new().bold()];
    parts.iter().zip(styles.iter().cycle()).map(|(part, style)| Span::styled((*part).to_owned(), *style)).collect()
}

fn text(lines: &[Line]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

fn wrapped(parts: &[&str], width: u16) -> Vec<String> {
    text(&wrap(&spans(parts), width, &[], &[]))
}

#[test]
fn lines_break_at_spaces_and_drop_them() {
    assert_eq!(wrapped(&["one two   three "], 8), ["one two", "three"]);
    assert_eq!(wrapped(&["one", " two", " three"], 7), ["one two", "three"]);
}

#[test]
fn a_word_split_over_spans_stays_whole() {
    assert_eq!(wrapped(&["a wo", "rd"], 5), ["a", "word"]);
}

#[test]
fn a_word_wider_than_the_line_is_broken() {
    assert_eq!(wrapped(&["a https://example.org b"], 10), ["a", "https://ex", "ample.org", "b"]);
}

#[test]
fn wide_glyphs_fill_the_line() {
    assert_eq!(wrapped(&["대한민국 만세"], 5), ["대한", "민국", "만세"]);
    assert_eq!(wrapped(&["a 대한민국"], 6), ["a 대한", "민국"]);
}

#[test]
fn clusters_are_never_split() {
    assert_eq!(wrapped(&["👩\u{200d}", "🔬👩\u{200d}🔬"], 2), ["👩\u{200d}🔬", "👩\u{200d}🔬"]);
    assert_eq!(wrapped(&["e", "\u{301}e\u{301}"], 1), ["e\u{301}", "e\u{301}"]);
}

#[test]
fn a_newline_ends_the_line_and_the_last_opens_none() {
    assert_eq!(wrapped(&["a\n\nb\n"], 9), ["a", "", "b"]);
    assert_eq!(wrapped(&[""], 9), [""]);
}

#[test]
fn prefixes_hang_and_give_way_when_they_leave_no_room() {
    let (first, rest) = ([Span::raw("- ")], [Span::raw("  ")]);
    assert_eq!(text(&wrap(&spans(&["one two"]), 6, &first, &rest)), ["- one", "  two"]);
    assert_eq!(text(&wrap(&spans(&["one"]), 3, &first, &rest)), ["one"]);
}

#[test]
fn a_glyph_wider_than_the_line_becomes_an_ellipsis() {
    assert_eq!(wrapped(&["가a"], 1), ["…", "a"]);
    assert_eq!(wrapped(&["ab"], 0), ["a", "b"]);
}

#[test]
fn an_indent_stays_unless_its_word_needs_the_room() {
    assert_eq!(wrapped(&["  ab cd"], 4), ["  ab", "cd"]);
    assert_eq!(wrapped(&["  abc"], 4), ["abc"]);
}

#[test]
fn chopping_keeps_every_space() {
    assert_eq!(text(&chop(&spans(&["a  b c"]), 3, &[], &[])), ["a  ", "b c"]);
}

#[test]
fn styles_survive_the_break() {
    let lines = wrap(&spans(&["one ", "two"]), 4, &[], &[]);
    assert_eq!(lines, [Line::from(Span::raw("one")), Line::from(Span::raw("two").bold())]);
}

/// Columns as ratatui draws them: grapheme by grapheme.
fn columns(line: &Line) -> usize {
    line.spans.iter().flat_map(|span| span.content.graphemes(true)).map(UnicodeWidthStr::width).sum()
}

fn any_parts() -> impl Strategy<Value = Vec<String>> {
    let part = prop_oneof![
        any::<String>(),
        "[a-z ]{0,30}",
        "[가-힣a\u{301}\u{200d}👩🔬🇰🇷\u{1100}\u{1161}क\u{94d}\u{627}\u{644} \n]{0,20}",
    ];
    prop::collection::vec(part, 0..5)
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_width(parts in any_parts(), width in 0_u16..40, prefix in "[-> 가]{0,6}") {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let prefix = [Span::raw(prefix)];
        for lay in [wrap, chop] {
            for line in lay(&spans(&parts), width, &prefix, &prefix) {
                prop_assert!(columns(&line) <= usize::from(width.max(1)), "{line:?}");
            }
        }
    }

    #[test]
    fn no_glyph_is_lost(parts in any_parts(), width in 0_u16..40) {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let whole = parts.concat();
        let seen = |glyph: &&str| !matches!(*glyph, " " | "\n" | "\r\n");
        let fits = |glyph| if UnicodeWidthStr::width(glyph) > usize::from(width.max(1)) { TOO_WIDE } else { glyph };
        let before: String = whole.graphemes(true).filter(seen).map(fits).collect();
        let lines = text(&wrap(&spans(&parts), width, &[], &[]));
        let after: String = lines.iter().flat_map(|line| line.graphemes(true).filter(seen)).collect();
        prop_assert_eq!(before, after);
    }
}
