//! Lines that credit agencies, and those that only name them.

use super::*;
use proptest::prelude::*;

#[test]
fn credits_of_many_agencies() {
    for (text, name) in [
        ("WASHINGTON (AP) - The dam held.", "AP"),
        ("London (PA) \u{2014} The dam held.", "PA"),
        ("The dam held. (Reuters/PA)", "Reuters"),
        ("LONDON, March 3 (Reuters) - The dam held.", "Reuters"),
        ("Berlin (dpa) - Der Damm hielt.", "dpa"),
        ("Berlin (dpa/AFP) - Der Damm hielt.", "dpa"),
        ("Der Damm hielt am Montag.\n\ndpa", "dpa"),
        ("Der Damm hielt am Montag. (afp)", "AFP"),
        ("Der Damm hielt am Montag. NDR/dpa", "dpa"),
        ("Der Damm hielt. Nachrichtenagentur dpa und afp", "dpa"),
        ("Der Damm hielt. Quelle: bay/dpa Hier lesen Sie: Das Wehr hielt auch.", "dpa"),
        ("Der Damm hielt, sagte er heute. \u{201e}Gut.\u{201c} dpa/NDR", "dpa"),
        ("PARIS, 3 mars (AFP) - Le barrage a tenu.", "AFP"),
        ("MADRID, 3 (EFE).- La presa aguanta.", "EFE"),
        ("(ANSA) - ROMA, 3 MAR - La diga ha tenuto.", "ANSA"),
        ("MOSCOW, March 3. /TASS/. The dam held.", "TASS"),
        ("МОСКВА, 3 марта. /ТАСС/. Плотина выстояла.", "TASS"),
        ("新华社北京3月3日电 大坝没有决口。", "Xinhua"),
        ("القاهرة (أ ف ب) - صمد السد.", "AFP"),
        ("The dam held.\n\n\u{a9} 2019 The Associated Press. All rights reserved.", "AP"),
        ("By Ann Other, AP\nThe dam held.", "AP"),
        ("Von Ann Other, dpa\n\nDer Damm hielt.", "dpa"),
        ("Der Damm hielt. Dieser Artikel wurde verfasst von Von Ann Marie Other, dpa", "dpa"),
        ("Le Ponton avec AFP\n\nLe barrage a tenu.", "AFP"),
        ("Par Ann Other avec AFP\n\nLe barrage a tenu.", "AFP"),
        ("La r\u{e9}daction avec AFP\n\nLe barrage a tenu.", "AFP"),
        ("Von unserer Redaktion und dpa\n\nDer Damm hielt.", "dpa"),
        ("Redazione ANSA\n\nLa diga ha tenuto.", "ANSA"),
        ("Redacci\u{f3}n EFE\n\nLa presa aguanta.", "EFE"),
        ("МОСКВА, 3 мая - РИА Новости. Плотина выстояла.", "RIA"),
        ("Киев. 3 мая. УНИАН. Плотина выстояла.", "UNIAN"),
        ("\u{130}HA - Baraj dayand\u{131}.", "IHA"),
        ("【新华社北京5月3日电】大坝没有决口。", "Xinhua"),
        ("The dam held.\n\nReporting by Ann Other; editing by Ida Brandt", "agencies"),
        ("The dam held.\n\nThis report by The Canadian Press was first published in May.", "CP"),
        ("The dam held.\n\nThe Associated Press in Ulm contributed.", "AP"),
        ("Der Damm hielt.\n\nmit Agenturmaterial", "agencies"),
        ("Der Damm hielt.\n\nAgenturen/red", "agencies"),
        ("La presa aguanta.\n\nCon informaci\u{f3}n de agencias", "agencies"),
        ("Von Agenturen\n\nDer Damm hielt.", "agencies"),
        ("Redacci\u{f3}n y agencias\n\nLa presa aguanta.", "agencies"),
        ("Der Damm hielt am Montag.\n\nmit dpa-Material", "dpa"),
        ("APA/dpa - Der Damm hielt.", "APA"),
        ("KFF Health News\n\nThe dam held.", "KFF Health News"),
        ("By STAFF AND WIRE REPORTS\n\nThe dam held.", "agencies"),
        ("The dam held.\n\nAgencies contributed to this report", "agencies"),
        ("The dam held.\n\nIda Brandt in Ulm and AFP contributed reporting to this.", "AFP"),
        ("Der Damm hielt.\n\nMit Material von dpa und aus dem Archiv.", "dpa"),
        ("La presa aguanta.\n\nCon informaci\u{f3}n de EFE y de Ann Other.", "EFE"),
        ("Le barrage a tenu.\n\n(avec AFP et Ann Other, \u{e0} Metz)", "AFP"),
        ("Плотина выстояла.\n\nПо материалам ТАСС и других изданий.", "TASS"),
        ("By ANN OTHER\nAssociated Press\n\nThe dam held.", "AP"),
        ("The dam held on Monday, officials said.\n\nCopyright 2019 The Associated Press.", "AP"),
    ] {
        assert_eq!(agency_of(text), Some(name), "{text}");
    }
}

#[test]
fn names_that_are_no_credits() {
    for text in [
        "The mayor told Reuters on Monday that the dam, which was built long ago, had held.",
        "A boat on the lake. (AP Photo/Ann Other)\n\nThe dam held.",
        "The dam held.\n\nFoto: dpa",
        "The dam held.\n\nPhoto: AFP",
        "The dam held.\n\nPhoto by Ann Other for AFP",
        "The dam held.\n\nPhotograph by Ann Other, AFP",
        "Tama wytrzyma\u{142}a.\n\nFot. PAP",
        "Плотина выстояла.\n\nФото: ТАСС",
        "大坝没有决口。\n\n图片来源：新华社",
        "大坝没有决口。\n\n新华社照片",
        "صمد السد.\n\nالصورة: رويترز",
        "The dam held.\n\nAnn Other was a reporter for AFP.",
        "The dam held.\n\nThe mayor was pleased. She told AFP.",
        "The dam held.\n\nFollow Reuters on Twitter",
        "The dam held.\n\nMarket data provided by Reuters.",
        "The dam held.\n\nTheir team plays in AA.",
        "The dam held.\n\nThe lake has a boat. It is called the Lusa",
        "The dam held.\n\nOur partners: AFP, Reuters",
        "A boat on the lake. REUTERS/Ann Other\n\nThe dam held.",
        "Ein Boot auf dem See. Bild: dpa\n\nDer Damm hielt.",
        "Der Damm hielt. Quelle: Wasseramt, wie dpa berichtet, und der Wart vom Oberlauf.",
        "Students took the AP test. The dam held.",
        "PA announced a plan for the dam.",
        "Senators Ann Other (D-PA) and Bob Else (R-ME) asked for a dam.",
        "Senators Ann Other, D-ME, and Bob Else (PA) asked for a dam.",
        "They gave 2 million to the yard (Upper Lock, PA) and the warden thanked them.",
        "Senators Ann Other  D ME  and Bob Else  R PA",
        "It is built in Upper Lock PA",
        "May 3 2019 In a statement to the Associated Press a warden said that it held.",
        "A May 3 2019 Associated Press article said that it held.",
        "They introduced the Tidal Area Protection Act (TAP) on Monday.",
        "They introduced the Tidal Area Protection (TAP) Act on Monday.",
        "The dam belongs to the state and to other local agencies",
        "The dam held, according to The Associated Press.\n\nRain fell.",
        "By Ann Other, Upper Lock, PA\nThe dam held.",
        "Ein Streit mit dpa\n\nDer Damm hielt, sagte der Wart vom Oberlauf.",
        "On May 3, Reuters, which is old, reported that the dam held.",
        "The wire reports of the dam were read by the wardens of the upper lock and all.",
        "The dam held.\n\nThe warden contributed to this plan, the AP was told by mail.",
        "\u{2014} The Associated Press (@AP) January 29, 2016\n\nThe dam held.",
        "A boat on the lake, Harbour Office via Reuters\n\nThe dam held.",
        "",
    ] {
        assert_eq!(agency_of(text), None, "{text}");
    }
}

#[test]
fn outlets_that_are_agencies() {
    assert_eq!(agency_named("Associated Press"), Some("AP"));
    assert_eq!(agency_named("Reuters (Online)"), Some("Reuters"));
    assert_eq!(agency_named("dpa"), Some("dpa"));
    assert_eq!(agency_named("Pa Gazette"), None);
    assert_eq!(agency_named("Australian Associated Press"), Some("AAP"));
    assert_eq!(agency_named("Associated Press of Pakistan"), Some("APP"));
    assert_eq!(agency_named("dpa-international"), Some("dpa"));
    for (host, name) in [
        ("apnews.com", "AP"),
        ("https://www.reuters.com/", "Reuters"),
        ("AFP.com", "AFP"),
        ("yna.co.kr", "Yonhap"),
    ] {
        assert_eq!(agency_named(host), Some(name), "{host}");
    }
    assert_eq!(agency_named("news.example.com"), None);
    assert_eq!(agency_of("The dam held.\n\nAustralian Associated Press"), Some("AAP"));
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(
        text in "([(/ ]|AP|dpa|Reuters|\u{a9}|\n|[a-z]{1,5}|\\PC){0,60}"
    ) {
        let found = agency_of(&text);
        prop_assert!(found.is_none_or(|name| AGENCIES.iter().any(|a| a.name == name)));
    }
}
