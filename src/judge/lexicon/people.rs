//! Words with which texts present people who write, and ways to reach them.
//!
//! Used by `form` through `lexicon`. Invariant: general words, never the name of one outlet.

/// Verbs that present a person after a name, in several languages.
pub(in crate::judge) static PRESENTS: &[&str] = &[
    "is",
    "was",
    "are",
    "were",
    "serves",
    "served",
    "writes",
    "covers",
    "covered",
    "works",
    "worked",
    "teaches",
    "taught",
    "hosts",
    "edits",
    "ist",
    "war",
    "sind",
    "schreibt",
    "arbeitet",
    "lehrt",
    "leitet",
    "berichtet",
    "est",
    "sont",
    "écrit",
    "travaille",
    "enseigne",
    "dirige",
    "es",
    "fue",
    "escribe",
    "trabaja",
    "enseña",
    "è",
    "scrive",
    "lavora",
    "insegna",
    "é",
    "foi",
    "escreve",
    "trabalha",
];

/// Small words inside names.
pub(in crate::judge) static PARTICLES: &[&str] =
    &["and", "de", "von", "van", "der", "bin", "al", "und", "y", "et", "e"];

/// Occupations of people who write and comment, in several languages; endings of gender and number
/// may follow.
pub(in crate::judge) static OCCUPATIONS: &[&str] = &[
    "author",
    "co-author",
    "columnist",
    "contributor",
    "correspondent",
    "reporter",
    "editor",
    "writer",
    "journalist",
    "commentator",
    "fellow",
    "professor",
    "host",
    "co-host",
    "blogger",
    "producer",
    "analyst",
    "historian",
    "lecturer",
    "scholar",
    "writes",
    "contributing",
    "autor",
    "kolumnist",
    "korrespondent",
    "redakteur",
    "schreibt",
    "dozent",
    "auteur",
    "autrice",
    "chroniqueur",
    "chroniqueuse",
    "rédacteur",
    "rédactrice",
    "journaliste",
    "professeur",
    "columnista",
    "periodista",
    "redactor",
    "profesor",
    "giornalista",
    "editorialista",
    "opinionista",
    "redattore",
    "professore",
    "jornalista",
    "colunista",
];

/// Endings of gender and number.
pub(in crate::judge) static ENDINGS: &[&str] = &["", "s", "in", "innen", "es", "a", "as", "e"];

/// Openings of a sentence that says how to follow or reach somebody: the first word, and the words
/// of which one comes next.
pub(in crate::judge) static REACHED: &[(&str, &[&str])] = &[
    ("follow", &["him", "her", "them", "me"]),
    ("contact", &["him", "her", "them", "me"]),
    ("email", &["him", "her", "them", "me"]),
    ("e-mail", &["him", "her", "them", "me"]),
    ("reach", &["him", "her", "them", "me"]),
    ("síguelo", &[""]),
    ("síguela", &[""]),
];
