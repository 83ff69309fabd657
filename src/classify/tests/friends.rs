//! False friends: words that look like a country and are none. One a line in
//! `false-friends.tsv`: language, countries it must not be taken for, text.

use crate::classify::tests::support::{all, found, input, own, rules};
use crate::classify::{Input, compile};

const FRIENDS: &str = include_str!("false-friends.tsv");

#[test]
fn false_friends_stay_out() {
    let mut taken_for = Vec::new();
    let mut n_friends = 0;
    for line in FRIENDS.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<_> = line.split('\t').collect();
        let [language, countries, text] = cells[..] else {
            panic!("not three cells: {line}");
        };
        n_friends += 1;
        for found in all().read(&input(language, text)).countries() {
            if countries.split(' ').any(|country| country == found.region) {
                let form = &found.evidence[0].form;
                taken_for.push(format!("{language} {text}: {} by {form}", found.region));
            }
        }
    }
    assert!(n_friends >= 330);
    assert_eq!(taken_for, Vec::<String>::new());
}

/// The same words where they are the country.
#[test]
fn true_friends_get_in() {
    for (language, country, text) in [
        ("en", "GE", "Georgia's president flew from Tbilisi to Baku"),
        (
            "en",
            "GE",
            "NATO and Georgia hold an exercise near the Black Sea",
        ),
        ("en", "JO", "King Abdullah of Jordan received the envoy"),
        ("en", "TD", "Chad's army said so"),
        ("en", "TR", "Turkey and Syria agree on the border"),
        ("en", "NE", "Niger closes its border"),
        ("en", "CD", "Fighting near Goma, in the Congo"),
        ("en", "CG", "The Congo and Gabon sign"),
        ("en", "US", "Paris, Texas, votes"),
        ("en", "US", "The mayor of Athens, Georgia, and the NCAA"),
        ("en", "CA", "London, Ontario, is in Canada"),
        ("en", "TM", "Mary, in Turkmenistan"),
        ("ru", "TG", "Республика Того выбирает президента"),
        ("ru", "TJ", "В Душанбе прошли переговоры"),
        ("fa", "TJ", "سفر به تاجیکستان"),
        ("zh", "ML", "马里总统访问北京"),
        ("ja", "TH", "タイの首相"),
        ("ko", "IR", "이란은 회담을 거부했다"),
        ("ko", "IN", "인도 총리가 델리에서"),
        ("ko", "SD", "수단 내전으로 하르툼에서 피란"),
        ("ru", "TD", "Президент Чада прибыл с визитом"),
        ("uk", "PE", "Перу та Чилі підписали угоду"),
        ("es", "ML", "Malí y Níger firman un acuerdo"),
        ("es", "CL", "Chile y Bolivia firman un acuerdo"),
        ("pt", "PE", "Peru e Chile assinam um acordo"),
        ("pt", "IR", "O presidente do Irã discursou"),
        ("it", "TR", "La Turchia firma l'accordo"),
        ("fr", "CH", "La Suisse accueille les pourparlers"),
        ("de", "ML", "Mali und Niger unterzeichnen"),
        ("id", "ML", "Mali dan Niger menandatangani perjanjian"),
        ("lv", "CN", "Ķīna un Čada paraksta līgumu"),
        ("lt", "CU", "Kuba ir Malis pasirašė sutartį"),
        ("vi", "RU", "Nga và Trung Quốc ký thỏa thuận"),
        ("vi", "FR", "Tổng thống Pháp thăm Hà Nội"),
        ("tr", "AF", "Kabul'de patlama oldu"),
        ("hy", "QA", "Կատարի արտգործնախարարը ժամանեց"),
        ("ar", "TD", "رئيس تشاد يصل إلى بيرو"),
        ("ar", "OM", "وزير خارجية سلطنة عمان"),
        ("ar", "ML", "مقتل جنود في مالي"),
        ("he", "IQ", "ראש הממשלה העיראקי נפגש"),
        ("ka", "SY", "სირია და ლიბანი"),
        ("am", "CL", "ቦሊቪያ ከቺሊ ጋር ተፈራረመች"),
        ("en", "US", "The governor of New Jersey resigned"),
        ("ps", "CN", "د چین حکومت وویل"),
        ("fr", "GE", "La Géorgie et l'Arménie signent à Tbilissi"),
        ("es", "PE", "Perú y Ecuador firman"),
        ("tr", "IN", "Hindistan ve Mısır anlaştı"),
        ("tr", "EG", "Mısır Cumhurbaşkanı Kahire'de"),
        ("de", "US", "Der Gouverneur von Georgia unterzeichnete"),
        ("de", "GE", "Georgien wählt ein Parlament"),
        ("fa", "ML", "باماکو، پایتخت مالی"),
        ("fa", "CN", "وزیر خارجه چین وارد تهران شد"),
        ("ar", "JO", "وصل ملك الأردن إلى الرياض"),
        ("ar", "KR", "سيؤول وطوكيو تبحثان التعاون"),
        ("zh", "JO", "约旦国王访华"),
        ("zh", "TD", "乍得总统抵达北京"),
        ("zh", "US", "马里兰州州长"),
        ("ja", "CL", "チリの大統領が訪日"),
        ("ko", "GA", "가봉 대통령이 방한"),
        ("hi", "TD", "चाड की राजधानी में"),
        ("he", "CA", "ראש הממשלה הקנדית"),
        ("uz", "TR", "Turkiya prezidenti"),
        ("ru", "CU", "Куба и Чили подписали соглашение"),
        ("ru", "OM", "Оман и Катар договорились"),
        ("ru", "JO", "король Иордании прибыл"),
        ("kk", "CN", "Қытай төрағасы келді"),
        ("vi", "JP", "Thủ tướng Nhật thăm Lào"),
        ("pt", "CL", "Chile e Argentina assinam acordo"),
    ] {
        let found = all().read(&input(language, text)).countries();
        assert!(
            found.iter().any(|one| one.region == country),
            "{language} {text}: {country} not among {found:?}"
        );
    }
}

#[test]
fn an_office_holder_counts_in_company_and_a_head_of_state_alone_in_a_title() {
    let regions = |text: &str| {
        let matches = all().classify(&input("en", text)).into_iter();
        matches.map(|one| one.region).collect::<Vec<_>>()
    };
    assert_eq!(regions("Bektenov spoke on the phone"), Vec::<String>::new());
    assert_eq!(regions("Bektenov and Kosherbayev spoke"), ["central-asia"]);
    assert_eq!(regions("Tokayev spoke on the phone"), Vec::<String>::new());
    let headline = |title: &str| {
        let text = "They spoke on the phone.";
        let input = Input {
            title,
            ..input("en", text)
        };
        let matches = all().classify(&input).into_iter();
        matches.map(|one| one.region).collect::<Vec<_>>()
    };
    assert_eq!(headline("Tokayev calls"), ["central-asia"]);
    assert_eq!(headline("Sadyr Japarov calls"), ["central-asia"]);
    assert_eq!(headline("Japarov calls"), Vec::<String>::new());
    assert_eq!(headline("Bektenov calls"), Vec::<String>::new());
    assert_eq!(regions("Tokayev and Mirziyoyev spoke"), ["central-asia"]);
    assert_eq!(regions("Tokayev spoke in Astana"), ["central-asia"]);
    assert_eq!(
        all()
            .read(&input("en", "Tokayev and Mirziyoyev spoke"))
            .countries(),
        []
    );
}

/// The list of office holders goes stale: it says when it was true, and a reader takes a name out
/// of it, in all its forms, without a new version.
#[test]
fn an_office_holder_is_dated_and_can_be_taken_out() {
    let table = include_str!("../data/office-holders.toml");
    assert!(table.lines().any(|line| line.contains("as of 20")));
    let text = "Tokayev and Mirziyoyev spoke";
    let without = |names: &[&str]| {
        let own = own(&[], &["Bektenov's successor"], names);
        let rules = rules(&["central-asia"], &[("central-asia", own)]);
        found(&compile(&rules).unwrap(), &input("en", text))
    };
    assert_eq!(without(&[]), ["central-asia: Tokayev, Mirziyoyev"]);
    assert_eq!(without(&["Tokayev", "Mirziyoyev"]), Vec::<String>::new());
}
