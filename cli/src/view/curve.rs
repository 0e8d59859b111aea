//! A curve from 0 to 1 over 0 to 1, drawn with block characters.
//!
//! Used by the view of `tune`. Invariant: no line is wider than the page, down to 30 columns.

use super::page::Page;
use super::piece::{Ink, Piece};

/// Lines of the plot.
const ROWS: usize = 10;
/// Heights of a character in eighths.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Columns left of the plot.
const MARGIN: usize = 8;

/// Appends the plot of `of`, with a mark at `threshold`; what is left of it is in another ink.
pub(super) fn plot(of: impl Fn(f64) -> f64, threshold: f64, page: &mut Page<'_>) {
    // Each tenth of the axis has the same number of columns.
    let tenth = (page.look.columns().saturating_sub(MARGIN + 1) / 10).clamp(2, 7);
    let columns = tenth * 10;
    let heights: Vec<usize> =
        (0..columns).map(|column| eighths(of((column as f64 + 0.5) / columns as f64))).collect();
    let border = round(threshold * columns as f64).min(columns);
    for row in (0..ROWS).rev() {
        let label = match row + 1 {
            ROWS => "100 % ┤",
            5 => " 50 % ┤",
            _ => "      │",
        };
        let block = |height: &usize| BLOCKS[height.saturating_sub(row * 8).min(8)];
        let (left, right) = heights.split_at(border);
        let [left, right] = [left, right].map(|part| part.iter().map(block).collect::<String>());
        page.line(&[
            Piece::own(Ink::Faint, label),
            Piece::own(Ink::Mark, left),
            Piece::own(Ink::Outlet, right),
        ]);
    }
    axis(tenth, border, page);
    page.line(&[
        Piece::own(Ink::Plain, " ".repeat(MARGIN - 1)),
        Piece::own(Ink::Plain, below(threshold, border, columns)),
    ]);
}

/// The axis with a tick at each tenth, and the numbers below it.
fn axis(tenth: usize, border: usize, page: &mut Page<'_>) {
    let mut line = String::from("  0 % ┼");
    for column in 1..=tenth * 10 {
        line.push(match column {
            _ if column == border => '▲',
            _ if column.is_multiple_of(tenth) => '┴',
            _ => '─',
        });
    }
    page.line(&[Piece::own(Ink::Faint, line)]);
    let every = if tenth < 4 { 5 } else { 1 };
    let mut numbers = String::from("      0");
    for n in (1..=10).filter(|n| n % every == 0) {
        let number = format!("{}.{}", n / 10, n % 10);
        // The dot of the number is below the tick.
        let start = MARGIN - 1 + n * tenth - 1;
        while numbers.chars().count() + 1 < start {
            numbers.push(' ');
        }
        numbers.push_str(&number);
    }
    page.line(&[Piece::own(Ink::Faint, numbers)]);
}

/// The word below the mark, inside the plot.
fn below(threshold: f64, border: usize, columns: usize) -> String {
    let text = format!("threshold {threshold}");
    let start = border.saturating_sub(text.len() / 2 + 1).min(columns - text.len().min(columns));
    format!("{}{text}", " ".repeat(start))
}

fn eighths(share: f64) -> usize {
    round(share.clamp(0.0, 1.0) * (ROWS * 8) as f64)
}

fn round(number: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place on the page: small, and not negative"
    )]
    let whole = number.max(0.0).round() as usize;
    whole
}

#[cfg(test)]
mod tests {
    use super::super::page::Look;
    use super::*;

    fn shown(threshold: f64, width: usize) -> String {
        let mut out = String::new();
        plot(|x| x, threshold, &mut Page::new(Look { width, color: false }, &mut out));
        out
    }

    #[test]
    fn a_straight_line_rises() {
        insta::assert_snapshot!(shown(0.5, 50));
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        for width in [30, 60, 80, 200] {
            for threshold in [0.001, 0.5, 1.0] {
                let plot = shown(threshold, width);
                assert!(plot.lines().all(|line| line.chars().count() <= width), "{plot}");
            }
        }
    }
}
