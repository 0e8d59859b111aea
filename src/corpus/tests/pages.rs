//! Web pages, crawls and Parquet files.

use super::*;

const SENTENCE: &str = "The old pump house on Canal Row will open to visitors on Saturday, after \
    four years in which volunteers scraped, oiled and argued over every one of its parts. ";

#[cfg(feature = "html")]
fn page(title: &str, head: &str) -> String {
    format!(
        "<!doctype html><html><head><title>{title}</title>{head}</head><body><nav>Home</nav>\
         <article><h1>{title}</h1><p>{}</p><p>{title} ends.</p></article></body></html>",
        SENTENCE.repeat(6)
    )
}

fn record(kind: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body, b"\r\n\r\n"].concat()
}

fn text_record(address: &str, text: &str) -> Vec<u8> {
    let fields = format!("WARC-Target-URI: {address}\r\nContent-Type: text/plain\r\n");
    record("conversion", &fields, text.as_bytes())
}

#[cfg(feature = "html")]
fn response(address: &str, http: &str, body: &[u8]) -> Vec<u8> {
    let fields = format!(
        "WARC-Target-URI: {address}\r\nContent-Type: application/http; msgtype=response\r\n"
    );
    record("response", &fields, &[http.as_bytes(), b"\r\n\r\n", body].concat())
}

#[cfg(feature = "html")]
#[test]
fn whoever_sent_a_text_is_not_who_printed_it() {
    let folder = Folder::new();
    let graph = |address: &str| {
        format!(
            "{address}<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\
             \"headline\":\"Pumps\",\"provider\":{{\"@type\":\"Organization\",\"name\":\"AFP\"}}}}\
             </script>"
        )
    };
    let address = "<link rel='canonical' href='https://www.harbor.example/pumps'>";
    folder.add("in/a.html", page("Pumps", &graph(address)));
    folder.add("in/b.html", page("Pumps", &graph("")));
    let all = folder.read("in");
    let outlets: Vec<_> = all.documents.iter().map(|d| d.meta.outlet.as_deref()).collect();
    assert_eq!(outlets, [Some("harbor.example"), Some("AFP")]);
}

#[cfg(feature = "html")]
#[test]
fn pages_are_articles_with_their_metadata() {
    let folder = Folder::new();
    let head = "<meta property='og:site_name' content='Harbor Courier'>\
        <meta property='article:published_time' content='2024-05-06T07:08:09Z'>";
    folder.add("in/north/a.html", page("Pumps", head));
    folder.add("in/north/b.htm", page("Caf\u{e9}", ""));
    let latin = page("Caf\u{e9}", "<meta charset='iso-8859-1'>");
    let latin: Vec<u8> =
        latin.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    folder.add("in/south/c.html.gz", gzip(&latin));
    let all = folder.read("in");
    assert_eq!(all.problems, []);
    let [a, b, c] = &all.documents[..] else { panic!("{:?}", all.documents.len()) };
    assert!(a.text.starts_with("The old pump house") && a.text.contains("\nPumps ends."));
    assert_eq!(a.meta.outlet.as_deref(), Some("Harbor Courier"));
    assert_eq!(a.meta.date.as_ref().unwrap().text, "2024-05-06T07:08:09Z");
    assert_eq!(a.meta.title.as_deref(), Some("Pumps"));
    assert!(a.id.ends_with("in/north/a.html"));
    assert_eq!(b.meta.outlet.as_deref(), Some("north"), "else the sub-directory");
    assert_eq!(c.meta.title.as_deref(), Some("Caf\u{e9}"), "the page says its encoding");
    assert_eq!(b.text, c.text);
}

#[cfg(feature = "html")]
#[test]
fn a_page_without_an_article_costs_itself() {
    let folder = Folder::new();
    folder.add("in/a.html", page("Pumps", ""));
    folder.add("in/b.html", "<html><body></body></html>");
    let block = format!("<div>{}</div>", "<b x=1>".repeat(200));
    folder.add("in/c.html", block + &"<p>x".repeat(10_000));
    let all = folder.read("in");
    assert_eq!(all.documents.len(), 1);
    let causes: Vec<_> = all.problems.iter().map(|problem| problem.cause.as_str()).collect();
    assert!(causes[0].contains("no article text"), "{causes:?}");
    assert!(causes[1].contains("more elements"), "{causes:?}");
}

#[cfg(feature = "html")]
#[test]
fn a_crawl_gives_its_pages_and_texts() {
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8";
    let chunked = {
        let page = page("Chunks", "");
        let (a, b) = page.split_at(500);
        format!("{:x}\r\n{a}\r\n{:X};x=y\r\n{b}\r\n0\r\n\r\n", a.len(), b.len())
    };
    let records = [
        record("warcinfo", "Content-Type: application/warc-fields\r\n", b"software: x\r\n"),
        response("https://www.one.example/a", html, page("One", "").as_bytes()),
        record("request", "Content-Type: application/http\r\n", b"GET / HTTP/1.1\r\n\r\n"),
        response("http://two.example/b", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html", b"x"),
        response("http://two.example/i", "HTTP/1.1 200 OK\r\nContent-Type: image/png", b"\x89PNG"),
        response(
            "http://two.example/c",
            &format!("{html}\r\nTransfer-Encoding: chunked"),
            chunked.as_bytes(),
        ),
        response(
            "http://two.example/d",
            &format!("{html}\r\nContent-Encoding: gzip"),
            &gzip(page("Zip", "").as_bytes()),
        ),
        text_record("http://three.example/e", "plain words"),
    ];
    let folder = Folder::new();
    let plain = folder.add("a.warc", records.concat());
    let packed = records.iter().map(|record| gzip(record)).collect::<Vec<_>>().concat();
    let packed = folder.add("b.warc.gz", packed);
    for path in [&plain, &packed] {
        for block_bytes in [1, 100, 3000, 1 << 20] {
            let all = read(&[path], limited(|limits| limits.block_bytes = block_bytes)).unwrap();
            assert_eq!(all.problems, [], "{block_bytes}");
            let titles: Vec<_> =
                all.documents.iter().map(|d| d.meta.title.as_deref().unwrap_or("-")).collect();
            assert_eq!(titles, ["One", "Chunks", "Zip", "-"], "{block_bytes}");
            let name = path.to_str().unwrap();
            let numbers = [2, 6, 7, 8].map(|n| format!("{name}:{n}"));
            assert_eq!(all.ids(), numbers);
            assert_eq!(all.documents[0].meta.outlet.as_deref(), Some("one.example"));
            assert_eq!(all.texts()[3], "plain words");
        }
    }
    let id = Column { name: "WARC-Target-URI".to_owned(), chosen: true };
    let all = read(&[&plain], ReadOptions { id, ..ReadOptions::default() }).unwrap();
    assert_eq!(all.ids()[3], "http://three.example/e");
}

#[test]
fn a_wrong_length_costs_its_record() {
    let good = |n: usize| text_record(&format!("http://x.example/{n}"), &format!("text {n}"));
    for length in ["3", "300", "99999999999999999999", "x", ""] {
        let bad = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n\
            Content-Length: LEN\r\n\r\nhalf a text and more\r\n\r\n"
            .replace("LEN", length)
            .into_bytes();
        let folder = Folder::new();
        let path = folder.add("a.warc", [good(1), bad, good(3), good(4)].concat());
        for block_bytes in [1, 50, 1 << 20] {
            let all = read(&[&path], limited(|limits| limits.block_bytes = block_bytes)).unwrap();
            // A length that can be read shows at least where the text begins.
            let used = ["text 1", "half a text and more", "text 3", "text 4"];
            let expected =
                used.iter().filter(|text| length.starts_with('3') || !text.starts_with('h'));
            assert_eq!(
                all.texts(),
                expected.copied().collect::<Vec<_>>(),
                "{length} {block_bytes}"
            );
            assert_eq!(all.problem().0, Some(2), "{length}: {:?}", all.problems);
        }
    }
    let folder = Folder::new();
    let whole = [good(1), good(2)].concat();
    folder.add("cut.warc", &whole[..whole.len() - 8]);
    let all = folder.read("cut.warc");
    assert_eq!(all.texts(), ["text 1", "te"], "as far as it goes");
    assert!(all.problem().1.contains("not the length"), "{:?}", all.problems);
}

#[test]
fn exports_in_rich_text_are_read_article_by_article() {
    let article = |title: &str, day: u32| {
        let lines = [title, "The Post", &format!("January {day}, 2020"), "Length: 9 words", "Body"];
        let text = format!("The text of {title}.\\par Its end.\\par End of Document\\par ");
        format!("{}\\par {text}", lines.join("\\par "))
    };
    let rtf = format!("{{\\rtf1\\ansi {}{}}}", article("one", 5), article("two", 6));
    let folder = Folder::new();
    let path = folder.add("in/x/a.rtf", &rtf);
    let all = folder.read("in");
    assert_eq!(all.texts(), ["The text of one.\nIts end.", "The text of two.\nIts end."]);
    assert!(all.ids()[1].ends_with("in/x/a.rtf:2"), "{:?}", all.ids());
    let meta = &all.documents[1].meta;
    assert_eq!((meta.outlet.as_deref(), meta.title.as_deref()), (Some("The Post"), Some("two")));
    assert_eq!(all.problems, []);
    let whole = ReadOptions { format: Format::named("rtf"), ..ReadOptions::default() };
    let all = read(&[&path], whole).unwrap();
    assert_eq!(all.documents.len(), 1);
    assert!(all.problem().1.contains("several articles"));
}

#[test]
fn large_exports_are_found_among_many_texts() {
    let folder = Folder::new();
    let article = |n: usize| {
        let words = format!("word{n} ").repeat(300);
        format!(
            "HD    Story {n}\nWC    9 words\nPD    5 January 2020\nSN    Post\nLP    {words}\n\n\
            Document ABCD00002020010{n}5eg15000\n\n"
        )
    };
    let export = (1..10).map(article).collect::<String>();
    assert!(export.len() > 16 << 10);
    folder.add("in/0.txt", export);
    for n in 1..300 {
        folder.add(&format!("in/{n}.txt"), format!("text {n}"));
    }
    let all = folder.read("in");
    assert_eq!(all.documents.len(), 9 + 299);
    assert_eq!(all.documents[8].meta.title.as_deref(), Some("Story 9"));
}

#[test]
fn a_giant_record_of_a_crawl_is_passed_over() {
    let giant = record("response", "Content-Type: application/http\r\n", &[b'x'; 9000]);
    let text = |n: usize| text_record("http://x.example/", &format!("text {n}"));
    let big = text_record("http://x.example/", &"word ".repeat(2000));
    let folder = Folder::new();
    let path = folder.add("a.warc", [text(1), giant, text(3), big, text(5)].concat());
    for block_bytes in [1, 700, 1 << 20] {
        let options = limited(|limits| {
            limits.record_bytes = 5000;
            limits.block_bytes = block_bytes;
        });
        let all = read(&[&path], options).unwrap();
        assert_eq!(all.texts(), ["text 1", "text 3", "text 5"], "{block_bytes}");
        let at: Vec<_> = all.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(at, [Some(4)], "what holds no text is no loss: {:?}", all.problems);
    }
}

#[cfg(feature = "html")]
#[test]
fn dates_of_pages_that_are_not_used_are_said() {
    let folder = Folder::new();
    let dated = |date: &str| {
        page("Pumps", &format!("<meta property='article:published_time' content='{date}'>"))
    };
    for (name, date) in [("a", "2020-13-45"), ("b", "2098-05-06"), ("c", "2024-05-06"), ("d", "")] {
        folder.add(&format!("in/{name}.html"), dated(date));
    }
    let all = folder.read("in");
    let known: Vec<_> = all.documents.iter().map(|one| one.meta.date.is_some()).collect();
    assert_eq!(known, [false, false, true, false]);
    let causes: Vec<_> = all.problems.iter().map(|problem| problem.cause.as_str()).collect();
    assert_eq!(causes, ["unreadable date: `2020-13-45`", "unreadable date: `2098-05-06`"]);
}
