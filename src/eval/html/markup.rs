//! Markup made of data: text escaped for elements and attributes, items one after another, addresses within the page,
//! and JSON in a `<script>`.

use std::fmt::{self, Write};

use serde::Serialize;

/// Text for an element or a quoted attribute.
pub struct Text<'a>(&'a str);

/// Text for an element or a quoted attribute: markup is escaped, control characters are made visible.
pub fn text(raw: &str) -> Text<'_> {
    Text(raw)
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(visible(c))?,
            }
        }
        Ok(())
    }
}

/// Control characters as their pictures (U+2400…); tab and line feed stay.
fn visible(c: char) -> char {
    match c {
        '\t' | '\n' => c,
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '␡',
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// The markup of each item, one after another.
pub fn each<T>(items: impl IntoIterator<Item = T>, markup: impl FnMut(T) -> String) -> String {
    items.into_iter().map(markup).collect()
}

/// The address of a case in this page; the script opens it.
pub fn case_address(id: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded =
        each(id.bytes(), |byte| if is_plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") });
    format!("#case={encoded}")
}

/// JSON that can stand in a `<script>`: with no `<` in it, nothing there can end the element or begin a comment.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("all keys are strings").replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_quotes_are_escaped() {
        let escaped = text(r#"<b title="a" id='b'>&amp;</b>"#).to_string();
        assert_eq!(escaped, "&lt;b title=&quot;a&quot; id=&#39;b&#39;&gt;&amp;amp;&lt;/b&gt;");
    }

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(text("a\0b\x1b[31m\x7f\u{85}\tc\n").to_string(), "a␀b␛[31m␡\u{fffd}\tc\n");
    }

    #[test]
    fn json_cannot_end_its_script() {
        let escaped = json(&"</script><!--<script>");
        assert!(!escaped.contains('<'), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), "</script><!--<script>");
    }

    #[test]
    fn an_id_can_be_any_text_in_an_address() {
        assert_eq!(case_address("a-1"), "#case=a-1");
        assert_eq!(case_address("a b&c\"세"), "#case=a%20b%26c%22%EC%84%B8");
    }
}
