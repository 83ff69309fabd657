//! The letters languages are written with, as data: what tells one reading of bytes from another.
//!
//! Letters are lower case, beyond ASCII, most frequent first. For Han and Hangul, which have
//! thousands, they are the commonest of news prose. Only languages that had a charset of their own
//! before UTF-8 are listed; one that is missing is read by the letters of its neighbours.

/// How one language is written.
pub(super) struct Alphabet {
    /// Primary subtag (BCP 47), perhaps with a script.
    pub language: &'static str,
    /// Top-level domain of its country, as the statistics want it.
    pub tld: [u8; 2],
    /// Its letters.
    pub letters: &'static str,
}

const fn alphabet(language: &'static str, tld: [u8; 2], letters: &'static str) -> Alphabet {
    Alphabet {
        language,
        tld,
        letters,
    }
}

/// All of them.
pub(super) static ALPHABETS: &[Alphabet] = &[
    alphabet("en", *b"uk", "éïèêñ"),
    alphabet("de", *b"de", "üäöß"),
    alphabet("fr", *b"fr", "éèàêçôîùâûëïœÿæ"),
    alphabet("es", *b"es", "óíáéñúü"),
    alphabet("ca", *b"es", "óàèéíçúïòü"),
    alphabet("pt", *b"pt", "ãçáéíóêõúâàôü"),
    alphabet("it", *b"it", "àèùòéìîç"),
    alphabet("nl", *b"nl", "ëéïèöüê"),
    alphabet("sv", *b"se", "äåöéü"),
    alphabet("fi", *b"fi", "äöåšž"),
    alphabet("da", *b"dk", "åøæé"),
    alphabet("no", *b"no", "åøæéòôê"),
    alphabet("is", *b"is", "áíðúóæþéöý"),
    alphabet("et", *b"ee", "äõüöšž"),
    alphabet("lv", *b"lv", "āīēšņžūļķģčŗ"),
    alphabet("lt", *b"lt", "ėųšžįąčūę"),
    alphabet("pl", *b"pl", "łąężśćóńź"),
    alphabet("cs", *b"cz", "íáéěřýžčšůúťňóďö"),
    alphabet("sk", *b"sk", "áíéčžýšľťúňóäôďĺŕ"),
    alphabet("hu", *b"hu", "áéöóőíüűú"),
    alphabet("ro", *b"ro", "ăîțşșţâ"),
    alphabet("hr", *b"hr", "čšžćđ"),
    alphabet("sl", *b"si", "čšžćđ"),
    alphabet("sq", *b"al", "ëç"),
    alphabet("mt", *b"mt", "żħġċàèìòù"),
    alphabet("tr", *b"tr", "ıüşçğöİâîû"),
    alphabet("az", *b"az", "əıüşçöğİ"),
    alphabet("tk", *b"tm", "äýşüňçöž"),
    alphabet("uz", *b"uz", "ʻʼ‘’"),
    alphabet("kaa", *b"uz", "ıáúóǵńń"),
    alphabet("eo", *b"eu", "ĝĉŭŝĵĥ"),
    alphabet("cy", *b"uk", "ŷŵâîôêûïö"),
    alphabet(
        "vi",
        *b"vn",
        "đàáạưôâêếốệấộảớầịểủếờãứậắồợổọữũựởíéóúìèòùạơăễẽẩẫằẳẵặẻẹềỉĩỏõỗỡụừửýỳỷỹỵ\u{301}\u{300}\u{323}\u{309}\u{303}",
    ),
    alphabet("ru", *b"ru", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    alphabet("uk", *b"ua", "оанивтеріслкдмупязьбгчйхжюцєїшщфґ"),
    alphabet("be", *b"by", "анаіеоркстлдвумыпяьзбгчйхжюцшэёўф"),
    alphabet("bg", *b"bg", "аеоитнрвсдлкпмзъубягчцжйхщфшюь"),
    alphabet("sr", *b"rs", "аоиентрсвкдјумплзбгчшцхжњљћђфџ"),
    alphabet("mk", *b"mk", "аоиетнрвсдкулмпјзбгчшцжхќѓњљџѕ"),
    alphabet("kk", *b"kz", "аеынтрліқсодмбкиғұғйпзшуүгөңәжявхюэцчщфһъьё"),
    alphabet("ky", *b"kg", "аынтердилкоуүсбмгөшжзпчйхңяэвюфцщёьъы"),
    alphabet("uz-Cyrl", *b"uz", "аинролтдмбеқукгсшйвҳғўхпзчжяэёюцфъь"),
    alphabet("tg", *b"tj", "аиродинтсмшекубвҳзпгхйёқфӣчлҷяғӯжэюъ"),
    alphabet("mn", *b"mn", "аэнрулойгхсдтвбөүмчзжшыьякеёюипцфщъ"),
    alphabet("tt", *b"ru", "аеынрлтикдгсумбәшйөоүпңзявхчжюэцһфщҗъьё"),
    alphabet("el", *b"gr", "αοιετσνηυρπκμλςόίγδήάωέθύχφβώξζψϊΐϋΰ"),
    alphabet("he", *b"il", "יוהלאראבתשמנרכדעקחפםטגסןזצךץף״׳"),
    alphabet("ar", *b"sa", "اليمنتروهبعدسقفكحجةأصشطخىإذءئ،ضزثغظؤآ؛؟ـًٌٍَُِّْ"),
    alphabet("fa", *b"ir", "ایرندهموتسبشلکزگخفقجيكعحچپآطصغ،ئضذثژظأؤء؛؟ـ"),
    alphabet(
        "ur",
        *b"pk",
        "اییرکنمےوتہسلبدپگھجعںٹشفحقچزصڈطخآ،ضغذئثظءڑۓؤژ؟",
    ),
    alphabet(
        "th",
        *b"th",
        "านรอกเงมยลวดตท่้สะิัีใไคปบหจพชขผแโุูำ์ๆ็ึืซถณธญศษภฟฝฉฎฏฐฑฒฌฆฮฯ",
    ),
    alphabet("hy", *b"am", "աներիկոտյվմսլհուգդպբշցքչձղջծխթժզփէօռճֆև՛՝։՞"),
    alphabet("ka", *b"ge", "აიეოსრნმლდებთვუგკშხტცქყპზჩწძღჟჯჭფჰ"),
    alphabet(
        "ja",
        *b"jp",
        "のいるをたにとはしがてでなっンれらさりーあこかもスどまきうイルよトくリクアラシめタやけコせフロレカえマドメジサわそニテおグキじだすつちばみほびべぶごげざずぜげウオプチ国日本大人年会中東出一事者社政相米京部議長外行合地務総選民首政府方発業法対交月党談新定今同時問題自市内",
    ),
    alphabet(
        "ko",
        *b"kr",
        "이다의는에을가한고지을로도대하사기정국회인부를은있과장해시서일자상전보나스주원제어조로관리수공중구라만위동경으무미성그들여발신대행안계외선한연방했비통생민진권통우오교러아마의된북반양서합문당세유체단본습니년월",
    ),
    alphabet(
        "zh-Hans",
        *b"cn",
        "的国一中在会和是不了人年大有为这上外交部个我他来以到时地们出就对要作发者日方政新成经行家关生可过全得下工现同理民面主多日能法华战美总于分前后学力本长表重说动进加高公提部与问议部建合系开展自两事京其长访统记日会谈和平世界题所将从及等见报最近第",
    ),
    alphabet(
        "zh-Hant",
        *b"tw",
        "的國一中在會和是不了人年大有為這上外交部個我他來以到時地們出就對要作發者日方政新成經行家關生可過全得下工現同理民面主多日能法華戰美總於分前後學力本長表重說動進加高公提部與問議部建合系開展自兩事京其長訪統記日會談和平世界題所將從及等見報最近第灣臺台",
    ),
];

/// The alphabets that may stand behind a language tag; of several, the first is the usual one.
pub(super) fn of_language(tag: &str) -> impl Iterator<Item = &'static Alphabet> {
    let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
    let is_traditional = ["hant", "-tw", "-hk", "-mo"]
        .iter()
        .any(|part| tag.contains(part));
    let primary = match tag.split('-').next().unwrap_or_default() {
        "zh" if is_traditional => "zh-Hant".to_owned(),
        "zh" | "cn" => "zh-Hans".to_owned(),
        "nb" | "nn" => "no".to_owned(),
        "bs" | "sh" => "hr".to_owned(),
        "iw" => "he".to_owned(),
        primary => primary.to_owned(),
    };
    ALPHABETS.iter().filter(move |alphabet| {
        alphabet.language == primary
            || alphabet
                .language
                .strip_suffix("-Cyrl")
                .is_some_and(|language| language == primary)
    })
}
