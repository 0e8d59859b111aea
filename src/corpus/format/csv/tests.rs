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
    assert_eq!(splitter.count(b"a,b\n\n \r\n\"c\nd\",e\nf"), 2, "no blank ones");
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
    ] {
        let (end, found) = header(&CSV, raw);
        assert_eq!(found.delimiter, delimiter, "{}", String::from_utf8_lossy(raw));
        assert_eq!(raw[end - 1], b'\n');
    }
    let (end, found) = header(&TSV, b"a,b\t c \r\nx");
    assert_eq!((end, found.names.as_slice()), (9, &["a,b".to_owned(), "c".to_owned()][..]));
    assert_eq!(found.raw, b"a,b\t c ");
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
    assert!(refused(b"a,b\r1,2\r", 9).unwrap().contains("carriage return"));
    assert_eq!(refused(b"a,\"b\rc\"\n", 9), None, "a mark may hold anything");
    assert_eq!(refused(b"a,b\n", 2), None);
    assert!(refused(b"a,b,c\n", 2).unwrap().ends_with("the limit of 2: 3"));
}

#[test]
fn tables_are_alike_where_names_and_separator_are() {
    let of = |raw: &[u8]| header(&CSV, raw).1;
    assert!(of(b"a,b\n").is_like(&of(b"a, b\r\n")));
    assert!(!of(b"a,b\n").is_like(&of(b"a;b\n")));
    assert!(!of(b"a,b\n").is_like(&of(b"a,c\n")));
}

/// Lines and causes of problems.
type Causes = Vec<(Option<u64>, String)>;

/// The documents and the problems of a table.
fn read(raw: &[u8]) -> (Vec<(String, u64)>, Causes) {
    let inputs = inputs(&CSV);
    let (end, header) = header(&CSV, raw);
    inputs.set_header(0, header);
    let records = RawRecords { first_line: 2, ..RawRecords::first(&raw[end..]) };
    let (mut batch, mut found) = (Batch::default(), Vec::new());
    CSV.each(&inputs, records, &mut batch, &mut |parsed| {
        found.push((parsed.text.into_owned(), parsed.place.line));
    });
    let causes = batch.problems.into_iter().map(|problem| (problem.line, problem.cause));
    (found, causes.collect())
}

#[test]
fn rows_become_documents() {
    let (found, causes) = read(b"text,n\none,1\n\n\"two\nlines\",2\nthree\nfour,4");
    let expected = [("one", 1), ("two\nlines", 2), ("four", 4)];
    assert_eq!(found, expected.map(|(text, number)| (text.to_owned(), number)));
    assert_eq!(causes, [(Some(6), "has 1 fields where the header has 2".to_owned())]);
}

#[test]
fn an_open_mark_costs_its_line_alone() {
    let (found, causes) = read(b"text,n\na,1\n\"b,2\nc,3\n");
    assert_eq!(found, [("a".to_owned(), 1), ("c".to_owned(), 3)]);
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0].0, Some(3));
}

#[test]
fn a_row_is_read_again_and_written_as_json() {
    let inputs = inputs(&CSV);
    inputs.set_header(0, header(&CSV, b"n,text\n").1);
    let mut finder = CSV.text_finder(&inputs);
    assert_eq!(finder.text(0, &mut b"1,\"a \"\"b\"\"\"\r".to_vec()), Some("a \"b\""));
    assert_eq!(finder.text(0, &mut b"1".to_vec()), None, "another number of fields");
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
    let dialect = Dialect { delimiter: b',' };
    let (mut records, mut start) = (Vec::new(), 0);
    let mut one = |record: &[u8]| {
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if !record.is_empty() {
            let mut fields = Vec::new();
            dialect.fields(record, &mut |_, field| fields.push(field.into_owned()));
            records.push(fields);
        }
    };
    RecordEnds::new(dialect).ends(table, &mut |end| {
        one(&table[start..end]);
        start = end;
        true
    });
    one(&table[start..]);
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
        let mut whole = RecordEnds::new(Dialect { delimiter: b',' });
        whole.ends(table.as_bytes(), &mut |_| true);
        // A mark that is never closed is where we say more than the crate.
        let table = if whole.is_open() { table + "\"" } else { table };
        let ours = by_hand(table.as_bytes());
        prop_assert_eq!(ours, by_the_crate(table.as_bytes()), "{:?}", table);
    }
}
