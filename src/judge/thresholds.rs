//! Every threshold of the judgement, in one place.
//!
//! `docs/kinds.md` says what they were set on. Shares are of the places of a family (0 to 1) where
//! nothing else is said.

/// When is evidence enough?
#[derive(Debug, Clone)]
pub struct Thresholds {
    /// A place is quoted when this share of the passage is inside quotation marks.
    pub quoted: f32,
    /// A family is a quotation when this share of its places is quoted or signed ..
    pub quoted_places: f32,
    /// .. or this share is, and as many of the others have a word of saying close by.
    pub quoted_some: f32,
    /// Furniture is quoted in fewer places than this.
    pub furniture_quoted: f32,
    /// Furniture covers at most this share of its documents (middle place).
    pub furniture_covered: f32,
    /// Documents from which a passage recurs ..
    pub recurs_documents: u32,
    /// .. and distinct days.
    pub recurs_days: u32,
    /// Recurring furniture has this share of its documents in one house ..
    pub recurs_house: f32,
    /// .. or stands at an edge or alone in this share of its places.
    pub recurs_edge: f32,
    /// Places at the head or foot, or alone, from which a passage that does not recur is furniture
    /// if something else says so too.
    pub furniture_edge: f32,
    /// Longest note at the foot of an article (tokens).
    pub note_tokens: u32,
    /// Share of places with an address, a copyright sign or a plea to subscribe.
    pub contact: f32,
    /// Share of places under a picture.
    pub caption: f32,
    /// Share of the edited tokens that are figures or names, for a template ..
    pub template_edits: f32,
    /// .. with this share of the places edited.
    pub template_edited: f32,
    /// Days between first and last from which an unquoted phrase is a formula.
    pub formula_days: u32,
    /// Longest formula (tokens).
    pub formula_tokens: u32,
    /// Share of the documents that credit an agency.
    pub credited: f32,
    /// Furniture of more outlets than this says nothing of two of them.
    pub house_outlets: usize,
    /// Two names are one house when this share of one's furniture is the other's ..
    pub house_share: f32,
    /// .. in this many families.
    pub house_families: u32,
    /// A source is named from this confidence on.
    pub least_confidence: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            quoted: 0.6,
            quoted_places: 0.5,
            quoted_some: 0.25,
            furniture_quoted: 0.25,
            furniture_covered: 0.3,
            recurs_documents: 5,
            recurs_days: 4,
            recurs_house: 0.7,
            recurs_edge: 0.6,
            furniture_edge: 0.75,
            note_tokens: 80,
            contact: 0.5,
            caption: 0.5,
            template_edits: 0.6,
            template_edited: 0.4,
            formula_days: 30,
            formula_tokens: 40,
            credited: 0.3,
            house_outlets: 4,
            house_share: 0.8,
            house_families: 3,
            least_confidence: 0.5,
        }
    }
}
