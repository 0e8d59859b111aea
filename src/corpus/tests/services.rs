//! What services, content systems and crawlers hand out as JSON, in the layouts that they document.

use super::*;

const ONE: &str = "<p>The pump house opens.</p><p>Tickets &amp; cake.</p>";
const PLAIN: &str = "The pump house opens.\n\nTickets & cake.";

/// The documents of a JSON file: id, outlet, day, title, address and text.
#[track_caller]
fn found(whole: &str) -> Vec<[String; 6]> {
    let all = {
        let folder = Folder::new();
        folder.add("a.json", whole);
        folder.read("a.json")
    };
    assert!(all.finish.is_none(), "{whole}: {:?}", all.finish);
    assert_eq!(all.problems, [], "{whole}");
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let row = |one: &Document| {
        let day = one.meta.date.as_ref().map(|date| date.text.get(..10).unwrap_or_default());
        let [outlet, title, url] =
            [one.meta.outlet.as_deref(), one.meta.title.as_deref(), one.meta.url.as_deref()];
        // Without a column the name is that of the file.
        let id = Some(one.id.as_str()).filter(|id| !id.ends_with("a.json:1"));
        [id, outlet, day, title, url, Some(one.text.as_str())].map(text)
    };
    all.documents.iter().map(row).collect()
}

#[track_caller]
fn is_one(whole: &str, expected: [&str; 6]) {
    assert_eq!(found(whole), [expected.map(str::to_owned)], "{whole}");
}

#[test]
fn content_systems() {
    let html = serde_json::to_string(ONE).unwrap();
    let day = "2023-01-05T10:00:00.000Z";
    let post =
        format!(r#"{{"id":"g1","slug":"x","title":"T","html":{html},"published_at":"{day}"}}"#);
    let ghost =
        format!(r#"{{"db":[{{"meta":{{"version":"5"}},"data":{{"tags":[],"posts":[{post}]}}}}]}}"#);
    let expected = ["g1", "", "2023-01-05", "T", "", PLAIN];
    is_one(&ghost, expected);
    is_one(&format!(r#"{{"posts":[{post}],"meta":{{"pagination":{{"page":1}}}}}}"#), expected);
    let press = format!(
        r#"[{{"id":7,"date":"2023-01-05T11:00:00","date_gmt":"2023-01-05T10:00:00",
          "link":"https://p.example/x","title":{{"rendered":"A &#8211; b &hellip;"}},
          "content":{{"rendered":{html},"protected":false}},
          "excerpt":{{"rendered":"<p>Short</p>"}}}}]"#
    );
    let title = "A \u{2013} b \u{2026}";
    is_one(&press, ["7", "", "2023-01-05", title, "https://p.example/x", PLAIN]);
    let node = format!(
        r#"{{"data":[{{"type":"node--article","id":"u1","attributes":{{"title":"T",
          "body":{{"value":"x","format":"basic_html","processed":{html},"summary":""}}}}}}]}}"#
    );
    is_one(&node, ["u1", "", "", "T", "", PLAIN]);
    let couch = r#"{"total_rows":1,"rows":[{"id":"c1","key":"c1","value":{"rev":"1-a"},
        "doc":{"_id":"c1","_rev":"1-a","title":"T","text":"Words."}}]}"#;
    is_one(couch, ["c1", "", "", "T", "", "Words."]);
    let feed = format!(
        r#"{{"version":"https://jsonfeed.org/version/1.1","title":"Paper","items":[{{"id":"1",
          "url":"https://p.example/1","content_html":{html},"date_published":"{day}"}}]}}"#
    );
    is_one(&feed, ["1", "", "2023-01-05", "", "https://p.example/1", PLAIN]);
}

#[test]
fn interfaces_of_news() {
    let article = |fields: &str| {
        format!(
            r#"{{"id":"world/1","webPublicationDate":"2023-01-05T10:00:00Z","webTitle":"T",
              "webUrl":"https://g.example/1","fields":{fields},"isHosted":false}}"#
        )
    };
    let single = |fields: &str| {
        let content = article(fields);
        format!(
            r#"{{"response":{{"status":"ok","userTier":"dev","total":1,"content":{content}}}}}"#
        )
    };
    let fields = r#"{"bodyText":"Words.","publication":"g.example"}"#;
    let url = "https://g.example/1";
    let expected = ["world/1", "g.example", "2023-01-05", "T", url, "Words."];
    is_one(&single(fields), expected);
    is_one(&single(fields).replace('\n', ""), expected);
    let html = serde_json::to_string(ONE).unwrap();
    let body = single(&format!(r#"{{"body":{html}}}"#));
    is_one(&body, ["world/1", "", "2023-01-05", "T", url, PLAIN]);
    let registry = r#"{"articles":{"page":1,"totalResults":1,"results":[{"uri":"77",
        "date":"2023-01-05","dateTime":"2023-01-05T10:00:00Z","url":"https://p.example/1",
        "title":"T","body":"Words.","source":{"uri":"p.example","title":"Paper"}}],"pages":1}}"#;
    is_one(registry, ["", "Paper", "2023-01-05", "T", "https://p.example/1", "Words."]);
    let cloud = r#"[{"stories_id":5,"media_name":"Paper","publish_date":"2023-01-05 10:00:00",
        "title":"T","story_text":"Words.","url":"https://p.example/1"}]"#;
    is_one(cloud, ["5", "Paper", "2023-01-05", "T", "https://p.example/1", "Words."]);
}

#[test]
fn an_object_that_tells_of_its_article_is_no_wrapper() {
    for whole in [
        r#"{"id":"x","payload":{"text":"Words."}}"#,
        r#"{"title":"x","payload":{"text":"Words."}}"#,
        r#"{"status":"ok","payload":{"text":"Words."},"tags":["a"]}"#,
    ] {
        let folder = Folder::new();
        folder.add("a.json", whole);
        assert!(folder.read("a.json").failure().contains("no column `text`"), "{whole}");
    }
}

#[test]
fn a_sequence_of_json_texts() {
    let one = |n: u32| format!("{{\"id\":{n},\"text\":\"Words of {n}.\"}}");
    let pretty = |n: u32| format!("{{\n \"id\": {n},\n \"text\": \"Words of {n}.\"\n}}");
    let mixed = |n: u32| if n == 1 { one(n) } else { pretty(n) };
    for write in [&one as &dyn Fn(u32) -> String, &pretty, &mixed] {
        let whole = (1..4).map(|n| format!("\u{1e}{}\n", write(n))).collect::<Vec<_>>().concat();
        for name in ["a.json-seq", "a.json", "a"] {
            let folder = Folder::new();
            folder.add(name, &whole);
            let all = folder.read(name);
            assert_eq!(all.ids(), ["1", "2", "3"], "{name}: {whole}");
            assert_eq!(all.problems, []);
        }
    }
    let cut = "\u{1e}{\"text\":\"a\"}\n\u{1e}{\"text\":\n\u{1e}{\"text\":\"c\"}\n";
    let all = lines(cut);
    assert_eq!(all.texts(), ["a", "c"]);
    assert_eq!((all.problem().0, all.problem().2), (Some(2), true));
}

#[test]
fn files_that_were_joined() {
    let mark = "\u{feff}";
    let all = lines(format!("{mark}{{\"text\":\"a\"}}\n{mark}{{\"text\":\"b\"}}\r\n\u{1a}"));
    assert_eq!((all.texts(), all.problems.len()), (vec!["a", "b"], 0));
    let folder = Folder::new();
    folder.add("a.json", format!("{mark}{{\n\"text\":\"a\"\n}}\n{mark}{{\n\"text\":\"b\"\n}}\n"));
    assert_eq!(folder.read("a.json").texts(), ["a", "b"]);
    let part = |n: u32| format!("{mark}id,text\r\n{n},Words of {n}\r\n");
    folder.add("a.csv", [part(1), part(2), "\u{1a}".to_owned()].concat());
    let all = folder.read("a.csv");
    assert_eq!(all.ids(), ["1", "2"]);
    assert_eq!(all.problem(), (Some(3), "the header is there again: it is no record", false));
}

#[test]
fn what_services_put_in_the_place_of_a_text() {
    let whole = concat!(
        "{\"id\":1,\"text\":\"Words\\u2026 [+120 chars]\"}\n",
        "{\"id\":2,\"text\":\"Words. [+7 chars]\"}\n",
        "{\"id\":3,\"text\":\"ONLY AVAILABLE IN PAID PLANS\"}\n",
    );
    let all = lines(whole);
    assert_eq!(all.ids(), ["1", "2"]);
    let told: Vec<_> = all.problems.iter().map(|one| (one.line.unwrap(), one.skipped)).collect();
    assert_eq!(told, [(1, false), (2, false), (3, true)]);
    let folder = Folder::new();
    folder.add("a.csv", "id,text\n1,Words. [+7 chars]\n2,ONLY AVAILABLE IN PAID PLANS\n");
    let all = folder.read("a.csv");
    let told: Vec<_> = all.problems.iter().map(|one| (one.line.unwrap(), one.skipped)).collect();
    assert_eq!((all.ids(), told), (vec!["1"], vec![(2, false), (3, true)]));
}

#[test]
fn texts_with_escaped_line_ends_are_counted() {
    let noted = |all: &Read| {
        let notes = all.tally.notes();
        notes.iter().any(|note| note.starts_with("texts with line ends written as `\\n`"))
    };
    for line in [
        r#"{"text":"One.\\nTwo."}"#,
        r#"{"text":"He said \"so\"\\n\\nTwo."}"#,
        r#"{"text":"One.\n\\nTwo."}"#,
        r#"{"text":"\\nTwo \u00e9."}"#,
    ] {
        assert!(noted(&lines(line)), "{line}");
    }
    for line in [r#"{"text":"In C:\\new"}"#, r#"{"text":"One.\nTwo.\\\\n"}"#, r#"{"text":"\/\\n"}"#]
    {
        assert!(!noted(&lines(line)), "{line}");
    }
    let folder = Folder::new();
    folder.add("a.csv", "id,text\n1,\"One.\\n\\nTwo.\"\n2,One\n");
    let all = folder.read("a.csv");
    assert!(noted(&all) && all.texts() == ["One.\\n\\nTwo.", "One"]);
}

#[test]
fn a_page_in_a_column_is_read_as_a_page() {
    let menu = "<nav><a href=a>News</a> <a href=b>Sport</a></nav>";
    let words = "The old pump house on Canal Row opens on Saturday, after four years of work.";
    let page = format!(
        "<!doctype html><html><body>{menu}<article><p>{words}</p><p>{words} It is so.</p></article>"
    );
    let whole = serde_json::json!([{"id": 1, "html": page}]).to_string();
    let [[.., text]] = &found(&whole)[..] else { panic!("one document") };
    assert!(text.starts_with(words) && !text.contains("Sport"), "{text}");
}
