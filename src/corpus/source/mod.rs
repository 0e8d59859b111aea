//! Which bytes are read: inputs as the user names them become a list of sources, and a source
//! becomes a stream of decompressed, decoded bytes.
//!
//! First step of reading, fed with names, feeds the cutter and the readers of one-document files.
//! Invariant: nothing here knows how a format is read; what it must know of the formats comes as
//! [`kind::Facts`].

mod archive;
pub(super) mod compressed;
pub(super) mod copies;
pub(super) mod encoding;
pub(super) mod file;
pub(super) mod foreign;
pub(super) mod gzip;
pub(super) mod keys;
pub(super) mod kind;
pub(super) mod list;
pub(super) mod remote;
pub(super) mod sniff;
pub(super) mod table;
mod walk;
mod xz;
