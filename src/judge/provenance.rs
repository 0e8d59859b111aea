//! What is known about a place apart from the text around it: document, outlet, day, agencies.
//!
//! Made by `context`, feeds `features` and `direction`.

/// The provenance of one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Provenance<'a> {
    /// Document.
    pub(super) doc: u32,
    /// Name of its outlet.
    pub(super) outlet: Option<&'a str>,
    /// Day of publication, in days since 1970.
    pub(super) day: Option<i64>,
    /// Agency that the document credits at its head or foot.
    pub(super) credit: Option<&'a str>,
    /// Agency that its outlet is.
    pub(super) agency: Option<&'a str>,
    /// Another outlet of the family that the document credits at its foot.
    pub(super) partner: Option<&'a str>,
}
