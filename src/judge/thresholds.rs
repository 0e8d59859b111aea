//! Every threshold of the judgement, in one place.
//!
//! `docs/kinds.md` says what they were set on. Shares are of the places of a family (0 to 1) where
//! nothing else is said.

/// When is evidence enough?
#[derive(Debug, Clone)]
pub struct Thresholds {
    /// A place is quoted when this share of the passage is inside quotation marks.
    pub quoted: f32,
    /// A family is a quotation when this share of its places is quoted or signed.
    pub quoted_places: f32,
    /// Furniture is quoted in fewer places than this.
    pub furniture_quoted: f32,
    /// Furniture covers at most this share of its documents (middle place).
    pub furniture_covered: f32,
    /// Documents from which a passage recurs ..
    pub recurs_documents: u32,
    /// .. and distinct days. Where few dates are known, twice the documents do.
    pub recurs_days: u32,
    /// Recurring furniture has this share of its documents in one house ..
    pub recurs_house: f32,
    /// .. or stands at an edge or alone in this share of its places, and is seldom edited.
    pub recurs_edge: f32,
    /// Places at the head or foot, or alone, from which a passage that does not recur is furniture
    /// if something else says so too.
    pub furniture_edge: f32,
    /// Longest note at the head or foot of an article (tokens).
    pub note_tokens: u32,
    /// Share of places with the form of furniture: a note on an author, a call, a notice.
    pub form: f32,
    /// Share of places that present an author, where nearly all present a person.
    pub some_author: f32,
    /// Longest note on an author that is told by its form (tokens).
    pub author_tokens: u32,
    /// Longest insert of titles joined to each other (tokens).
    pub joined_tokens: u32,
    /// Share of places that are headings and stand alone, or that present a person.
    pub heading: f32,
    /// Share of a heading that is figures (a table has more).
    pub heading_numbers: f32,
    /// Days between first and last from which such a note is told from a sentence that two reports
    /// of one day end with.
    pub note_days: u32,
    /// Days between first and last from which a paragraph of its own in three documents is such a
    /// note wherever it stands.
    pub standing_days: u32,
    /// Share of places in a gallery of pictures, for a passage that recurs in one house.
    pub gallery: f32,
    /// Share of places with an address, a copyright sign or a plea to subscribe.
    pub contact: f32,
    /// Share of places under a picture ..
    pub caption: f32,
    /// .. and longest caption (tokens).
    pub caption_tokens: u32,
    /// Share of the places that are edited, for a template ..
    pub template_edited: f32,
    /// .. with this share of the edited words being figures.
    pub template_figures: f32,
    /// A sheet filled in is recognised by edits alone if it is no longer than this (tokens).
    pub template_tokens: u32,
    /// Share of the passage that is figures, for a template that is told by its edits.
    pub numbers: f32,
    /// Longest formula told by its age in two or three documents (tokens) ..
    pub formula_tokens: u32,
    /// .. and longest of all.
    pub names_tokens: u32,
    /// Days between first and last from which an unquoted sentence is a formula ..
    pub formula_days: u32,
    /// .. or part of one, a phrase: whole sentences are sooner taken over ..
    pub phrase_days: u32,
    /// .. or, with so many documents on as many days, these days.
    pub formula_many: u32,
    /// See above.
    pub formula_many_days: u32,
    /// Share of the words of a formula that are names, if it is names and titles ..
    pub names: f32,
    /// .. and as many times what is usual around it.
    pub names_usual: f32,
    /// Names and titles are quoted where this share of their places is; where fewer are, the
    /// marks belong to what stands beside.
    pub named_marked: f32,
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
            quoted: 0.5,
            quoted_places: 0.3,
            furniture_quoted: 0.25,
            furniture_covered: 0.3,
            recurs_documents: 5,
            recurs_days: 4,
            recurs_house: 0.7,
            recurs_edge: 0.6,
            furniture_edge: 0.75,
            note_tokens: 80,
            form: 0.6,
            some_author: 0.3,
            author_tokens: 200,
            joined_tokens: 100,
            heading: 0.75,
            heading_numbers: 0.2,
            note_days: 4,
            standing_days: 14,
            gallery: 0.3,
            contact: 0.5,
            caption: 0.5,
            caption_tokens: 60,
            template_edited: 0.4,
            template_figures: 0.3,
            template_tokens: 60,
            numbers: 0.08,
            formula_tokens: 20,
            names_tokens: 40,
            formula_days: 30,
            phrase_days: 14,
            formula_many: 4,
            formula_many_days: 7,
            names: 0.45,
            names_usual: 2.0,
            named_marked: 0.75,
            credited: 0.3,
            house_outlets: 4,
            house_share: 0.8,
            house_families: 3,
            least_confidence: 0.5,
        }
    }
}
