//! A copied passage is found in every script, with exact ends.

use crate::util::{Dir, count_of, text_of};
use serde_json::{Value, json};

/// A language, a passage of our own, and two contexts that have nothing in common.
struct Sample {
    language: &'static str,
    passage: &'static str,
    frames: [(&'static str, &'static str); 2],
}

const SAMPLES: [Sample; 9] = [
    Sample {
        language: "Arabic",
        passage: "أعلنت بلدية المدينة أن الجسر القديم سيبقى مغلقا حتى نهاية الشهر بعد أن وجد \
                  المهندسون شقوقا صغيرة في ثلاثة من أعمدته الحجرية",
        frames: [
            ("في خبر محلي قصير:", ". ولم يصب أحد بأذى."),
            ("قال مراسلنا صباح اليوم", "، وسوف تعمل القوارب بدلا منه."),
        ],
    },
    Sample {
        language: "Russian",
        passage: "Старый мост через реку останется закрытым до конца месяца, потому что инженеры \
                  нашли небольшие трещины в трёх каменных опорах и хотят проверить остальные",
        frames: [
            ("Короткая новость из города.", ". Никто не пострадал."),
            ("Как сообщил наш корреспондент утром:", "; вместо автобусов пойдут лодки."),
        ],
    },
    Sample {
        language: "Hebrew",
        passage: "הגשר הישן מעל הנחל יישאר סגור עד סוף החודש לאחר שמהנדסים מצאו סדקים קטנים \
                  בשלושה מעמודי האבן שלו וביקשו לבדוק גם את השאר",
        frames: [
            ("ידיעה קצרה מהעיר:", ". איש לא נפגע."),
            ("כתבנו מוסר הבוקר כי", ", ובינתיים ישוטו סירות."),
        ],
    },
    Sample {
        language: "Greek",
        passage: "Η παλιά γέφυρα πάνω από το ποτάμι θα μείνει κλειστή ως το τέλος του μήνα, \
                  επειδή οι μηχανικοί βρήκαν μικρές ρωγμές σε τρεις από τους πέτρινους στύλους της",
        frames: [
            ("Σύντομη είδηση από την πόλη.", ". Κανείς δεν τραυματίστηκε."),
            ("Όπως γράφει ο ανταποκριτής μας:", "· στο μεταξύ θα περνούν βάρκες."),
        ],
    },
    Sample {
        language: "Hindi",
        passage: "नदी पर बना पुराना पुल इस महीने के अंत तक बंद रहेगा क्योंकि इंजीनियरों को उसके तीन \
                  पत्थर के खंभों में छोटी दरारें मिली हैं",
        frames: [
            ("शहर से एक छोटी खबर।", "। किसी को चोट नहीं लगी।"),
            ("हमारे संवाददाता ने सुबह बताया:", ", तब तक नावें चलेंगी।"),
        ],
    },
    Sample {
        language: "Chinese",
        passage: "河上的老桥将关闭到本月底，因为工程师在三根石柱上发现了细小的裂缝，并且要检查其余的桥墩",
        frames: [("本市简讯。", "。没有人受伤。"), ("记者今晨报道：", "；期间改用渡船往来。")],
    },
    Sample {
        language: "Japanese",
        passage: "川にかかる古い橋は、技師たちが三本の石の柱に小さなひびを見つけたため、今月の終わりまで通れなくなる",
        frames: [
            ("町からの短い知らせ。", "。けが人はいなかった。"),
            ("けさの記者の話では「", "」とのこと。その間は渡し舟を使う。"),
        ],
    },
    Sample {
        language: "Korean",
        passage: "강 위의 오래된 다리는 기술자들이 돌기둥 세 개에서 작은 금을 발견했기 때문에 이달 말까지 \
                  닫혀 있을 것이며 나머지 기둥도 곧 검사를 받게 된다",
        frames: [
            ("도시의 짧은 소식.", ". 다친 사람은 없다."),
            ("우리 기자가 아침에 전한 바로는,", "; 그동안 배가 다닌다."),
        ],
    },
    Sample {
        language: "Thai",
        passage: "สะพานเก่าข้ามแม่น้ำจะปิดจนถึงสิ้นเดือนนี้เพราะวิศวกรพบรอยร้าวเล็กๆในเสาหินสามต้น",
        frames: [
            ("ข่าวสั้นจากในเมือง: ", " ไม่มีผู้ใดบาดเจ็บ"),
            ("ผู้สื่อข่าวรายงานเมื่อเช้าว่า ", " ระหว่างนั้นให้ใช้เรือแทน"),
        ],
    },
];

/// Finds the passages of the two texts of a language.
fn scan(sample: &Sample, more: &[&str]) -> Vec<Value> {
    let dir = Dir::new();
    let lines = texts(sample).into_iter().enumerate();
    let lines: Vec<String> =
        lines.map(|(n, text)| json!({"id": n.to_string(), "text": text}).to_string()).collect();
    dir.create("docs.jsonl", lines.join("\n"));
    let run = dir.command(&["scan", "docs.jsonl", "--format", "jsonl"]).args(more).run();
    run.expect(0).records()
}

fn texts(sample: &Sample) -> [String; 2] {
    sample.frames.map(|(before, after)| format!("{before} {}{after}", sample.passage))
}

/// Returns the first fault of the only pair of a language.
fn check(sample: &Sample) -> Result<(), String> {
    let (texts, found) = (texts(sample), scan(sample, &[]));
    let [pair] = found.as_slice() else {
        return Err(format!("{} pairs", found.len()));
    };
    for (side, text) in [(&pair["a"], &texts[0]), (&pair["b"], &texts[1])] {
        let cut = text_of(side, "text");
        if cut != sample.passage {
            return Err(format!("`{cut}`"));
        }
        let start = text.find(sample.passage).unwrap();
        let char_start = text[..start].chars().count();
        let length = sample.passage.chars().count();
        let expected = [start, start + cut.len(), char_start, char_start + length];
        let got = ["start", "end", "char_start", "char_end"].map(|key| count_of(side, key));
        if got != expected {
            return Err(format!("{got:?} instead of {expected:?}"));
        }
    }
    Ok(())
}

#[test]
fn copied_passage_is_found_in_every_script() {
    let wrong: Vec<String> = SAMPLES
        .iter()
        .filter_map(|s| Some(format!("{}: {}", s.language, check(s).err()?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_run_of_the_shortest_length_is_a_passage_in_every_script() {
    for sample in &SAMPLES {
        let whole = scan(sample, &[]);
        let least = count_of(&whole[0], "tokens").to_string();
        for size in ["3", "5", "8"] {
            let found = scan(sample, &["--min-tokens", &least, "--ngram-size", size]);
            let cut: Vec<&str> = found.iter().map(|pair| text_of(&pair["a"], "text")).collect();
            assert_eq!(cut, [sample.passage], "{} of {least} tokens", sample.language);
        }
    }
}
