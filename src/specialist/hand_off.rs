//! A question that is left to a person, as a packet: why it was not answered, whom the pack names for it, and what a
//! search finds for it now. Knows what the pack and the answer say; what is masked in it is the packet's business.

use super::{Question, Specialist, Views, weigh::HITS};
use crate::{
    answer::Answer,
    error::{Error, Result},
    handoff::{Draft, Packet, Source},
    index::{Hit, Index},
    router::Rule,
};

/// Sections that a packet names.
const SECTIONS: usize = 5;

impl Specialist {
    /// A question of this pack and what came of it, for a person. The search is made anew, for the question as the
    /// pipeline understands it.
    ///
    /// # Errors
    /// A search that fails.
    pub fn hand_off(&self, question: &Question, answer: &Answer) -> Result<Packet> {
        let plain = self.understood(question, &Views::new(self))?.text;
        let looked_at = sections(&self.search(&plain, HITS)?, &self.index);
        let date = time::OffsetDateTime::now_utc().date().to_string();
        // By way of text: a person reads `0.3`, where a value made of an `f32` is 0.30000001192092896.
        let findings = serde_json::to_vec(&answer.findings).and_then(|text| serde_json::from_slice(&text));
        let rule = rule_of(&self.rules, answer.reason.as_deref());
        Ok(Packet::new(Draft {
            pack: self.pack.label(),
            date,
            reason: in_words(answer.reason.as_deref(), rule),
            contact: rule.and_then(|rule| rule.contact.clone()),
            question: question.text.clone(),
            conversation: question.history.iter().map(|turn| turn.question.clone()).collect(),
            findings: findings.map_err(Error::internal("writing findings"))?,
            looked_at,
        }))
    }
}

/// The rule that decided, where one did.
fn rule_of<'r>(rules: &'r [Rule], reason: Option<&str>) -> Option<&'r Rule> {
    let id = reason?.strip_prefix("policy:")?;
    rules.iter().find(|rule| rule.id == id)
}

/// The contract's reason for someone who does not know the contract.
fn in_words(reason: Option<&str>, rule: Option<&Rule>) -> String {
    if let Some(rule) = rule {
        return format!("a rule of the pack, `{}`: {}", rule.id, rule.message);
    }
    match reason {
        None => "it was answered".into(),
        Some("no_evidence") => "the documents do not answer it".into(),
        Some("unsupported") => "what was written had no support in the documents".into(),
        Some("out_of_scope") => "it is not what the pack is for".into(),
        Some(other) => match other.split_once(':') {
            Some(("policy", id)) => format!("a rule of the pack, `{id}`"),
            Some(("missing", slot)) => format!("it does not say which {}", slot.replace('_', " ")),
            _ => other.replace('_', " "),
        },
    }
}

/// The sections that hits stand in, each once, best first.
fn sections(hits: &[Hit], index: &Index) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    for hit in hits {
        let (document, passage) = (index.document_of(hit.passage), &index.passages()[hit.passage]);
        // The title is named beside it.
        let headings = match passage.heading_path.as_slice() {
            [first, rest @ ..] if *first == document.title => rest,
            all => all,
        };
        let source = Source {
            document: document.id.clone(),
            title: document.title.clone(),
            section: Some(headings.join(" › ")).filter(|section| !section.is_empty()),
            url: document.url.clone(),
        };
        if !found.contains(&source) {
            found.push(source);
        }
        if found.len() == SECTIONS {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<Rule> {
        let rule = |id: &str, contact: Option<&str>| Rule {
            id: id.into(),
            when: Vec::new(),
            any: Vec::new(),
            message: format!("Only the {id} desk knows."),
            contact: contact.map(str::to_owned),
        };
        vec![rule("order", Some("https://example.org/shop")), rule("press", None)]
    }

    fn words(reason: Option<&str>) -> String {
        in_words(reason, rule_of(&rules(), reason))
    }

    #[test]
    fn the_rule_that_decided_gives_its_words_and_its_contact() {
        let rules = rules();
        let rule = rule_of(&rules, Some("policy:order")).unwrap();
        assert_eq!(rule.contact.as_deref(), Some("https://example.org/shop"));
        assert_eq!(words(Some("policy:order")), "a rule of the pack, `order`: Only the order desk knows.");
    }

    #[test]
    fn no_rule_is_named_where_none_decided() {
        for reason in [None, Some("no_evidence"), Some("order"), Some("missing:order"), Some("policy:")] {
            assert!(rule_of(&rules(), reason).is_none(), "{reason:?}");
        }
    }

    #[test]
    fn every_reason_has_words() {
        assert_eq!(words(Some("no_evidence")), "the documents do not answer it");
        assert_eq!(words(Some("unsupported")), "what was written had no support in the documents");
        assert_eq!(words(Some("missing:tax_year")), "it does not say which tax year");
        assert_eq!(words(Some("policy:gone")), "a rule of the pack, `gone`", "the pack may have changed since");
        assert_eq!(words(Some("some_thing")), "some thing");
    }
}
