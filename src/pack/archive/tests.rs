//! What archives are told apart by, and the small pack that the tests change.

mod forgery;
mod hostile;
mod laws;
mod names;
mod tampered;
mod unpacked;

use super::*;

/// `domain.toml` of a pack about tea.
pub const DOMAIN: &str = "schema = 1\ncorpora = [\"../../corpora/tea\"]\n[pack]\nname = \"tea\"\nversion = \"0.2.0\"\n\
                          title = \"Tea\"\nlicense = \"Apache-2.0\"\nlanguages = [\"en\", \"ko\"]\n";

/// A pack about tea.
pub fn tea() -> Tree {
    let files = [
        ("corpora/tea/green.md", "+++\nlicense = \"CC0-1.0\"\n+++\n# Green tea\n\nSteep it at 80 degrees.\n"),
        ("corpora/tea/녹차.md", "# 녹차\n\n15,750달러.\n"),
        ("packs/tea/domain.toml", DOMAIN),
        ("packs/tea/glossary.toml", "[[term]]\nterm = \"oolong\"\nalso = [\"wulong\"]\n"),
        ("packs/tea/tables/prices.toml", "title = \"Prices\"\n"),
        ("packs/tea/tests/dev.jsonl", "{\"id\": \"dev-1\", \"question\": \"green?\"}\n"),
    ];
    files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into()
}

/// The pack about tea, packed.
pub fn packed() -> Vec<u8> {
    write(&Archive::of(tea(), Vec::new()).unwrap())
}

/// Why the bytes are refused. Each reason has words and a next step, and lets no terminal be steered.
pub fn refused(bytes: &[u8]) -> Refused {
    refused_with(bytes, &Limits::default())
}

/// Why the bytes are refused under these limits.
pub fn refused_with(bytes: &[u8], limits: &Limits) -> Refused {
    let refused = read(bytes, limits).expect_err("this must be refused");
    let message = refused.to_string();
    assert!(!message.contains(|c: char| c.is_control() || name::hides(c)), "{message:?}");
    assert!(!refused.hint().is_empty());
    refused
}

/// Asserts for which reason something is refused, and that the message names what is at fault.
macro_rules! assert_refused {
    ($bytes:expr, $reason:pat, $named:expr) => {
        let refused = crate::pack::archive::tests::refused(&$bytes);
        assert!(matches!(refused, $reason), "{refused:?}");
        assert!(refused.to_string().contains($named), "{refused}");
    };
}
pub(crate) use assert_refused;
