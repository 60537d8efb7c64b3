//! Plain English words that say the same in reference prose. Knows words by stem; nothing of any domain, and nothing of where
//! a word stands: two words of a group can say the same, which is not to say that here they do.

use std::{collections::HashMap, sync::LazyLock};

use crate::index::analyze;

/// The groups, one a line; none belongs to a domain.
const GROUPS: &str = include_str!("thesaurus.txt");

/// Each word's groups, by stem.
struct Thesaurus(HashMap<String, Vec<usize>>);

static THESAURUS: LazyLock<Thesaurus> = LazyLock::new(|| {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, group) in GROUPS.lines().enumerate() {
        for word in group.split(' ') {
            let stem = analyze::terms(word).pop().unwrap_or_else(|| word.to_owned());
            let known = groups.entry(stem).or_default();
            if !known.contains(&number) {
                known.push(number);
            }
        }
    }
    Thesaurus(groups)
});

/// Whether two words say the same in plain English.
pub fn are_synonyms(a: &str, b: &str) -> bool {
    match (THESAURUS.0.get(a), THESAURUS.0.get(b)) {
        (Some(a), Some(b)) => a.iter().any(|group| b.contains(group)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_say_the_same_are_synonyms_by_stem() {
        let stem = |word: &str| analyze::terms(word).remove(0);
        assert!(are_synonyms(&stem("bought"), &stem("purchases")));
        assert!(!are_synonyms(&stem("buyer"), &stem("tenant")));
    }
}
