//! The program, the processor and the terminal.

use std::io::IsTerminal;

use super::Check;
use crate::{model::cpu, settings::Terminal, tui};

/// The smallest screen that the terminal UI is made for.
const SMALLEST: (u16, u16) = (40, 10);

pub fn checks() -> Vec<Check> {
    vec![version(), processor(), threads()]
}

fn version() -> Check {
    let version = env!("CARGO_PKG_VERSION");
    let machine = format!("{} {}", std::env::consts::ARCH, std::env::consts::OS);
    if cfg!(debug_assertions) {
        let hint = "models are many times slower in it: build with `cargo build --release`";
        return Check::warning("version", format!("purview {version}, {machine}, a debug build"), hint);
    }
    Check::fine("version", format!("purview {version}, {machine}"))
}

fn processor() -> Check {
    let listed =
        |features: &[&str]| if features.is_empty() { "nothing beyond the base".into() } else { features.join(" ") };
    let (compiled, missing, unused) = (cpu::compiled_features(), cpu::missing_features(), cpu::unused_features());
    if !missing.is_empty() {
        let hint = "rebuild on this machine with `cargo build --release`";
        return Check::broken(
            "processor",
            format!("this one lacks {}, which the program uses", listed(&missing)),
            hint,
        );
    }
    let text = format!("built for {}", listed(&compiled));
    // What the encoder's loops gain most from.
    if unused.iter().any(|feature| matches!(*feature, "avx2" | "fma")) {
        let hint = "rebuild on this machine with `cargo build --release`: the encoder gets faster";
        return Check::warning("processor", format!("{text}; this one has {} as well", listed(&unused)), hint);
    }
    Check::fine("processor", text)
}

fn threads() -> Check {
    let used = rayon::current_num_threads();
    let text = match std::thread::available_parallelism() {
        Ok(available) => format!("{used} of {available} that the system gives"),
        Err(why) => format!("{used}; the system does not say how many it gives: {why}"),
    };
    Check::fine("threads", text)
}

pub fn terminal(environment: &Terminal) -> Vec<Check> {
    let (reads, writes) = (std::io::stdin().is_terminal(), std::io::stdout().is_terminal());
    let size = if writes { tui::size() } else { None };
    vec![screen(environment, reads && writes, size), colour(environment), locale(environment)]
}

fn screen(environment: &Terminal, interactive: bool, size: Option<(u16, u16)>) -> Check {
    let kind = environment.kind.as_deref().unwrap_or("not set");
    let size_text = size.map_or_else(String::new, |(columns, rows)| format!(", {columns}×{rows}"));
    let text = format!("`TERM` is {kind}{size_text}");
    if !interactive {
        return Check::fine("terminal", format!("not interactive: `chat` behaves as `ask`; {text}"));
    }
    if matches!(kind, "dumb" | "not set") {
        return Check::warning(
            "terminal",
            text,
            "it cannot place the cursor: use `purview ask`, or set `TERM` to what it is",
        );
    }
    if size.is_some_and(|(columns, rows)| columns < SMALLEST.0 || rows < SMALLEST.1) {
        return Check::warning("terminal", text, format!("make it at least {}×{}", SMALLEST.0, SMALLEST.1));
    }
    Check::fine("terminal", text)
}

fn colour(environment: &Terminal) -> Check {
    Check::fine("colour", if environment.no_color { "off (`NO_COLOR`)" } else { "on, where there is a terminal" })
}

fn locale(environment: &Terminal) -> Check {
    let plain = |name: &str| name.to_lowercase().replace('-', "");
    match &environment.locale {
        Some(name) if plain(name).contains("utf8") => Check::fine("locale", name.clone()),
        _ if cfg!(windows) => Check::fine("locale", "the system's"),
        found => {
            let text = format!(
                "{} is not UTF-8",
                found.as_deref().map_or_else(|| "none is set, which".into(), |name| format!("`{name}`"))
            );
            Check::warning("locale", text, "set `LANG=C.UTF-8`, or letters beyond ASCII may be shown wrongly")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    fn xterm() -> Terminal {
        Terminal {
            kind: Some("xterm-256color".into()),
            no_color: false,
            editor: None,
            locale: Some("en_GB.utf8".into()),
        }
    }

    #[test]
    fn a_usual_terminal_is_fine() {
        assert_eq!(screen(&xterm(), true, Some((80, 24))).verdict, Verdict::Fine);
        assert_eq!(locale(&xterm()).verdict, Verdict::Fine);
    }

    #[test]
    fn a_dumb_or_tiny_terminal_is_told_of() {
        let dumb = Terminal { kind: Some("dumb".into()), ..xterm() };
        assert_eq!(screen(&dumb, true, None).verdict, Verdict::Warning);
        assert_eq!(screen(&xterm(), true, Some((39, 24))).verdict, Verdict::Warning);
        assert_eq!(screen(&dumb, false, None).verdict, Verdict::Fine, "nobody draws on a pipe");
    }

    #[test]
    #[cfg(not(windows))]
    fn a_locale_without_utf_8_is_told_of() {
        for locale_name in [None, Some("C".to_owned()), Some("de_DE.ISO-8859-1".to_owned())] {
            assert_eq!(locale(&Terminal { locale: locale_name, ..xterm() }).verdict, Verdict::Warning);
        }
    }
}
