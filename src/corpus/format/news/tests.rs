//! Exports cut, read and written back. The articles are our own.

use super::*;
use crate::corpus::{Document, Format, ReadOptions};

const LEXIS: &str = "\n\n                               1 of 2 DOCUMENTS\n\n\n\
                               The Harbour Post\n\n\
                      January 5, 2020 Sunday\n                        Late Edition - Final\n\n\
Ferry held at the pier for six hours\n\nBYLINE: By Ann Example\n\nSECTION: Section A; Pg. 12\n\n\
LENGTH: 120 words\n\n\n  The ferry was held at the pier\nfor six hours on Friday.\n\n\
  Passengers slept in the hall.\n\nURL: http://a.example/\n\nSUBJECT: FERRIES (90%)\n\n\
LOAD-DATE: January 6, 2020\n\nLANGUAGE: ENGLISH\n\n        Copyright 2020 The Harbour Post\n\n\n\
                               2 of 2 DOCUMENTS\n\n\n                               Inland News\n\n\
                      5. Februar 2020 Mittwoch\n\nA second story\n\nLENGTH: 9 words\n\n\
Words of the second story.\n\nLOAD-DATE: February 6, 2020\n\n";

const NEXIS_TEXT: &str = "Ferry held at the pier\nThe Harbour Post\nJanuary 5, 2020 Sunday\n\n\
Copyright 2020 The Harbour Post All Rights Reserved\n\nSection: NEWS; Pg. 3\nLength: 120 words\n\
Byline: Ann Example\n\nBody\n\n\nThe ferry was held.\n\nPassengers slept.\n\nClassification\n\n\n\
Language: ENGLISH\n\nLoad-Date: January 6, 2020\n\n\nEnd of Document\n\n\
A second story\nInland News\n6 February 2020\n\nLength: 9 words\nBody\n\nWords of it.\n\n\
Load-Date: February 7, 2020\n\nEnd of Document\n";

const FACTIVA_TEXT: &str = "HD    Ferry held at\n      the pier\nBY    By Ann Example\n\
WC    120 words\n\
PD    5 January 2020\nSN    The Harbour Post\nSC    HARB\nLA    English\nCY    Copyright 2020\n\n\
LP    The ferry was held.\nTD\nPassengers slept\nin the hall.\n\nOthers went home.\n\n\
CO    ferryc : The Ferry Company\nAN    Document HARB000020200105eg15000ab\n\n\
Document HARB000020200105eg15000ab\n\nHD    A second story\nWC    9 words\nPD    6 February 2020\n\
SN    Inland News\nLP    Words of it.\n\nAN\nDocument INLN000020200206eg26000cd\n\n\
Document INLN000020200206eg26000cd\n";

/// The same as the database shows it.
const FACTIVA_SHOWN: &str = "Metro\n\nFerry held at the pier\n\nBy Ann Example\n120 words\n\
5 January 2020\n09:31\nThe Harbour Post\nHARB\n12\nEnglish\nCopyright 2020 The Harbour Post\n\n\
The ferry was held.\n\nPassengers slept\nin the hall.\n\n\
Document HARB000020200105eg15000ab\n\n\
A second story\n9 words\n6 February 2020\nInland News\nINLN\nEnglish\nWords of it.\n\n\
Document INLN000020200206eg26000cd\n";

const LEXIS_FRENCH: &str = "1 de 2 DOCUMENTS\n\nThe Harbour Post\n\n5 janvier 2020 dimanche\n\n\
Ferry held at the pier\n\nAUTEUR: Ann Example\n\nRUBRIQUE: VILLE; Pg. 3\n\nLONGUEUR : 120 mots\n\n\
The ferry was held.\n\nPassengers slept.\n\nDATE-CHARGEMENT: January 6, 2020\n\n\
LANGUE: FRENCH\n\n2 de 2 DOCUMENTS\n\nInland News\n\n6 f\u{e9}vrier 2020\n\n\
A second story\n\nLONGUEUR: 9 mots\n\nWords of it.\n\nDATE-CHARGEMENT: February 7, 2020\n";

const PROQUEST_TEXT: &str = "____________________________________________________________\n\n\
Document 1 of 2\n\nFerry held at the pier\n\nAuthor: Example, Ann\n\n\
Publication info: The Harbour Post ; Harbour [Harbour]. 05 Jan 2020: 12.\n\n\
Abstract: None available.\n\nFull text: The ferry was held.\n\nPassengers slept.\n\n\
Subject: Ferries; Harbours\n\nTitle: Ferry held at the pier\n\n\
Publication title: The Harbour Post\n\n\
Publication date: Jan 5, 2020\n\n____________________________________________________________\n\n\
Document 2 of 2\n\nA second story\n\nPublication info: Inland News [Inland]. 06 Feb 2020: 1.\n\n\
Full text: Words of it.\n\nCopyright: Copyright Inland News\n";

fn read(format: &News, raw: &str) -> Batch {
    let inputs = Inputs::of_one(Format(format.facts), ReadOptions::default());
    let mut batch = Batch::default();
    format.parse(&inputs, RawRecords::first(raw.as_bytes()), &mut batch);
    batch
}

fn shown(document: &Document) -> [String; 4] {
    let meta = &document.meta;
    [
        document.text.to_string(),
        meta.outlet.as_deref().unwrap_or_default().to_owned(),
        meta.date.as_ref().map_or(String::new(), |date| date.text.clone()),
        meta.title.clone().unwrap_or_default(),
    ]
}

#[test]
fn articles_have_their_outlet_date_and_title() {
    let all = [
        (&LEXISNEXIS, LEXIS),
        (&LEXISNEXIS, LEXIS_FRENCH),
        (&NEXIS, NEXIS_TEXT),
        (&FACTIVA, FACTIVA_TEXT),
        (&FACTIVA, FACTIVA_SHOWN),
        (&PROQUEST, PROQUEST_TEXT),
    ];
    for (format, raw) in all {
        let batch = read(format, raw);
        assert_eq!((batch.documents.len(), batch.problems.len()), (2, 0), "{}", format.facts.name);
        let [text, outlet, date, title] = shown(&batch.documents[0]);
        assert!(text.starts_with("The ferry was held"), "{text}");
        assert!(text.contains("\nPassengers slept"), "paragraphs: {text}");
        for no in
            ["words\n", "Copyright", "January 6", "Ferries", "FERRIES", "Ann", "HARB", "End of"]
        {
            assert!(!text.contains(no), "{no} in {text}");
        }
        assert_eq!((outlet.as_str(), date.as_str()), ("The Harbour Post", "2020-01-05"));
        assert!(title.starts_with("Ferry held at the pier"), "{title}");
        let [text, outlet, date, title] = shown(&batch.documents[1]);
        assert!(text.starts_with("Words of"), "{text}");
        assert_eq!((outlet.as_str(), &date[..7]), ("Inland News", "2020-02"));
        assert_eq!(title, "A second story");
    }
}

#[test]
fn an_article_ends_with_its_number_also_where_that_is_not_repeated() {
    for number in
        ["AN    Document HARB000020200105eg15000ab", "AN\nDocument HARB000020200105eg15000ab"]
    {
        let article = |at: u32, first: &str| {
            format!(
                "{first}HD    Story {at}\nWC    9 words\nPD    {at} January 2020\nSN    Post\n\
                 LP    Words {at}.\n{number}\n\n"
            )
        };
        let raw = article(1, "") + &article(2, "SE    News\n") + &article(3, "");
        let batch = read(&FACTIVA, &raw);
        let texts: Vec<&str> = batch.documents.iter().map(|found| &*found.text).collect();
        assert_eq!(texts, ["Words 1.", "Words 2.", "Words 3."], "{number}");
    }
}

#[test]
fn layouts_are_known_by_their_start() {
    let all = [
        (&LEXISNEXIS, LEXIS),
        (&LEXISNEXIS, LEXIS_FRENCH),
        (&NEXIS, NEXIS_TEXT),
        (&FACTIVA, FACTIVA_TEXT),
        (&FACTIVA, FACTIVA_SHOWN),
        (&PROQUEST, PROQUEST_TEXT),
    ];
    for (format, raw) in all {
        for (other, _) in all {
            let is = (other.facts.looks_like)(raw.trim_start().as_bytes());
            assert_eq!(
                is,
                std::ptr::eq(format, other),
                "{} {}",
                format.facts.name,
                other.facts.name
            );
        }
    }
    for prose in [
        "568 words\n5 January 2020\nof a speech\nin the hall\n",
        "He wrote 568 words\n5 January 2020\nPost\nPOST\n",
        "3 of 50 documents were lost.\nLENGTH: long\n",
        "Body\nof work\n",
        "",
        "HD video\n",
    ] {
        for (format, _) in all {
            assert!(!(format.facts.looks_like)(prose.as_bytes()), "{prose}");
        }
    }
}

#[test]
fn cuts_fall_between_articles_in_whatever_pieces_they_come() {
    // Numbers that are fields alone.
    let fields = FACTIVA_TEXT
        .replace("\n\nDocument HARB000020200105eg15000ab\n", "\n")
        .replace("\n\nDocument INLN000020200206eg26000cd\n", "\n");
    for (format, raw) in [
        (&LEXISNEXIS, LEXIS),
        (&NEXIS, NEXIS_TEXT),
        (&FACTIVA, FACTIVA_TEXT),
        (&FACTIVA, &fields),
        (&FACTIVA, FACTIVA_SHOWN),
        (&LEXISNEXIS, LEXIS_FRENCH),
        (&PROQUEST, PROQUEST_TEXT),
    ] {
        let raw = raw.as_bytes();
        let trimmed = |raw: &[u8]| {
            let mut all = Vec::new();
            border::each(format.layout, raw, &mut |range| {
                all.push(raw[range].trim_ascii().to_vec());
            });
            all
        };
        let whole = trimmed(raw);
        assert!(whole.len() == 2, "{}", format.facts.name);
        for cut in 0..raw.len() {
            let mut splitter = format.splitter();
            let first = splitter.last(&raw[..cut]);
            let last = splitter.last(raw).or(first).unwrap_or(0);
            let parts = [trimmed(&raw[..last]), trimmed(&raw[last..])].concat();
            assert_eq!(parts, whole, "{} {cut}", format.facts.name);
            assert_eq!(splitter.count(raw), 2);
        }
    }
}

#[test]
fn what_is_no_article_is_counted_or_reported() {
    let list = format!("Search: ferries\nResults: 2\n{LEXIS}");
    let batch = read(&LEXISNEXIS, &list);
    assert_eq!(batch.documents.len(), 2);
    assert_eq!(batch.passed_over.values().sum::<u64>(), 1);
    let empty = "HD    A title\nWC    9 words\nPD    6 February 2020\nSN    X\n\
        Document X000020200206eg26000cd\n";
    let batch = read(&FACTIVA, empty);
    assert!(batch.problems[0].cause.contains("no text"), "{:?}", batch.problems);
}

#[test]
fn members_become_json() {
    let inputs = Inputs::of_one(Format(FACTIVA.facts), ReadOptions::default());
    let (mut members, mut out) = (Vec::new(), Vec::new());
    FACTIVA.members(&RawRecords::first(FACTIVA_TEXT.as_bytes()), &mut |n, raw| {
        members.push((n, raw.to_vec()));
    });
    FACTIVA.member_to_json(&inputs, "in:2", &members[1].1, &mut out);
    let json = String::from_utf8(out).unwrap();
    let expected = "{\"id\":\"in:2\",\"outlet\":\"Inland News\",\"date\":\"2020-02-06\",\
        \"title\":\"A second story\",\"text\":\"Words of it.\"}\n";
    assert_eq!(json, expected);
}

#[test]
fn several_articles_in_a_page_are_said() {
    let factiva = "<div class=\"article enArticle\"><p class=\"articleParagraph\">a</p>\
        <p>Document A000020200105eg15000ab</p></div>";
    let europresse = "<span class=\"DocPublicationName\">A</span>\
        <p class=\"titreArticleVisu\">b</p>";
    for page in [factiva, europresse] {
        assert!(several_in_page(page).is_none());
        let cause = several_in_page(&page.repeat(2)).unwrap().cause;
        assert!(cause.contains("several articles"), "{cause}");
    }
}

/// The texts, outlets, dates and titles of all articles.
fn all_of(format: &News, raw: &str) -> Vec<[String; 4]> {
    read(format, raw).documents.iter().map(shown).collect()
}

/// Lines of prose that look like fields of a database.
const LIKE_FIELDS: [&str; 20] = [
    "Update: The harbour office called back.",
    "City: the council met twice.",
    "Length: 40 miles of rope were found.",
    "Section: the old part of the mill.",
    "copyright law, the clerk said, was never read out.",
    "All rights of way near the mill were closed.",
    "LA mayor Ida Stone said the boats would stay.",
    "IN BRIEF",
    "CO alarms were sold out in the village.",
    "ED MURROW would have liked it.",
    "PE teachers were not asked.",
    "RE OPENING OF THE MILL",
    "AN OLD MILL",
    "BY JOHN STONE IN PORT",
    "Document after document was read out by the clerk.",
    "Location: the old mill, near the bridge.",
    "Title: clerk of the harbour.",
    "Links: the mill and the pier.",
    "Load-Date: the word was on the crate.",
    "Credit: the captain.",
];

#[test]
fn lines_like_fields_stay_in_the_text() {
    let other = FACTIVA_TEXT.replace("    ", " ");
    for (format, raw) in [
        (&LEXISNEXIS, LEXIS),
        (&NEXIS, NEXIS_TEXT),
        (&FACTIVA, FACTIVA_TEXT),
        (&FACTIVA, FACTIVA_SHOWN),
        (&PROQUEST, PROQUEST_TEXT),
    ] {
        let [plain, outlet, date, title] = all_of(format, raw)[0].clone();
        for line in LIKE_FIELDS {
            let ends = ["Passengers slept", "Passengers slept.", "in the hall.\n"];
            for after in ends.into_iter().filter(|after| raw.contains(after)) {
                let more = format!("Passengers came.\n\n{line}\n\n{after}");
                let raw = raw.replacen(after, &more, 1);
                let found = all_of(format, &raw)[0].clone();
                assert!(found[0].contains(line), "{} {line}: {found:?}", format.facts.name);
                assert!(found[0].len() >= plain.len() + line.len(), "{found:?}");
                assert_eq!(found[1..], [outlet.clone(), date.clone(), title.clone()], "{line}");
            }
        }
    }
    // Codes with one blank behind them: the order of the fields shows which are some.
    let more = other.replacen("Passengers slept", "RE OPENING\n\nPassengers slept", 1);
    assert!(all_of(&FACTIVA, &more)[0][0].contains("RE OPENING\nPassengers slept in the hall."));
}

#[test]
fn a_date_is_read_in_any_words_or_reported() {
    let dates = [
        ("mardi 5 janvier 2021", "2021-01-05"),
        ("maandag 5 januari 2021", "2021-01-05"),
        ("10:15 PM GMT, January 5, 2021", "2021-01-05"),
        ("5. maj 2021", "2021-05-05"),
        ("5 января 2021 г.", "2021-01-05"),
        ("2021-01-05", "2021-01-05"),
        ("05/01/2021", ""),
        ("5 Ionawr 2021", ""),
    ];
    for (date, expected) in dates {
        let all = [
            (&LEXISNEXIS, LEXIS.replace("January 5, 2020 Sunday", date)),
            (&NEXIS, NEXIS_TEXT.replace("January 5, 2020 Sunday", date)),
            (&FACTIVA, FACTIVA_TEXT.replace("5 January 2020", date)),
            (&FACTIVA, FACTIVA_SHOWN.replace("5 January 2020", date)),
            (&PROQUEST, PROQUEST_TEXT.replace("Jan 5, 2020", date).replace("05 Jan 2020", date)),
        ];
        for (format, raw) in all {
            let batch = read(format, &raw);
            let name = format.facts.name;
            let [_, outlet, found, title] = shown(&batch.documents[0]);
            assert_eq!((outlet.as_str(), found.as_str()), ("The Harbour Post", expected), "{name}");
            assert!(title.starts_with("Ferry held at the pier"), "{name} {title}");
            let reported = batch.problems.iter().any(|p| p.cause.contains("unreadable date"));
            assert_eq!(reported, expected.is_empty(), "{name} {date}: {:?}", batch.problems);
        }
    }
}

#[test]
fn a_day_in_a_headline_is_not_the_date() {
    for headline in ["Corrections: January 4, 2020", "May 3, 2019: the day the mill burned"] {
        let raw = NEXIS_TEXT.replacen("Ferry held at the pier", headline, 1);
        let [_, outlet, date, title] = all_of(&NEXIS, &raw)[0].clone();
        assert_eq!([outlet.as_str(), date.as_str()], ["The Harbour Post", "2020-01-05"]);
        assert_eq!(title, headline);
    }
    let edition = NEXIS_TEXT.replacen("Sunday\n", "Sunday\nLate Edition - Final\n", 1);
    assert_eq!(all_of(&NEXIS, &edition)[0], all_of(&NEXIS, NEXIS_TEXT)[0]);
}

#[test]
fn an_article_may_lack_parts_of_its_head() {
    let raw = |head: &str| format!("1 of 1 DOCUMENTS\n\n{head}\n\nWords of it.\n\nLOAD-DATE: x\n");
    let found = |head: &str| all_of(&LEXISNEXIS, &raw(head))[0].clone();
    let no_length = found("The Post\n\nJanuary 5, 2021\n\nA headline");
    assert_eq!(no_length, ["Words of it.", "The Post", "2021-01-05", "A headline"]);
    let undated = found("The Post\n\nA headline\n\nLENGTH: 9 words");
    assert_eq!(undated, ["Words of it.", "The Post", "", "A headline"]);
    let monthly = found("The Post\n\nMarch 2021\n\nA headline\n\nLENGTH: 9 words");
    assert_eq!(monthly, ["Words of it.", "The Post", "", "A headline"]);
    let rights = found(
        "Copyright 2021 The Post\nAll Rights Reserved\n\nThe Post\n\nMay 5, 2021\n\n\
        First Edition\n\nA headline\n\nLENGTH: 9 words\n\nKEY: x\n\nBYLINE: Ann",
    );
    assert_eq!(rights, ["Words of it.", "The Post", "2021-05-05", "A headline"]);
    let older = found(
        "Copyright 1996 The Post\n   The Post\n\nApril 03, 1996, Wednesday, Final \
        Edition\n\nSECTION: A; Pg. 1\n\nLENGTH: 9 words\n\nHEADLINE: A headline\n\nBODY:",
    );
    assert_eq!(older, ["Words of it.", "The Post", "1996-04-03", "A headline"]);
}

#[test]
fn what_factiva_shows_above_the_words_is_told_apart() {
    for (time, words) in
        [("09:31 GMT", "Ferry held"), ("10:15 PM", "Ferry held"), ("9:31", "Ferry")]
    {
        let raw = format!(
            "News\n\n{words}\n\nIda Marie van Stone\n\n120 words\n\n5 January 2020\n\n{time}\n\n\
             The Harbour Post\n\nHARB\n\nEnglish\n\n(c) 2020, The Harbour Post.\n\n\
             The ferry was held.\n\nDocument HARB000020200105eg15000ab\n"
        );
        let found = all_of(&FACTIVA, &raw);
        let expected = ["The ferry was held.", "The Harbour Post", "2020-01-05", words];
        assert_eq!(found, [expected.map(str::to_owned)], "{time}");
    }
}

#[test]
fn several_articles_in_a_layout_that_is_not_read_are_said() {
    let dated = "Story\n\nPost, The (NJ) - January 1, 2021\nAuthor/Byline: ANN\n\nWords.\n\n\
        Record: 0101\nCopyright: Copyright (c) 2021 Post\n\n";
    let fielded = "Paper: Post, The (NJ)\nTitle: Story\nDate: January 1, 2021\n\nWords.\n\n\
        Copyright (c) 2021 Post\nRecord Number: 0101\n\n";
    let shown = "Story\n\nJanuary 1, 2021 | Post, The (NJ)\n\nRead News Document\n\nWords.\n\n";
    let cited = "Story\nJanuary 1, 2021 | Post (NJ)\nOpenURL Link\n\nWords.\n\nCITATION (MLA)\n\n";
    let numbered =
        "Record: 1\nTitle: Story\nSource: Post. 1/1/2021\nAccession Number: 140\n\nWords.\n\n";
    let sourced =
        "Title: Story\nAuthor(s): Ann\n\nWords.\n\nSource Citation   (MLA)\nAnn. Post.\n\n";
    let signed = "Post\nFrance, lundi 6 janvier 2020\n\nWords.\n\n\u{a9} 2020 Post.\n\
        news\u{b7}20200106\u{b7}LM\u{b7}1\n\n";
    let all = [
        (dated, "NewsBank"),
        (fielded, "NewsBank"),
        (shown, "NewsBank"),
        (cited, "NewsBank"),
        (numbered, "EBSCO"),
        (sourced, "Gale"),
        (signed, "Europresse"),
    ];
    for (article, database) in all {
        assert!(unread(article).is_none(), "{database}");
        let note = unread(&article.repeat(2)).unwrap();
        assert!(note.cause.contains(database), "{note:?}");
        assert!(several(&article.repeat(2)).is_some());
    }
    let prose = ["Record: 1\nRecord: 2\nno rights\n", "news\u{b7}today\nnews\u{b7}now\n"];
    assert!(prose.iter().all(|text| unread(text).is_none()));
}

#[test]
fn factiva_names_documents_in_other_languages() {
    for (document, words, month) in [
        ("Dokument", "W\u{f6}rter", "Januar"),
        ("Documento", "palabras", "enero"),
        ("Documento", "parole", "gennaio"),
    ] {
        let raw = FACTIVA_SHOWN.replace("Document ", &format!("{document} "));
        let raw = raw.replace(" words", &format!(" {words}"));
        let raw = raw.replace("5 January", &format!("5 {month}"));
        let found = all_of(&FACTIVA, &raw);
        let texts: Vec<&str> = found.iter().map(|article| article[0].as_str()).collect();
        let expected = "The ferry was held.\nPassengers slept in the hall.";
        assert_eq!(texts, [expected, "Words of it."], "{document}");
        assert_eq!(found[0][2], "2020-01-05", "{document}");
    }
}

#[test]
fn a_section_is_no_part_of_the_headline() {
    let raw = "Metro\nFerry held at the pier\nAnn Example\n120 words\n5 January 2020\n\
        The Harbour Post\nHARB\nEnglish\n(c) 2020, The Harbour Post.\n\nThe ferry was held.\n\n\
        Document HARB000020200105eg15000ab\n";
    assert_eq!(all_of(&FACTIVA, raw)[0][3], "Ferry held at the pier");
    let long = "Ferry held at the pier for six hours after a crack was found in its stern";
    let raw = raw.replace("Ferry held at the pier", &format!("{long}\nramp"));
    assert_eq!(all_of(&FACTIVA, &raw)[0][3], format!("{long} ramp"));
}
