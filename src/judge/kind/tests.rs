//! What makes a passage of each kind, threshold by threshold.

mod proof;

use super::*;
use proptest::prelude::*;

const T: fn() -> Thresholds = Thresholds::default;

/// Two documents of two houses that share an unquoted sentence on one day.
fn plain() -> (Features, Ownership) {
    let features = Features {
        documents: 2,
        days: 1,
        dated: 1.0,
        tokens: 30,
        covered: 0.05,
        covered_most: 0.06,
        capitals: 0.1,
        usual: 0.1,
        ..Features::default()
    };
    (features, Ownership { one_outlet: false, houses: 2, largest: 0.5, known: true, guests: false })
}

#[track_caller]
fn assert_kind(change: impl Fn(&mut Features, &mut Ownership), expected: Kind) {
    let (mut features, mut ownership) = plain();
    change(&mut features, &mut ownership);
    assert_eq!(kind(&features, ownership, &T()), expected, "{features:?}");
    let why = why(&features, ownership, expected);
    let named = |evidence: &Evidence| !evidence.name.contains(' ');
    assert!(!why.is_empty() && why.iter().all(named), "names are single words: {why:?}");
}

#[test]
fn each_kind_has_its_evidence() {
    assert_kind(|_, _| {}, Kind::Reuse);
    assert_kind(|_, ownership| ownership.one_outlet = true, Kind::Internal);
    assert_kind(|_, ownership| ownership.houses = 1, Kind::Internal);
    assert_kind(|f, _| f.marked = 0.5, Kind::Quotation);
    assert_kind(|f, _| f.introduced = 0.5, Kind::Quotation);
    assert_kind(|f, _| (f.introduced, f.numbers) = (0.5, 0.3), Kind::Reuse);
    assert_kind(|f, _| (f.introduced, f.covered_most) = (0.5, 1.0), Kind::Reuse);
    assert_kind(|f, _| f.credited = 0.5, Kind::Wire);
    assert_kind(|f, _| (f.spread, f.days, f.tokens) = (90, 2, 18), Kind::Template);
    assert_kind(|f, _| (f.capitals, f.tokens) = (0.6, 16), Kind::Template);
    assert_kind(|f, ownership| (f.marked, ownership.houses) = (1.0, 1), Kind::Internal);
    // A phrase is a formula sooner than a whole sentence.
    assert_kind(|f, _| (f.spread, f.days) = (14, 2), Kind::Template);
    // Even so it is background after weeks, unless it is long or much of a document.
    assert_kind(|f, _| (f.spread, f.days, f.whole) = (14, 2, 1.0), Kind::Reuse);
    assert_kind(|f, _| (f.spread, f.days, f.whole) = (15, 2, 1.0), Kind::Template);
    assert_kind(|f, _| (f.spread, f.days, f.tokens) = (90, 2, 101), Kind::Reuse);
    assert_kind(|f, _| (f.spread, f.days, f.covered_most) = (90, 2, 0.3), Kind::Reuse);
    assert_kind(|f, _| (f.spread, f.days, f.credited, f.whole) = (90, 2, 0.5, 1.0), Kind::Wire);
    assert_kind(|_, ownership| ownership.guests = true, Kind::Internal);
    // The first person speaks, and the sentence says who.
    assert_kind(|f, _| (f.first_person, f.reported) = (0.03, 0.5), Kind::Quotation);
    assert_kind(|f, _| (f.first_person, f.reported) = (0.02, 0.5), Kind::Reuse);
    assert_kind(|f, _| (f.first_person, f.reported) = (0.03, 0.4), Kind::Reuse);
}

#[test]
fn furniture_that_names_both_shows_no_house() {
    let furniture = Features { documents: 9, days: 9, edge: 1.0, ..plain().0 };
    assert!(may_be_furniture(&furniture, &T()));
    assert!(!may_be_furniture(&Features { joint: 0.5, ..furniture }, &T()));
}

#[test]
fn dates_name_sources_of_what_is_sure_and_not_of_joint_statements() {
    let order = |kind, sureness, joint| {
        let (mut features, _) = plain();
        features.joint = joint;
        has_order(&features, (kind, sureness), || false, &T())
    };
    assert!(order(Kind::Reuse, 0.8, 0.0) && order(Kind::Internal, 0.99, 1.0));
    assert!(!order(Kind::Reuse, 0.79, 0.0) && !order(Kind::Reuse, 0.95, 0.25));
    // Paragraphs of different days are in an order also where the kind is not sure.
    let long = |tokens, spread, kind| {
        let (features, _) = plain();
        has_order(&Features { spread, tokens, ..features }, (kind, 0.5), || false, &T())
    };
    assert!(long(80, 1, Kind::Reuse) && !long(79, 1, Kind::Reuse));
    assert!(!long(80, 0, Kind::Reuse) && !long(80, 1, Kind::Internal));
    // Whoever prints a release has it from who wrote it.
    let released = |kind| has_order(&plain().0, (kind, 0.9), || true, &T());
    assert!(!released(Kind::Reuse) && released(Kind::Wire));
}

#[test]
fn who_is_named_is_asked_where_it_may_be_reuse() {
    let asked = |change: &dyn Fn(&mut Features)| {
        let (mut features, _) = plain();
        change(&mut features);
        may_be_reuse(&features, &T())
    };
    assert!(asked(&|_| {}) && asked(&|f| (f.marked, f.covered_least) = (0.5, 0.5)));
    assert!(!asked(&|f| f.marked = 0.5) && !asked(&|f| f.credited = 0.5));
}

#[test]
fn names_are_quoted_where_most_places_are() {
    let names = |marked| {
        move |f: &mut Features, _: &mut Ownership| {
            (f.capitals, f.marked) = (0.6, marked);
        }
    };
    assert_kind(names(0.5), Kind::Template);
    assert_kind(names(2.0 / 3.0), Kind::Template);
    assert_kind(names(0.75), Kind::Quotation);
    assert_kind(names(1.0), Kind::Quotation);
    assert_kind(|f, _| (f.capitals, f.introduced) = (0.6, 1.0), Kind::Quotation);
    assert_kind(|f, _| (f.capitals, f.loud, f.marked) = (0.6, 0.6, 0.5), Kind::Quotation);
    let fixed = |f: &mut Features, ownership: &mut Ownership| {
        names(0.5)(f, ownership);
        ownership.houses = 1;
    };
    assert_kind(fixed, Kind::Template);
}

#[test]
fn furniture_recurs_or_is_set_apart() {
    let recurs = |f: &mut Features, ownership: &mut Ownership| {
        (f.documents, f.days, f.spread) = (40, 35, 300);
        ownership.largest = 0.95;
    };
    assert_kind(recurs, Kind::Boilerplate);
    let quoted = |f: &mut Features, ownership: &mut Ownership| {
        recurs(f, ownership);
        f.marked = 0.9;
    };
    assert_kind(quoted, Kind::Quotation);
    let gallery = |f: &mut Features, ownership: &mut Ownership| {
        quoted(f, ownership);
        f.gallery = 0.8;
    };
    assert_kind(gallery, Kind::Boilerplate);
    let end = |f: &mut Features, _: &mut Ownership| (f.foot, f.alone, f.edge) = (1.0, 1.0, 1.0);
    assert_kind(end, Kind::Reuse);
    let note = |f: &mut Features, ownership: &mut Ownership| {
        end(f, ownership);
        (f.days, f.spread) = (2, 9);
    };
    assert_kind(note, Kind::Boilerplate);
    assert_kind(|f, _| (f.caption, f.pictured) = (1.0, 1.0), Kind::Boilerplate);
    // A picture in a long reprint does not make it a caption, nor does one of two places.
    assert_kind(|f, _| (f.caption, f.pictured, f.tokens) = (1.0, 1.0, 200), Kind::Reuse);
    assert_kind(|f, _| (f.caption, f.pictured) = (0.5, 0.5), Kind::Reuse);
    // Its form shows furniture anywhere in a document, but not inside quotation marks.
    assert_kind(|f, _| f.author = 1.0, Kind::Boilerplate);
    assert_kind(|f, _| (f.author, f.person) = (0.5, 1.0), Kind::Boilerplate);
    assert_kind(|f, _| (f.author, f.person) = (0.5, 0.5), Kind::Reuse);
    assert_kind(|f, _| f.call = 1.0, Kind::Boilerplate);
    assert_kind(|f, _| f.notice = 1.0, Kind::Boilerplate);
    assert_kind(|f, _| (f.author, f.marked) = (1.0, 1.0), Kind::Quotation);
    assert_kind(|f, _| f.joined = 1.0, Kind::Boilerplate);
    let heading = |f: &mut Features, _: &mut Ownership| (f.heading, f.alone) = (1.0, 1.0);
    assert_kind(heading, Kind::Reuse);
    let again = |f: &mut Features, ownership: &mut Ownership| {
        heading(f, ownership);
        f.days = 2;
    };
    assert_kind(again, Kind::Boilerplate);
    // Nor is a whole article that five papers print furniture.
    let reprint = |f: &mut Features, ownership: &mut Ownership| {
        recurs(f, ownership);
        (f.covered, f.covered_most) = (0.9, 1.0);
    };
    assert_kind(reprint, Kind::Reuse);
}

#[test]
fn figures_filled_in_anew_make_a_template() {
    let sheet = |f: &mut Features, _: &mut Ownership| {
        (f.edited, f.figures, f.numbers, f.changes) = (1.0, 0.7, 0.2, 6);
    };
    assert_kind(sheet, Kind::Template);
    // Captions have dates, which differ.
    let captions = |f: &mut Features, ownership: &mut Ownership| {
        sheet(f, ownership);
        (f.spread, f.caption, f.pictured) = (60, 1.0, 1.0);
    };
    assert_kind(captions, Kind::Boilerplate);
    // One other figure in a report of a few hundred words is a correction.
    assert_kind(|f, _| (f.edited, f.figures, f.changes) = (1.0, 0.7, 6), Kind::Reuse);
}

type Change = fn(&mut Features);

/// Asserts that the plain family with a change fulfils a condition, and no longer does with any
/// one of `breaks` on top, each of which is just beyond a threshold.
#[track_caller]
fn assert_needs(condition: impl Fn(&Features) -> bool, change: Change, breaks: &[Change]) {
    let mut features = plain().0;
    change(&mut features);
    assert!(condition(&features), "{features:?}");
    for (n, change) in breaks.iter().enumerate() {
        let mut broken = features.clone();
        change(&mut broken);
        assert!(!condition(&broken), "break {n}: {broken:?}");
    }
}

#[test]
fn quotations_are_marked_or_introduced() {
    let quoted = |f: &Features| is_quoted(f, &T());
    assert_needs(quoted, |f| f.marked = 0.3, &[|f| f.marked = 0.29]);
    assert_needs(
        quoted,
        |f| (f.introduced, f.covered_most, f.numbers) = (0.3, 0.49, 0.07),
        &[|f| f.introduced = 0.29, |f| f.covered_most = 0.5, |f| f.numbers = 0.08],
    );
}

#[test]
fn what_recurs_may_be_furniture() {
    let again = |f: &Features| recurs(f, &T());
    assert_needs(again, |f| (f.documents, f.days) = (5, 4), &[|f| f.documents = 4, |f| f.days = 3]);
    assert_needs(
        again,
        |f| (f.documents, f.days, f.dated) = (10, 0, 0.49),
        &[|f| f.documents = 9, |f| f.dated = 0.5],
    );
    assert_needs(
        |f| may_be_furniture(f, &T()),
        |f| {
            (f.documents, f.days, f.edge) = (5, 4, 0.6);
            (f.marked, f.covered) = (0.25, 0.3);
        },
        &[|f| f.marked = 0.26, |f| f.covered = 0.31, |f| f.days = 3, |f| f.edge = 0.59],
    );
}

/// Whether it is furniture if the largest house has this share of the documents.
fn furniture_of(largest: f32) -> impl Fn(&Features) -> bool {
    move |f| is_furniture(f, Ownership { largest, ..plain().1 }, &T())
}

#[test]
fn furniture_of_a_house_recurs() {
    let recurring: Change = |f| (f.documents, f.days) = (5, 4);
    assert_needs(furniture_of(0.7), recurring, &[|f| f.days = 3, |f| f.said = 0.5]);
    assert_needs(
        furniture_of(0.7),
        |f| (f.documents, f.days, f.said) = (10, 4, 1.0),
        &[|f| {
            f.documents = 9;
        }],
    );
    let at_edge: Change = |f| (f.documents, f.days, f.edge, f.edited) = (5, 4, 0.6, 0.49);
    let breaks: [Change; 4] =
        [|f| f.edge = 0.59, |f| f.edited = 0.5, |f| f.days = 3, |f| f.said = 0.5];
    assert_needs(furniture_of(0.49), at_edge, &breaks);
    let edited: Change = |f| (f.documents, f.days, f.edge, f.edited) = (5, 4, 0.6, 1.0);
    assert_needs(furniture_of(0.5), edited, &[]);
    assert_needs(|f| !furniture_of(0.49)(f), edited, &[]);
    assert_needs(|f| !furniture_of(0.69)(f), recurring, &[]);
    // Said somewhere, at the edge and in many documents, but not of one house.
    let said: Change = |f| (f.documents, f.days, f.edge, f.said) = (10, 4, 0.6, 1.0);
    assert_needs(|f| !furniture_of(0.69)(f), said, &[]);
}

#[test]
fn galleries_and_joined_titles_are_furniture_even_if_quoted() {
    let gallery: Change = |f| {
        (f.documents, f.days, f.gallery) = (5, 4, 0.3);
        (f.marked, f.covered) = (1.0, 0.3);
    };
    let breaks: [Change; 3] = [|f| f.covered = 0.31, |f| f.days = 3, |f| f.gallery = 0.29];
    assert_needs(furniture_of(0.7), gallery, &breaks);
    assert_needs(|f| !furniture_of(0.69)(f), gallery, &[]);
    assert_needs(
        furniture_of(0.5),
        |f| (f.joined, f.tokens, f.marked, f.covered) = (0.6, 100, 1.0, 0.3),
        &[|f| f.joined = 0.59, |f| f.tokens = 101, |f| f.covered = 0.31],
    );
}

#[test]
fn other_furniture_is_small_and_not_quoted() {
    assert_needs(
        furniture_of(0.5),
        |f| (f.author, f.marked, f.covered) = (0.6, 0.25, 0.3),
        &[|f| f.author = 0.59, |f| f.marked = 0.26, |f| f.covered = 0.31],
    );
    assert_needs(
        furniture_of(0.5),
        |f| (f.edge, f.contact, f.tokens) = (0.75, 0.5, 80),
        &[|f| f.edge = 0.74, |f| f.contact = 0.49, |f| f.tokens = 81],
    );
    assert_needs(
        furniture_of(0.5),
        |f| (f.caption, f.pictured, f.tokens) = (0.5, 0.75, 60),
        &[|f| f.caption = 0.49, |f| f.pictured = 0.74, |f| f.tokens = 61],
    );
}

#[test]
fn a_paragraph_that_a_page_has_twice_is_an_insert() {
    let twice: Change = |f| (f.repeated, f.alone, f.reported, f.tokens) = (true, 0.5, 0.49, 60);
    let breaks: [Change; 5] = [
        |f| f.changes = 1,
        |f| f.repeated = false,
        |f| f.alone = 0.49,
        |f| f.reported = 0.5,
        |f| f.tokens = 61,
    ];
    assert_needs(furniture_of(0.5), twice, &breaks);
}

#[test]
fn an_excerpt_is_a_quotation_and_the_page_of_a_guest_internal() {
    assert_kind(|f, _| f.excerpt = 0.5, Kind::Quotation);
    assert_kind(|f, _| f.excerpt = 0.29, Kind::Reuse);
    // What is shared beyond a quotation is copied.
    let whole = |f: &mut Features, _: &mut Ownership| {
        (f.excerpt, f.covered_least, f.covered_most, f.tokens) = (0.5, 0.9, 1.0, 300);
    };
    assert_kind(whole, Kind::Reuse);
    let letter = |f: &mut Features, ownership: &mut Ownership| {
        whole(f, ownership);
        (f.excerpt, f.letter) = (0.0, 0.5);
    };
    assert_kind(letter, Kind::Quotation);
    assert_kind(|f, _| (f.letter, f.tokens) = (0.5, 39), Kind::Reuse);
    assert_kind(|f, _| (f.excerpt, f.tokens) = (0.5, 14), Kind::Reuse);
    assert_kind(|f, _| (f.excerpt, f.credited) = (0.5, 0.5), Kind::Wire);
    assert_kind(|f, _| f.owned = 0.5, Kind::Internal);
    assert_kind(|f, ownership| (f.owned, ownership.houses) = (0.5, 3), Kind::Reuse);
}

#[test]
fn forms_of_furniture_have_bounds() {
    let form = |f: &Features| has_form(f, &T());
    let heading: Change = |f| {
        (f.heading, f.alone, f.numbers) = (0.75, 0.75, 0.19);
        (f.days, f.tokens) = (2, 200);
    };
    let breaks: [Change; 5] = [
        |f| f.heading = 0.74,
        |f| f.alone = 0.74,
        |f| f.numbers = 0.2,
        |f| f.days = 1,
        |f| f.tokens = 201,
    ];
    assert_needs(form, heading, &breaks);
    let undated: Change = |f| (f.heading, f.alone, f.days, f.dated) = (1.0, 1.0, 0, 0.49);
    assert_needs(form, undated, &[|f| f.dated = 0.5]);
    let author: Change = |f| (f.author, f.tokens) = (0.6, 200);
    assert_needs(form, author, &[|f| f.author = 0.59, |f| f.tokens = 201]);
    let some: Change = |f| (f.author, f.person) = (0.3, 0.75);
    assert_needs(form, some, &[|f| f.author = 0.29, |f| f.person = 0.74]);
    let call: Change = |f| (f.call, f.tokens) = (0.6, 80);
    assert_needs(form, call, &[|f| f.call = 0.59, |f| f.tokens = 81]);
    assert_needs(form, |f| (f.notice, f.tokens) = (0.6, 80), &[|f| f.notice = 0.59]);
}

#[test]
fn notes_are_set_apart_and_repeated() {
    let note = |f: &Features| is_note(f, &T());
    let foot: Change = |f| {
        (f.foot, f.alone, f.spread) = (0.75, 0.5, 4);
        (f.tokens, f.said) = (80, 0.49);
    };
    let breaks: [Change; 5] = [
        |f| f.foot = 0.74,
        |f| f.alone = 0.49,
        |f| f.spread = 3,
        |f| f.tokens = 81,
        |f| f.said = 0.5,
    ];
    assert_needs(note, foot, &breaks);
    let often: Change = |f| (f.foot, f.alone, f.documents, f.days) = (0.75, 0.5, 3, 3);
    assert_needs(note, often, &[|f| f.documents = 2, |f| f.days = 2]);
    let undated: Change = |f| (f.foot, f.alone, f.documents, f.dated) = (0.75, 0.5, 3, 0.49);
    assert_needs(note, undated, &[|f| f.documents = 2, |f| f.dated = 0.5]);
    let outer: Change = |f| {
        (f.outer, f.foot, f.alone, f.spread) = (0.95, 0.5, 0.5, 4);
        (f.capitals, f.usual) = (0.375, 0.25);
    };
    let breaks: [Change; 5] = [
        |f| f.outer = 0.94,
        |f| f.foot = 0.49,
        |f| f.alone = 0.49,
        |f| f.spread = 3,
        |f| f.capitals = 0.37,
    ];
    assert_needs(note, outer, &breaks);
    let head: Change = |f| {
        (f.head, f.alone, f.spread) = (0.95, 0.5, 4);
        (f.capitals, f.usual) = (0.375, 0.25);
    };
    let breaks: [Change; 4] =
        [|f| f.head = 0.94, |f| f.alone = 0.49, |f| f.spread = 3, |f| f.capitals = 0.37];
    assert_needs(note, head, &breaks);
    let edge: Change = |f| {
        (f.outer, f.edge) = (0.95, 0.95);
        (f.documents, f.days, f.spread) = (3, 3, 4);
    };
    let breaks: [Change; 4] =
        [|f| f.outer = 0.94, |f| f.edge = 0.94, |f| f.days = 2, |f| f.spread = 3];
    assert_needs(note, edge, &breaks);
    let standing: Change = |f| {
        (f.documents, f.days, f.spread, f.alone) = (3, 3, 14, 0.6);
        (f.capitals, f.usual) = (0.375, 0.25);
    };
    let breaks: [Change; 4] =
        [|f| f.documents = 2, |f| f.spread = 13, |f| f.alone = 0.59, |f| f.capitals = 0.37];
    assert_needs(note, standing, &breaks);
}

#[test]
fn filled_in_texts_have_other_figures() {
    let table: Change = |f| {
        (f.edited, f.figures, f.numbers) = (0.4, 0.5, 0.08);
        (f.spread, f.marked) = (7, 0.29);
    };
    let breaks: [Change; 6] = [
        |f| f.edited = 0.39,
        |f| f.figures = 0.49,
        |f| f.numbers = 0.07,
        |f| f.spread = 6,
        |f| f.marked = 0.3,
        |f| (f.caption, f.pictured) = (1.0, 1.0),
    ];
    assert_needs(|f| is_figure_table(f, &T()), table, &breaks);
    let filled_in: Change = |f| {
        (f.edited, f.figures, f.numbers, f.changes) = (0.4, 0.3, 0.08, 2);
        (f.tokens, f.covered_most) = (60, 0.09);
    };
    let breaks: [Change; 6] = [
        |f| f.edited = 0.39,
        |f| f.figures = 0.29,
        |f| f.numbers = 0.07,
        |f| f.changes = 1,
        |f| f.tokens = 61,
        |f| f.covered_most = 0.1,
    ];
    assert_needs(|f| is_filled_in(f, &T()), filled_in, &breaks);
}

#[test]
fn names_are_short_and_have_capitals() {
    let named: Change = |f| {
        (f.capitals, f.usual, f.loud) = (0.45, 0.2, 0.49);
        (f.tokens, f.covered_most, f.marked) = (40, 0.09, 0.3);
    };
    let breaks: [Change; 6] = [
        |f| f.capitals = 0.44,
        |f| f.usual = 0.25,
        |f| f.loud = 0.5,
        |f| f.tokens = 41,
        |f| f.covered_most = 0.1,
        |f| f.sentences = true,
    ];
    assert_needs(|f| is_names(f, &T()), named, &breaks);
    let breaks: [Change; 3] = [|f| f.marked = 0.29, |f| f.marked = 0.75, |f| f.capitals = 0.44];
    assert_needs(|f| is_half_quoted_name(f, &T()), named, &breaks);
    // A passage in a language without capitals has no names.
    assert_needs(|f| !of_names(f, 1.5), |f| (f.capitals, f.usual) = (0.0, 0.0), &[]);
}

#[test]
fn formulas_are_phrases_in_use_for_long() {
    let of_houses =
        |houses| move |f: &Features| is_formula(f, Ownership { houses, ..plain().1 }, &T());
    let many: Change = |f| {
        (f.documents, f.days, f.spread) = (4, 4, 7);
        (f.tokens, f.covered_most, f.alone, f.whole) = (40, 0.09, 0.49, 1.0);
    };
    let breaks: [Change; 5] = [
        |f| f.documents = 3,
        |f| f.days = 3,
        |f| f.spread = 6,
        |f| f.covered_most = 0.1,
        |f| f.alone = 0.5,
    ];
    assert_needs(of_houses(2), many, &breaks);
    assert_needs(|f| !of_houses(1)(f), many, &[]);
    let sentence: Change = |f| (f.spread, f.tokens, f.whole) = (30, 20, 1.0);
    assert_needs(of_houses(2), sentence, &[|f| f.spread = 29, |f| f.tokens = 21]);
    let phrase: Change = |f| (f.spread, f.whole) = (14, 0.49);
    assert_needs(of_houses(2), phrase, &[|f| f.spread = 13, |f| f.whole = 0.5]);
    assert_needs(of_houses(1), |f| f.capitals = 0.6, &[|f| f.capitals = 0.44]);
}

#[test]
fn one_house_is_known_to_be_one() {
    let one = |houses, known| Ownership { houses, known, ..plain().1 }.one_house();
    assert!(one(1, true) && one(0, true));
    assert!(!one(2, true) && !one(1, false));
    assert_kind(|f, _| f.credited = 0.3, Kind::Wire);
    assert_kind(|f, _| f.credited = 0.29, Kind::Reuse);
    assert_kind(|f, ownership| (f.credited, ownership.houses) = (1.0, 1), Kind::Internal);
}

/// The evidence of a family that has some of everything.
fn evidence(kind: Kind, days: u32) -> String {
    let mut f = plain().0;
    (f.quoted, f.introduced, f.signed, f.spoken, f.said) = (0.5, 0.006, 0.004, 0.25, 0.75);
    (f.alone, f.foot, f.head, f.contact, f.caption) = (1.0, 0.75, 0.25, 0.24, 0.5);
    (f.edited, f.figures, f.names, f.capitals) = (0.5, 0.25, 0.0, 0.4);
    (f.covered_most, f.credited, f.credit) = (0.1, 0.5, Some("Bay Herald".into()));
    (f.days, f.spread) = (days, 30);
    Evidence::join(&why(&f, plain().1, kind), ", ")
}

#[test]
fn each_kind_states_its_evidence() {
    let tail = "credit Bay Herald 0.50, documents 2, days 1";
    assert_eq!(
        evidence(Kind::Quotation, 1),
        format!("quoted 0.50, introduced 0.01, spoken 0.25, said 0.75, covered 0.10, {tail}")
    );
    assert_eq!(
        evidence(Kind::Boilerplate, 1),
        format!("alone 1.00, foot 0.75, head 0.25, caption 0.50, covered 0.10, {tail}")
    );
    let template = "edited 0.50, figures 0.25, capitals 0.40, quoted 0.50, covered 0.10";
    assert_eq!(evidence(Kind::Template, 1), format!("{template}, {tail}"));
    assert_eq!(
        evidence(Kind::Template, 2),
        format!("{template}, credit Bay Herald 0.50, documents 2, days 2, spread 30")
    );
    assert_eq!(evidence(Kind::Reuse, 1), format!("quoted 0.50, covered 0.10, {tail}"));
    assert_eq!(
        evidence(Kind::Wire, 2),
        "credit Bay Herald 0.50, quoted 0.50, covered 0.10, documents 2, days 2"
    );
    let one_outlet = Ownership { one_outlet: true, ..plain().1 };
    assert_eq!(why(&plain().0, one_outlet, Kind::Internal)[0], Evidence::ONE_OUTLET);
    assert_eq!(
        evidence(Kind::Internal, 0),
        "one house, quoted 0.50, covered 0.10, credit Bay Herald 0.50, documents 2"
    );
}

#[test]
fn kinds_are_named_in_records() {
    let names = ["quotation", "wire", "boilerplate", "template", "internal", "reuse"];
    assert_eq!(Kind::ALL.map(Kind::name), names);
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
}

proptest! {
    /// With values on both sides of all thresholds for names.
    #[test]
    fn the_share_of_names_matters_only_where_it_is_asked_for(
        shares in prop::array::uniform8(prop::sample::select(vec![0.0_f32, 0.3, 0.5, 0.7, 0.96])),
        counts in prop::array::uniform4(prop::sample::select(vec![1_u32, 3, 5, 20, 40, 90])),
        covered_most in prop::sample::select(vec![0.05_f32, 0.5]),
        sentences in any::<bool>(),
        usual in 0_f32..1.0,
    ) {
        let [capitals, alone, said, foot, head, outer, edge, marked] = shares;
        let [tokens, documents, days, spread] = counts;
        let (plain, ownership) = plain();
        let features = Features {
            documents, days, spread, tokens, marked, said, head, foot, alone, outer, edge,
            covered_most, capitals, usual, sentences,
            ..plain
        };
        if !asks_for_names(&features, &T()) {
            let without = Features { usual: 0.0, ..features.clone() };
            prop_assert_eq!(kind(&features, ownership, &T()), kind(&without, ownership, &T()));
        }
    }
}
