//! False friends: words that look like a country and are none. One a line in
//! `false-friends.tsv`: language, countries it must not be taken for, text.

use crate::classify::tests::support::{all, input};

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
    assert!(n_friends >= 150);
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
    ] {
        let found = all().read(&input(language, text)).countries();
        assert!(
            found.iter().any(|one| one.region == country),
            "{language} {text}: {country} not among {found:?}"
        );
    }
}

#[test]
fn one_office_holder_is_no_place_and_two_are() {
    let regions = |text: &str| {
        let matches = all().classify(&input("en", text)).into_iter();
        matches.map(|one| one.region).collect::<Vec<_>>()
    };
    assert_eq!(regions("Tokayev spoke on the phone"), Vec::<String>::new());
    assert_eq!(regions("Tokayev and Mirziyoyev spoke"), ["central-asia"]);
    assert_eq!(regions("Tokayev spoke in Astana"), ["central-asia"]);
    assert_eq!(
        all()
            .read(&input("en", "Tokayev and Mirziyoyev spoke"))
            .countries(),
        []
    );
}
