//! Tables with fields separated by tabs, for spreadsheets and the tools of a shell.
//!
//! Quoted as CSV is: a field that holds a tab, a line break or a quotation mark is in quotation
//! marks. Invariant: as for [`csv`](super::csv).

use super::csv::Separated;

/// The format.
pub(super) static TSV: Separated =
    Separated { name: "tsv", extensions: &["tsv"], separator: b'\t' };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::TableForm;
    use crate::output::rows::Cell;

    #[test]
    fn a_reader_gets_tabs_and_line_breaks_back() {
        let texts = ["a\tb", "two\nlines", "say \"so\"", "a, b", ""];
        let cells = texts.map(|text| Cell::Text(text.into()));
        let mut out = Vec::new();
        TSV.row(&cells, TableForm::default(), &mut out);
        assert!(out.ends_with(b"\ta, b\t\"\"\n"), "only what needs it is quoted");
        let mut reader = ::csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).delimiter(b'\t').from_reader(&out[..]);
        assert_eq!(reader.records().next().unwrap().unwrap(), texts.to_vec());
    }
}
