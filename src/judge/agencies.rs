//! The news agencies of the world that texts credit.
//!
//! A table that `credit` looks up. Invariant: a name in `full` means nothing else; what is also a
//! word or an abbreviation is in `short`.

/// An agency: the name used in evidence, and how texts write it.
pub(super) struct Agency {
    pub(super) name: &'static str,
    /// Names that mean nothing else.
    pub(super) full: &'static [&'static str],
    /// Abbreviations, and names that are also words.
    pub(super) short: &'static [&'static str],
}

const fn agency(
    name: &'static str,
    full: &'static [&'static str],
    short: &'static [&'static str],
) -> Agency {
    Agency { name, full, short }
}

/// The known agencies, as their home language and others write them.
pub(super) static AGENCIES: &[Agency] = &[
    agency(
        "AP",
        &["Associated Press", "美联社", "美聯社", "AP通信", "أسوشيتد برس"],
        &["AP", "أ ب", "أ.ب"],
    ),
    agency(
        "Reuters",
        &["Reuters", "Thomson Reuters", "路透社", "ロイター", "رويترز", "Рейтер"],
        &["REUTERS", "RTR", "rtr"],
    ),
    agency("Bloomberg", &["Bloomberg News"], &["Bloomberg"]),
    agency(
        "AFP",
        &["Agence France-Presse", "Agence France Presse", "法新社", "فرانس برس"],
        &["AFP", "afp", "أ ف ب", "أ.ف.ب", "اف ب", "АФП"],
    ),
    agency(
        "dpa",
        &["Deutsche Presse-Agentur", "dpa-AFX", "dpa-infocom"],
        &["dpa", "DPA", "د ب أ", "د.ب.أ"],
    ),
    agency("EFE", &["Agencia EFE"], &["EFE", "Efe"]),
    agency("Europa Press", &["Europa Press", "EUROPA PRESS"], &["EP"]),
    agency("ANSA", &[], &["ANSA", "Ansa"]),
    agency("Adnkronos", &["Adnkronos", "AdnKronos"], &[]),
    agency("AGI", &[], &["AGI"]),
    agency("TASS", &["ТАСС"], &["TASS", "ITAR-TASS"]),
    agency("RIA", &["РИА Новости", "RIA Novosti"], &[]),
    agency("Interfax", &["Interfax", "Интерфакс"], &[]),
    agency("Ukrinform", &["Ukrinform", "Укринформ", "Укрінформ"], &[]),
    agency("Xinhua", &["Xinhua", "新华社", "新華社"], &["شينخوا"]),
    agency("CNA", &["中央社", "中新社"], &[]),
    agency("Kyodo", &["Kyodo", "KYODO", "共同通信"], &["共同"]),
    agency("Jiji", &["時事通信", "Jiji Press"], &["時事"]),
    agency("Yonhap", &["Yonhap", "연합뉴스"], &[]),
    agency("Newsis", &["뉴시스"], &[]),
    agency("PA", &["Press Association", "PA Media"], &["PA"]),
    agency("UPI", &["United Press International"], &["UPI"]),
    agency("AAP", &["Australian Associated Press"], &["AAP"]),
    agency("CP", &["Canadian Press", "Presse Canadienne"], &["CP"]),
    agency("APA", &["Austria Presse Agentur"], &["APA", "apa"]),
    agency("SDA", &["Keystone-SDA", "Keystone-ATS"], &["SDA", "sda", "ATS", "ats"]),
    agency("SID", &["Sport-Informations-Dienst"], &["SID", "sid"]),
    agency("epd", &["Evangelischer Pressedienst"], &["epd"]),
    agency("KNA", &["Katholische Nachrichten-Agentur"], &["KNA"]),
    agency("ANP", &[], &["ANP"]),
    agency("Belga", &[], &["Belga", "BELGA"]),
    agency("NTB", &[], &["NTB"]),
    agency("TT", &["TT Nyhetsbyrån"], &["TT"]),
    agency("Ritzau", &["Ritzau"], &[]),
    agency("STT", &[], &["STT"]),
    agency("PAP", &[], &["PAP"]),
    agency("CTK", &[], &["ČTK", "CTK"]),
    agency("MTI", &[], &["MTI"]),
    agency("Lusa", &["Agência Lusa"], &["Lusa", "LUSA"]),
    agency("Agência Brasil", &["Agência Brasil"], &[]),
    agency("Estadão Conteúdo", &["Estadão Conteúdo"], &[]),
    agency("Télam", &["Télam"], &[]),
    agency("Notimex", &["Notimex"], &[]),
    agency("Anadolu", &["Anadolu", "الأناضول"], &["AA"]),
    agency("DHA", &[], &["DHA"]),
    agency("IHA", &[], &["İHA", "IHA"]),
    agency("IRNA", &[], &["IRNA"]),
    agency("SPA", &[], &["SPA", "واس"]),
    agency("WAM", &[], &["WAM", "وام"]),
    agency("MENA", &[], &["MENA", "أ ش أ", "أ.ش.أ"]),
    agency("MAP", &[], &["MAP", "و م ع"]),
    agency("APS", &[], &["APS", "وأج"]),
    agency("TAP", &[], &["TAP", "وات"]),
    agency("PTI", &["Press Trust of India"], &["PTI"]),
    agency("IANS", &[], &["IANS"]),
    agency("ANI", &[], &["ANI"]),
    agency("Antara", &[], &["ANTARA", "Antara"]),
    agency("Bernama", &[], &["Bernama", "BERNAMA"]),
    agency(
        SEVERAL,
        &["McClatchy-Tribune", "Tribune News Service"],
        &["Agencias", "Agencies", "agencies", "وكالات", "الوكالات", "एजेंसी"],
    ),
];

/// Agencies that a text does not name.
pub(super) const SEVERAL: &str = "agencies";
