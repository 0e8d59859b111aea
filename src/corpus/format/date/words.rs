//! The words that dates are written with.
//!
//! Used by `forms`. Invariant: a word has one meaning here; one that is two different months in two
//! languages (`listopad`) is in no list, so that a date with it is unknown.

/// The names of the months, in lower case: English, German, French, Spanish, Italian, Portuguese,
/// Dutch, Swedish, Danish, Norwegian, Polish, Czech, Russian, Ukrainian, Turkish, Romanian,
/// Hungarian, Finnish, Greek, Indonesian and Arabic, with the forms and shortenings used in dates.
const MONTHS: [&str; 12] = [
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari tammikuuta \
     stycznia styczeń sty ledna leden января январь янв січня січень ocak oca ianuarie január \
     ιανουαρίου ιανουάριος يناير",
    "february feb februar février févr fév fevrier febrero febbraio fevereiro fev februari \
     helmikuuta lutego luty února únor февраля февраль фев лютого şubat şub februarie február \
     φεβρουαρίου φεβρουάριος فبراير",
    "march mar märz mär maerz mars marzo março marco maart mrt mart maaliskuuta marca marzec \
     března březen марта март мар березня березень martie március μαρτίου μάρτιος maret مارس",
    "april apr avril avr abril abr aprile aprilie huhtikuuta kwietnia kwiecień kwi dubna duben \
     апреля апрель апр квітня квітень nisan nis április απριλίου απρίλιος أبريل ابريل",
    "may mai mayo maggio mag maio mei maj toukokuuta maja května květen мая май травня травень \
     mayıs május μαΐου μάιος مايو",
    "june jun juni juin junio giugno giu junho kesäkuuta czerwca czerwiec cze июня июнь июн \
     червня червень haziran haz iunie június ιουνίου ιούνιος يونيو",
    "july jul juli juillet juil julio luglio lug julho heinäkuuta lipca lipiec července července \
     červenec июля июль июл липня липень temmuz tem iulie július ιουλίου ιούλιος يوليو",
    "august aug août aout agosto ago elokuuta augusti augustus sierpnia sierpień sie srpna srpen \
     августа август авг серпня серпень ağustos augusztus αυγούστου αύγουστος agustus أغسطس \
     اغسطس",
    "september sep sept septembre septiembre settembre setembro set syyskuuta września wrzesień \
     wrz září сентября сентябрь сен сент вересня вересень eylül eyl septembrie szeptember \
     σεπτεμβρίου σεπτέμβριος سبتمبر",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października \
     październik paź října říjen октября октябрь окт жовтня жовтень ekim eki octombrie október \
     οκτωβρίου οκτώβριος أكتوبر اكتوبر",
    "november nov novembre noviembre novembro marraskuuta ноября ноябрь ноя листопада kasım kas \
     noiembrie νοεμβρίου νοέμβριος نوفمبر",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro joulukuuta \
     grudnia grudzień gru prosince prosinec декабря декабрь дек грудня грудень aralık ara \
     decembrie δεκεμβρίου δεκέμβριος desember des ديسمبر",
];

/// Names of the days of the week, which add nothing to a date; `mar` and `set` are months above.
const WEEKDAYS: &str = "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday \
    fri saturday sat sunday sun montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag \
    sa sonnabend sonntag so lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam \
    dimanche dim lunes martes miércoles mié jueves jue viernes vie sábado sáb domingo dom lunedì \
    martedì mercoledì giovedì gio venerdì sabato domenica segunda terça quarta quinta sexta feira \
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag måndag tisdag onsdag torsdag fredag \
    lördag söndag mandag tirsdag lørdag søndag poniedziałek wtorek środa czwartek piątek sobota \
    niedziela понедельник вторник среда четверг пятница суббота воскресенье pazartesi salı \
    çarşamba perşembe cuma cumartesi pazar";

/// Words between the parts of a date, which add nothing to it.
const FILLERS: &str = "de del di den der le the of at on um kl klo alle às as à uhr at of dne \
    dnia r г года року um il am published updated posted";

/// Hours and minutes that a zone is ahead of UTC, of the zones with names of one meaning in mail
/// and in logs.
const ZONES: [(&str, i32); 12] = [
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("ut", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

/// Zones whose names have several meanings, or whose offset varies: the day is as written, the
/// moment is unknown.
const VAGUE_ZONES: &str = "cet cest met mest bst ist wet west eet eest msk et ct mt pt jst kst \
    hkt sgt aest aedt nzst nzdt mez mesz";

/// The number of a month.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    let at = MONTHS.iter().position(|names| names.split_whitespace().any(|name| name == word))?;
    i8::try_from(at + 1).ok()
}

/// Whether a word adds nothing to a date.
pub(super) fn is_filler(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    [WEEKDAYS, FILLERS].iter().any(|list| list.split_whitespace().any(|known| known == word))
}

/// Seconds that a zone is ahead of UTC.
pub(super) fn zone(word: &str) -> Option<i32> {
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, hours)| hours * 3600)
}

/// Whether a word is a zone whose offset is not known.
pub(super) fn is_vague_zone(word: &str) -> bool {
    VAGUE_ZONES.split_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_word_has_one_meaning() {
        let mut seen = BTreeMap::new();
        for (number, names) in MONTHS.iter().enumerate() {
            for name in names.split_whitespace() {
                assert!(seen.insert(name, number).is_none_or(|other| other == number), "{name}");
                assert!(!is_filler(name) && zone(name).is_none(), "{name}");
                assert_eq!(name.to_lowercase(), name);
            }
        }
        assert_eq!((month("märz"), month("juil."), month("listopada")), (Some(3), Some(7), None));
        assert!(is_filler("sonntag") && is_filler("de") && !is_filler("draft"));
        assert_eq!((zone("edt"), zone("cet")), (Some(-14_400), None));
        assert!(is_vague_zone("cet"));
    }
}
