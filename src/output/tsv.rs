//! Tables with fields separated by tabs, for spreadsheets and the tools of a shell.
//!
//! Nothing is in quotation marks, which are text where tabs separate fields: for the tools of a
//! shell, for many programs, and for our own reader. Invariant: a row is a line with as many fields
//! as the header; tabs and ends of lines in a text are blanks, so that it keeps its tokens, and a
//! text that starts with a quotation mark gets a `'` before it as formulas do, because readers that
//! know marks would look for the second one in the rows after it.

use super::csv::Separated;

/// The format.
pub(super) static TSV: Separated =
    Separated { name: "tsv", extensions: &["tsv"], separator: b'\t', marks: false };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::TableForm;
    use crate::output::rows::Cell;

    fn row(texts: &[&str], form: TableForm) -> String {
        let cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text((*text).into())).collect();
        let mut out = Vec::new();
        TSV.row(&cells, form, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_is_a_line_without_marks() {
        let texts = ["a\tb", "two\r\nlines", "say \"so\"", "a, b", "", " x"];
        let line = row(&texts, TableForm::default());
        assert_eq!(line, "a b\ttwo  lines\tsay \"so\"\ta, b\t\t x\n");
    }

    #[test]
    fn readers_that_know_marks_get_the_same_rows() {
        let texts = ["\"So\" he said", "\"So", "x", "=1"];
        let line = row(&texts, TableForm::default());
        assert_eq!(line, "'\"So\" he said\t'\"So\tx\t'=1\n");
        let lines = line.repeat(2);
        let mut reader = ::csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).delimiter(b'\t').from_reader(lines.as_bytes());
        let expected = vec!["'\"So\" he said", "'\"So", "x", "'=1"];
        for row in reader.records() {
            assert_eq!(row.unwrap(), expected);
        }
        let raw = TableForm { raw: true, bom: false };
        assert_eq!(row(&texts, raw), "\"So\" he said\t\"So\tx\t=1\n");
    }
}
