//! Text as it may go to a terminal: nothing in it can command the terminal, and every character has its width.

use unicode_normalization::UnicodeNormalization;
use unicode_width::UnicodeWidthStr;

/// Text with control characters and escape sequences made visible, so that no document, question or model can
/// talk to the terminal. Line breaks and tabs stay.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
            '\x7f' => '␡',
            // C1 controls; what turns the direction of text or ends a line unseen (Unicode's Bidi_Control, Zl, Zp).
            '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            _ => c,
        })
        .collect()
}

/// Text as it is drawn: [`visible`], tabs as spaces, in normal form C (so that Hangul typed as jamo is one glyph).
pub fn drawable(text: &str) -> String {
    visible(&text.replace("\r\n", "\n")).replace('\t', "    ").nfc().collect()
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_are_shown_not_sent() {
        assert_eq!(visible("a\x1b[2Jb\u{9b}c\nd"), "a␛[2Jb\u{fffd}c\nd");
        assert_eq!(visible("1\u{202e}2"), "1\u{fffd}2");
    }

    #[test]
    fn jamo_become_syllables() {
        assert_eq!(drawable("\u{1112}\u{1161}\u{11ab}\tx"), "한    x");
    }
}
