//! A sentence with gaps: `The limit is {amount}.` Knows the gaps' names; knows nothing of what fills them.

/// A sentence with gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Gap(String),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A brace without its other one, or a gap without a name, as a message.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                return Err(format!("`{{{after}` lacks its closing brace"));
            };
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                return Err(format!("`{{{name}}}` is no gap: a name stands between the braces"));
            }
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Gap(name.to_owned()));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        match pieces.iter().find(|piece| matches!(piece, Piece::Text(text) if text.contains('}'))) {
            Some(_) => Err("a closing brace lacks its opening one".into()),
            None => Ok(Self { pieces }),
        }
    }

    /// The names of the gaps, in order.
    pub fn gaps(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Gap(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The sentence with its gaps filled. A sign that the text repeats after a gap (`{rate}%`) or before it
    /// (`${amount}`) stands once.
    pub fn fill(&self, shown: impl Fn(&str) -> String) -> String {
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => match text.strip_prefix('%') {
                    Some(rest) if filled.ends_with('%') => filled.push_str(rest),
                    _ => filled.push_str(text),
                },
                Piece::Gap(name) => {
                    let shown = shown(name);
                    if filled.ends_with('$') && shown.starts_with('$') {
                        filled.pop();
                    }
                    filled.push_str(&shown);
                }
            }
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_by_name() {
        let template = Template::parse("For {year}, it is {amount}.").unwrap();
        assert_eq!(template.gaps().collect::<Vec<_>>(), ["year", "amount"]);
        assert_eq!(template.fill(|name| format!("<{name}>")), "For <year>, it is <amount>.");
    }

    #[test]
    fn a_sign_that_is_written_twice_stands_once() {
        let template = Template::parse("{rate}% of ${amount}").unwrap();
        let shown = |name: &str| if name == "rate" { "22%".to_owned() } else { "$5".to_owned() };
        assert_eq!(template.fill(shown), "22% of $5");
    }

    #[test]
    fn a_brace_without_its_other_is_refused() {
        for text in ["a {b", "a } b", "{}", "{a b}", "{a{b}}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
