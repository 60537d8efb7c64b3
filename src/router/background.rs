//! General questions that belong to no pack, written for this project: what "anything else" looks like.

/// The questions, without their topics.
pub fn questions() -> impl Iterator<Item = &'static str> {
    include_str!("background.txt").lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("# "))
}
