//! How inputs are to be read.

use super::columns::{COLUMNS, Column, Plan};
use super::source::encoding::Encoding;
use super::source::kind::Format;
use super::source::remote::Access;
use crate::error::Result;
use crate::limits::Limits;
use jiff::civil;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// A pattern of dates, such as `%d/%m/%Y`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat(String);

impl DateFormat {
    /// The pattern, in the signs of `strftime`.
    ///
    /// # Errors
    /// What is wrong with the pattern: a sign that is not known, or no day in it.
    pub fn new(pattern: &str) -> std::result::Result<Self, String> {
        let probe = civil::date(2001, 2, 3).at(4, 5, 6, 0).to_zoned(TimeZone::UTC);
        let probe = probe.map_err(|error| error.to_string())?;
        let written = strtime::format(pattern, &probe).map_err(|error| error.to_string())?;
        let format = Self(pattern.to_owned());
        match format.read(&written) {
            Some(_) => Ok(format),
            None => Err(format!("it does not make one day of `{written}`")),
        }
    }

    /// The pattern as given.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.0
    }

    /// The seconds since 1970 of a date in the pattern; true where only the day is known.
    pub(super) fn read(&self, text: &str) -> Option<(i64, bool)> {
        let parts = BrokenDownTime::parse(&self.0, text).ok()?;
        let since = |local: civil::DateTime| {
            local.duration_since(civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_secs()
        };
        if parts.hour().is_none()
            && let Ok(day) = parts.to_date()
        {
            return Some((since(day.at(0, 0, 0, 0)), true));
        }
        if let Ok(moment) = parts.to_timestamp() {
            return Some((moment.as_second(), false));
        }
        Some((since(parts.to_datetime().ok()?), false))
    }
}

type Save = dyn Fn(&str, &str) -> Result<()> + Send + Sync;

/// Takes name and text of every document whose text was extracted from a page.
#[derive(Clone)]
pub struct SaveText(Arc<Save>);

impl SaveText {
    /// Hands them to `save`, from any thread.
    pub fn new(save: impl Fn(&str, &str) -> Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(save))
    }

    /// Hands one on.
    pub(super) fn save(&self, id: &str, text: &str) -> Result<()> {
        (self.0)(id, text)
    }
}

impl std::fmt::Debug for SaveText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SaveText")
    }
}

/// A file that is no input, because the run writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the caller calls the setting that names it.
    pub setting: Cow<'static, str>,
    /// The file as it was named.
    pub path: PathBuf,
}

impl Kept {
    /// A file, and the setting that names it.
    pub fn new(setting: impl Into<Cow<'static, str>>, path: impl Into<PathBuf>) -> Self {
        Self { setting: setting.into(), path: path.into() }
    }
}

/// How inputs are to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Format of every input; `None`: sniffed.
    pub format: Option<Format>,
    /// Encoding of every input; `None`: judged by the content.
    pub encoding: Option<Encoding>,
    /// Column of the text (required in every record).
    pub text: Column,
    /// Column of the id.
    pub id: Column,
    /// Column of the outlet.
    pub outlet: Column,
    /// Column of the date.
    pub date: Column,
    /// How dates are written that could be read in several ways.
    pub date_format: Option<DateFormat>,
    /// Column of the title.
    pub title: Column,
    /// Column of the address.
    pub url: Column,
    /// Texts in columns that hold HTML are read as HTML: their tags and entities are no text.
    pub html_text: bool,
    /// One more column, which is handed to visitors as text.
    pub extra: Option<Column>,
    /// Visitors see every document whole: its exact text, and its outlet. This takes longer.
    pub whole: bool,
    /// Records will be read again (see [`Corpus::reread`](super::Corpus::reread)): folder for
    /// copies of what can be read only once or only from its start (streams, compressed files).
    pub reread: Option<PathBuf>,
    /// Folder of temporary files; none: the system's.
    pub temp_dir: Option<PathBuf>,
    /// Where texts go that were extracted from pages.
    pub save_text: Option<SaveText>,
    /// Files that the run writes: where one of them is found among the inputs, also by way of a
    /// list, a glob or a folder, nothing is read.
    pub kept_apart: Vec<Kept>,
    /// What object stores are configured with.
    pub access: Access,
    /// Bounds: of the reading, and of all that a run does with what was read.
    pub limits: Limits,
}

impl ReadOptions {
    /// Where text, id, outlet, date, title and address are among the columns of a table that the
    /// caller reads by itself: by the names chosen here, else by plain and well-known names. A
    /// text or another chosen column that is absent is for the caller to refuse.
    ///
    /// # Examples
    /// ```
    /// use wirecopy::corpus::ReadOptions;
    /// let names = ["body", "publishedAt"].map(String::from);
    /// let found = ReadOptions::default().find_columns(&names);
    /// assert_eq!(found, [Some(0), None, None, Some(1), None, None]);
    /// ```
    #[must_use]
    pub fn find_columns(&self, names: &[String]) -> [Option<usize>; 6] {
        let [text, id, outlet, date, title, url, _] = Plan::new(self.columns(), names).at;
        [text, id, outlet, date, title, url]
    }

    /// The columns in their order; none where no extra column is wanted.
    pub(super) fn columns(&self) -> [Option<&Column>; COLUMNS] {
        let Self { text, id, outlet, date, title, url, extra, .. } = self;
        let known = [text, id, outlet, date, title, url].map(Some);
        let [text, id, outlet, date, title, url] = known;
        [text, id, outlet, date, title, url, extra.as_ref()]
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            encoding: None,
            text: Column::default_name("text"),
            id: Column::default_name("id"),
            outlet: Column::default_name("outlet"),
            date: Column::default_name("date"),
            date_format: None,
            title: Column::default_name("title"),
            url: Column::default_name("url"),
            html_text: false,
            extra: None,
            whole: false,
            reread: None,
            temp_dir: None,
            save_text: None,
            kept_apart: Vec::new(),
            access: Access::default(),
            limits: Limits::default(),
        }
    }
}
