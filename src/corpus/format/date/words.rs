//! The words that dates are written with.
//!
//! Used by `forms`. Invariant: a word has one meaning here; one that is two different months in two
//! languages (`listopad`) is in no list, so that a date with it is unknown.

use crate::hash::Map;
use std::sync::LazyLock;

/// Longest text that is looked at, in bytes.
pub(super) const MOST_BYTES: usize = 80;

/// The names of the months, in lower case: English, German, French, Spanish, Italian, Portuguese,
/// Dutch, Swedish, Danish, Norwegian, Polish, Czech, Russian, Ukrainian, Turkish, Romanian,
/// Hungarian, Finnish, Greek, Indonesian and Arabic, with the forms and shortenings used in dates.
const MONTHS: [&str; 12] = [
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari tammikuuta \
     stycznia styczeń sty ledna leden января январь янв січня січень ocak oca ian ianuarie január \
     ιανουαρίου ιανουάριος ιανουαριου ιανουαριος ιαν يناير",
    "february feb februar février févr fév fevrier febrero febbraio fevereiro fev februari \
     helmikuuta lutego luty února únor февраля февраль фев февр лютого şubat şub februarie \
     február φεβρουαρίου φεβρουάριος φεβρουαριου φεβρουαριος φεβ feber febr شباط فبراير",
    "march mar märz mär maerz mrz mars marzo março marco maart mrt mart maaliskuuta marca marzec \
     března březen марта март мар березня березень martie március μαρτίου μάρτιος μαρτιου μαρτιος \
     μαρ márc آذار اذار maret مارس",
    "april apr avril avr abril abr aprile aprilie huhtikuuta kwietnia kwiecień kwi dubna duben \
     апреля апрель апр квітня квітень nisan nis április απριλίου απρίλιος απριλιου απριλιος απρ \
     ápr نيسان أبريل ابريل",
    "may mai mayo maggio mag maio mei maj toukokuuta maja května květen мая май травня травень \
     mayıs május μαΐου μάιος μαϊου μαιου μαιος μάι máj mayis أيار ايار مايو",
    "june jun juni juin junio giugno giu junho kesäkuuta czerwca czerwiec cze июня июнь июн \
     червня червень haziran haz iunie június ιουνίου ιούνιος ιουνιου ιουνιος ιουν iun jún června \
     červen حزيران يونيو",
    "july jul juli juillet juil julio luglio lug julho heinäkuuta lipca lipiec července červenec \
     июля июль июл липня липень temmuz tem iulie július ιουλίου ιούλιος ιουλιου ιουλιος ιουλ iul \
     júl تموز يوليو",
    "august aug août aout agosto ago elokuuta augusti augustus sierpnia sierpień sie srpna srpen \
     августа август авг серпня серпень ağustos augusztus αυγούστου αύγουστος αυγουστου αυγουστος \
     αυγ agu ağu آب agustus أغسطس اغسطس",
    "september sep sept septembre septiembre settembre setembro set syyskuuta września wrzesień \
     wrz září сентября сентябрь сен сент вересня вересень eylül eyl septembrie szeptember \
     σεπτεμβρίου σεπτέμβριος σεπτεμβριου σεπτεμβριος σεπ szept setiembre أيلول ايلول سبتمبر",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października \
     październik paź října říjen октября октябрь окт жовтня жовтень ekim eki octombrie október \
     οκτωβρίου οκτώβριος οκτωβριου οκτωβριος οκτ أكتوبر اكتوبر",
    "november nov novembre noviembre novembro marraskuuta ноября ноябрь ноя листопада kasım kas \
     noiembrie νοεμβρίου νοέμβριος νοεμβριου νοεμβριος νοε нояб noi kasim نوفمبر",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro joulukuuta \
     grudnia grudzień gru prosince prosinec декабря декабрь дек грудня грудень aralık ara \
     decembrie δεκεμβρίου δεκέμβριος δεκεμβριου δεκεμβριος δεκ aralik desember des ديسمبر",
];

/// Names of the days of the week, which add nothing to a date; `mar` and `set` are months above.
const WEEKDAYS: &str = "monday mon tuesday tue tues wednesday wed thursday thu thur thurs \
     friday fri saturday sat sunday sun montag mo dienstag di mittwoch mi donnerstag do \
     freitag fr samstag sa sonnabend \
     sonntag so lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim lunes \
     martes miércoles mié jueves jue viernes vie sábado sáb domingo dom lunedì martedì mercoledì \
     giovedì gio venerdì sabato domenica segunda terça quarta quinta sexta feira maandag dinsdag \
     woensdag donderdag vrijdag zaterdag zondag måndag tisdag onsdag torsdag fredag lördag söndag \
     mandag tirsdag lørdag søndag poniedziałek wtorek środa czwartek piątek sobota niedziela \
     понедельник вторник среда четверг пятница суббота воскресенье pazartesi salı çarşamba \
     perşembe cuma cumartesi pazar 星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 \
     周二 周三 周四 周五 周六 周日 週一 週二 週三 週四 週五 週六 週日 月曜日 火曜日 水曜日 木曜日 \
     金曜日 土曜日 日曜日 火 水 木 金 土 월요일 화요일 수요일 목요일 금요일 토요일 일요일 화 수 \
     목 금 토 maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai maanantaina \
     tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina ma ti ke to pe la su \
     pondělí úterý středa čtvrtek pátek neděle po út čt pá ne pon wt śr czw sob niedz luni \
     marți marţi miercuri joi vineri sâmbătă sambata duminică duminica hétfő kedd szerda \
     csütörtök péntek szombat vasárnap δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή \
     δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο κυριακη senin selasa rabu kamis jumat sabtu \
     minggu понеділок вівторок середа четвер пятниця субота неділя пн вт ср чт пт сб вс нд الأحد \
     الاحد الاثنين الإثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت wo vr za zo mån tis ons \
     tor tors fre lör lør sön søn seg ter qua qui sex sab sabado miercoles mie";

/// Words between the parts of a date, which add nothing to it.
const FILLERS: &str = "de del di den der le the of at on um kl klo alle às as à uhr dne \
     dnia r г года року il am \
     published updated posted a las la ore в о om uur saat στις pukul klockan godz publié publiée \
     mis mise jour publicado actualizado pubblicato aggiornato gepubliceerd veröffentlicht \
     aktualisiert stand date datum fecha data опубликовано";

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

/// Months of two words in Arabic, and those of one word that they are.
const ARABIC: [(&str, &str); 6] = [
    ("كانون الثاني", "يناير"),
    ("تشرين الأول", "أكتوبر"),
    ("تشرين الاول", "أكتوبر"),
    ("تشرين الثاني", "نوفمبر"),
    ("كانون الأول", "ديسمبر"),
    ("كانون الاول", "ديسمبر"),
];

/// A text in lower case, with the words that are written in several ways or pieces as they are
/// here; none where it is too long for a date.
pub(super) fn plain(text: &str) -> Option<String> {
    let text = (text.len() <= 2 * MOST_BYTES).then(|| text.to_lowercase())?;
    if text.is_ascii() {
        return Some(text);
    }
    // What becomes of a capital i with its point, as Turkish has it.
    let text = text.replace("i\u{307}", "i").replace(['\u{2019}', '\u{2bc}'], "'");
    let text = text.replace("п'ятниця", "пятниця");
    Some(ARABIC.iter().fold(text, |text, (name, month)| text.replace(name, month)))
}

/// What a word of a date means. One word is a shortened day and a zone (`pt`).
#[derive(Debug, Clone, Copy, Default)]
struct Meaning {
    /// The number of a month.
    month: Option<i8>,
    /// It adds nothing.
    is_filler: bool,
    /// Seconds that a zone is ahead of UTC.
    ahead: Option<i32>,
    is_vague_zone: bool,
}

/// All words with their meanings: texts are asked for dates at every year that they name, and a
/// walk through the lists costs a hundred times as much as one look.
static MEANINGS: LazyLock<Map<&'static str, Meaning>> = LazyLock::new(|| {
    let mut all: Map<&'static str, Meaning> = Map::default();
    for (number, names) in (1..).zip(MONTHS) {
        for name in names.split_whitespace() {
            all.entry(name).or_default().month = Some(number);
        }
    }
    for word in [WEEKDAYS, FILLERS].into_iter().flat_map(str::split_whitespace) {
        all.entry(word).or_default().is_filler = true;
    }
    for (name, hours) in ZONES {
        all.entry(name).or_default().ahead = Some(hours * 3600);
    }
    for name in VAGUE_ZONES.split_whitespace() {
        all.entry(name).or_default().is_vague_zone = true;
    }
    all
});

/// The meaning of a word.
fn meaning(word: &str) -> Meaning {
    MEANINGS.get(word).copied().unwrap_or_default()
}

/// The number of a month.
pub(super) fn month(word: &str) -> Option<i8> {
    meaning(word.trim_end_matches('.')).month
}

/// Whether a word adds nothing to a date.
pub(super) fn is_filler(word: &str) -> bool {
    meaning(word.trim_end_matches('.')).is_filler
}

/// Seconds that a zone is ahead of UTC.
pub(super) fn zone(word: &str) -> Option<i32> {
    meaning(word).ahead
}

/// Whether a word is a zone whose offset is not known.
pub(super) fn is_vague_zone(word: &str) -> bool {
    meaning(word).is_vague_zone
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
        let lists = [WEEKDAYS, FILLERS].map(str::split_whitespace);
        assert!(lists.into_iter().flatten().all(is_filler));
        assert!(ZONES.iter().all(|(name, hours)| zone(name) == Some(hours * 3600)));
        assert!(VAGUE_ZONES.split_whitespace().all(is_vague_zone));
        assert_eq!((month("märz"), month("juil."), month("listopada")), (Some(3), Some(7), None));
        assert!(is_filler("sonntag") && is_filler("de") && !is_filler("draft"));
        assert_eq!((zone("edt"), zone("cet")), (Some(-14_400), None));
        assert!(is_vague_zone("cet"));
    }
}
