//! How slow work tells the outside how far it is; who shows it, and whether, is the caller's business.

/// One thing that happened in slow work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<'m> {
    /// A part begins: what it is, how many units it has (0: unknown), and whether these are bytes.
    Begin {
        /// What is being done, as a person would say it.
        what: &'m str,
        /// Units in all; 0 when unknown.
        total: u64,
        /// Whether the units are bytes.
        bytes: bool,
    },
    /// So many units more are done.
    Advance(u64),
    /// How it goes, beside how far it is.
    Standing(&'m str),
    /// Something worth saying that stops nothing.
    Note(&'m str),
    /// The part that began last is over.
    End,
}

/// Where progress goes.
pub type Reporter<'r> = dyn FnMut(Progress<'_>) + 'r;
