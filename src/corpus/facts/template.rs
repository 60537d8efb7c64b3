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
    /// (`${amount}`) stands once. A gap that nothing fills takes with it the words back to the comma before it, so that
    /// `over $5, up to {most}` becomes `over $5`; where there is no comma, it reads as `otherwise`.
    pub fn fill(&self, shown: impl Fn(&str) -> Option<String>, otherwise: &str) -> String {
        let mut filled = String::new();
        let mut last_gap = 0; // where what filled it ends
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => match text.strip_prefix('%') {
                    Some(rest) if filled.ends_with('%') => filled.push_str(rest),
                    _ => filled.push_str(text),
                },
                Piece::Gap(name) => {
                    let comma = || filled[last_gap..].rfind(", ").map(|at| last_gap + at);
                    let shown = match (shown(name), comma()) {
                        (None, Some(comma)) => {
                            filled.truncate(comma);
                            last_gap = filled.len();
                            continue;
                        }
                        (shown, _) => shown.unwrap_or_else(|| otherwise.to_owned()),
                    };
                    if filled.ends_with('$') && shown.starts_with('$') {
                        filled.pop();
                    }
                    filled.push_str(&shown);
                    last_gap = filled.len();
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
        assert_eq!(template.fill(|name| Some(format!("<{name}>")), ""), "For <year>, it is <amount>.");
    }

    #[test]
    fn a_sign_that_is_written_twice_stands_once() {
        let template = Template::parse("{rate}% of ${amount}").unwrap();
        let shown = |name: &str| Some(if name == "rate" { "22%".to_owned() } else { "$5".to_owned() });
        assert_eq!(template.fill(shown, ""), "22% of $5");
    }

    #[test]
    fn a_gap_that_nothing_fills_takes_its_words_with_it() {
        let filled = |text: &str| Template::parse(text).unwrap().fill(|n| (n == "a").then(|| "A".into()), "no limit");
        assert_eq!(filled("over {a}, up to {b}."), "over A.");
        assert_eq!(filled("In it, over {a} up to {b}."), "In it, over A up to no limit.");
    }

    #[test]
    fn a_brace_without_its_other_is_refused() {
        for text in ["a {b", "a } b", "{}", "{a b}", "{a{b}}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
