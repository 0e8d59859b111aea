//! Text becomes tokens.
//!
//! Second stage of the flow: corpus feeds it, shingle, sketch and passage read its tokens, and
//! detect asks it again where tokens are when results are written. There is one tokenisation;
//! everything else derives from it.
//! Invariant: tokens depend on the text alone (not on the kernel, the machine or the neighbours),
//! do not overlap, are in order, and start and end on code-point borders of the original text.

mod fold;
mod letters;
mod span;
mod token;

pub(crate) use letters::letters;
pub use span::Span;
pub(crate) use span::char_offsets;
pub use token::{Token, TokenClass, Tokenizer, tokenize_plain};

/// Version of the normal form: changes whenever any text can get other token hashes.
pub const NORMAL_FORM: u32 = 1;
