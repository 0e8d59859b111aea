//! Text becomes tokens.
//!
//! Second stage of the flow: corpus feeds it, shingle, sketch and passage read its tokens, and
//! detect asks it again where tokens are when results are written. There is one tokenisation;
//! everything else derives from it.
//! Invariant: tokens depend on the text alone (not on the kernel, the machine or the neighbours),
//! do not overlap, are in order, and start and end on code-point borders of the original text.

mod elsewhere;
mod fold;
mod letters;
mod name;
mod normal_form;
mod span;
mod token;

pub use elsewhere::Elsewhere;
pub(crate) use letters::letters;
pub(crate) use name::{loose_form, name_form};
pub use normal_form::NORMAL_FORM;
pub use span::Span;
pub(crate) use span::char_offsets;
pub use token::{Token, TokenClass, Tokenizer, tokenize_plain};
