//! What the server promises, asked over real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]
#![expect(clippy::expect_used, reason = "a test fails by a panic")]
#![expect(clippy::indexing_slicing, reason = "a test fails by a panic")]

mod api;
mod client;
mod limits;
mod openapi;
mod writing;
