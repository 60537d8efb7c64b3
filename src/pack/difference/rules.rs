//! What `domain.toml` says: rules, scope, and everything else. Knows its tables' names, not what they do.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Changes, Named, Setting, Texts, changes, values};

/// A rule that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleChange {
    /// `refuse ID` or `defer ID`.
    pub rule: String,
    /// Questions of the rule's meaning.
    pub when: Texts,
    /// Phrases that fire it.
    pub any: Texts,
    /// Its message, its contact, and whatever else it says.
    pub wording: Vec<Setting>,
}

/// `[scope]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ScopeChange {
    /// What the pack answers.
    #[serde(rename = "in")]
    pub inside: Texts,
    /// What is near and not answered.
    #[serde(rename = "out")]
    pub outside: Texts,
}

/// `name@version`.
pub fn label(domain: &Value) -> Option<String> {
    let pack = &domain["pack"];
    Some(format!("{}@{}", pack["name"].as_str()?, pack["version"].as_str()?))
}

/// Values that are neither of a rule nor of the scope.
pub fn settings(a: &Value, b: &Value) -> Vec<Setting> {
    let rest = |domain: &Value| values::without(domain, &["refuse", "defer", "scope"]);
    values::between(&rest(a), &rest(b))
}

/// The lists of the scope.
pub fn scope(a: &Value, b: &Value) -> ScopeChange {
    let list = |key| Texts::between(&values::texts(&a["scope"], key), &values::texts(&b["scope"], key));
    ScopeChange { inside: list("in"), outside: list("out") }
}

/// The rules.
pub fn policy(a: &Value, b: &Value) -> Changes<RuleChange> {
    changes(&by_id(a), &by_id(b), |rule, old, new| {
        let rest = |rule: &Value| values::without(rule, &["when", "any"]);
        let list = |key| Texts::between(&values::texts(old, key), &values::texts(new, key));
        let wording = values::between(&rest(old), &rest(new));
        RuleChange { rule: rule.to_owned(), when: list("when"), any: list("any"), wording }
    })
}

fn by_id(domain: &Value) -> BTreeMap<String, Value> {
    let mut rules = Named::new();
    for kind in ["refuse", "defer"] {
        for rule in values::list(domain, kind) {
            let id = rule.get("id").unwrap_or(&json!(null)).as_str().unwrap_or("(without an id)").to_owned();
            rules.insert(format!("{kind} {id}"), rule.clone());
        }
    }
    rules.things
}
