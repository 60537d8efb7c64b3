//! A binary that was built for this processor and carried to an older one says so.

use std::process::Command;

use purview::model::cpu;

use crate::program::BINARY;

/// Runs the program on an emulated processor that lacks `lacking`: it must explain itself if it was built for that.
fn on(processor: &str, lacking: &str) {
    let Ok(output) = Command::new("qemu-x86_64").args(["-cpu", processor, BINARY, "--version"]).output() else {
        eprintln!("skipped: `qemu-x86_64` (package qemu-user) is not installed");
        return;
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if cpu::compiled_features().contains(&lacking) {
        assert_eq!((output.status.code(), out.as_ref()), (Some(1), ""), "{err}");
        let said = err.lines().find(|line| line.starts_with("error: this binary was built for a processor with "));
        assert!(said.is_some_and(|line| line.contains(&format!("{lacking},"))), "{err}");
        assert!(err.contains("\nhint: rebuild on this machine with `cargo build --release`"), "{err}");
    } else {
        assert_eq!(output.status.code(), Some(0), "{err}");
        assert!(out.starts_with("purview "), "{out}");
    }
}

#[test]
fn a_processor_without_avx_is_told_what_it_lacks() {
    on("Nehalem", "avx");
}

#[test]
fn a_processor_without_avx2_is_told_what_it_lacks() {
    on("SandyBridge", "avx2");
}
