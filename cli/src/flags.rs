//! What the program calls the settings of the library: the one place where a name becomes a flag.
//!
//! Used where errors, warnings and notes are printed. Invariant: every setting that a message may
//! name is a flag that there is, held by a test.

/// The flag of a setting: `--num-perm` for `num_perm`. What the program itself refuses is called
/// by its flag already, and stays.
pub(super) fn flag(name: &str) -> String {
    match name {
        "inputs" => "INPUT".to_owned(),
        name if name.starts_with('-') || name.chars().any(char::is_uppercase) => name.to_owned(),
        name => format!("--{}", name.replace('_', "-")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use clap::CommandFactory as _;
    use wirecopy::error::SETTINGS;

    #[test]
    fn every_setting_that_a_message_names_is_a_flag() {
        let program = Args::command();
        let commands: Vec<_> = program.get_subcommands().collect();
        for name in SETTINGS.iter().filter(|name| **name != "inputs") {
            let flag = flag(name);
            let known = |command: &&clap::Command| {
                command.get_arguments().any(|arg| arg.get_long() == flag.strip_prefix("--"))
            };
            assert!(commands.iter().any(known), "{flag}");
        }
    }

    #[test]
    fn what_is_a_flag_already_stays() {
        assert_eq!(flag("num_perm"), "--num-perm");
        assert_eq!((flag("--keep").as_str(), flag("INPUT").as_str()), ("--keep", "INPUT"));
        assert_eq!(flag("inputs"), "INPUT");
    }
}
