//! What can go wrong, split by whose fault it is and what the user does next.
//! Knows nothing of the rooms that raise errors; only `main.rs` prints them.

use std::{fmt, io, path::Path, path::PathBuf};

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A place in a file that a person wrote. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 when the whole line is meant.
    pub column: usize,
}

impl Place {
    /// The whole file.
    pub fn file(file: &Path) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0 }
    }

    /// A line of a file.
    pub fn line(file: &Path, line: usize) -> Self {
        Self { file: file.to_owned(), line, column: 0 }
    }

    /// The line and column of a byte offset in the file's text.
    pub fn at(file: &Path, text: &str, offset: usize) -> Self {
        let before = &text[..text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

/// One fault in a file that a person wrote: where, what, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What is wrong, with the offending value.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), hint: None }
    }

    /// The same problem with the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.place, self.message)
    }
}

/// Everything that stops a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command was used wrongly.
    #[error("{message}")]
    Usage {
        /// What is wrong with what was typed.
        message: String,
        /// What to type instead.
        hint: Option<String>,
    },
    /// Something in a pack or its corpus is wrong; all problems found at once.
    #[error("{}", .0.first().map_or_else(|| "the pack is invalid".into(), ToString::to_string))]
    Pack(Vec<Problem>),
    /// A test selection that matches nothing.
    #[error("{0}")]
    NoTests(String),
    /// A model's file could not be had.
    #[error("{message}")]
    ModelMissing {
        /// Which file, and what was tried.
        message: String,
        /// Where to put it by hand.
        hint: String,
    },
    /// A model's file is there and unusable.
    #[error("{message}")]
    ModelBroken {
        /// What is wrong with it.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// A server that was asked for an answer failed, or refused.
    #[error("{message}")]
    Server {
        /// Which server, what was asked of it, and what came.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// An evaluation fell below what was asked of it.
    #[error("{0}")]
    QualityGate(String),
    /// The operating system refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// A verb: `read`, `create`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A library failed in a way that no input should cause.
    #[error("{doing}: {source}")]
    Internal {
        /// What was being done.
        doing: &'static str,
        /// The library's own error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A usage error with a hint.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }

    /// Wraps a failure of the operating system.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// Wraps a library's failure.
    pub fn internal<E>(doing: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Internal { doing, source: source.into() }
    }

    /// The process's exit code, as the command line's contract has it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::Pack(_) => 3,
            Self::NoTests(_) => 4,
            Self::ModelMissing { .. } => 5,
            Self::QualityGate(_) => 100,
            Self::ModelBroken { .. } | Self::Server { .. } | Self::Io { .. } | Self::Internal { .. } => 1,
        }
    }

    /// The next step, where one is known.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Usage { hint, .. } | Self::ModelBroken { hint, .. } => hint.as_deref(),
            Self::ModelMissing { hint, .. } | Self::Server { hint, .. } => Some(hint),
            Self::Pack(problems) => problems.first().and_then(|p| p.hint.as_deref()),
            Self::NoTests(_) | Self::QualityGate(_) | Self::Io { .. } | Self::Internal { .. } => None,
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Pack(vec![problem])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let place = Place::at(Path::new("a.toml"), "één\ntwo = 1", 9);
        assert_eq!(place.to_string(), "a.toml:2:4");
        assert_eq!(
            Place::at(Path::new("a.toml"), "één\n", 2).column,
            2,
            "an offset inside a character counts to its start"
        );
    }
}
