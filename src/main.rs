//! The `wirecopy` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    wirecopy::cli::run(std::env::args_os())
}
