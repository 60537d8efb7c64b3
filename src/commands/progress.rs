//! Progress bars on standard error, silent where it is not a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::progress::Progress;

/// Shows progress as bars.
#[derive(Default)]
pub struct Bars {
    bar: Option<ProgressBar>,
}

impl Bars {
    /// What the library reports to.
    pub fn reporter(mut self) -> impl FnMut(Progress<'_>) {
        move |progress| self.take(progress)
    }

    /// Shows what happens.
    pub fn take(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Begin { what, total, bytes } => {
                let (bar, template) = match (total, bytes) {
                    (0, _) => (ProgressBar::new_spinner(), "{spinner} {msg}"),
                    (_, true) => (ProgressBar::new(total), "{msg} {wide_bar} {bytes}/{total_bytes} {eta}"),
                    (_, false) => (ProgressBar::new(total), "{msg} {wide_bar} {pos}/{len} {eta}"),
                };
                bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar.set_message(what.to_owned());
                self.bar = Some(bar);
            }
            Progress::Advance(by) => self.bar.iter().for_each(|bar| bar.inc(by)),
            Progress::Standing(text) => self.bar.iter().for_each(|bar| bar.set_message(text.to_owned())),
            Progress::Note(text) => match &self.bar {
                Some(bar) => bar.suspend(|| say(text)),
                None => say(text),
            },
            Progress::End => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
            }
        }
    }
}
