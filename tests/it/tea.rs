//! A small pack about tea, of which an index is built in about a second. Its texts are invented; what tests rely on
//! is that each temperature stands in one document only.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{home, program::Program};

/// A question that one sentence of the corpus answers.
pub const GREEN: &str = "How hot should the water be for green tea?";
/// What the answer to it holds.
pub const GREEN_ANSWER: &str = "78 °C";

/// A question about tea that does not say which.
pub const VAGUE: &str = "What water?";

const MANIFEST: &str = r#"schema = 1
corpora = ["corpus"]

[pack]
name = "tea"
version = "1.2.3"
title = "brewing tea"

[scope]
in = ["brewing tea: water temperature, steeping time, leaves, pots and storage"]
out = ["coffee and other drinks", "where to buy tea"]

[[refuse]]
id = "medicine"
any = ["cure my illness"]
message = "I cannot give medical advice."

[[defer]]
id = "order"
any = ["my order"]
message = "Only the shop can see your order."
contact = "https://example.org/shop"
"#;

const EXAMPLES: &str = r#"
[[in]]
topic = "water"
questions = ["how hot should the water be for green tea", "what temperature for black tea"]

[[in]]
topic = "time"
questions = ["how long do I steep black tea", "how many minutes for oolong"]

[[in]]
topic = "storage"
questions = ["how do I store tea leaves", "how long does tea keep"]

[[near]]
topic = "coffee"
instead = "a barista"
questions = ["how do I brew espresso", "how fine do I grind coffee beans"]
"#;

const DOCUMENTS: &[(&str, &str)] = &[
    (
        "green",
        "+++\ntitle = \"Green tea\"\nurl = \"https://example.org/green\"\n+++\n# Green tea\n\n## Water\n\nGreen tea is \
         brewed with water of 78 °C. Boiling water makes green tea bitter.\n\n## Time\n\nSteep green tea for two \
         minutes.\n",
    ),
    (
        "black",
        "+++\ntitle = \"Black tea\"\n+++\n# Black tea\n\n## Water\n\nBlack tea is brewed with boiling water of \
         100 °C.\n\n## Time\n\nSteep black tea for four minutes. Longer steeping makes it astringent.\n",
    ),
    ("oolong", "# Oolong\n\nOolong is brewed with water of 90 °C. Oolong leaves can be steeped five times.\n"),
    (
        "storage",
        "---\ntitle: Storing tea\n---\n# Storing tea\n\nKeep tea leaves in a closed tin, away from light. Green tea \
         keeps for one year, black tea for three years.\n",
    ),
    ("pots", "# Pots\n\nA pot of clay keeps the heat for oolong. A pot of glass suits green tea.\n"),
    (
        "amounts",
        "# Amounts\n\n| Tea | Leaves per cup |\n|---|---|\n| Green | 2 g |\n| Black | 3 g |\n| Oolong | 5 g |\n",
    ),
];

/// The pack in a folder of its own, which goes when this does.
pub struct Tea {
    folder: TempDir,
}

impl Tea {
    pub fn pack() -> Self {
        let tea = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(tea.path().join("corpus")).unwrap();
        tea.write("domain.toml", MANIFEST).write("router.toml", EXAMPLES);
        for (id, text) in DOCUMENTS {
            tea.write(&format!("corpus/{id}.md"), text);
        }
        tea
    }

    /// The pack without its documents, under another name, so that the shared home keeps its index apart.
    pub fn bare(name: &str) -> Self {
        let tea = Self::pack();
        for (id, _) in DOCUMENTS {
            fs::remove_file(tea.document(id)).unwrap();
        }
        tea.edit("domain.toml", "name = \"tea\"", &format!("name = \"{name}\""));
        tea
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A document's file.
    pub fn document(&self, id: &str) -> PathBuf {
        self.path().join(format!("corpus/{id}.md"))
    }

    /// Writes a file of the pack.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path().join(name), content).unwrap();
        self
    }

    /// Replaces something that stands in a file of the pack.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path().join(name)).unwrap();
        assert!(text.contains(from), "`{from}` is not in `{name}`");
        self.write(name, text.replace(from, to));
    }

    /// The verb on this pack, in the shared home.
    pub fn purview(&self, verb: &str) -> Program {
        self.purview_at(home::shared(), verb)
    }

    /// The verb on this pack, in a home of the test's own.
    pub fn purview_at(&self, home: &Path, verb: &str) -> Program {
        Program::at(home).args([verb, "-p"]).arg(self.path())
    }
}
