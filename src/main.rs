//! The program: checks the processor, reads what was typed, runs it, and turns the result into an exit code.

use std::process::ExitCode;

use clap::Parser;
use purview::{cli::Cli, commands, error::Error, model::cpu};

/// Nothing but the check: what comes after may use instructions that this processor lacks.
fn main() -> ExitCode {
    if let Err(unsupported) = cpu::check() {
        let _ = unsupported.explain(&mut std::io::stderr()); // nobody is there to be told that nobody is there
        return ExitCode::FAILURE;
    }
    run()
}

#[inline(never)]
fn run() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(code) => code,
        // A reader that went away (`purview … | head`) is no failure.
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            commands::report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
