//! `wirecopy completions SHELL` and `wirecopy man`: made from the definition of the arguments.

use crate::args::{Args, CompletionsArgs};
use crate::exit::Outcome;
use crate::publish;
use clap::CommandFactory as _;

/// Prints the completion script of a shell.
pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "wirecopy", &mut script);
    publish::to_stdout(&|out| out.write_all(&script))?;
    Ok(Outcome::Done)
}

/// Prints the manual page: the program, then each command.
pub(super) fn man() -> anyhow::Result<Outcome> {
    let mut command = Args::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        clap_mangen::Man::new(sub.clone()).render(&mut page)?;
    }
    publish::to_stdout(&|out| out.write_all(&page))?;
    Ok(Outcome::Done)
}
