//! Tables cut, read, read again and written back.

use super::*;
use crate::corpus::Format;
use proptest::prelude::*;

fn inputs(table: &Delimited) -> Inputs {
    Inputs::of_one(Format(table.facts), ReadOptions::default())
}

/// The header and the number of bytes it takes.
fn header(table: &Delimited, raw: &[u8]) -> (usize, Header) {
    table.splitter().header(&inputs(table), raw).unwrap().unwrap()
}

#[test]
fn records_end_outside_quotation_marks() {
    let mut splitter = CSV.splitter();
    assert_eq!(splitter.last(b"a,\"b\n"), None, "the mark is open");
    assert_eq!(splitter.last(b"a,\"b\nc\"\"\n\"\nd"), Some(11));
    assert_eq!(splitter.last(b"a,\"b\nc\"\"\n\"\nd\ne"), Some(13), "what has ended since");
    splitter.reset();
    assert_eq!(splitter.last(b"x\ny\n"), Some(4));
    splitter.reset();
    assert_eq!(splitter.last(b"a,\"b"), None);
    assert_eq!(splitter.first(b"c\nd\"\ne\n"), Some(5), "the mark was open");
    assert_eq!(splitter.first(b"f"), None);
    assert_eq!(splitter.count(b"a,b\n\n \r\n\"c\nd\",e\nf"), 3, "no blank ones");
    assert!(splitter.has_lines() && splitter.has_header());
}

#[test]
fn the_header_shows_the_separator() {
    for (raw, delimiter) in [
        (&b"a,b;c,d\n1"[..], b','),
        (b"a;b,c;d\n", b';'),
        (b"a\tb\n", b'\t'),
        (b"a|b|c,d\n", b'|'),
        (b"alone\n", b','),
        (b"a;b,c\n", b','),
        (b"\"a;b\",c\n", b','),
        (b"a^b^c,d\n", b'^'),
    ] {
        let (end, found) = header(&CSV, raw);
        assert_eq!(found.dialect.delimiter, delimiter, "{}", String::from_utf8_lossy(raw));
        assert_eq!(raw[end - 1], b'\n');
    }
    let (end, found) = header(&TSV, b"a,b\t c \r\nx");
    assert_eq!((end, found.names.as_slice()), (9, &["a,b".to_owned(), "c".to_owned()][..]));
    assert_eq!(found.raw.as_deref(), Some(&b"a,b\t c \r"[..]), "with its carriage return");
    assert_eq!(header(&CSV, b"text,id").0, 7, "without a line feed");
}

#[test]
fn a_header_that_cannot_be_used_is_refused() {
    let refused = |raw: &[u8], columns: usize| {
        let mut options = ReadOptions::default();
        options.limits.columns = columns;
        let inputs = Inputs::of_one(Format(CSV.facts), options);
        CSV.splitter().header(&inputs, raw).err().map(|refusal| refusal.cause)
    };
    assert_eq!(refused(b"a,b\n", 2), None);
    assert!(refused(b"a,b,c\n", 2).unwrap().ends_with("the limit of 2: 3"));
}

#[test]
fn tables_are_alike_where_names_and_separator_are() {
    let of = |raw: &[u8]| header(&CSV, raw).1;
    let differs = |other: &[u8]| of(b"a,b\n").difference(&of(other)).unwrap_or("is alike");
    assert_eq!(differs(b"a,b \r\n"), "is alike");
    assert_eq!(differs(b"a, b\n"), "encloses its fields otherwise than", "blanks mean nothing");
    assert_eq!(differs(b"a;b\n"), "separates its fields by another sign than");
    assert_eq!(differs(b"a,c\n"), "has other columns than");
    assert_eq!(differs(b"a,b\rx,y\r"), "ends its lines otherwise than");
}

/// Lines and causes of problems.
type Causes = Vec<(Option<u64>, String)>;

/// The documents and the problems of a table.
fn read_as(table: &Delimited, raw: &[u8], text: Option<&str>) -> (Vec<(String, u64)>, Causes) {
    let mut options = ReadOptions::default();
    if let Some(name) = text {
        options.text = crate::corpus::Column { name: name.to_owned(), chosen: true };
    }
    let inputs = Inputs::of_one(Format(table.facts), options);
    let (end, header) = table.splitter().header(&inputs, raw).unwrap().unwrap();
    inputs.set_header(0, header);
    let first_line = 1 + memchr_iter(b'\n', &raw[..end]).count() as u64;
    let records = RawRecords { first_line, ..RawRecords::first(&raw[end..]) };
    let (mut batch, mut found) = (Batch::default(), Vec::new());
    table.each(&inputs, records, &mut batch, &mut |parsed| {
        found.push((parsed.text.into_owned(), parsed.place.line));
    });
    let causes = batch.problems.into_iter().map(|problem| (problem.line, problem.cause));
    (found, causes.collect())
}

fn read(raw: &[u8]) -> (Vec<(String, u64)>, Causes) {
    read_as(&CSV, raw, None)
}

/// The texts of a table without any problem.
#[track_caller]
fn texts(raw: &str) -> Vec<String> {
    let (found, causes) = read(raw.as_bytes());
    assert_eq!(causes, [] as [(Option<u64>, String); 0]);
    found.into_iter().map(|(text, _)| text).collect()
}

#[test]
fn rows_become_documents() {
    let (found, causes) = read(b"n,text\n1,one\n\n2,\"two\nlines\"\n3\n4,four,x\n5,five");
    let expected = [("one", 1), ("two\nlines", 2), ("five", 5)];
    assert_eq!(found, expected.map(|(text, number)| (text.to_owned(), number)));
    let other = |count| format!("has {count} where the header has 2 (separated by `,`)");
    assert_eq!(causes, [(Some(6), other("1 field")), (Some(7), other("3 fields"))]);
}

#[test]
fn short_rows_and_empty_surplus_are_no_fault() {
    assert_eq!(
        texts("id,text,a,b\n1,one\n2,two,x\n3,three,x,y,,\n4,four,,, \n"),
        ["one", "two", "three", "four"]
    );
}

#[test]
fn what_spreadsheets_and_databases_write_is_read() {
    assert_eq!(texts("sep=;\r\nid;text\r\n1;\"a;b\"\r\n"), ["a;b"]);
    assert_eq!(texts("\"sep=^\"\nid^text\n1^a^\n"), ["a"]);
    assert_eq!(texts("id,text\r1,one\r2,\"two\rlines\"\r3,three"), ["one", "two\rlines", "three"]);
    assert_eq!(texts("id, text\n1, \"a, b\" \n2,  c\n"), ["a, b", "c"]);
    assert_eq!(texts("id,text\n1, \"a, b\"\n2,c\n"), ["a, b", "c"]);
    assert_eq!(
        texts("id,text\n1,\"She said \\\"yes, no\\\" once\"\n2,\"C:\\\\x\"\n"),
        ["She said \"yes, no\" once", "C:\\x"]
    );
    assert_eq!(texts("id,text\n1,\"C:\\\"\n2,b\n"), ["C:\\", "b"], "no escape");
    let (found, causes) = read(b"id,text\n1,\\N\n2,\"\\N\"\n3,\\Nx\n");
    let texts: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!((texts, causes.len()), (vec!["", "\\N", "\\Nx"], 0), "no value without marks alone");
}

#[test]
fn lines_before_the_header_are_passed_over_and_said() {
    let (found, causes) = read(b"Export of the archive\nmade on 2024-01-05\n\nid,text\n1,one\n");
    assert_eq!(found, [("one".to_owned(), 1)]);
    let cause = "lines before the header are passed over: 3";
    assert_eq!(causes, [(Some(1), cause.to_owned())]);
}

#[test]
fn a_missing_header_is_recognised() {
    let raw = b"1,alpha,one and two\n2,beta,three\n";
    let (found, causes) = read_as(&CSV, raw, Some("#3"));
    assert_eq!(found, [("one and two".to_owned(), 1), ("three".to_owned(), 2)]);
    assert!(causes[0].1.starts_with("has no header, its first row looks like data"));
    assert_eq!(causes.len(), 1);
    let (found, causes) = read(raw);
    assert!(found.is_empty() && causes.len() == 3, "no column is the text");
    let (found, _) = read_as(&CSV, b"id,outlet,article\n1,alpha,one\n", Some("#3"));
    assert_eq!(found, [("one".to_owned(), 1)], "a header all the same");
}

#[test]
fn marks_in_tabbed_tables_are_text() {
    let raw = b"id\toutlet\ttext\n1\ta\t\"One said\n2\tb\ttwo\n3\tc\t\"three\" said\"\n";
    let (found, causes) = read_as(&TSV, raw, None);
    let found: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(found, ["\"One said", "two", "\"three\" said\""]);
    assert_eq!(causes, []);
}

#[test]
fn a_mark_that_swallows_rows_is_text() {
    for (rest, more) in [
        ("2,b,two\n3,c,three\n", vec!["two", "three"]),
        ("2,b,two\n3,c,he said so\"\n4,d,four\n", vec!["two", "he said so\"", "four"]),
        ("2,b,\"two\"\n3,c,\"three, more\"\n", vec!["two", "three, more"]),
        ("2,b,two\n3,c,\"three\"\n", vec!["two", "three"]),
    ] {
        let (found, causes) = read(format!("id,o,text\n0,z,no\n1,a,\"One said\n{rest}").as_bytes());
        let texts: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
        let mut expected = vec!["no", "\"One said"];
        expected.extend(more);
        assert_eq!(texts, expected, "{rest}");
        assert_eq!(causes.len(), 1, "{causes:?}");
        assert_eq!(causes[0].0, Some(3));
        assert!(causes[0].1.contains("read as text"));
    }
}

#[test]
fn a_mark_that_swallows_rows_is_text_in_any_column() {
    for (table, expected) in [
        (
            "id,text,o\n1,\"He said one,a\n2,two,b\n3,three\" yes,c\n4,four,d\n",
            ["\"He said one", "two", "three\" yes", "four"],
        ),
        (
            "id,text,o\n1,\"One,a\n2,two,b\n3,three\",c\n4,four,d\n",
            ["\"One", "two", "three\"", "four"],
        ),
        (
            "text;id\n\"He said one;1\ntwo;2\nthree\" yes;3\nfour;4\n",
            ["\"He said one", "two", "three\" yes", "four"],
        ),
        ("text,id\n\"One,1\ntwo,2\nthree\",3\nfour,4\n", ["\"One", "two", "three\"", "four"]),
    ] {
        let (found, causes) = read(table.as_bytes());
        let texts: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, expected, "{table}");
        assert_eq!((causes.len(), causes[0].0), (1, Some(2)), "{causes:?}");
    }
}

#[test]
fn a_row_that_is_cut_after_its_mark_costs_itself_alone() {
    for rest in ["11,one,a\n12,two,\"b\"\n13,three,c\n", "11,one,a\n12,two,b\n13,th\"ree,c\n"] {
        let (found, causes) = read(format!("id,text,o\n\"10\n{rest}").as_bytes());
        let texts: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts.len(), 3, "{texts:?} {causes:?}");
        assert_eq!((causes.len(), causes[0].0), (1, Some(2)), "{causes:?}");
    }
}

#[test]
fn rows_that_may_be_several_are_said() {
    let (found, causes) = read(b"id,text,o\n17,\"Results:\n1,one,2\n2,two,3\nEnd.\",a\n");
    assert_eq!((found.len(), causes.len()), (1, 1));
    assert!(causes[0].1.contains("may be several (lines 2 to 5)"), "{causes:?}");
}

#[test]
fn paragraphs_in_marks_are_one_field() {
    for text in ["One.\nTwo, with, commas", "One\n\nTwo\nThree", "A, b\nC, d, e\nF, g, h"] {
        assert_eq!(texts(&format!("id,o,text\n1,a,\"{text}\"\n2,b,two\n")), [text, "two"]);
        assert_eq!(texts(&format!("text,id\n\"{text}\",a\ntwo,b\n")), [text, "two"]);
        assert_eq!(texts(&format!("id,text\nword,\"{text}\"\nb,two\n")), [text, "two"]);
    }
    for text in ["One, two.\nMeanwhile, three.", "One, two, three\nThen, four"] {
        let table = format!("outlet,text,date\nalpha,\"{text}\",2020-01-05\nb,two,2020-01-06\n");
        assert_eq!(texts(&table), [text, "two"]);
    }
    for text in ["Some 1,000 came.\nAnd 2,000 sang.\nThe 3,000 slept.", "One, two\nThree"] {
        assert_eq!(texts(&format!("text,id\n\"{text}\",a\ntwo,b\n")), [text, "two"]);
    }
}

#[test]
fn borders_are_those_of_the_separator_from_the_first_block_on() {
    let mut splitter = CSV.splitter();
    let raw = b"id;text\n1;\"one\n\ntwo\"\n2;\"three\nfour";
    splitter.look(&inputs(&CSV), raw);
    assert_eq!(splitter.last(raw), Some(21));
}

#[test]
fn line_ends_and_marks_of_other_programs() {
    let windows = "id,text\r\r\n1,one\r\r\n2,\"two\r\r\nlines\"\r\r\n";
    assert_eq!(texts(windows), ["one", "two\r\r\nlines"]);
    assert_eq!(texts("\"id\",\"text\"\r\"1\",\"one\"\r\"2\",\"two\""), ["one", "two"]);
    assert_eq!(texts("sep=,,\r\nid,text,o\r\n1,\"a;b\",c\r\n"), ["a;b"]);
    assert_eq!(texts("id,text\n1,  \"a, b\"\n2,\t\"c, d\"\n"), ["a, b", "c, d"]);
    let (found, causes) = read(b"Export,,\n,,\nid,outlet,text\n1,a,one\n");
    assert_eq!((found.len(), causes.len()), (1, 1), "{causes:?}");
    let quoted = b"\"id\"\t\"text\"\n1\t\"one\tand\ntwo\"\n2\t\"three\"\n";
    let (found, causes) = read_as(&TSV, quoted, None);
    let found: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!((found, causes.len()), (vec!["one\tand\ntwo", "three"], 0));
}

#[test]
fn a_tabbed_row_that_a_mark_cuts_short_is_said() {
    let (found, causes) = read_as(&TSV, b"id\ttext\to\n1\t\"one\ntwo\"\ta\n2\tthree\tb\n", None);
    assert_eq!(found.len(), 3);
    assert!(causes[0].1.starts_with("a quotation mark is opened"), "{causes:?}");
}

#[test]
fn a_lost_mark_costs_its_row_alone() {
    let (found, causes) = read(b"id,text\n1,\"One\nmore, of, it\n2,\"Two\nmore\"\n3,\"three\"\n");
    let texts: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["Two\nmore", "three"]);
    let lines: Vec<_> = causes.iter().map(|(line, _)| line.unwrap()).collect();
    assert_eq!(lines, [2, 3]);
    assert!(causes[0].1.contains("never closed"));
}

#[test]
fn an_open_mark_costs_its_line_alone() {
    let (found, causes) = read(b"text,n\na,1\nb c,\"2\nc,3\n");
    assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["a", "b c", "c"]);
    assert_eq!((causes.len(), causes[0].0), (1, Some(3)));
    let (found, causes) = read(b"text,n\na,1\n\"b\nc,3\n");
    assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!((causes.len(), causes[0].0), (1, Some(3)));
}

#[test]
fn a_row_is_read_again_and_written_as_json() {
    let inputs = inputs(&CSV);
    inputs.set_header(0, header(&CSV, b"n,text\n").1);
    let mut finder = CSV.text_finder(&inputs);
    assert_eq!(finder.text(0, &mut b"1,\"a \"\"b\"\"\"\r".to_vec()), Some("a \"b\""));
    assert_eq!(finder.text(0, &mut b"1".to_vec()), None, "its text is missing");
    assert_eq!(finder.text(1, &mut b"1,a".to_vec()), None, "no such table");
    let mut out = Vec::new();
    CSV.to_json((&inputs, 0), b"1,\"a\nb\"\r\n\n2,c", &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"n\":\"1\",\"text\":\"a\\nb\"}\n{\"n\":\"2\",\"text\":\"c\"}\n"
    );
}

/// What the `csv` crate makes of a table.
fn by_the_crate(table: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = ::csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true);
    let reader = reader.terminator(::csv::Terminator::Any(b'\n'));
    let mut reader = reader.from_reader(table);
    let records = reader.byte_records().map(|record| record.unwrap());
    records.map(|record| record.iter().map(<[u8]>::to_vec).collect()).collect()
}

fn by_hand(table: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let dialect = Dialect::with(b',');
    let mut records = Vec::new();
    each_range(dialect, table, &mut |range, _| {
        let record = &table[range];
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if !record.is_empty() {
            let mut fields = Vec::new();
            dialect.fields(record, &mut |_, field| fields.push(field.into_owned()));
            records.push(fields);
        }
    });
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn tables_are_cut_as_the_csv_crate_cuts_them(
        table in prop::collection::vec(prop_oneof![
            Just("\""), Just(","), Just("\n"), Just("a"), Just("\"\""), Just("\" "),
            Just("\"b,\","),
        ], 0..20)
    ) {
        let table = table.concat();
        let mut whole = RecordEnds::new(Dialect::with(b','));
        whole.ends(table.as_bytes(), &mut |_, _| true);
        // A mark that is never closed is where we say more than the crate.
        let table = if whole.is_open() { table + "\"" } else { table };
        let ours = by_hand(table.as_bytes());
        prop_assert_eq!(ours, by_the_crate(table.as_bytes()), "{:?}", table);
    }

    /// Wherever the bytes are cut, the same rows come out.
    #[test]
    fn cuts_change_no_row(
        parts in prop::collection::vec(prop_oneof![
            Just("\""), Just(","), Just("\n"), Just("a"), Just("\"\""), Just("1,b,c\n"),
            Just("2,\"d\n3,e\",f\n"), Just("\",\""), Just(" x"),
        ], 0..40),
        step in 1_usize..9,
    ) {
        let table = parts.concat();
        let raw = table.as_bytes();
        let dialect = Dialect { columns: 3, ..Dialect::with(b',') };
        let mut whole = Vec::new();
        each_range(dialect, raw, &mut |range, end| whole.push((range.end, end)));
        // As the cutter does: what is at hand grows, and blocks are read by themselves.
        let mut cut = Vec::new();
        let (mut start, mut have) = (0, 0);
        let mut ends = RecordEnds::new(dialect);
        while have < raw.len() {
            have = raw.len().min(have + step);
            let mut border = None;
            ends.ends(&raw[start..have], &mut |end, _| { border = Some(end); true });
            if have == raw.len() {
                border = Some(raw.len() - start);
            }
            if let Some(border) = border {
                let block = &raw[start..start + border];
                each_range(dialect, block, &mut |range, end| cut.push((start + range.end, end)));
                start += border;
                ends.restart(0);
            }
        }
        prop_assert_eq!(whole, cut, "{:?}", table);
    }
}

#[test]
fn a_row_that_is_cut_short_costs_no_row_after_it() {
    let rows = |n: usize| format!("\"r{n}\",\"o\",\"The clerk said, \"\"wait\"\" {n}.\"\n");
    let all = |cut: &str, tail: &str| {
        let raw = format!("\"id\",\"outlet\",\"text\"\n{}{cut}\n{}{tail}", rows(1), rows(3));
        let (found, causes) = read(raw.as_bytes());
        (found.into_iter().map(|(text, _)| text).collect::<Vec<_>>(), causes)
    };
    let expected = ["The clerk said, \"wait\" 1.", "The clerk said, \"wait\" 3."];
    for cut in ["\"r", "\"r2\",\"o", "\"r2\",\"o\",\"Three words only"] {
        let (texts, causes) = all(cut, "");
        let sound: Vec<&String> =
            texts.iter().filter(|text| expected.contains(&text.as_str())).collect();
        assert_eq!(sound, expected, "{cut}");
        assert_eq!(causes.first().and_then(|(line, _)| *line), Some(3), "{cut}: {causes:?}");
    }
    // Where the text is the first of the fields and goes over several lines.
    let raw =
        "\"text\";\"id\"\n\"The first\n\"The \"\"second\"\"\n\ntext.\";\"2\"\n\"Third.\";\"3\"\n";
    let (found, causes) = read(raw.as_bytes());
    let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["The \"second\"\n\ntext.", "Third."]);
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert_eq!(causes[0].0, Some(2));
}

#[test]
fn a_mark_inside_a_text_that_begins_a_line_begins_no_row() {
    let raw = "id,text\n1,\"One\n\"\"two\"\" three\"\n2,\"Four\n\"five\" six\"\n3,seven\n";
    let (found, _) = read(raw.as_bytes());
    let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts.first(), Some(&"One\n\"two\" three"));
    assert_eq!(texts.last(), Some(&"seven"));
}

#[test]
fn a_column_asked_for_by_its_number_needs_no_header() {
    let long = "The ferry was held at the pier for six hours on Friday.";
    let asked = |raw: &str, text: &str| {
        let (found, _) = read_as(&CSV, raw.as_bytes(), Some(text));
        found.into_iter().map(|(text, _)| text).collect::<Vec<_>>()
    };
    assert_eq!(asked(&format!("\"{long}\"\n\"{long}\"\n"), "#1"), [long, long]);
    let few = "alpha,one of the few words\nbeta,two of the few words\n";
    assert_eq!(asked(few, "#2"), ["one of the few words", "two of the few words"]);
    let form = format!("When,What is the text of it?\nnow,\"{}\"\n", long.repeat(3));
    assert_eq!(asked(&form, "#2"), [long.repeat(3)], "a question is a name");
    assert_eq!(asked("Zeitung,Artikel\nA,one two\n", "#2"), ["one two"]);
}

#[test]
fn names_of_rows_are_no_column_of_the_header() {
    let raw = "\"id\",\"text\"\n\"1\",\"a\",\"one, two\"\n\"2\",\"b\",\"three\"\n";
    assert_eq!(texts(raw), ["one, two", "three"], "as R writes them");
    let (found, causes) = read(b"id,text\n1,one, two\n2,three, four\n");
    assert_eq!((found.len(), causes.len()), (0, 2), "a comma in a text is no name of a row");
    let (found, causes) = read(b"\"id\",\"text\"\n\"1\",\"one\",\"x\"\n\"2\",\"two\"\n");
    assert_eq!((found.len(), causes.len()), (1, 1), "only where all rows have it: {causes:?}");
}
