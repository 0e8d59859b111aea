//! Levels of `--log`, and what a user typed for it.
//!
//! Used by the arguments, the listener and every command that asks how much to print.
//! Invariant: what is not a level is refused.

/// How much is reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Errors.
    Error,
    /// Errors, warnings and the summary.
    #[default]
    Warn,
    /// Also the time of each stage, and what is used of an interrupted run.
    Info,
    /// Also every file.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    const ALL: [(&'static str, Self); 5] = [
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, level)| level)
    }
}

/// What is reported: in all, and of parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Log {
    /// The level of everything that no part names.
    pub(crate) level: Level,
    pub(super) parts: Vec<(String, Level)>,
}

impl Log {
    /// The highest level of any part.
    pub(crate) fn most(&self) -> Level {
        self.parts.iter().map(|(_, level)| *level).fold(self.level, Level::max)
    }
}

/// Parses a level, or levels of parts: `info`, `warn,wirecopy::corpus=debug`.
///
/// # Errors
/// What is wrong with `text`, for the usage error of the flag.
pub(crate) fn parse(text: &str) -> Result<Log, String> {
    let mut log = Log::default();
    for directive in text.split(',').map(str::trim) {
        let (part, level) = match directive.split_once('=') {
            Some((part, level)) => (Some(part.trim()).filter(|part| !part.is_empty()), level),
            None => (None, directive),
        };
        let Some(level) = Level::named(level.trim()) else {
            return Err(format!(
                "`{directive}` is not a level. give error, warn, info, debug or trace, also for a \
                 part: warn,wirecopy::corpus=debug"
            ));
        };
        match part {
            Some(part) => log.parts.push((part.to_owned(), level)),
            None => log.level = level,
        }
    }
    Ok(log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_parts() {
        assert_eq!(parse("debug").unwrap().level, Level::Debug);
        let log = parse("info, wirecopy::corpus=trace").unwrap();
        assert_eq!((log.level, log.most()), (Level::Info, Level::Trace));
        let log = parse("wirecopy::store=debug").unwrap();
        assert_eq!((log.level, log.most()), (Level::Warn, Level::Debug));
        for bad in ["", "loud", "wirecopy::corpus", "info,", "wirecopy=loud"] {
            assert!(parse(bad).unwrap_err().contains("is not a level"), "{bad}");
        }
    }
}
