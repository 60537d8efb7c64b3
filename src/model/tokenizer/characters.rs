//! Bytes in, whole characters out: tokens end inside characters. Knows UTF-8; does not know what a token is.

/// Gives characters as early as they are whole. What can never become a character is shown as U+FFFD.
#[derive(Debug, Default)]
pub struct Characters {
    /// The beginning of a character: three bytes at the most.
    begun: Vec<u8>,
}

impl Characters {
    /// Adds bytes; returns the characters that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.begun.extend_from_slice(bytes);
        let whole = match self.begun.utf8_chunks().last() {
            // An invalid tail that more bytes may complete: UTF-8 says so by having no length for the error.
            Some(tail) if !tail.invalid().is_empty() && unfinished(tail.invalid()) => {
                self.begun.len() - tail.invalid().len()
            }
            _ => self.begun.len(),
        };
        let rest = self.begun.split_off(whole);
        let text = String::from_utf8_lossy(&self.begun).into_owned();
        self.begun = rest;
        text
    }

    /// What is left when no more bytes come.
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.begun).into_owned()
    }
}

fn unfinished(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_character_is_shown_when_its_last_byte_is_there_and_not_later() {
        let mut characters = Characters::default();
        let shown: Vec<String> = "a세".bytes().map(|byte| characters.push(&[byte])).collect();
        assert_eq!(shown, ["a", "", "", "세"]);
        assert_eq!(characters.push(b"\xEC\x84x"), "\u{FFFD}x");
        assert_eq!(characters.push(b"\xFF"), "\u{FFFD}");
        assert_eq!(characters.push(b"\xF0\x9F"), "");
        assert_eq!(characters.finish(), "\u{FFFD}");
    }

    proptest! {
        #[test]
        fn streamed_characters_are_those_of_all_bytes_at_once(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..12)) {
            let mut characters = Characters::default();
            let mut shown: String = parts.iter().map(|part| characters.push(part)).collect();
            shown.push_str(&characters.finish());
            prop_assert_eq!(shown, String::from_utf8_lossy(&parts.concat()).into_owned());
        }
    }
}
