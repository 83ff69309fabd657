//! Every language in every charset it came in before UTF-8, declared rightly, wrongly and not.
//!
//! The texts were written for this test.

use std::borrow::Cow;

use crate::decode::charset::kind::Charset;
use crate::decode::charset::label::Label;
use crate::decode::charset::read::{Hints, read};
use crate::decode::charset::table::Table;

/// Language, its charsets, and a text in it.
pub(super) const TEXTS: &[(&str, &[&str], &str)] = &[
    (
        "ru",
        &[
            "windows-1251",
            "koi8-r",
            "iso-8859-5",
            "ibm866",
            "x-mac-cyrillic",
            "IBM855",
        ],
        "Министр иностранных дел России провёл в Астане переговоры со своим казахстанским коллегой. \
         Стороны обсудили торговлю, транзит нефти и безопасность на границе. По итогам встречи \
         подписан план консультаций на два года; «мы довольны ходом диалога», — заявил министр \
         журналистам. Следующая встреча пройдёт осенью в Москве.",
    ),
    (
        "uk",
        &["windows-1251", "koi8-u", "x-mac-cyrillic", "IBM1125"],
        "Міністр закордонних справ України зустрівся в Києві з європейськими послами. Сторони \
         обговорили підтримку економіки, постачання енергії та безпеку на Чорному морі. Після \
         зустрічі міністр подякував партнерам за допомогу й наголосив, що переговори триватимуть.",
    ),
    (
        "bg",
        &["windows-1251", "iso-8859-5"],
        "Министърът на външните работи на България проведе в София среща със своя турски колега. \
         Двамата обсъдиха търговията, енергийните връзки и сигурността в Черноморския регион. След \
         разговорите беше подписан план за сътрудничество през следващите две години.",
    ),
    (
        "sr",
        &["windows-1251", "iso-8859-5"],
        "Министар спољних послова Србије састао се у Београду са амбасадорима земаља Европске \
         уније. Разговарали су о трговини, енергетици и безбедности у региону. Након састанка \
         министар је рекао да ће се дијалог наставити и да очекује нову посету до краја године.",
    ),
    (
        "kk",
        &["KZ-1048", "PTCP154"],
        "Қазақстан Республикасының Сыртқы істер министрі Астанада Өзбекстан елшісімен кездесті. \
         Тараптар сауда-экономикалық ынтымақтастықты, көлік дәліздерін және су мәселелерін \
         талқылады. Министр екі ел арасындағы достық қарым-қатынастың жоғары деңгейін атап өтті. \
         Келесі кездесу күзде Ташкентте өтеді деп жоспарланған.",
    ),
    (
        "ky",
        &["PTCP154"],
        "Кыргыз Республикасынын тышкы иштер министри Бишкекте Казакстандын элчиси менен жолукту. \
         Тараптар соода-экономикалык кызматташууну, жүк ташууну жана суу маселелерин талкуулашты. \
         Министр эки өлкөнүн ортосундагы достук мамилелердин жогорку деңгээлин белгиледи.",
    ),
    (
        "uz-Cyrl",
        &["PTCP154"],
        "Ўзбекистон Республикаси ташқи ишлар вазири Тошкентда Қозоғистон элчиси билан учрашди. \
         Томонлар савдо-иқтисодий ҳамкорлик, транспорт йўлаклари ва сув масалаларини муҳокама \
         қилдилар. Вазир икки мамлакат ўртасидаги дўстлик муносабатларини юқори баҳолади.",
    ),
    (
        "uz",
        &["windows-1252", "windows-1254"],
        "O‘zbekiston Respublikasi tashqi ishlar vaziri Toshkentda Qozog‘iston elchisi bilan \
         uchrashdi. Tomonlar savdo-iqtisodiy hamkorlik, transport yo‘laklari va suv masalalarini \
         muhokama qildilar. Vazir ikki mamlakat o‘rtasidagi do‘stlik munosabatlarini yuqori baholadi.",
    ),
    (
        "tg",
        &["KOI8-T", "PTCP154"],
        "Вазири корҳои хориҷии Ҷумҳурии Тоҷикистон дар шаҳри Душанбе бо сафири Қазоқистон мулоқот \
         кард. Ҷонибҳо масъалаҳои ҳамкории тиҷоратӣ ва иқтисодӣ, нақлиёт ва истифодаи обро муҳокима \
         намуданд. Вазир сатҳи баланди муносибатҳои дӯстонаи ду кишварро таъкид намуд.",
    ),
    (
        "tk",
        &["windows-1250"],
        "Türkmenistanyň Prezidenti Aşgabatda Gazagystanyň ilçisini kabul etdi. Taraplar \
         söwda-ykdysady hyzmatdaşlygy, ulag geçelgelerini we suw meselelerini ara alyp maslahatlaşdylar. \
         Duşuşykda iki ýurduň arasyndaky dostlukly gatnaşyklaryň ýokary derejesi bellenildi. Ähli \
         çäreler güýz paslynda geçiriler.",
    ),
    (
        "az",
        &["windows-1254"],
        "Azərbaycan Respublikasının xarici işlər naziri Bakıda Türkiyənin səfiri ilə görüşdü. \
         Tərəflər ticarət, enerji layihələri və təhlükəsizlik məsələlərini müzakirə etdilər. Nazir \
         iki ölkə arasında strateji tərəfdaşlığın önəmini vurğuladı.",
    ),
    (
        "tr",
        &["windows-1254", "iso-8859-9", "IBM857", "mac-turkish"],
        "Dışişleri Bakanı Ankara’da Kazakistan Büyükelçisi ile görüştü. Görüşmede ticaret, ulaştırma \
         koridorları ve bölgesel güvenlik konuları ele alındı. Bakan, iki ülke arasındaki stratejik \
         ortaklığın güçlendiğini söyledi; önümüzdeki toplantının sonbaharda İstanbul’da yapılması planlanıyor.",
    ),
    (
        "de",
        &["windows-1252", "iso-8859-1", "IBM850", "macintosh"],
        "Die Außenministerin ist am Montag in Astana mit ihrem kasachischen Amtskollegen \
         zusammengetroffen. Beide Seiten erörterten den Handel, die Verkehrswege über das Kaspische \
         Meer und die Lage in der Region. „Wir möchten die Gespräche fortführen“, erklärte sie \
         anschließend vor Journalisten in München.",
    ),
    (
        "fr",
        &["windows-1252", "iso-8859-15", "IBM850", "macintosh"],
        "Le ministre de l’Europe et des Affaires étrangères s’est entretenu à Astana avec son \
         homologue kazakh. Ils ont évoqué les échanges économiques, l’énergie et la sécurité \
         régionale. « Nous sommes très satisfaits de ce dialogue », a déclaré le ministre à l’issue \
         de la réunion, qui s’est achevée par un déjeuner.",
    ),
    (
        "pl",
        &["windows-1250", "iso-8859-2", "IBM852", "mac-centraleurope"],
        "Minister spraw zagranicznych spotkał się w Warszawie z ambasadorem Kazachstanu. Rozmowy \
         dotyczyły współpracy gospodarczej, bezpieczeństwa w regionie oraz dostaw energii. Strony \
         uzgodniły, że następne spotkanie odbędzie się jesienią; „jesteśmy zadowoleni z przebiegu \
         rozmów” – powiedział minister. Źródła zbliżone do rządu potwierdziły tę wiadomość.",
    ),
    (
        "cs",
        &["windows-1250", "iso-8859-2"],
        "Ministr zahraničních věcí se v Praze setkal s velvyslancem Kazachstánu. Hovořili o \
         hospodářské spolupráci, bezpečnosti v regionu a dodávkách energie. Obě strany se dohodly, \
         že příští schůzka se uskuteční na podzim; ministr řekl, že je s průběhem jednání spokojen.",
    ),
    (
        "hu",
        &["windows-1250", "iso-8859-2"],
        "A külügyminiszter Budapesten megbeszélést folytatott a kazah nagykövettel. A felek a \
         gazdasági együttműködésről, a térség biztonságáról és az energiaszállításról tárgyaltak. \
         A következő találkozóra ősszel kerül sor, közölte a minisztérium szóvivője.",
    ),
    (
        "el",
        &["windows-1253", "iso-8859-7", "IBM737", "mac-greek"],
        "Ο υπουργός Εξωτερικών συναντήθηκε στην Αθήνα με τον πρέσβη του Καζακστάν. Οι δύο πλευρές \
         συζήτησαν τις εμπορικές σχέσεις, την ενέργεια και την ασφάλεια στην περιοχή. Μετά τη \
         συνάντηση ο υπουργός δήλωσε ότι ο διάλογος θα συνεχιστεί το φθινόπωρο.",
    ),
    (
        "ar",
        &["windows-1256", "iso-8859-6", "IBM864"],
        "التقى وزير الخارجية في الرياض سفير كازاخستان وبحث معه العلاقات الثنائية والتعاون في مجال \
         الطاقة والنقل. وأكد الجانبان أهمية الحوار السياسي بين البلدين ومواصلة التشاور حول القضايا \
         الإقليمية والدولية ذات الاهتمام المشترك.",
    ),
    (
        "fa",
        &["windows-1256"],
        "وزير امور خارجه جمهوري اسلامي ايران در تهران با سفير قزاقستان ديدار و گفتگو کرد. دو طرف \
         درباره همکاري هاي اقتصادي، حمل و نقل و امنيت منطقه بحث کردند. وزير بر گسترش روابط دوستانه \
         ميان دو کشور تاکيد کرد و پيام رييس جمهور را رساند.",
    ),
    (
        "he",
        &["windows-1255", "iso-8859-8-i", "IBM862"],
        "שר החוץ נפגש בירושלים עם שגריר קזחסטן ודן עמו ביחסים בין שתי המדינות. הצדדים שוחחו על סחר, \
         אנרגיה וביטחון באזור והסכימו להמשיך בדיאלוג. לאחר הפגישה אמר השר כי הביקור הבא יתקיים בסתיו.",
    ),
    (
        "hi",
        &[],
        "विदेश मंत्री ने नई दिल्ली में कज़ाकिस्तान के राजदूत से मुलाकात की। दोनों पक्षों ने व्यापार, ऊर्जा और \
         क्षेत्रीय सुरक्षा पर चर्चा की। मंत्री ने कहा कि दोनों देशों के बीच संबंध मज़बूत हो रहे हैं।",
    ),
    (
        "zh-Hans",
        &["gb18030", "gbk"],
        "外交部长在北京会见了哈萨克斯坦外长。双方就两国经贸合作、能源运输和地区安全问题交换了意见。中国愿同\
         哈方一道，推动共建“一带一路”高质量发展。外交部发言人在例行记者会上说，两国关系发展得很好，下一次会谈\
         将在秋天举行。",
    ),
    (
        "zh-Hant",
        &["big5", "gb18030"],
        "外交部長在臺北會見了來訪的歐洲議員。雙方就經貿合作、能源運輸和區域安全問題交換了意見。外交部發言人在\
         記者會上表示，我國願意與各國一起推動民主與和平的發展，下一次會談將在秋天舉行。",
    ),
    (
        "ja",
        &["shift_jis", "euc-jp", "iso-2022-jp"],
        "外務大臣は東京でカザフスタンの外務大臣と会談を行いました。両国の経済協力やエネルギー、地域の安全保障\
         について意見を交換し、今後も対話を続けることで一致しました。次の会談は秋に開かれる予定です。",
    ),
    (
        "ko",
        &["euc-kr"],
        "외교부 장관은 서울에서 카자흐스탄 외교장관과 회담을 가졌다. 양측은 경제 협력과 에너지, 지역 안보 \
         문제에 대하여 의견을 교환하고 앞으로도 대화를 이어 가기로 하였다. 다음 회담은 가을에 열릴 예정이다.",
    ),
    (
        "th",
        &["windows-874", "tis-620"],
        "รัฐมนตรีว่าการกระทรวงการต่างประเทศได้พบหารือกับเอกอัครราชทูตคาซัคสถานที่กรุงเทพฯ \
         ทั้งสองฝ่ายหารือเรื่องการค้า พลังงาน และความมั่นคงในภูมิภาค และเห็นพ้องที่จะประชุมอีกครั้งในปลายปีนี้",
    ),
    (
        "vi",
        &["VISCII", "TCVN5712-1"],
        "Bộ trưởng Ngoại giao đã gặp Đại sứ Kazakhstan tại Hà Nội. Hai bên trao đổi về hợp tác kinh tế, \
         năng lượng và an ninh khu vực. Sau cuộc gặp, Bộ trưởng cho biết hai nước sẽ tiếp tục đối thoại \
         và tổ chức cuộc họp tiếp theo vào mùa thu năm nay.",
    ),
    (
        "hy",
        &["ARMSCII-8"],
        "Արտաքին գործերի նախարարը Երևանում հանդիպեց Ղազախստանի դեսպանի հետ: Կողմերը քննարկեցին \
         առևտրային կապերը, էներգետիկան և տարածաշրջանի անվտանգությունը: Հանդիպումից հետո նախարարն \
         ասաց, որ երկխոսությունը կշարունակվի աշնանը:",
    ),
    (
        "ka",
        &["GEORGIAN-PS", "GEORGIAN-ACADEMY"],
        "საგარეო საქმეთა მინისტრი თბილისში ყაზახეთის ელჩს შეხვდა. მხარეებმა განიხილეს სავაჭრო \
         ურთიერთობები, ენერგეტიკა და უსაფრთხოება რეგიონში. შეხვედრის შემდეგ მინისტრმა განაცხადა, \
         რომ დიალოგი შემოდგომაზე გაგრძელდება.",
    ),
];

/// Who says what of the charset.
const WAYS: [&str; 9] = [
    "http",
    "xml",
    "undeclared",
    "undeclared, language known",
    "http says utf-8",
    "xml says utf-8",
    "http says iso-8859-1",
    "xml says windows-1251",
    "xml says iso-8859-1",
];

fn encode(charset: Charset, text: &str) -> Vec<u8> {
    match charset {
        Charset::Web(encoding) => encoding.encode(text).0.into_owned(),
        Charset::Table(table) => encode_by_table(table, text),
    }
}

/// What the table does not have becomes a reference, as generators do it.
fn encode_by_table(table: &Table, text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for c in text.chars() {
        let found = |part: &str| {
            let at = part.chars().position(|mapped| mapped == c)?;
            u8::try_from(at).ok()
        };
        if let Some(high) = found(table.high) {
            bytes.push(high + 128);
        } else if let Some(low) = table.low.and_then(found) {
            bytes.push(low);
        } else if c.is_ascii() {
            bytes.push(u8::try_from(c).unwrap());
        } else {
            bytes.extend(format!("&#{};", u32::from(c)).bytes());
        }
    }
    bytes
}

fn charset(label: &str) -> Charset {
    Label::of(label).charset().unwrap()
}

fn document(declared: Option<&str>, text: &str) -> String {
    let encoding = declared.map_or_else(String::new, |label| format!(" encoding=\"{label}\""));
    let title: String = text.split_inclusive(' ').take(6).collect();
    format!(
        "<?xml version=\"1.0\"{encoding}?>\n<rss version=\"2.0\"><channel><title>News</title><item>\
         <title>{title}</title><link>https://example.org/1</link><description>{text}</description>\
         </item></channel></rss>"
    )
}

/// Whether the text came out right, and what was used.
fn is_right(language: &str, label: &str, text: &str, way: &str) -> (bool, &'static str) {
    let content_type = match way {
        "http" => Some(format!("text/xml; charset={label}")),
        "http says utf-8" => Some("text/xml; charset=utf-8".to_owned()),
        "http says iso-8859-1" => Some("text/xml; charset=ISO-8859-1".to_owned()),
        _ => None,
    };
    let declared = match way {
        "xml" => Some(label),
        "xml says utf-8" => Some("utf-8"),
        "xml says windows-1251" => Some("windows-1251"),
        "xml says iso-8859-1" => Some("iso-8859-1"),
        _ => None,
    };
    let charset = charset(label);
    let bytes = encode(charset, &document(declared, text));
    let expected = charset.decode(&bytes).0;
    let hints = Hints {
        content_type: content_type.as_deref(),
        language: way.ends_with("known").then_some(language),
    };
    let (text, used) = read(Cow::Owned(bytes), hints, &mut Vec::new());
    (text == expected, used)
}

#[test]
fn every_language_in_every_charset_and_however_declared() {
    let mut wrong = Vec::new();
    let mut n_cases = 0;
    for (language, labels, text) in TEXTS {
        for label in *labels {
            for way in WAYS {
                n_cases += 1;
                let (is_right, used) = is_right(language, label, text, way);
                if !is_right {
                    wrong.push(format!("{language} in {label}, {way}: read as {used}"));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {n_cases} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
