//! A server is read with the same result as a file, or the run fails and says why.

use super::server::{Objects, Server};
use crate::dedup::{WAYS, gzip, jsonl, names, news, result};
use crate::util::{Dir, TestCommand};

/// A folder of files, and a server with the same files.
fn both() -> (Dir, Server) {
    let (dir, lines) = (Dir::new(), news(240));
    let third = lines.len() / 3;
    let table = |line: &String| {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let (id, text) = (record["id"].as_str().unwrap(), record["text"].as_str().unwrap());
        format!("{id},{text}\n")
    };
    let csv: String = lines[2 * third..].iter().map(table).collect();
    dir.create("news/a.jsonl", jsonl(&lines[..third]));
    dir.create("news/b/b.jsonl.gz", gzip(jsonl(&lines[third..2 * third]).as_bytes()));
    dir.create("news/c.csv", format!("id,text\n{csv}"));
    dir.create("news/.hidden.jsonl", "no record\n");
    #[cfg(feature = "parquet")]
    {
        let lines = jsonl(&lines);
        let mut open = || -> std::io::Result<Box<dyn std::io::BufRead>> {
            Ok(Box::new(std::io::Cursor::new(lines.clone())))
        };
        let file = wirecopy::output::parquet::from_json(&mut open, 10, Vec::new()).unwrap();
        dir.create("table.parquet", file);
    }
    let whole = jsonl(&lines).into_bytes();
    dir.create("whole.jsonl", &whole);
    let mut objects = Objects::new();
    let files = ["news/a.jsonl", "news/b/b.jsonl.gz", "news/c.csv", "news/.hidden.jsonl"];
    for name in files.into_iter().chain(cfg!(feature = "parquet").then_some("table.parquet")) {
        objects.insert(name.to_owned(), dir.read(name));
    }
    for name in ["cut.jsonl", "flaky.jsonl", "busy.jsonl", "with space.jsonl", "nameless"] {
        objects.insert(name.to_owned(), whole.clone());
    }
    objects.insert("texts/one.txt".to_owned(), b"A text of its own.".to_vec());
    (dir, Server::new(objects))
}

/// The binary, with an environment in which `s3://` is the server.
fn command(dir: &Dir, server: &Server, args: &[&str]) -> TestCommand {
    let endpoint = format!("http://127.0.0.1:{}", server.port);
    dir.command(args)
        .env("AWS_ENDPOINT", &endpoint)
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_ACCESS_KEY_ID", "somebody")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .env("NO_PROXY", "127.0.0.1")
}

fn scanned(dir: &Dir, server: &Server, inputs: &[&str]) -> Vec<u8> {
    let args = [&["scan", "--format", "jsonl", "--threads", "2"], inputs].concat();
    command(dir, server, &args).run().expect(0).stdout
}

#[test]
fn objects_give_the_same_result_as_files() {
    let (dir, server) = both();
    let expected = scanned(&dir, &server, &["news"]);
    assert!(expected.len() > 10_000, "{} bytes", expected.len());
    for inputs in [
        &["s3://bucket/news"][..],
        &["s3://bucket/news/"],
        &["s3://bucket/news/*", "s3://bucket/news/*/*.gz"],
        &["s3://bucket/news/[ac].*", "s3://bucket/news/b/b.jsonl.gz"],
        &["news/a.jsonl", "s3://bucket/news/b/", "news/c.csv", "s3://bucket/news/b/b.jsonl.gz"],
    ] {
        assert!(scanned(&dir, &server, inputs) == expected, "{inputs:?}");
    }
    let files = ["a.jsonl", "b/b.jsonl.gz", "c.csv"];
    let web = files.map(|name| format!("http://127.0.0.1:{}/news/{name}", server.port));
    let web: Vec<&str> = web.iter().map(String::as_str).collect();
    assert!(scanned(&dir, &server, &web) == expected);
    let spilled = [&web[..], &["--memory", "4KiB"]].concat();
    assert!(scanned(&dir, &server, &spilled) == expected);
    // The format is sniffed from the content, and the address may contain spaces.
    let expected = scanned(&dir, &server, &["whole.jsonl"]);
    assert!(scanned(&dir, &server, &["s3://bucket/nameless"]) == expected);
    assert!(scanned(&dir, &server, &["s3://bucket/with space.jsonl"]) == expected);
    let blank = format!("http://127.0.0.1:{}/with%20space.jsonl", server.port);
    assert!(scanned(&dir, &server, &[&blank]) == expected);
    #[cfg(feature = "parquet")]
    {
        let expected = scanned(&dir, &server, &["table.parquet"]);
        assert!(expected.len() > 10_000, "{} bytes", expected.len());
        assert!(scanned(&dir, &server, &["s3://bucket/table.parquet"]) == expected);
    }
}

#[test]
fn dedup_reads_objects_twice() {
    let (dir, server) = both();
    for (n, way) in WAYS[..3].iter().enumerate() {
        let dedup = |input: &str, out: &str| {
            let args = ["dedup", input, "-o", out, "--output-format", "jsonl", "--force"];
            command(&dir, &server, &[&args, *way].concat()).run().expect(0);
            result(&dir, out)
        };
        assert!(dedup("news", "files") == dedup("s3://bucket/news", "objects"), "{way:?}");
        #[cfg(feature = "parquet")]
        assert!(dedup("table.parquet", "rows") == dedup("s3://bucket/table.parquet", "remote"));
        // The second pass reads a local copy of what the first pass fetched.
        assert_eq!(server.requests("GET /bucket/news/a.jsonl"), n + 1, "{way:?}");
    }
    let refused = ["dedup", "s3://bucket/texts/", "-o", "texts"];
    let run = command(&dir, &server, &refused).run().expect(2);
    assert!(run.stderr.contains("--output-format jsonl"), "{}", run.stderr);
}

#[test]
fn a_broken_transfer_is_resumed() {
    let (dir, server) = both();
    let expected = scanned(&dir, &server, &["whole.jsonl"]);
    assert!(scanned(&dir, &server, &["s3://bucket/flaky.jsonl"]) == expected);
    assert_eq!(server.requests("GET /bucket/flaky.jsonl"), 3);
    assert!(scanned(&dir, &server, &["s3://bucket/busy.jsonl"]) == expected);
}

#[test]
fn a_failed_transfer_publishes_nothing() {
    let (dir, server) = both();
    let before = names(dir.path());
    let cases = [
        ("s3://bucket/cut.jsonl", &["cannot be fetched", "network"][..]),
        ("s3://bucket/nothing.jsonl", &["no such object", "bucket and key"]),
        ("s3://bucket/news/*.xml", &["no object matches"]),
        ("s3://bucket/denied.jsonl", &["access is denied (403)", "AWS_ACCESS_KEY_ID"]),
        ("s3:///news", &["names no bucket"]),
    ];
    for (address, says) in cases {
        for args in [
            &["scan", address, "-o", "out.jsonl"][..],
            &["dedup", address, "-o", "out"],
            &["scan", "whole.jsonl", address, "-o", "out.jsonl", "--memory", "4KiB"],
        ] {
            let run = command(&dir, &server, args).run().expect(2);
            assert!(run.stderr.contains(address), "{address} is not named: {}", run.stderr);
            assert!(says.iter().all(|part| run.stderr.contains(part)), "{}", run.stderr);
            assert_eq!(names(dir.path()), before, "{args:?}");
        }
    }
    for (path, says) in [("nothing.jsonl", "(404)"), ("denied", "(403)"), ("cut.jsonl", "fetched")]
    {
        let address = format!("http://127.0.0.1:{}/{path}", server.port);
        let run = command(&dir, &server, &["scan", &address]).run().expect(2);
        assert!(run.stderr.contains(&address) && run.stderr.contains(says), "{}", run.stderr);
    }
    let closed = command(&dir, &server, &["scan", "http://127.0.0.1:1/x.jsonl"]).run().expect(2);
    assert!(closed.stderr.contains("http://127.0.0.1:1/x.jsonl: cannot be"), "{}", closed.stderr);
}

#[test]
fn signatures_of_addresses_are_never_shown() {
    let (dir, server) = both();
    let signed = |path: &str| format!("http://127.0.0.1:{}/{path}?token=hush", server.port);
    for (path, code) in [("news/c.csv", 0), ("cut.jsonl", 2), ("nothing.jsonl", 2)] {
        let args = ["scan", &signed(path), "--format", "jsonl", "--log", "trace"];
        let run = command(&dir, &server, &args).run().expect(code);
        let said = format!("{}{}", run.stderr, run.text());
        assert!(said.contains(path), "{said}");
        // At these levels other libraries log too, which is not ours to filter.
        let own =
            said.lines().filter(|line| !line.contains(" trace ") && !line.contains(" debug "));
        assert!(own.into_iter().all(|line| !line.contains("hush")), "{said}");
    }
}
