//! Bytes to characters: UTF-8, UTF-16 by its mark, the charset an HTML page declares, else Windows-1252.
//! Knows encodings; does not look at what the text says.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::Unreadable;

/// Where HTML 5 looks for a declared charset (WHATWG HTML, 13.2.3.2 "prescan": the first 1024 bytes).
const PRESCAN: usize = 1024;

/// Text of a file whose encoding nobody states.
pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    decode(bytes, WINDOWS_1252)
}

/// Text of a page, which may state its encoding in a `meta` element.
pub(super) fn html(bytes: &[u8]) -> Result<String, Unreadable> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).to_lowercase();
    let declared = head.split_once("charset=").map(|(_, rest)| rest.trim_start_matches(['"', '\'', ' ']));
    let label = declared.map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c)).next());
    let fallback = label.flatten().and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(WINDOWS_1252);
    decode(bytes, fallback)
}

fn decode(bytes: &[u8], fallback: &'static Encoding) -> Result<String, Unreadable> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // A page that says it is UTF-8 and is not was, as a rule, cut: the replacement character marks the spot.
            Err(fault) if fallback == UTF_8 || fault.error_len().is_none() => {
                String::from_utf8_lossy(bytes).into_owned()
            }
            Err(_) => fallback.decode_without_bom_handling(bytes).0.into_owned(),
        },
    };
    let (nulls, all) = (text.matches('\0').count(), text.chars().count());
    // Tools pad with a null here and there; a binary file is full of control characters.
    let controls = text.chars().filter(|c| c.is_control() && !"\n\r\t\u{c}\u{b}\u{85}".contains(*c)).count();
    if nulls * 100 > all || controls * 10 > all {
        return Err(Unreadable::NotText { why: format!("{controls} of {all} characters are control characters") });
    }
    Ok(text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}'], "\n").replace('\0', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_wins_without_a_mark_and_windows_1252_is_the_last_resort() {
        assert_eq!(text("naïve".as_bytes()), Ok("naïve".to_owned()));
        assert_eq!(text(b"na\xEFve \x93quoted\x94"), Ok("naïve “quoted”".to_owned()));
    }

    #[test]
    fn utf16_is_told_by_its_mark_in_either_order() {
        let little: Vec<u8> = "\u{feff}세금".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}세금".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&little), Ok("세금".to_owned()));
        assert_eq!(text(&big), Ok("세금".to_owned()));
    }

    #[test]
    fn a_page_is_read_in_the_charset_that_it_declares() {
        let mut page = b"<html><head><meta charset=\"euc-kr\"></head><p>".to_vec();
        page.extend([0xBC, 0xBC, 0xB1, 0xDD]);
        assert!(html(&page).is_ok_and(|text| text.ends_with("<p>세금")));
    }

    #[test]
    fn a_binary_file_is_refused() {
        let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
        assert!(matches!(text(&bytes), Err(Unreadable::NotText { .. })));
    }

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(text(b"a\r\nb\rc"), Ok("a\nb\nc".to_owned()));
    }
}
