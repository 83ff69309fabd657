//! One story in six languages: it names Kazakhstan and the region in each.

use crate::classify::Input;
use crate::classify::tests::support::all;

#[test]
fn the_envoy_and_25_years_are_found_in_every_rendering() {
    for (language, title, text) in [
        (
            "en",
            "EU Special Representative Visits Astana to Mark 25 Years of Diplomatic Relations Between the EU and Central Asia",
            "The envoy met Kazakhstan's foreign minister and spoke of the Middle Corridor.",
        ),
        (
            "ru",
            "Спецпредставитель ЕС посетил Астану к 25-летию дипломатических отношений между Евросоюзом и Центральной Азией",
            "Он встретился с министром иностранных дел Казахстана и говорил о Срединном коридоре.",
        ),
        (
            "kk",
            "ЕО арнайы өкілі Еуроодақ пен Орталық Азия арасындағы дипломатиялық қатынастардың 25 жылдығына орай Астанаға келді",
            "Ол Қазақстанның Сыртқы істер министрімен кездесті.",
        ),
        (
            "uz",
            "Yevropa Ittifoqining maxsus vakili Markaziy Osiyo bilan diplomatik munosabatlarning 25 yilligi munosabati bilan Ostonaga keldi",
            "U Qozogʻiston tashqi ishlar vaziri bilan uchrashdi.",
        ),
        (
            "zh",
            "欧盟特别代表访问阿斯塔纳，纪念欧盟与中亚建交25周年",
            "他会见了哈萨克斯坦外长。",
        ),
        (
            "fr",
            "Le représentant spécial de l’UE à Astana pour les 25 ans de relations diplomatiques entre l’UE et l’Asie centrale",
            "Il a rencontré le ministre kazakh des Affaires étrangères, au Kazakhstan.",
        ),
    ] {
        for declared in [Some(language), None] {
            let input = Input {
                title,
                text,
                categories: &[],
                language: declared,
                default_country: None,
                feed: None,
                source: crate::classify::Source::default(),
            };
            let matches = all().classify(&input);
            let region = matches.iter().find(|one| one.region == "central-asia");
            let region = region.unwrap_or_else(|| panic!("{language} {declared:?}: {title}"));
            assert!(
                region
                    .evidence
                    .iter()
                    .any(|word| word.term == "Central Asia"),
                "{language}: {region:?}"
            );
            let countries = all().read(&input).countries();
            assert!(countries.iter().any(|one| one.region == "KZ"), "{language}");
        }
    }
}
