//! Folders, globs, links and special files.

use super::*;

#[test]
fn folders_are_walked_in_order() {
    let folder = Folder::new();
    for name in ["b/x.txt", "a/deep/er/y.txt", "a-b/z.txt", "top.txt", ".hidden/h.txt", "a/.h.txt"]
    {
        folder.add(&format!("in/{name}"), name);
    }
    fs::create_dir(folder.path("in/folder.txt")).unwrap();
    let all = folder.read("in");
    assert_eq!(all.texts(), ["a-b/z.txt", "a/deep/er/y.txt", "b/x.txt", "top.txt"]);
    let outlets: Vec<_> = all.documents.iter().map(|d| d.meta.outlet.as_deref()).collect();
    assert_eq!(outlets, [Some("a-b"), Some("a"), Some("b"), None]);
    assert_eq!(all.documents[1].id, folder.path("in/a/deep/er/y.txt").to_str().unwrap());
    assert_eq!(all.problems, []);
}

#[test]
fn folders_of_dates_are_no_outlets() {
    let folder = Folder::new();
    for name in [
        "2020/01/05/a.txt",
        "2020-01-05/b.txt",
        "20200105/c.txt",
        "2021/north/d.txt",
        "south/2020/e.txt",
        "24/f.txt",
        "2020 review/g.txt",
    ] {
        folder.add(&format!("in/{name}"), name);
    }
    let all = folder.read("in");
    let mut outlets: Vec<_> = all.documents.iter().map(|d| d.meta.outlet.as_deref()).collect();
    outlets.sort_unstable();
    let named = ["2020 review", "24", "north", "south"].map(Some);
    assert_eq!(outlets, [&[None, None, None][..], &named].concat());
}

#[test]
fn what_is_not_read_is_told() {
    let folder = Folder::new();
    for name in ["a.xml", "b.tar.gz", "c.pdf", "d.tar", "e.lz4", "f.wat", "g.py"] {
        let path = folder.add(&format!("in/{name}"), "x");
        if name != "g.py" {
            let error = read(&[&path], ReadOptions::default()).unwrap_err().to_string();
            assert!(error.contains("does not read"), "{error}");
        }
    }
    folder.add("in/h", b"\x7fELF\0\0");
    folder.add("in/i.txt", "good");
    folder.add("in/j", "also good");
    folder.add("in/k.txt", b"%PDF-1.7");
    let all = folder.read("in");
    assert_eq!(all.texts(), ["good", "also good"]);
    assert_eq!((all.problems.len(), all.tally.skipped()), (9, 9));
    let forced = ReadOptions { format: Format::named("text"), ..ReadOptions::default() };
    let all = read(&[&folder.path("in/g.py"), &folder.path("in/a.xml")], forced).unwrap();
    assert_eq!(all.texts(), ["x", "x"]);
    assert_eq!(folder.read("in/g.py").texts(), ["x"], "named, so its content decides");
}

#[test]
fn side_files_without_a_text_are_passed_over() {
    let folder = Folder::new();
    folder.add("in/a.txt", "a");
    folder.add("in/a.json", "{\"author\":\"x\",\"url\":\"y\"}");
    folder.add("in/b.csv", "name,score\nx,1\ny,2\n");
    folder.add("in/c.jsonl", "{\"n\":1}\nno JSON\n{\"n\":2}\n");
    folder.add("in/d.jsonl", "{\"text\":\"d\"}\n{\"n\":2}\n");
    let all = folder.read("in");
    assert_eq!(all.texts(), ["a", "d"]);
    assert!(all.finish.is_none());
    let causes: Vec<_> = all.problems.iter().map(|problem| problem.cause.as_str()).collect();
    assert_eq!(
        causes[..3],
        [
            "has no column `text`, and is passed over: its columns are author, url",
            "has no column `text`, and is passed over: its columns are name, score",
            "has no column `text`, and is passed over: its columns are n",
        ]
    );
    assert!(causes[3].starts_with("is not valid JSON") && causes[4].starts_with("no text column"));
    assert_eq!((causes.len(), all.tally.skipped()), (5, 5));
    let inputs = [&folder.path("in/a.txt"), &folder.path("in/a.json")];
    let named = read(&inputs, ReadOptions::default()).unwrap().failure();
    assert!(named.contains("a.json: no column `text`"), "{named}");
    fs::remove_file(folder.path("in/a.txt")).unwrap();
    fs::remove_file(folder.path("in/d.jsonl")).unwrap();
    let failure = folder.read("in").failure();
    assert!(failure.contains("no column `text`; the columns are author, n"), "{failure}");
}

#[test]
fn side_tables_do_not_disturb_kept_ones() {
    let folder = Folder::new();
    folder.add("in/a.csv", "name,score\nx,1\n");
    folder.add("in/b.csv", "id,text\n1,b\n");
    folder.add("in/c.csv", "day\n2\n");
    let (corpus, _) = open(&[&folder.path("in")], ReadOptions::default()).unwrap();
    assert!(corpus.check_same_columns().is_ok());
    corpus.blocks().for_each(|block| drop(corpus.parse(block.unwrap())));
    let headers: Vec<_> = (0..3).filter_map(|source| corpus.table_header(source)).collect();
    assert_eq!(headers, [b"id,text"]);
    folder.add("in/d.csv", "text,id\nd,2\n");
    let (corpus, _) = open(&[&folder.path("in")], ReadOptions::default()).unwrap();
    assert!(corpus.check_same_columns().is_err());
}

#[test]
fn a_large_side_file_is_one_problem() {
    let folder = Folder::new();
    folder.add("in/a.txt", "a");
    folder.add("in/b.jsonl", many(40).replace("\"text\"", "\"note\""));
    folder.add("in/c.jsonl", many(2).replace("\"text\"", "\"note\""));
    let options = limited(|limits| limits.block_bytes = 500);
    let all = read(&[&folder.path("in")], options).unwrap();
    assert_eq!((all.texts(), all.problems.len()), (vec!["a"], 2), "{:?}", all.problems);
}

#[test]
fn marks_of_other_programs_are_passed_over() {
    let folder = Folder::new();
    for name in ["_SUCCESS", "_committed_12", "_delta_log/0.json", "_temporary/x.txt", "a.txt"] {
        folder.add(&format!("in/{name}"), "x");
    }
    assert_eq!(folder.read("in").texts(), ["x"]);
    assert_eq!(folder.read("in").problems, []);
    folder.add("in/_draft.txt", "y");
    folder.add("in/_old/z.txt", "z");
    let all = folder.read("in");
    assert_eq!(all.texts(), ["x"]);
    assert!(all.problem().1.contains("with 1 others, because their names begin with `_`"));
    assert_eq!(folder.read("in/_draft.txt").texts(), ["y"], "named");
}

#[test]
fn folders_name_columns() {
    let folder = Folder::new();
    folder.add("in/outlet=The%20Post/date=2020-01-02/a.jsonl", "{\"text\":\"a\"}");
    folder.add("in/outlet=The%20Post/b.csv", "text,outlet\nb,own\n");
    folder.add("in/outlet=beta/c.txt", "c");
    folder.add("in/year=2020/gamma/d.txt", "d");
    folder.add("in/year=2020/e.txt", "e");
    let all = folder.read("in");
    assert_eq!(all.texts(), ["b", "a", "c", "e", "d"]);
    let outlets: Vec<_> = all.documents.iter().map(|d| d.meta.outlet.as_deref()).collect();
    assert_eq!(outlets, [Some("own"), Some("The Post"), Some("beta"), None, Some("gamma")]);
    assert_eq!(all.documents[1].meta.date.as_ref().unwrap().text, "2020-01-02");
    folder.add("known/publication=Alpha/a.jsonl", "{\"text\":\"a\"}");
    folder.add("known/Domain=b.example/x/b.txt", "b");
    folder.add("known/publication=Alpha/outlet=Own/c.jsonl", "{\"text\":\"c\"}");
    let all = folder.read("known");
    let outlets: Vec<_> = all.documents.iter().map(|d| d.meta.outlet.as_deref()).collect();
    assert_eq!(outlets, [Some("b.example"), Some("Alpha"), Some("Own")]);
    let mut chosen = ReadOptions::default();
    chosen.outlet = super::Column { name: "year".to_owned(), chosen: true };
    let all = read(&[&folder.path("in/year=2020/e.txt")], chosen).unwrap();
    assert_eq!(all.documents[0].meta.outlet.as_deref(), Some("2020"));
}

#[test]
fn missing_inputs_are_errors() {
    let folder = Folder::new();
    let error = |name: &str| read(&[&folder.path(name)], ReadOptions::default()).unwrap_err();
    assert!(matches!(error("none.txt"), Error::Io { .. }));
    assert!(error("*.none").to_string().contains("no file matches"));
    assert!(matches!(
        Corpus::open(&[String::new()], ReadOptions::default()),
        Err(Error::Io { .. })
    ));
}

#[test]
fn globs_and_doubles() {
    let folder = Folder::new();
    let a = folder.add("in/a.txt", "a");
    folder.add("in/b.txt", "b");
    folder.add("in/c[1].txt", "c");
    folder.add("in/d.xml", "d");
    let all = read(&[&folder.path("in/*")], ReadOptions::default()).unwrap();
    assert_eq!(all.texts(), ["a", "b", "c"]);
    assert!(all.problem().1.contains("XML"));
    assert_eq!(folder.read("in/c[1].txt").texts(), ["c"], "a name before a pattern");
    let inputs = [&a, &folder.path("in/../in/a.txt"), &folder.path("in/?.txt"), &folder.path("in")];
    let all = read(&inputs, ReadOptions::default()).unwrap();
    assert_eq!(all.texts(), ["a", "b", "c"]);
}

#[test]
fn lists_name_inputs() {
    let folder = Folder::new();
    let (a, b) = (folder.add("in/a.txt", "a"), folder.add("in/b.txt", "b"));
    let list = format!("{}\r\n\n{}\n", b.display(), folder.path("in/?.txt").display());
    folder.add("list.txt", list);
    let at = |name: &str| PathBuf::from(format!("@{}", folder.path(name).display()));
    let all = read(&[&at("list.txt")], ReadOptions::default()).unwrap();
    assert_eq!(all.texts(), ["b", "a"], "in the order of the list, each once");
    folder.add("bad.txt", format!("{}\n@other.txt\n", a.display()));
    let error = read(&[&at("bad.txt")], ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("line 2 names"), "{error}");
    let error = read(&[&at("none.txt")], ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("none.txt") && !error.contains('@'), "{error}");
    folder.add("gone.txt", "no/such/file.txt\n");
    assert!(read(&[&at("gone.txt")], ReadOptions::default()).is_err());
}

#[test]
fn a_file_that_vanishes_costs_itself() {
    let folder = Folder::new();
    let (a, b) = (folder.add("in/a.jsonl", "{\"text\":\"a\"}"), folder.add("in/b.txt", "b"));
    folder.add("in/c.txt", "c");
    let (corpus, _) = open(&[&folder.path("in")], ReadOptions::default()).unwrap();
    fs::remove_file(a).unwrap();
    fs::remove_file(b).unwrap();
    let batches: Vec<_> = corpus.blocks().map(|block| corpus.parse(block.unwrap())).collect();
    let problems: Vec<_> = batches.iter().flat_map(|batch| &batch.problems).collect();
    assert_eq!(problems.len(), 2);
    assert!(problems.iter().all(|problem| problem.cause == "is gone" && problem.skipped));
    assert_eq!(batches.iter().map(|batch| batch.documents.len()).sum::<usize>(), 1);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::symlink;

    fn fifo(path: &Path) {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn loops_and_links() {
        let folder = Folder::new();
        folder.add("in/real/a.txt", "a");
        symlink(folder.path("in"), folder.path("in/real/loop")).unwrap();
        symlink(folder.path("in/real"), folder.path("in/again")).unwrap();
        symlink(folder.path("in/real/a.txt"), folder.path("in/also.txt")).unwrap();
        symlink(folder.path("nowhere"), folder.path("in/broken.txt")).unwrap();
        symlink(folder.path("in/self"), folder.path("in/self")).unwrap();
        let all = folder.read("in");
        assert_eq!(all.texts(), ["a"]);
        assert!(all.ids()[0].ends_with("in/real/a.txt"), "the plain path wins");
        assert_eq!(all.problems.len(), 4);
        assert_eq!(all.tally.skipped(), 2, "only the broken ones cost something");
    }

    #[test]
    fn folders_of_links_do_not_multiply() {
        let folder = Folder::new();
        for level in 0..40 {
            fs::create_dir_all(folder.path(&format!("in/{level}"))).unwrap();
            for name in ["x", "y"] {
                let next = folder.path(&format!("in/{}", level + 1));
                symlink(next, folder.path(&format!("in/{level}/{name}"))).unwrap();
            }
        }
        folder.add("in/40/a.txt", "a");
        assert_eq!(folder.read("in").texts(), ["a"]);
    }

    #[test]
    fn fifos_in_folders_never_block() {
        let folder = Folder::new();
        folder.add("in/a.txt", "a");
        fifo(&folder.path("in/b.txt"));
        symlink("/dev/zero", folder.path("in/c.txt")).unwrap();
        let all = folder.read("in");
        assert_eq!(all.texts(), ["a"]);
        assert_eq!(all.tally.skipped(), 2);
        assert!(all.problems.iter().all(|problem| problem.cause.contains("not a regular file")));
        let all = read(&[&folder.path("in/b*")], ReadOptions::default()).unwrap();
        assert!(all.problem().1.contains("not a regular file"));
    }

    #[test]
    fn a_named_fifo_is_a_stream_read_once() {
        let folder = Folder::new();
        let path = folder.path("pipe");
        fifo(&path);
        // Its first bytes are looked at when it is listed.
        let writer = std::thread::spawn({
            let path = path.clone();
            move || fs::write(path, gzip(b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n")).unwrap()
        });
        let (corpus, problems) = open(&[&path, &path], ReadOptions::default()).unwrap();
        assert_eq!((corpus.source_count(), problems.len(), corpus.input_bytes()), (1, 0, 0));
        let batches: Vec<_> = corpus.blocks().map(|block| corpus.parse(block.unwrap())).collect();
        writer.join().unwrap();
        assert_eq!(batches.iter().map(|batch| batch.documents.len()).sum::<usize>(), 2);
        assert!(corpus.blocks().next().unwrap().is_err(), "not a second time");
    }

    #[test]
    fn unreadable_files_cost_themselves() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::new();
        folder.add("in/a.txt", "a");
        let path = folder.add("in/b.txt", "b");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
        if fs::File::open(&path).is_ok() {
            return; // Root may read everything.
        }
        let all = folder.read("in");
        assert_eq!(all.texts(), ["a"]);
        assert!(all.problem().1.contains("permission denied"));
        assert!(matches!(read(&[&path], ReadOptions::default()), Err(Error::Io { .. })));
    }
}

#[test]
fn a_file_without_a_text_is_told_its_own_columns() {
    let folder = Folder::new();
    let table = folder.add("a.csv", "id,outlet,body\n1,a,One\n");
    let lines = folder.add("b.jsonl", "{\"id\":1,\"story\":\"Two\"}\n");
    let all = read(&[&table, &lines], ReadOptions::default()).unwrap();
    let failure = all.failure();
    let own = format!("{}: no column `text`; the columns are id, story.", lines.display());
    assert!(failure.starts_with(&own), "{failure}");
    let outlet = Column { name: "house".to_owned(), chosen: true };
    let options = ReadOptions { outlet, ..ReadOptions::default() };
    let body = folder.add("c.csv", "n,text\n1,One\n");
    let failure = read(&[&table, &body], options).unwrap().failure();
    assert!(failure.contains("a.csv and others: no column `house`"), "{failure}");
    assert!(failure.contains("the columns are body, id, n, outlet, text"), "{failure}");
}

#[test]
fn a_text_file_in_another_format_is_said() {
    let folder = Folder::new();
    folder.add("in/a.txt", "{\"id\":1,\"text\":\"One\"}\n{\"id\":2,\"text\":\"Two\"}\n");
    folder.add("in/b.txt", "Words and more.");
    let all = folder.read("in");
    assert_eq!(all.documents.len(), 2);
    let (line, cause, skipped) = all.problem();
    assert_eq!((line, skipped), (None, false));
    assert_eq!(cause, "looks like JSON Lines, and is read as one text");
    let forced = ReadOptions { format: Format::named("text"), ..ReadOptions::default() };
    assert_eq!(read(&[&folder.path("in")], forced).unwrap().problems, []);
}

#[test]
fn front_matter_is_no_text() {
    let folder = Folder::new();
    folder.add(
        "in/alpha/a.md",
        "---\ntitle: Pumps\nsource: The Meridian\ndate: 2024-05-06\n---\n\nThe text.\n",
    );
    folder.add("in/alpha/b.markdown", "---\n\nA rule.\n\n---\n");
    folder.add("in/alpha/c.md", "---\ndate: the day after\n---\nThe text.\n");
    folder.add("in/alpha/d.md", "---\ntitle: Nothing else\n---\n");
    let all = folder.read("in");
    assert_eq!(all.texts(), ["The text.\n", "---\n\nA rule.\n\n---\n", "The text.\n"]);
    let meta = &all.documents[0].meta;
    assert_eq!(meta.outlet.as_deref(), Some("The Meridian"));
    assert_eq!(meta.title.as_deref(), Some("Pumps"));
    assert_eq!(meta.date.as_ref().map(|date| date.text.as_str()), Some("2024-05-06"));
    assert_eq!(all.documents[1].meta.outlet.as_deref(), Some("alpha"));
    let causes: Vec<_> = all.problems.iter().map(|problem| problem.cause.as_str()).collect();
    assert_eq!(
        causes,
        ["unreadable date: `the day after`", "holds no text below its front matter",]
    );
}

#[test]
fn what_browsers_and_systems_leave_beside_pages_is_not_read() {
    let folder = Folder::new();
    let page = "<!doctype html><html><body><p>The pump house on Canal Row opens.</p></body></html>";
    for name in ["a/One.html", "a/One_files/frame.html", "a/Zwei.htm", "a/Zwei-Dateien/x.html"] {
        folder.add(name, page);
    }
    folder.add("a/Thumbs.db", [0xd0, 0xcf, 0x11, 0xe0]);
    folder.add("a/Desktop.ini", "[.ShellClassInfo]");
    folder.add("a/~$note.docx", [5, 97]);
    folder.add("a/Other_files/words.txt", "Words of a folder that belongs to no page.");
    let all = folder.read("a");
    let names: Vec<_> = all.ids().iter().map(|id| id.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["One.html", "words.txt", "Zwei.htm"]);
    let (_, cause, skipped) = all.problem();
    assert!(cause.ends_with("are passed over: 2") && !skipped, "{cause}");
}

#[test]
fn a_page_in_the_place_of_a_table_is_refused() {
    let folder = Folder::new();
    let page = "<!DOCTYPE html><html><body><p>Sign in, please, to go on.</p></body></html>";
    for (name, what) in
        [("a.csv", "csv"), ("a.tsv", "tsv"), ("a.jsonl", "jsonl"), ("a.json", "jsonl")]
    {
        let path = folder.add(name, page);
        let said = read(&[&path], ReadOptions::default()).unwrap_err().to_string();
        assert!(said.contains(&format!("is a web page, and no {what}")), "{said}");
    }
    let path = folder.add("a.csv", page);
    let html = ReadOptions { format: Format::named("html"), ..ReadOptions::default() };
    assert_eq!(read(&[&path], html).unwrap().documents.len(), usize::from(cfg!(feature = "html")));
}

#[test]
fn text_that_changes_to_japanese_and_back_is_read() {
    let folder = Folder::new();
    let words = "\u{6e2f}\u{306e}\u{53e4}\u{3044}\u{30af}\u{30ec}\u{30fc}\u{30f3}";
    let (bytes, ..) = encoding_rs::ISO_2022_JP.encode(words);
    folder.add("a.txt", [&b"Crane: "[..], &bytes, b"\n"].concat());
    let all = folder.read("a.txt");
    assert_eq!(all.texts(), [format!("Crane: {words}\n")]);
    assert_eq!(all.problems, []);
    folder.add("b.txt", "A colour of \u{1b}[1mterminals\u{1b}[0m.");
    assert_eq!(folder.read("b.txt").texts(), ["A colour of \u{1b}[1mterminals\u{1b}[0m."]);
}
