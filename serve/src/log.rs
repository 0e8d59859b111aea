//! The log: a JSON object a line on standard error.
//!
//! Started by the program, fed by all of this package. Invariant: no text of a request and no
//! setting of its address is logged, only the address of the table.

/// Writes the log of this process to standard error from now on.
pub fn log_to_stderr() {
    // Where a subscriber is there already, it gets the events.
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::io::stderr)
        .try_init()
        .ok();
}
