//! Pages with several articles, which are one document.
//!
//! Used by `enabled`, once the blocks of text are chosen. Invariant: of a page with one article, or
//! with others that are only pointed to, nothing changes.

use super::blocks::{Block, Blocks, Kind};
use super::weigh::is_text_within;
use std::collections::BTreeSet;

/// How many times as many letters as in links are in an article that is there to be read.
const LINKED: usize = 10;

/// Chooses, where several articles are on a page, one beside the other and none of links, the
/// paragraphs of each for which fewer points are enough: those at the end of the last have nothing
/// after them.
pub(super) fn with_ends(blocks: &Blocks, points: &[i64], chosen: &mut [bool]) {
    let article = |block: &Block| {
        let around = blocks.around.get(block.around)?;
        let place = blocks.article(block.around).filter(|_| around.kind == Kind::Paragraph)?;
        let article = blocks.around.get(place)?;
        let is_read = article.linked * LINKED <= article.letters;
        is_read.then_some((place, (article.parent, article.key)))
    };
    let articles: Vec<_> = blocks.all.iter().map(article).collect();
    let texts = articles.iter().zip(chosen.iter()).filter(|(_, chosen)| **chosen);
    let kinds: BTreeSet<_> = texts.filter_map(|(article, _)| Some(article.as_ref()?.1)).collect();
    let all: BTreeSet<_> =
        articles.iter().flatten().filter(|(_, kind)| kinds.contains(kind)).collect();
    if all.len() < 2 {
        return;
    }
    for (at, chosen) in chosen.iter_mut().enumerate() {
        let is_of_one =
            articles.get(at).and_then(Option::as_ref).is_some_and(|of| all.contains(of));
        let is_enough = points.get(at).is_some_and(|points| is_text_within(*points));
        let has_link = blocks.all.get(at).is_none_or(|block| block.linked > 0);
        *chosen |= is_of_one && is_enough && !has_link;
    }
}
