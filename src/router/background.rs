//! General questions that belong to no pack, written for this project: what "anything else" looks like.

/// The questions, each after its topic.
pub fn questions() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("background.txt").lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines.scan("", |topic, line| match line.strip_prefix("# ") {
        Some(name) => {
            *topic = name;
            Some(None)
        }
        None => Some(Some((*topic, line))),
    });
    told.flatten()
}
