//! The article by readability's rules, and the page's metadata.

use super::apart::part;
use super::blocks::{Blocks, Kind};
use super::bound::{checked, unparsed};
use super::clean::clean;
use super::metadata::{self, Metadata};
use super::paragraphs::Paragraphs;
use super::phrases::is_gate;
use super::plain;
use super::several::with_ends;
use super::signs::{BESIDE, MAIN};
use super::traits::{self, Known};
use super::weigh::{is_text, is_text_within, points};
use crate::corpus::format::article::Article;
use crate::corpus::format::date;
use crate::corpus::problem::Refusal;
use crate::limits::Limits;
use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes that a text must have more than another to go before it.
const LEAST: usize = 200;
/// Blocks after the last one of an article in which a post of a social network belongs to it.
const NEAR: usize = 6;
/// Letters of a paragraph that is text where those beside it are.
const BRIDGE: usize = 60;
/// Lines of a list that is written as a paragraph.
const LINES: usize = 5;
/// Bytes of a line that may be a headline.
const HEADLINE: usize = 150;
/// Bytes of a text that may be the start of one which is to be paid for.
const TEASER: usize = 1200;

/// The article in a page.
pub(crate) fn article(page: &str, limits: &Limits) -> Result<Article, Refusal> {
    let bounded = checked(page, limits)?;
    catch_unwind(AssertUnwindSafe(|| extract(&bounded.page))).unwrap_or_else(|_| Err(unparsed()))
}

/// What a page holds, before anything is chosen.
struct Seen {
    said: Metadata,
    blocks: Blocks,
    paragraphs: Paragraphs,
    /// Readability's pick.
    found: Option<dom_smoothie::Article>,
}

impl Seen {
    fn of(page: &str) -> Self {
        let document = Document::from(page);
        let said = metadata::of(&document);
        part(&document);
        let blocks = Blocks::of(&document);
        prepare(&document, said.title.as_deref());
        let paragraphs = Paragraphs::of(&document);
        clean(&document);
        let config =
            Config { text_mode: TextMode::Formatted, disable_json_ld: true, ..Config::default() };
        let reader = Readability::with_document(document, None, Some(config));
        let found = reader.and_then(|mut reader| reader.parse()).ok();
        Self { said, blocks, paragraphs, found }
    }

    fn picked(&self) -> &str {
        self.found.as_ref().map(|found| found.text_content.trim()).unwrap_or_default()
    }
}

fn extract(page: &str) -> Result<Article, Refusal> {
    let seen = Seen::of(page);
    let weighed = weighed(&seen);
    let picked = seen.picked();
    // Few blocks that weigh enough are no article: the reader's pick may be one.
    let is_enough = weighed.len() >= LEAST && weighed.len() * 3 >= picked.len();
    let told = || described(&seen).filter(|_| are_headlines(picked));
    let picked = if is_enough { weighed.as_str() } else { told().unwrap_or(picked) };
    let is_sure = is_enough && weighed.len() >= TEASER;
    let (text, note) = best(picked, is_sure, &seen);
    let text = text.ok_or_else(|| Refusal::holds_no("article text"))?;
    let Seen { said, found, .. } = seen;
    let note = note.or_else(|| said.impossible.as_deref().map(date::unread));
    let line = |text: &str| plain::full(&plain::line(text));
    let author = || found.as_ref()?.byline.as_deref().and_then(line);
    let title = || found.as_ref().and_then(|found| line(&found.title));
    Ok(Article {
        text,
        title: said.title.or_else(title),
        author: said.author.or_else(author),
        outlet: said.outlet,
        date: said.date,
        url: said.address,
        note,
    })
}

/// Whether a text is lines that are no sentences, as a list of other articles is.
fn are_headlines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let ends = ['.', '!', '?', '\u{2026}', ':', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{964}'];
    let is_headline = |line: &str| line.len() < HEADLINE && !line.ends_with(ends);
    text.lines().count() >= LINES && lines.all(is_headline)
}

/// The paragraph of a page that its description repeats: under a video it may be all there is.
fn described(seen: &Seen) -> Option<&str> {
    let wanted = plain::letters(seen.said.description.as_deref()?);
    let is_it = |text: &str| text.len() >= BRIDGE && plain::letters(text) == wanted;
    let mut blocks = seen.blocks.all.iter().map(|block| block.text.as_str());
    blocks.find(|text| is_it(text)).filter(|_| wanted.len() >= BRIDGE)
}

/// The traits of each block of a page.
fn traits(seen: &Seen) -> Vec<traits::Traits> {
    let said = &seen.said;
    let known = Known {
        picked: seen.picked(),
        body: said.body.as_deref(),
        title: said.title.as_deref(),
        description: said.description.as_deref(),
        author: said.author.as_deref(),
    };
    traits::of(&seen.blocks, &known)
}

/// The blocks of a page that are text of its article, apart from each other by an empty line.
fn weighed(seen: &Seen) -> String {
    let Seen { said, blocks, .. } = seen;
    let traits = traits(seen);
    let title = plain::letters(said.title.as_deref().unwrap_or_default());
    let points: Vec<i64> = traits.iter().map(|traits| points(traits)).collect();
    let mut chosen = chosen(&points);
    with_posts(blocks, &mut chosen);
    with_bridges(blocks, &mut chosen);
    with_ends(blocks, &points, &mut chosen);
    let heading = blocks.main_heading();
    let chosen = blocks.all.iter().zip(chosen).filter(|(_, chosen)| *chosen);
    let chosen = chosen
        .filter(|(block, _)| plain::letters(&block.text) != title && heading != Some(block.around));
    chosen.map(|(block, _)| block.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

/// Which blocks are text by their points: between the first and the last one that are so by
/// themselves, fewer points are enough.
fn chosen(points: &[i64]) -> Vec<bool> {
    let first = points.iter().position(|points| is_text(*points));
    let last = points.iter().rposition(|points| is_text(*points));
    let within = first.zip(last).map_or(0..0, |(first, last)| first..last);
    let each = points.iter().enumerate();
    let chosen =
        each.map(|(at, &points)| is_text(points) || within.contains(&at) && is_text_within(points));
    chosen.collect()
}

/// Chooses the posts of social networks that an article shows, too: those with text before them,
/// and after them or near by.
fn with_posts(blocks: &Blocks, chosen: &mut [bool]) {
    let first = chosen.iter().position(|chosen| *chosen);
    let last = chosen.iter().rposition(|chosen| *chosen);
    let Some((first, last)) = first.zip(last) else { return };
    let within = (first..=last + NEAR).zip(blocks.all.iter().skip(first));
    for (at, block) in within {
        let is_post = blocks.around.get(block.around).is_some_and(|around| around.post);
        if let Some(chosen) = chosen.get_mut(at).filter(|_| is_post) {
            *chosen = true;
        }
    }
}

/// Chooses what the blocks beside it show to be text, too: a heading between two, a paragraph
/// between two of the same element, a list of lines in a paragraph after one of them; each without
/// a link.
fn with_bridges(blocks: &Blocks, chosen: &mut [bool]) {
    let element = |at: usize| {
        let block = blocks.all.get(at)?;
        let around = blocks.around.get(block.around)?;
        Some((around.kind, around.home(block.around), block))
    };
    for at in 1..chosen.len() {
        let is_chosen = |at: usize| chosen.get(at).copied().unwrap_or_default();
        let Some((kind, home, block)) = element(at).filter(|(.., block)| block.linked == 0) else {
            continue;
        };
        if is_chosen(at) || !is_chosen(at - 1) {
            continue;
        }
        let is_beside = |at: usize| {
            element(at).is_some_and(|(kind, other, _)| kind == Kind::Paragraph && other == home)
        };
        let is_list = || block.text.lines().count() >= LINES;
        let bridges = match kind {
            Kind::Heading => is_chosen(at + 1) && (is_beside(at + 1) || is_beside(at - 1)),
            Kind::Paragraph if block.letters >= BRIDGE && is_beside(at - 1) => {
                is_list() || is_chosen(at + 1) && is_beside(at + 1)
            }
            _ => false,
        };
        if let Some(chosen) = chosen.get_mut(at).filter(|_| bridges) {
            *chosen = true;
        }
    }
}

/// The best text of a page, with what must be said of it: what was picked; where that is not sure,
/// the paragraphs of the page if it holds less than half of them, and JSON-LD if that is much
/// longer. (Live blogs have whole articles there that the page links to.)
fn best(picked: &str, is_sure: bool, seen: &Seen) -> (Option<String>, Option<Refusal>) {
    let Seen { said, paragraphs, .. } = seen;
    let (whole, mut held) = paragraphs.held(picked);
    let mut text = picked.to_owned();
    if !is_sure && held * 2 < whole && whole >= LEAST && whole * 2 >= picked.len() {
        text = paragraphs.text();
    }
    if let Some(body) = &said.body
        && !is_sure
        && body.len() > text.len() + LEAST
        && body.len() * 2 > text.len() * 3
    {
        text.clone_from(body);
    }
    if text != picked {
        held = paragraphs.held(&text).1;
    }
    let note = if text.len() < TEASER && (said.paid || is_gated(seen)) {
        let cause = "is a teaser: the page keeps its text for subscribers";
        Some(Refusal::new(cause, "fetch the whole text, or leave it out"))
    } else if held * 2 < whole && text.len() < whole && whole >= LEAST {
        let share = held * 100 / whole;
        Some(Refusal::new(
            format!("may be read in part: the text holds {share} % of the page's paragraphs"),
            "compare the text with the page, and hand in the text itself if it is poor",
        ))
    } else {
        None
    };
    (plain::full(&text), note)
}

/// Whether a page says in its article, or in its main part, that the rest of it is for subscribers.
fn is_gated(seen: &Seen) -> bool {
    let is_main = |place: usize| {
        let signs = seen.blocks.around.get(place).map(|around| around.all);
        signs.is_some_and(|signs| {
            MAIN.iter().any(|sign| signs.has(*sign)) && !BESIDE.iter().any(|sign| signs.has(*sign))
        })
    };
    let mut blocks = seen.blocks.all.iter();
    blocks.any(|block| is_gate(&block.text) && is_main(block.around))
}

/// Leaves of the head of a page only its title, in a bounded length: the reader compares it with
/// each heading.
fn prepare(document: &Document, title: Option<&str>) {
    document.select("script, style, meta, link, title").remove();
    let title = title.unwrap_or_default().replace(['<', '>', '&'], " ");
    document.select_single("head").append_html(format!("<title>{title}</title>"));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with the article of our own prose, and `head` in its head.
    fn page(head: &str) -> String {
        let paragraph = "The old pump house on Canal Row will open to visitors on Saturday, after \
            four years in which volunteers scraped, oiled and argued over every one of its nine \
            hundred moving parts, and the whistle blows twice. ";
        format!(
            "<html><head><title>The pump house opens</title>{head}</head><body>\
             <nav><a href=/>Home</a> <a href=/x>Subscribe to our newsletter</a></nav>\
             <article><h1>The pump house opens</h1><p>{}</p><p>Second: {}</p></article>\
             <footer>All rights reserved</footer></body></html>",
            paragraph.repeat(3),
            paragraph.repeat(3)
        )
    }

    fn read(page: &str) -> Article {
        article(page, &Limits::default()).unwrap()
    }

    #[test]
    fn the_article_without_what_surrounds_it() {
        let found = read(&page(""));
        assert!(found.text.starts_with("The old pump house"), "{}", found.text);
        assert!(found.text.contains("blows twice.\n"), "paragraphs stay apart: {}", found.text);
        assert!(!found.text.contains("newsletter") && !found.text.contains("reserved"));
        assert_eq!(found.title.as_deref(), Some("The pump house opens"));
        assert_eq!((found.outlet, found.date, found.author), (None, None, None));
    }

    #[test]
    fn a_description_on_the_page_goes_before_headlines_of_others() {
        let words = "The old pump house on Canal Row, where volunteers oiled nine hundred parts, \
            opens to visitors on Saturday,";
        let others =
            "<li><div>Gallery: the harbour in the snow of nine winters</div></li>".repeat(12);
        let page = |head: &str| {
            format!(
                "<html><head><title>Video: the pump house</title>{head}</head><body>\
                 <h1>Video: the pump house</h1><div class=desc><p>{words}</p></div>\
                 <div class=content><ul>{others}</ul></div></body></html>"
            )
        };
        let told = format!("<meta name='description' content='{words}'>");
        assert_eq!(read(&page(&told)).text, words);
        assert!(are_headlines(&"A headline of a list\n\n".repeat(6)));
        assert!(!are_headlines(&"A headline of a list\n\nA sentence.\n\n".repeat(6)));
        assert!(!are_headlines("A headline"));
    }

    #[test]
    fn posts_that_the_article_shows_are_text() {
        let post = |class: &str| {
            format!(
                "<blockquote class='{class}'><p>Nine hundred parts, and each one oiled!</p>\
                 &mdash; Ada Quill (@quill) <a href=x>May 6, 2024</a></blockquote></div><p>Second"
            )
        };
        let whole = page("").replace("<p>Second", &format!("<div>{}", post("twitter-tweet")));
        let text = read(&whole).text;
        let (before, after) = text.split_once("Nine hundred parts, and each").unwrap();
        assert!(before.ends_with("\n\n") && after.contains("Ada Quill"), "{text}");
        assert!(after.contains("Second"), "{text}");
        let below = page("").replace("<footer>", &format!("<div>{}</p><footer>", post("x")));
        assert!(!read(&below).text.contains("Nine hundred parts, and each"), "no post");
    }

    #[test]
    fn fewer_points_are_enough_between_blocks_of_text() {
        let of = |points: &[i64]| {
            let chosen = chosen(points);
            (0..chosen.len()).filter(|at| chosen[*at]).collect::<Vec<_>>()
        };
        assert_eq!(of(&[-119, 1, -119, -120, 0, -200, 1, -1]), [1, 2, 4, 6]);
        assert_eq!(of(&[-1, 1, -1]), [1], "alone");
        assert!(of(&[-1, 0, -119]).is_empty() && of(&[]).is_empty(), "no text at all");
    }

    #[test]
    fn what_is_between_blocks_of_text_is_text() {
        let long =
            "The pump house on Canal Row opens at noon, and stays open for all of the summer.";
        let chosen = |body: &str, before: &[usize]| {
            let blocks = Blocks::of(&Document::from(format!("<html><body>{body}</body></html>")));
            let mut chosen: Vec<bool> =
                (0..blocks.all.len()).map(|at| before.contains(&at)).collect();
            with_bridges(&blocks, &mut chosen);
            (0..chosen.len()).filter(|at| chosen[*at]).collect::<Vec<_>>()
        };
        let (p, h) = (format!("<p>{long}</p>"), "<h2>How it began</h2>");
        assert_eq!(chosen(&format!("<div>{p}{h}{p}</div>"), &[0, 2]), [0, 1, 2]);
        assert_eq!(chosen(&format!("<div>{p}{p}{p}</div>"), &[0, 2]), [0, 1, 2]);
        assert_eq!(chosen(&format!("<div>{p}{p}</div>"), &[0]), [0], "it may be the end");
        for other in ["<h2><a href=x>Read on</a></h2>", "<p>Advertisement</p>", "<li>x</li>"] {
            assert_eq!(chosen(&format!("<div>{p}{other}{p}</div>"), &[0, 2]), [0, 2]);
        }
        let elsewhere = format!("<div>{p}</div><div>{p}</div><div>{p}</div>");
        assert_eq!(chosen(&elsewhere, &[0, 2]), [0, 2], "of other elements");
        let days = "June 9, Canal Row, at noon and at six in the evening<br>".repeat(5);
        assert_eq!(chosen(&format!("<div>{p}<p>{days}</p></div>"), &[0]), [0, 1]);
        assert_eq!(chosen(&format!("<div><p>{days}</p>{p}</div>"), &[1]), [1]);
    }

    #[test]
    fn metadata_of_every_kind() {
        let found = read(&page(
            "<meta property='og:site_name' content='Harbor Courier'>\
             <meta property='article:published_time' content='2024-05-06T07:08:09Z'>\
             <meta name='author' content='Ada Quill'>",
        ));
        assert_eq!(found.outlet.as_deref(), Some("Harbor Courier"));
        assert_eq!(found.date.as_deref(), Some("2024-05-06T07:08:09Z"));
        assert_eq!(found.author.as_deref(), Some("Ada Quill"));
        let found = read(&page(
            "<script type='application/ld+json'>{\"@context\":\"https://schema.org\",\
             \"@type\":\"NewsArticle\",\"headline\":\"Pumps\",\"datePublished\":\"2024-05-07\",\
             \"author\":{\"@type\":\"Person\",\"name\":\"Ben Reed\"},\
             \"publisher\":{\"@type\":\"Organization\",\"name\":\"The Meridian\"}}</script>",
        ));
        assert_eq!(found.outlet.as_deref(), Some("The Meridian"));
        assert_eq!(found.date.as_deref(), Some("2024-05-07"));
        assert_eq!(found.author.as_deref(), Some("Ben Reed"));
        let found = read(
            &page("<link rel='canonical' href='https://www.Example.org/a/b'>")
                .replace("<h1>", "<time datetime='2024-05-08'>8 May</time><h1>"),
        );
        assert_eq!(found.outlet.as_deref(), Some("example.org"));
        assert_eq!(found.date.as_deref(), Some("2024-05-08"));
    }

    /// Of each page in a folder its blocks and their traits, which benches/pages/grow.py reads.
    #[test]
    #[ignore = "writes what the forest is grown on, for benches/pages"]
    fn blocks_of_pages() {
        let folder = std::env::var_os("WIRECOPY_PAGES").expect("WIRECOPY_PAGES names no folder");
        let folder = std::path::PathBuf::from(folder);
        let paths = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let mut pages: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|html| html == "html")).collect();
        pages.sort();
        let mut out = Vec::new();
        for path in pages {
            let bytes = std::fs::read(&path).unwrap();
            let page = String::from_utf8_lossy(&bytes);
            let bounded = super::super::bound::bound(&page, &Limits::default());
            let seen = Seen::of(&bounded.page);
            let traits = traits(&seen);
            let texts = seen.blocks.all.iter().map(|block| &block.text);
            let blocks: Vec<_> =
                texts.zip(&traits).map(|(text, traits)| (text, traits.clone())).collect();
            let name = path.file_name().unwrap().to_string_lossy();
            let line = serde_json::json!({ "name": name, "blocks": blocks });
            out.extend_from_slice(format!("{line}\n").as_bytes());
        }
        std::fs::write(folder.join("blocks.jsonl"), out).unwrap();
    }

    #[test]
    fn several_articles_on_a_page_are_read_to_their_ends() {
        let paragraphs = [
            "\"We have waited long enough for this,\" said the mayor, who had asked for \
             the money twice. Readers may ask for copies of single sheets at the desk.",
            "A local firm repaired the steam engine free of charge, the council said. The old pump \
             house beside the harbour will open its doors again on Saturday.",
            "Nobody had known of them until last winter, its head said.",
            "Buses will take the road along the river, and a ferry runs every half hour.",
        ];
        let article = |title: &str, range: std::ops::Range<usize>| {
            let texts = paragraphs[range].join("</p><p>");
            format!("<article><h2>{title}</h2><p>{texts}</p></article>")
        };
        let teaser = "<article><h2><a href=/c>Cake wins the contest again</a></h2>\
            <p>The jury of the upper town was of one mind.</p></article>";
        let page = format!(
            "<title>Local news</title><nav><a href=/>Home</a></nav><main>{}{}{teaser}</main>",
            article("Pump house", 0..2),
            article("Maps", 2..4)
        );
        let text = read(&page).text;
        assert!(paragraphs.iter().all(|paragraph| text.contains(paragraph)), "{text}");
        assert!(!text.contains("jury"), "{text}");
    }

    #[test]
    fn bombs_are_refused() {
        let refused = |page: String| article(&page, &Limits::default()).unwrap_err().cause;
        let block = format!("<div>{}</div>", "<b x=1>".repeat(400));
        assert!(refused(block + &"<p>x".repeat(9000)).contains("elements"));
        assert!(refused("<div>".repeat(200_000)).contains("elements"));
        assert!(refused(" ".repeat(9 << 20)).contains("page over the limit"));
        assert!(refused("<p></p>".to_owned()).contains("no article text"));
    }

    #[test]
    fn depth_is_no_reason_to_refuse_a_page() {
        let whole = page("");
        let text = read(&whole).text;
        for (before, after) in [
            ("<div>".repeat(3000), "</div>".repeat(3000)),
            ("<div>".repeat(600), "</div>".repeat(600)),
            (String::new(), format!("<svg>{}</svg>", "<path d='M0 0'/>".repeat(600))),
            (String::new(), format!("<i data-embed='{}'></i>", "<div>".repeat(600))),
            (String::new(), format!("<iframe>{}</iframe>", "<div>".repeat(600))),
            (String::new(), format!("<template>{}</template>", "<div>".repeat(600))),
        ] {
            let article = format!("{before}<article>");
            let page = whole.replace("<article>", &article);
            let page = page.replace("</article>", &format!("{after}</article>"));
            let start = &page[..200];
            assert_eq!(read(&page).text, text, "{start}");
        }
    }

    #[test]
    fn blocks_between_cards_are_joined() {
        let part = |n: usize| {
            let one = |m: usize| {
                format!(
                    "<p>Part {n}.{m}: the pump house on Canal Row opens, and stays open, at \
                    noon, on Saturday, for all who want to see, hear and smell it.</p>"
                )
            };
            let all: String = (0..4).map(one).collect::<Vec<_>>().concat();
            let part = format!("<div class=part>{all}</div>");
            format!("<div class=row><div class=col>{part}</div><aside>ad</aside></div>")
        };
        let parts: String = (0..4).map(part).collect::<Vec<_>>().concat();
        let text = read(&format!("<html><body><div class=grid>{parts}</div></body></html>")).text;
        for n in 0..4 {
            assert!((0..4).all(|m| text.contains(&format!("Part {n}.{m}"))), "{n}: {text}");
        }
    }

    #[test]
    fn the_body_that_scripts_have_is_used_where_it_is_longer() {
        let body = "The pump house on Canal Row opens on Saturday. ".repeat(20);
        let script = format!(
            "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\
             \"isAccessibleForFree\":false,\"articleBody\":\"{body}\"}}</script>"
        );
        let body_less = "<body><div id=app></div></body>";
        let empty = read(&format!("<html><head>{script}</head>{body_less}</html>"));
        assert_eq!(empty.text, body.trim());
        let teaser = "<article><h1>Pumps</h1><p>The pump house on Canal Row opens.</p></article>";
        let page = format!("<html><head>{script}</head><body>{teaser}</body></html>");
        assert_eq!(read(&page).text, body.trim());
        let cut = page.replace("articleBody", "other");
        assert!(read(&cut).note.unwrap().cause.contains("teaser"));
        let gate = "<p>Already a subscriber? <a href=x>Log in</a></p></article>";
        let said = teaser.replace("</article>", gate);
        assert!(read(&said).note.unwrap().cause.contains("teaser"));
        let elsewhere = format!("<header>{gate}</header>{teaser}");
        assert!(read(&elsewhere.replace("</article></header>", "</header>")).note.is_none());
        let locked = format!("<meta name='article:content_tier' content='locked'>{teaser}");
        assert!(read(&locked).note.unwrap().cause.contains("teaser"));
    }

    #[test]
    fn what_else_scripts_have_is_no_part_of_a_whole_article() {
        let other = "Another article, which the live blog only points to, is here as well. ";
        let script = format!(
            "<script type='application/ld+json'>{{\"@type\":\"LiveBlogPosting\",\
             \"articleBody\":\"{}\"}}</script>",
            other.repeat(90)
        );
        let found = read(&page(&script));
        assert!(found.text.contains("Second: The old pump house"), "{}", found.text);
        assert!(!found.text.contains("Another article"), "{}", found.text);
    }

    /// Seconds that this thread has computed so far.
    #[cfg(unix)]
    fn computed() -> f64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    }

    #[cfg(not(unix))]
    fn computed() -> f64 {
        static START: std::sync::LazyLock<std::time::Instant> =
            std::sync::LazyLock::new(std::time::Instant::now);
        START.elapsed().as_secs_f64()
    }

    /// The growth of the work that a page takes where it grows sixteenfold: the time that this
    /// thread computes, since others may have the processor meanwhile.
    fn growth(page: &dyn Fn(usize) -> String) -> f64 {
        let time = |size: usize| {
            let page = page(size);
            let times = (0..3).map(|_| {
                let start = computed();
                article(&page, &Limits::default()).ok();
                computed() - start
            });
            times.fold(f64::INFINITY, f64::min)
        };
        let small = time(SMALL);
        time(16 * SMALL) / small
    }

    /// Pieces of the smaller page.
    const SMALL: usize = 150;

    #[test]
    fn the_cost_of_a_page_grows_with_its_length() {
        let numbered =
            |size: usize| (0..size).map(|at| format!("a{at}=1")).collect::<Vec<_>>().join(" ");
        let many = |piece: &'static str| move |size: usize| piece.repeat(size);
        let pages: [(&str, &dyn Fn(usize) -> String); 10] = [
            ("attributes", &|size| format!("<p {}>x", numbered(size * 8))),
            ("attributes of end tags", &|size| format!("<p>x</p {}>", numbered(size * 8))),
            ("nesting", &many("<div>x")),
            ("nesting of links", &many("<a href=x><div>x")),
            ("end tags that close nothing", &many("<span><div></span>x")),
            ("forms that end early", &many("<form><div></form>x")),
            ("formatting left open", &many("<font size=1>x")),
            ("formatting closed late", &many("<b><p></b>x")),
            ("text outside of cells", &many("<table>x<tr>y")),
            ("tables in cells", &many("<table><td>x")),
        ];
        for (name, page) in pages {
            let growth = growth(page);
            assert!(growth < 96.0, "{name}: {growth} times the work for 16 times the page");
        }
    }
}
