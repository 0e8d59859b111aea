//! Every threshold of the judgement, in one place.
//!
//! Fed by detect, feeds `features`, `kind`, `direction` and `outlets`. `docs/kinds.md` says on
//! which data they were set. Shares are of the places of a family, from 0 to 1, unless something
//! else is said.

/// How much evidence is enough.
#[derive(Debug, Clone)]
pub(crate) struct Thresholds {
    /// A place is quoted when this share of the passage is inside quotation marks.
    pub(crate) quoted: f32,
    /// A family is a quotation when this share of its places is quoted or signed.
    pub(crate) quoted_places: f32,
    /// A passage that makes up this share of each document ..
    pub(crate) copy_covered: f32,
    /// .. and has as many tokens outside of quotation marks is no quotation.
    pub(crate) copy_tokens: f32,
    /// A passage of as many tokens is an excerpt if the paragraph before says that another outlet
    /// reports it.
    pub(crate) excerpt_tokens: u32,
    /// Furniture is quoted in at most this share of its places.
    pub(crate) furniture_quoted: f32,
    /// Furniture covers at most this share of its document (at the middle place).
    pub(crate) furniture_covered: f32,
    /// A passage recurs if it is in this many documents ..
    pub(crate) recurs_documents: u32,
    /// .. on this many days, or, where few dates are known, in twice as many documents.
    pub(crate) recurs_days: u32,
    /// Recurring furniture has this share of its documents in one house ..
    pub(crate) recurs_house: f32,
    /// .. or is at an edge or alone in this share of its places, and is seldom edited.
    pub(crate) recurs_edge: f32,
    /// Share of places at the head or foot, or alone, for a passage that does not recur to be
    /// furniture if there is other evidence.
    pub(crate) furniture_edge: f32,
    /// Longest note at the head or foot of an article (tokens).
    pub(crate) note_tokens: u32,
    /// Share of places with a form of furniture: a note on an author, a call, a notice.
    pub(crate) form: f32,
    /// Share of places that present an author, if nearly all present a person.
    pub(crate) some_author: f32,
    /// Longest note on an author that is recognised by its form (tokens).
    pub(crate) author_tokens: u32,
    /// Longest insert of titles joined to each other (tokens).
    pub(crate) joined_tokens: u32,
    /// Share of places that are headings, that are alone, or that present a person.
    pub(crate) heading: f32,
    /// Share of figures in a heading (a table has more).
    pub(crate) heading_numbers: f32,
    /// Days between first and last for a note; two reports of one day may end with the same
    /// sentence.
    pub(crate) note_days: u32,
    /// Days between first and last for a paragraph of its own in three documents to be a note at
    /// any position.
    pub(crate) standing_days: u32,
    /// Share of places near a gallery of pictures, for a passage that recurs in one house.
    pub(crate) gallery: f32,
    /// Share of places with an address, a copyright sign or a plea to subscribe.
    pub(crate) contact: f32,
    /// Share of places under a picture ..
    pub(crate) caption: f32,
    /// .. and longest caption (tokens).
    pub(crate) caption_tokens: u32,
    /// Share of edited places, for a template ..
    pub(crate) template_edited: f32,
    /// .. with this share of figures among the edited words.
    pub(crate) template_figures: f32,
    /// Longest filled-in text that is recognised by its edits alone (tokens).
    pub(crate) template_tokens: u32,
    /// Share of figures in a passage, for a template that is recognised by its edits.
    pub(crate) numbers: f32,
    /// Longest formula that is recognised by its age in two or three documents (tokens) ..
    pub(crate) formula_tokens: u32,
    /// .. and longest of all.
    pub(crate) names_tokens: u32,
    /// Fewest tokens of an edited passage that was copied: shorter ones are the words that
    /// everybody has for a thing.
    pub(crate) wording_tokens: u32,
    /// Days between first and last for an unquoted sentence to be a formula ..
    pub(crate) formula_days: u32,
    /// .. or for a part of one, because whole sentences are more often copied ..
    pub(crate) phrase_days: u32,
    /// .. or for background of this length and no more (tokens) ..
    pub(crate) background_tokens: u32,
    /// .. or, with so many documents on as many days ..
    pub(crate) formula_many: u32,
    /// .. these days.
    pub(crate) formula_many_days: u32,
    /// Share of words in the first person, for somebody's words without marks ..
    pub(crate) first_person: f32,
    /// .. where this share of the places says who speaks.
    pub(crate) reported: f32,
    /// Share of capitalised words in a formula of names and titles ..
    pub(crate) names: f32,
    /// .. and how many times the usual share around it that is.
    pub(crate) names_usual: f32,
    /// Names and titles are quotations if this share of their places is quoted; with fewer, the
    /// marks belong to the words beside them.
    pub(crate) named_marked: f32,
    /// Share of the places whose document credits an agency, for agency copy.
    pub(crate) credited: f32,
    /// An outlet prints agency copy if it is known to share this many families of it; those count
    /// that have as many tokens ..
    pub(crate) client_families: u32,
    /// .. or more ..
    pub(crate) client_tokens: u32,
    /// .. within as many days ..
    pub(crate) client_days: u32,
    /// .. and it is a client if this share of them is agency copy.
    pub(crate) client_share: f32,
    /// Share of the places that name another outlet of the family, for a joint statement ..
    pub(crate) joint: f32,
    /// .. or for furniture that shows no house ..
    pub(crate) parties: f32,
    /// .. or the share of each document that it makes up, if any place does.
    pub(crate) joint_covered: f32,
    /// A passage that makes up this share of an article, ..
    pub(crate) whole_covered: f32,
    /// .. printed days later and in no more documents than these, ..
    pub(crate) whole_documents: u32,
    /// .. is reuse with this sureness at least.
    pub(crate) whole_sure: f32,
    /// Days from first to last ..
    pub(crate) later_days: u32,
    /// .. and tokens of a passage that one outlet has from the other, if it is half of a document.
    pub(crate) later_tokens: u32,
    /// How sure reuse is at most without either, and agency copy that nothing shows but an agency's
    /// own page of a later day: less than what views show as a finding.
    pub(crate) unproven: f32,
    /// How sure a kind must be for dates alone to name a source.
    pub(crate) sure: f32,
    /// Furniture of more outlets than this says nothing about two of them.
    pub(crate) house_outlets: usize,
    /// Two names are one house if this share of the furniture of one is the other's ..
    pub(crate) house_share: f32,
    /// .. in this many families.
    pub(crate) house_families: u32,
    /// Least confidence of a source that is named.
    pub(crate) least_confidence: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            quoted: 0.5,
            quoted_places: 0.3,
            copy_covered: 0.5,
            copy_tokens: 30.0,
            excerpt_tokens: 40,
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
            wording_tokens: 15,
            formula_days: 30,
            phrase_days: 14,
            background_tokens: 100,
            first_person: 0.027,
            reported: 0.5,
            formula_many: 4,
            formula_many_days: 7,
            names: 0.45,
            names_usual: 2.0,
            named_marked: 0.75,
            credited: 0.3,
            client_families: 5,
            client_tokens: 25,
            client_days: 3,
            client_share: 0.5,
            joint: 0.6,
            parties: 0.3,
            joint_covered: 0.25,
            whole_covered: 0.8,
            whole_documents: 4,
            whole_sure: 0.85,
            later_days: 2,
            later_tokens: 80,
            unproven: 0.75,
            sure: 0.8,
            house_outlets: 4,
            house_share: 0.8,
            house_families: 3,
            least_confidence: 0.5,
        }
    }
}
