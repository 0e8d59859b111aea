//! Bad input: a table with one row for each way in which a corpus can be broken.
//!
//! A row names the exit status, the messages that must appear, and what must still be found. Small
//! files are in tests/data/hostile (each needs a row); large and unusual ones are generated here.

use crate::dedup::gunzip;
use crate::util::{Dir, count_of, root, short, skipped, text_of, unsafe_on_terminal};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::process::Command;
use std::time::Duration;

/// The passage that the good documents of every row have in common.
const PASSAGE: &str = "The old pump house on Canal Row will open to visitors on Saturday, after \
    four years in which volunteers scraped, oiled and argued over every one of its nine hundred \
    moving parts.";

const MIB: u64 = 1 << 20;

/// One bad input, and what a run on it must do.
struct Row {
    /// Name of a file in tests/data/hostile, or of what `make` creates.
    name: &'static str,
    /// Creates the input in an empty folder.
    make: fn(&Dir, &str),
    args: &'static [&'static str],
    status: i32,
    /// Strings that standard error must contain.
    says: &'static [&'static str],
    /// Ids (or file names) of two documents that must be found as a pair.
    pair: Option<(&'static str, &'static str)>,
    /// Most resident memory the run may use.
    memory_bytes: u64,
}

const ROW: Row = Row {
    name: "",
    make: fixture,
    args: &["."],
    status: 0,
    says: &[],
    pair: Some(("good-1", "good-2")),
    memory_bytes: 512 * MIB,
};

/// Copies the file of the row into the folder.
fn fixture(dir: &Dir, name: &str) {
    dir.create(name, fs::read(root().join("tests/data/hostile").join(name)).unwrap());
}

/// Copies the file of the row and adds two good text files.
fn among_good(dir: &Dir, name: &str) {
    fixture(dir, name);
    good(dir, name);
}

/// The decompressed bytes of a file.
fn unpacked(path: &std::path::Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    match path.extension().and_then(|end| end.to_str()) {
        Some("gz") => gunzip(&bytes),
        Some("zst") => zstd::decode_all(&bytes[..]).unwrap(),
        Some("bz2") => {
            let mut back = Vec::new();
            std::io::Read::read_to_end(&mut bzip2::read::BzDecoder::new(&bytes[..]), &mut back)
                .unwrap();
            back
        }
        _ => bytes,
    }
}

/// Two good text files.
fn good(dir: &Dir, _: &str) {
    dir.create("good-1.txt", format!("Brass is patient.\n\n{PASSAGE} Tickets at the gate.\n"));
    dir.create("good-2.txt", format!("Steam and cake.\n\n{PASSAGE} The whistle blows twice.\n"));
}

/// A page as browsers save it, with a frame and a script in the folder beside it.
fn saved_page(dir: &Dir, name: &str) {
    good(dir, name);
    let page = |text: &str| format!("<!doctype html><html><body><p>{text}</p></body></html>");
    dir.create(name, page(&format!("Brass. {PASSAGE} Tickets.")));
    dir.create("saved_files/frame.html", page(&format!("A frame. {PASSAGE}")));
    dir.create("saved_files/main.js", "let x = 1;");
    dir.create("Thumbs.db", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    dir.create("~$draft.docx", [5, 97, 0, 0]);
}

/// A table with a text that fills a cell of a spreadsheet.
fn full_cell(dir: &Dir, name: &str) {
    let full: String = PASSAGE.chars().chain(" word".chars().cycle()).take(32_767).collect();
    dir.create(name, format!("id,text\ngood-1,\"{full}\"\ngood-2,\"Steam. {PASSAGE}\"\n"));
}

/// Good records in a list after more of other values than are looked at to tell formats apart.
fn late_list(dir: &Dir, name: &str) {
    let filler = "\"x\",".repeat(1 << 19);
    let record =
        |id: &str, text: &str| format!("{{\"id\":\"{id}\",\"text\":\"{text} {PASSAGE}\"}}");
    let list = [record("good-1", "Brass."), record("good-2", "Steam.")].join(",");
    dir.create(name, format!("{{\"facets\":[{filler}0],\"articles\":[{list}]}}"));
}

/// Two good records with `middle` between them.
fn between_good(dir: &Dir, name: &str, middle: impl FnOnce(&mut BufWriter<File>)) {
    let mut out = BufWriter::new(File::create(dir.join(name)).unwrap());
    writeln!(out, r#"{{"id":"good-1","text":"Brass is patient. {PASSAGE} Tickets."}}"#).unwrap();
    middle(&mut out);
    writeln!(out, r#"{{"id":"good-2","text":"Steam and cake. {PASSAGE} Twice."}}"#).unwrap();
    out.flush().unwrap();
}

fn deep_json(dir: &Dir, name: &str) {
    between_good(dir, name, |out| {
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        writeln!(out, r#"{{"id":"deep","tags":{open}{close},"text":"x"}}"#).unwrap();
        writeln!(out, r#"{{"id":"deeper","text":{}"#, r#"{"a":"#.repeat(100_000)).unwrap();
    });
}

/// A line of 200 MB, which is a record or not JSON at all.
fn long_line(dir: &Dir, name: &str) {
    between_good(dir, name, |out| {
        if name.starts_with("record") {
            out.write_all(br#"{"id":"long","text":""#).unwrap();
        }
        let words = "many words on a single line ".repeat(10_000);
        for _ in 0..200_000_000 / words.len() {
            out.write_all(words.as_bytes()).unwrap();
        }
        let end: &[u8] = if name.starts_with("record") { b"\"}\n" } else { b"\n" };
        out.write_all(end).unwrap();
    });
}

/// What starts as an archive, and has no name that says so.
fn nameless_archive(dir: &Dir, name: &str) {
    good(dir, name);
    dir.create(name, b"PK\x03\x04 and no more");
}

/// An export of a news database as a page: many articles in one file.
fn exported_page(dir: &Dir, name: &str) {
    good(dir, name);
    let words = "The snow came early to the bay this year, said the keeper of the light, who has \
        counted the winters there since he was a boy, and the boats stayed in. ";
    let article = format!(
        "<article><span class=\"DocPublicationName\">Bay Herald</span>\
         <p class=\"titreArticleVisu\">Snow</p><p>{}</p></article>",
        words.repeat(4)
    );
    dir.create(name, format!("<html><body>{}</body></html>", article.repeat(3)));
}

/// A message of e-mail, in which the text is encoded.
fn message(dir: &Dir, name: &str) {
    good(dir, name);
    let header = "From: ada@quill.example\r\nSubject: The pump house\r\nMIME-Version: 1.0\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    dir.create(name, format!("{header}It opens =E2=80=93 on Saturday.\r\n"));
}

fn long_text_file(dir: &Dir, name: &str) {
    good(dir, name);
    dir.create(name, "many words on a single line ".repeat(200_000_000 / 28));
}

fn one_token_a_million_times(dir: &Dir, name: &str) {
    good(dir, name);
    dir.create("a-1.txt", "a ".repeat(1_000_000));
    dir.create("a-2.txt", "a ".repeat(1_000_000));
}

fn period_of_seven(dir: &Dir, name: &str) {
    good(dir, name);
    dir.create("p-1.txt", "one two three four five six seven ".repeat(50_000));
    dir.create("p-2.txt", "one two three four five six seven ".repeat(50_000));
}

fn identical_documents(dir: &Dir, name: &str) {
    between_good(dir, name, |out| {
        for number in 0..10_000 {
            writeln!(out, r#"{{"id":"copy-{number:05}","text":"{PASSAGE}"}}"#).unwrap();
        }
    });
}

fn wide_table(dir: &Dir, name: &str) {
    good(dir, name);
    let names: Vec<String> = (0..100_000).map(|n| format!("c{n}")).collect();
    dir.create(name, names.join(",") + "\n");
}

fn deep_list(dir: &Dir, name: &str) {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let record = |id: &str| format!(r#"{{"id":"{id}","text":"Brass is patient. {PASSAGE} So."}}"#);
    dir.create(name, format!("[{},{deep},\n{}]", record("good-1"), record("good-2")));
}

fn page_bombs(dir: &Dir, name: &str) {
    good(dir, name);
    let article = format!("<p>{}</p>", "The pump house opens on Saturday, at noon. ".repeat(20));
    dir.create("deep.html", "<div>".repeat(200_000) + &article);
    let attributes: Vec<_> = (0..300_000).map(|at| format!("a{at}=1")).collect();
    dir.create("attributes.html", format!("<div {}>{article}", attributes.join(" ")));
    let block = format!("<div>{}</div>", "<b x=1>".repeat(200));
    dir.create("formatting.html", block + &"<p>x".repeat(50_000));
}

fn deep_rtf(dir: &Dir, name: &str) {
    good(dir, name);
    let (open, close) = ("{".repeat(1_000_000), "}".repeat(1_000_000));
    dir.create(name, format!("{{\\rtf1 {open}Steam. {PASSAGE}{close}}}"));
}

/// What scrapers leave beside texts.
fn side_files(dir: &Dir, name: &str) {
    good(dir, name);
    dir.create("notes.json", r#"{"author":"x","url":"y"}"#);
    dir.create("log.csv", "time,level\n1,info\n");
    dir.create("_SUCCESS", "");
    dir.create("_temporary/0.txt", PASSAGE);
}

fn empty_files(dir: &Dir, name: &str) {
    good(dir, name);
    dir.create("empty.txt", "");
    dir.create("blank.txt", " \n\n\t\n");
    dir.create("records.jsonl", "\n");
}

fn nothing_to_read(dir: &Dir, _: &str) {
    dir.create_dir("folder/deeper");
    dir.create(".hidden.txt", PASSAGE);
    dir.create("folder/.git/config.txt", PASSAGE);
}

fn fifo(dir: &Dir, name: &str) {
    good(dir, name);
    assert!(Command::new("mkfifo").arg(dir.join("pipe.txt")).status().unwrap().success());
}

#[cfg(unix)]
fn symlink_loop(dir: &Dir, name: &str) {
    use std::os::unix::fs::symlink;
    dir.create_dir("sub");
    good(dir, name);
    symlink("..", dir.join("sub/up")).unwrap();
    symlink("self.txt", dir.join("self.txt")).unwrap();
    symlink("nowhere.txt", dir.join("dangling.txt")).unwrap();
}

#[cfg(unix)]
fn unreadable_file(dir: &Dir, name: &str) {
    use std::os::unix::fs::PermissionsExt;
    good(dir, name);
    dir.create("locked.txt", PASSAGE);
    let none = fs::Permissions::from_mode(0o000);
    fs::set_permissions(dir.join("locked.txt"), none).unwrap();
}

fn folder_named_txt(dir: &Dir, name: &str) {
    good(dir, name);
    dir.create_dir("folder.txt");
    dir.create_dir("folder.jsonl");
}

/// All bad inputs, in groups: empty, lines, encodings, compression, size, files.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { name: "empty.jsonl", status: 2, says: &["no readable document"], pair: None, ..ROW },
    Row { name: "empty files", make: empty_files, ..ROW },
    Row { name: "nothing to read", make: nothing_to_read, status: 2, says: &["no readable document"], pair: None, ..ROW },
    Row { name: "blank_lines.jsonl", ..ROW },
    Row { name: "no_last_newline.jsonl", ..ROW },

    Row { name: "broken_line.jsonl", says: &["broken_line.jsonl:2: "], ..ROW },
    Row { name: "not_objects.jsonl", says: &["not_objects.jsonl:2: ", ":3: ", ":4: "], ..ROW },
    Row { name: "nan.jsonl", says: &["nan.jsonl:3: is not valid JSON"], ..ROW },
    Row { name: "envelope.json", says: &["envelope.json:3: is not a JSON object"], ..ROW },
    Row { name: "cut_envelope.json", says: &["reads `_source.body` as text", "not complete"], ..ROW },
    Row { name: "closed_list.json", says: &["closed_list.json:2: no text column"], ..ROW },
    Row { name: "dates.jsonl", says: &["dates.jsonl:1: unreadable date", "--date-format"], ..ROW },
    Row { name: "lone_surrogate.jsonl", says: &["lone_surrogate.jsonl:2: "], ..ROW },
    Row { name: "no_text_column.jsonl", status: 2, says: &["text", "story", "--text-column"], pair: None, ..ROW },
    Row { name: "some_without_text.jsonl", says: &["some_without_text.jsonl:2: "], ..ROW },
    Row { name: "text_is_a_number.jsonl", says: &["text_is_a_number.jsonl:2: ", ":3: "], ..ROW },
    Row { name: "duplicate_ids.jsonl", says: &["same"], pair: None, ..ROW },
    Row { name: "bad_dates.jsonl", says: &["bad_dates.jsonl:1: ", "2017-13-45"], ..ROW },
    Row { name: "strange_names.jsonl", pair: Some(("\u{202e}evil\u{2066}", "etc/line\nbreak")), ..ROW },
    Row { name: "wrong column", make: good_records, args: &["docs.jsonl", "--text-column", "story"], status: 2, says: &["docs.jsonl", "story", "id, text"], pair: None, ..ROW },
    Row { name: "deep.jsonl", make: deep_json, says: &["deep.jsonl:2: ", "deep.jsonl:3: "], ..ROW },

    Row { name: "invalid_utf8.jsonl", says: &["windows-1252", "--input-encoding"], ..ROW },
    Row { name: "invalid_utf8.txt", make: among_good, says: &["invalid_utf8.txt"], ..ROW },
    Row { name: "nul_bytes.jsonl", says: &["nul_bytes.jsonl:3: "], ..ROW },
    Row { name: "nul_bytes.txt", make: among_good, ..ROW },
    Row { name: "crlf.jsonl", ..ROW },
    Row { name: "crlf.txt", make: among_good, pair: Some(("crlf", "good-1")), ..ROW },
    Row { name: "bom.jsonl", ..ROW },
    Row { name: "bom.txt", make: among_good, pair: Some(("bom", "good-1")), ..ROW },
    Row { name: "utf16_le.txt", make: among_good, ..ROW },
    Row { name: "utf16_be.txt", make: among_good, ..ROW },
    Row { name: "utf32_le.txt", make: among_good, says: &["utf32_le.txt"], ..ROW },

    Row { name: "truncated.jsonl.gz", make: among_good, says: &["truncated.jsonl.gz"], ..ROW },
    Row { name: "truncated.jsonl.zst", make: among_good, says: &["truncated.jsonl.zst"], ..ROW },
    Row { name: "not_gzip.jsonl.gz", make: fixture, ..ROW },
    Row { name: "garbage.jsonl.zst", make: among_good, says: &["garbage.jsonl.zst"], ..ROW },

    Row { name: "ragged.csv", says: &["ragged.csv:3: has 1 field ", "ragged.csv:4: has 4 fields"], ..ROW },
    Row { name: "unclosed_quote.csv", says: &["unclosed_quote.csv:4: ", "read as text"], ..ROW },
    Row { name: "other_encoding.csv", says: &["windows-1252"], ..ROW },
    Row { name: "crlf.csv", ..ROW },
    Row { name: "bom_semicolons.csv", ..ROW },
    Row { name: "nul_bytes.csv", ..ROW },
    Row { name: "no_text_column.csv", status: 2, says: &["no column `text`; the columns are id, story"], pair: None, ..ROW },
    Row { name: "header_only.csv", make: among_good, says: &["header_only.csv", "no record"], ..ROW },
    Row { name: "cr_only.csv", make: among_good, says: &["cr_only.csv:2: has 4 fields"], ..ROW },
    Row { name: "short_rows.csv", ..ROW },
    Row { name: "two_texts.csv", says: &["two_texts.csv:1: two columns have one name, #2 is read and #3 is not"], ..ROW },
    Row { name: "sep_line.csv", ..ROW },
    Row { name: "unicode_text.txt", ..ROW },
    Row { name: "blanks.csv", ..ROW },
    Row { name: "backslashes.csv", ..ROW },
    Row { name: "preamble.csv", says: &["preamble.csv:1: lines before the header are passed over: 3"], ..ROW },
    Row { name: "no_header.csv", args: &["--text-column", "#2", "--id-column", "#1", "no_header.csv"], says: &["no_header.csv:1: has no header", "#1 to #2"], pair: Some(("1", "2")), ..ROW },
    Row { name: "swallowed_rows.csv", says: &["swallowed_rows.csv:2: ", "read as text"], ..ROW },
    Row { name: "marks.tsv", ..ROW },
    Row { name: "wide.csv", make: wide_table, says: &["wide.csv", "--max-columns"], ..ROW },
    Row { name: "wrong_values.json", says: &["wrong_values.json:2: ", ":3: ", ":4: ", ":5: "], ..ROW },
    Row { name: "truncated.json", says: &["truncated.json:3: ", "not complete"], ..ROW },
    Row { name: "single_object.json", make: among_good, ..ROW },
    Row { name: "number.json", make: among_good, says: &["number.json:1: "], ..ROW },
    Row { name: "deep.json", make: deep_list, says: &["deep.json:2: "], ..ROW },
    Row { name: "columns.json", ..ROW },
    Row { name: "uneven_columns.json", make: among_good, says: &["uneven_columns.json: holds a table as one object, with other than 2 values in `outlet`"], ..ROW },
    Row { name: "late list.json", make: late_list, ..ROW },
    Row { name: "sequence.json-seq", ..ROW },
    Row { name: "joined.jsonl", ..ROW },
    Row { name: "joined.csv", says: &["joined.csv:3: the header is there again"], ..ROW },
    Row { name: "site.json", says: &["reads `html` as text"], ..ROW },
    Row { name: "answer.csv", make: among_good, says: &["answer.csv: is a web page, and no csv", "--input-format html"], ..ROW },
    Row { name: "escaped.csv", says: &["texts with line ends written as `\\n`, which are read as words: 2"], ..ROW },
    Row { name: "excerpts.json", says: &["excerpts.json:1: the text is cut off by its service (characters missing: 1234)", "excerpts.json:2: the text is not there"], ..ROW },
    Row { name: "unfinished.part", make: among_good, says: &["unfinished.part: is a download that is not finished"], ..ROW },
    Row { name: "saved.html", make: saved_page, says: &["saved_files: folders of pages that a browser saved", "are passed over: 1"], pair: Some(("saved.html", "good-1")), ..ROW },
    Row { name: "full_cell.csv", make: full_cell, says: &["full_cell.csv:2: the text has 32767 characters, where Excel cuts it off"], ..ROW },
    Row { name: "dump.tsv", ..ROW },
    Row { name: "paths.tsv", says: &["paths.tsv:2: backslashes may stand for line ends and tabs"], ..ROW },
    Row { name: "front_matter.md", make: among_good, says: &["front_matter.md: unreadable date: `5th or 6th of May`"], pair: Some(("front_matter.md", "good-1")), ..ROW },
    Row { name: "tagged.jsonl", says: &["texts with tags or entities of HTML, which are read as words: 2", "--html-text"], ..ROW },
    Row { name: "table.txt", make: among_good, says: &["table.txt: looks like a table", "--input-format csv"], ..ROW },
    Row { name: "far_date.html", make: among_good, says: &["far_date.html: unreadable date: `2098-05-06`", "1 x unreadable date"], pair: Some(("far_date.html", "good-1")), ..ROW },
    Row { name: "utf16.jsonl", ..ROW },
    Row { name: "truncated.jsonl.bz2", says: &["truncated.jsonl.bz2"], ..ROW },
    Row { name: "garbage.jsonl.bz2", make: among_good, says: &["garbage.jsonl.bz2"], ..ROW },
    Row { name: "wrong_length.warc", says: &["wrong_length.warc:2: ", "length"], pair: Some(("wrong_length.warc:1", "wrong_length.warc:3")), ..ROW },
    Row { name: "no_warc.warc", make: among_good, says: &["no_warc.warc:1: "], ..ROW },
    Row { name: "truncated.warc.gz", says: &["truncated.warc.gz"], pair: Some(("truncated.warc.gz:1", "truncated.warc.gz:2")), ..ROW },
    Row { name: "damaged_member.warc.gz", says: &["damaged_member.warc.gz:2: ", "(this record, "], pair: Some(("damaged_member.warc.gz:1", "damaged_member.warc.gz:3")), ..ROW },
    Row { name: "cut_page.warc", says: &["cut_page.warc:1: ", "WARC-Truncated: length", "1 x metadata"], pair: Some(("cut_page.warc:1", "cut_page.warc:3")), ..ROW },
    Row { name: "cut_row.csv", says: &["cut_row.csv:3: ", "never closed"], ..ROW },
    Row { name: "several.txt", make: among_good, says: &["several.txt", "several articles of EBSCO"], ..ROW },
    Row { name: "pointer.parquet", make: among_good, says: &["pointer.parquet", "Git LFS"], ..ROW },
    Row { name: "early_dates.jsonl", ..ROW },
    Row { name: "broken_payload.warc", says: &["broken_payload.warc:2: ", "gzip data are damaged"], pair: Some(("broken_payload.warc:1", "broken_payload.warc:3")), ..ROW },
    Row { name: "statuses.warc", says: &["1 record passed over: 1 x 404"], pair: Some(("statuses.warc:1", "statuses.warc:3")), ..ROW },
    Row { name: "lies.arc", says: &["lies.arc:3: ", "lies.arc:4: ", "lies.arc:6: ", "length"], pair: Some(("lies.arc:2", "lies.arc:5")), ..ROW },
    Row { name: "bomb.zip", says: &["bomb.txt", "limit"], ..ROW },
    Row { name: "leads_out.zip", says: &["leads out of its archive"], ..ROW },
    Row { name: "encrypted.zip", says: &["locked.txt", "is encrypted"], ..ROW },
    Row { name: "packed", make: nameless_archive, says: &["packed", "not a whole ZIP archive"], ..ROW },
    Row { name: "export.html", make: exported_page, says: &["export.html", "several articles of a news database"], ..ROW },
    Row { name: "letter.eml", make: message, says: &["letter.eml", "is a message of e-mail"], ..ROW },
    Row { name: "letter", make: message, says: &["letter: is a message of e-mail"], ..ROW },
    Row { name: "truncated.zip", make: among_good, says: &["truncated.zip", "not a whole ZIP archive"], ..ROW },
    Row { name: "truncated.jsonl.xz", make: among_good, says: &["truncated.jsonl.xz"], ..ROW },
    Row { name: "greedy.jsonl.xz", make: among_good, says: &["greedy.jsonl.xz", "cannot be read on"], ..ROW },
    Row { name: "broken.docx", make: among_good, says: &["broken.docx", "not a whole DOCX"], ..ROW },
    Row { name: "unclosed.rtf", make: among_good, says: &["unclosed.rtf", "ends early"], pair: Some(("unclosed.rtf", "good-1")), ..ROW },
    Row { name: "deep.rtf", make: deep_rtf, pair: Some(("deep.rtf", "good-1")), ..ROW },
    Row { name: "headlines.txt", make: among_good, says: &["headlines.txt:1: ", "no text"], pair: None, ..ROW },
    Row { name: "side files", make: side_files, says: &["notes.json: has no column `text`", "left out: 2 x has no column `text`"], ..ROW },
    Row { name: "broken_footer.parquet", make: among_good, says: &["broken_footer.parquet", "Parquet"], ..ROW },
    Row { name: "no_footer.parquet", make: among_good, says: &["no_footer.parquet", "Parquet"], ..ROW },
    Row { name: "not_parquet.parquet", make: among_good, says: &["not_parquet.parquet", "Parquet"], ..ROW },
    Row { name: "truncated.arrow", says: &["truncated.arrow:3: ", "ends inside a message"], pair: Some(("good-a", "good-b")), ..ROW },
    Row { name: "bomb.feather", make: among_good, says: &["bomb.feather:1: ", "over the limit"], memory_bytes: 100 * MIB, ..ROW },
    Row { name: "not_arrow.arrow", make: among_good, says: &["not_arrow.arrow: is not a whole Arrow file"], ..ROW },
    Row { name: "first.feather", make: among_good, says: &["first.feather: is Feather of version 1"], ..ROW },
    Row { name: "no_article.html", make: among_good, says: &["no_article.html", "no article text"], ..ROW },
    Row { name: "unclosed_tags.html", make: among_good, pair: Some(("unclosed_tags.html", "good-1")), ..ROW },
    Row { name: "no_cues.vtt", make: among_good, says: &["no_cues.vtt", "holds no subtitles"], ..ROW },
    Row { name: "cut_off.srt", make: among_good, pair: Some(("cut_off.srt", "good-1")), ..ROW },
    Row { name: "page bombs", make: page_bombs, says: &["formatting.html", "elements"], ..ROW },

    Row { name: "record of 200 MB.jsonl", make: long_line, says: &[".jsonl:2: ", "limit"], ..ROW },
    Row { name: "line of 200 MB.jsonl", make: long_line, says: &[".jsonl:2: "], ..ROW },
    Row { name: "text of 200 MB.txt", make: long_text_file, says: &["text of 200 MB.txt"], ..ROW },
    Row { name: "one token a million times", make: one_token_a_million_times, ..ROW },
    Row { name: "the same seven words", make: period_of_seven, ..ROW },
    Row { name: "identical.jsonl", make: identical_documents, pair: None, ..ROW },

    Row { name: "folder named .txt", make: folder_named_txt, ..ROW },
    #[cfg(unix)]
    Row { name: "fifo", make: fifo, says: &["pipe.txt"], ..ROW },
    #[cfg(unix)]
    Row { name: "symlink loop", make: symlink_loop, ..ROW },
    #[cfg(unix)]
    Row { name: "unreadable file", make: unreadable_file, says: &["locked.txt"], ..ROW },
];

fn good_records(dir: &Dir, _: &str) {
    between_good(dir, "docs.jsonl", |_| {});
}

/// Runs `check` over the table, and fails with everything that is wrong.
#[track_caller]
fn assert_every_row(check: impl Fn(&Row) -> Vec<String>) {
    let mut failures = Vec::new();
    for row in TABLE {
        let wrong = check(row);
        if !wrong.is_empty() {
            failures.push(format!("{}:\n    {}", row.name, wrong.join("\n    ")));
        }
    }
    assert!(failures.is_empty(), "{} rows fail\n{}", failures.len(), failures.join("\n"));
}

/// Runs one row through `scan`; returns what is wrong with it.
fn check(row: &Row) -> Vec<String> {
    let (dir, mut wrong) = (Dir::new(), Vec::new());
    (row.make)(&dir, row.name);
    if row.name == "unreadable file" && fs::read(dir.join("locked.txt")).is_ok() {
        skipped("the unreadable file: this user may read everything");
        return wrong;
    }
    let args = [&["scan"], row.args].concat();
    let run = |format| {
        let command = dir.command(&args).args(&["--format", format, "--threads", "2"]);
        command.limit(Duration::from_secs(60)).run()
    };
    let out = run("jsonl");
    if out.code != Some(row.status) {
        let seconds = out.seconds;
        wrong.push(format!("status {:?} instead of {} ({seconds:.1} s)", out.code, row.status));
    }
    for part in row.says.iter().filter(|part| !out.stderr.contains(**part)) {
        wrong.push(format!("does not say `{part}`"));
    }
    if out.stderr.contains("panicked at") || out.stderr.contains("internal error") {
        wrong.push("panics".to_owned());
    }
    if let Some(bad) = unsafe_on_terminal(&out.stderr.replace('\t', " ")) {
        wrong.push(format!("standard error passes {bad:?} on"));
    }
    if out.peak_bytes > row.memory_bytes {
        wrong.push(format!("took {} MiB", out.peak_bytes / MIB));
    }
    if out.code == Some(0) {
        let name = |side| short(text_of(side, "id"));
        let pairs: BTreeSet<_> =
            out.records().iter().map(|p| (name(&p["a"]), name(&p["b"]))).collect();
        let found = |(a, b): (&str, &str)| {
            let both = |x: &str, y: &str| x.ends_with(a) && y.ends_with(b);
            pairs.iter().any(|(x, y)| both(x, y) || both(y, x))
        };
        if let Some(pair) = row.pair.filter(|pair| !found(*pair)) {
            let some: Vec<_> = pairs.iter().take(5).collect();
            wrong.push(format!("lost the pair {pair:?}; found {} such as {some:?}", pairs.len()));
        }
    } else if !out.stdout.is_empty() {
        wrong.push("failed, and still wrote a result".to_owned());
    }
    let view = run("text");
    match std::str::from_utf8(&view.stdout).map(unsafe_on_terminal) {
        Ok(None) => {}
        Ok(Some(bad)) => wrong.push(format!("standard output passes {bad:?} on")),
        Err(error) => wrong.push(format!("standard output is not UTF-8: {error}")),
    }
    if !wrong.is_empty() {
        wrong.push(format!("standard error: {}", out.stderr.chars().take(600).collect::<String>()));
    }
    wrong
}

#[test]
fn bad_input_costs_only_itself() {
    assert_every_row(check);
}

/// Runs one row through `dedup`; returns what is wrong with it.
fn check_dedup(row: &Row) -> Vec<String> {
    // The good documents are similar, so at threshold 1 only equal ones are removed.
    check_dedup_by(row, &["--threshold", "1"], "duplicates.jsonl")
}

/// The same for a way to deduplicate that lists what it removes in `table`.
fn check_dedup_by(row: &Row, by: &[&str], table: &str) -> Vec<String> {
    let (dir, mut wrong) = (Dir::new(), Vec::new());
    (row.make)(&dir, row.name);
    if row.name == "unreadable file" && fs::read(dir.join("locked.txt")).is_ok() {
        return wrong;
    }
    let args = [&["dedup"], row.args].concat();
    let more = ["-o", "out", "--threads", "2", "--output-format", "jsonl"];
    let out = dir.command(&args).args(&more).args(by).limit(Duration::from_secs(60)).run();
    if out.code != Some(row.status) {
        wrong.push(format!("status {:?} instead of {}", out.code, row.status));
    }
    // Only `scan` warns about ids that occur twice.
    let missing = |part: &&&str| **part != "same" && !out.stderr.contains(**part);
    for part in row.says.iter().filter(missing) {
        wrong.push(format!("does not say `{part}`"));
    }
    if out.stderr.contains("panicked at") || out.stderr.contains("internal error") {
        wrong.push("panics".to_owned());
    }
    let said = format!("{}{}", out.stderr.replace('\t', " "), out.text());
    if let Some(bad) = unsafe_on_terminal(&said) {
        wrong.push(format!("passes {bad:?} on"));
    }
    if out.peak_bytes > row.memory_bytes {
        wrong.push(format!("took {} MiB", out.peak_bytes / MIB));
    }
    if out.code == Some(0) {
        let kept = fs::read(dir.join("out/kept.jsonl")).unwrap_or_else(|_| {
            let packed = fs::read_dir(dir.join("out")).unwrap().map(|e| e.unwrap().path());
            let names = ["gz", "zst", "bz2"].map(|end| format!("kept.jsonl.{end}"));
            let packed = packed.filter(|path| names.iter().any(|name| path.ends_with(name)));
            packed.flat_map(|path| unpacked(&path)).collect()
        });
        // A removed document is listed among the duplicates.
        let kept = [kept, dir.read(&format!("out/{table}"))].concat();
        let kept = String::from_utf8_lossy(&kept);
        let good = [row.pair.map(|pair| pair.0), row.pair.map(|pair| pair.1)];
        for id in good.into_iter().flatten().filter(|id| id.starts_with("good")) {
            if !kept.contains(id) {
                wrong.push(format!("lost {id}"));
            }
        }
    } else if dir.join("out").exists() || dir.join(".out.wirecopy-work").exists() {
        wrong.push("failed, and left a folder".to_owned());
    }
    if !wrong.is_empty() {
        wrong.push(format!("standard error: {}", out.stderr.chars().take(600).collect::<String>()));
    }
    wrong
}

#[test]
fn bad_input_costs_dedup_only_itself() {
    assert_every_row(check_dedup);
}

#[test]
fn bad_input_costs_copies_and_passages_only_itself() {
    let coverage = ["--measure", "coverage", "--threshold", "1"];
    assert_every_row(|row| check_dedup_by(row, &coverage, "duplicates.jsonl"));
    assert_every_row(|row| check_dedup_by(row, &["--passages"], "removed.jsonl"));
}

#[test]
fn every_hostile_file_has_a_row() {
    for entry in fs::read_dir(root().join("tests/data/hostile")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let rows = TABLE.iter().filter(|row| row.name == name).count();
        assert_eq!(rows, 1, "rows for tests/data/hostile/{name}");
    }
}

#[test]
fn strict_makes_a_skipped_record_a_failure() {
    for name in ["broken_line.jsonl", "not_objects.jsonl", "some_without_text.jsonl"] {
        let dir = Dir::new();
        fixture(&dir, name);
        let run = dir.command(&["scan", name, "--strict", "--format", "jsonl"]).run().expect(2);
        assert!(run.stdout.is_empty(), "{name}: nothing is published");
        assert!(run.stderr.contains(":2: "), "{name}: {}", run.stderr);
    }
}

#[test]
fn the_list_of_what_is_left_out_has_the_format_of_its_name() {
    let dir = Dir::new();
    fixture(&dir, "not_objects.jsonl");
    let first = |list: &str| {
        dir.command(&["scan", "not_objects.jsonl", "--skipped", list]).run().expect(0);
        let written = fs::read_to_string(dir.join(list)).unwrap();
        written.lines().next().unwrap_or_default().to_owned()
    };
    assert!(
        first("list.jsonl").starts_with("{\"path\":\"not_objects.jsonl\",\"record\":2,\"cause\":")
    );
    assert_eq!(first("list.csv"), "path,record,cause,cure");
    assert_eq!(first("list.TSV"), "path\trecord\tcause\tcure");
    assert_eq!(first("list.json"), "[");
    let args = ["scan", "not_objects.jsonl", "--skipped", "list.html"];
    let run = dir.command(&args).run().expect(2);
    assert!(
        run.stderr.contains("--skipped: lists of what is left out are in no format"),
        "{}",
        run.stderr
    );
}

#[test]
fn skipped_records_are_counted() {
    let dir = Dir::new();
    fixture(&dir, "not_objects.jsonl");
    let run = dir.command(&["scan", "not_objects.jsonl"]).run().expect(0);
    let last: Vec<&str> = run.stderr.lines().rev().take(3).collect();
    assert!(last.iter().any(|l| l.contains("3 record")), "{}", run.stderr);
}

#[test]
fn many_warnings_stay_readable() {
    let dir = Dir::new();
    between_good(&dir, "docs.jsonl", |out| {
        for _ in 0..5_000 {
            writeln!(out, "broken").unwrap();
        }
    });
    let run = dir.command(&["scan", "docs.jsonl"]).run().expect(0);
    let lines = run.stderr.lines().count();
    let counts = run.stderr.replace(',', "");
    assert!(lines < 100 && counts.contains("5000 record"), "{lines} lines: {}", run.stderr);
    assert!(!counts.contains("1000 record"), "two counts that differ: {}", run.stderr);
}

#[test]
fn ten_thousand_copies_are_one_family() {
    let dir = Dir::new();
    identical_documents(&dir, "docs.jsonl");
    let args = ["scan", "docs.jsonl", "--format", "jsonl", "--families", "families.jsonl"];
    dir.command(&args).run().expect(0);
    let families = dir.records("families.jsonl");
    let sizes: Vec<usize> = families.iter().map(|f| count_of(f, "size")).collect();
    assert_eq!(sizes, [10_002]);
}
