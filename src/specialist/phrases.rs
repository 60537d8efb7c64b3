//! What the program says in words of its own, in the language of the pack. Knows no pack; what a language lacks is said in
//! English.

/// A language that the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrases {
    English,
    Korean,
}

impl Phrases {
    /// Those of a pack in these languages (BCP 47), of which the first one counts.
    pub fn of(languages: &[String]) -> Self {
        let first = languages.first().map_or("", |tag| tag.split('-').next().unwrap_or_default());
        if first == "ko" { Self::Korean } else { Self::English }
    }

    /// The question is for another pack.
    pub fn other_pack(self, name: &str, title: &str) -> String {
        match self {
            Self::English => format!(" The pack `{name}` ({title}) may know: `purview ask -p {name}`."),
            Self::Korean => format!(" 다른 팩 `{name}`({title})에서 찾을 수 있습니다: `purview ask -p {name}`."),
        }
    }

    /// Somebody else can help.
    pub fn instead(self, who: &str) -> String {
        match self {
            Self::English => format!(" For this, try {who}."),
            Self::Korean => format!(" 이 질문은 다음에 문의하십시오: {who}."),
        }
    }

    /// The question is not in the field; `more` stands between that and what the pack can help with.
    pub fn out_of_scope(self, title: &str, more: &str, kinds: &[&str]) -> String {
        let kinds = kinds.join("; ");
        let helps = match self {
            _ if kinds.is_empty() => String::new(),
            Self::English => format!(" I can help with {kinds}."),
            Self::Korean => format!(" 도울 수 있는 분야: {kinds}."),
        };
        match self {
            Self::English => format!("That is not my field: I only answer questions about {title}.{more}{helps}"),
            Self::Korean => format!("제 분야가 아닙니다. 다음에 관한 질문에만 답합니다: {title}.{more}{helps}"),
        }
    }

    /// The field is right, and the documents do not say it.
    pub fn no_evidence(self, title: &str) -> String {
        match self {
            Self::English => {
                format!("I don't know: the question belongs to {title}, but the documents I have do not answer it.")
            }
            Self::Korean => format!("모릅니다. {title}에 관한 질문이지만, 가지고 있는 문서에 답이 없습니다."),
        }
    }

    /// The documents speak of other years.
    pub fn unknown_years(self, unknown: &[String], first: u16, last: u16) -> String {
        match self {
            Self::English => {
                format!("I have nothing for {}: the documents cover {first} to {last}.", unknown.join(" and "))
            }
            Self::Korean => {
                format!("{}년 자료는 없습니다. 문서가 다루는 해는 {first}~{last}년입니다.", unknown.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_speaks_its_first_language_or_english() {
        let of = |tags: &[&str]| Phrases::of(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
        assert_eq!((of(&["ko-KR", "en"]), of(&["en", "ko"])), (Phrases::Korean, Phrases::English));
        assert_eq!((of(&["fr"]), of(&[])), (Phrases::English, Phrases::English));
    }
}
