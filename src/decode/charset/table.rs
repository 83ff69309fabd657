//! Charsets of one byte a character that the Encoding Standard does not have, as data.
//!
//! The mappings are those of the Unicode Consortium's files and of the standards themselves
//! (KZ-1048 is the Kazakh state standard `STRK1048-2002`, PTCP154 is `ParaType`'s Asian Cyrillic,
//! KOI8-T the Tajik form of KOI8). `U+FFFD` stands where a byte means nothing.

/// One charset.
pub(super) struct Table {
    /// Its IANA name, or the usual one.
    pub name: &'static str,
    /// Labels in the form [`super::label::normal`] gives.
    pub labels: &'static [&'static str],
    /// Bytes 0x00–0x7F, where they are not ASCII.
    pub low: Option<&'static str>,
    /// Bytes 0x80–0xFF.
    pub high: &'static str,
}

/// The table called `name`.
pub(super) fn named(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// The first half of a table of EBCDIC: its controls, which are the same in all, and these rows.
macro_rules! ebcdic {
    ($($row:literal),+ $(,)?) => {
        Some(concat!(
            "\u{0}\u{1}\u{2}\u{3}\u{9C}\u{9}\u{86}\u{7F}\u{97}\u{8D}\u{8E}\u{B}\u{C}\u{D}\u{E}\u{F}\u{10}\u{11}\u{12}\u{13}\u{9D}\u{85}\u{8}\u{87}\u{18}\u{19}\u{92}\u{8F}\u{1C}\u{1D}\u{1E}\u{1F}",
            "\u{80}\u{81}\u{82}\u{83}\u{84}\u{A}\u{17}\u{1B}\u{88}\u{89}\u{8A}\u{8B}\u{8C}\u{5}\u{6}\u{7}\u{90}\u{91}\u{16}\u{93}\u{94}\u{95}\u{96}\u{4}\u{98}\u{99}\u{9A}\u{9B}\u{14}\u{15}\u{9E}\u{1A}",
            $($row),+
        ))
    };
}

/// All of them.
pub(super) static TABLES: &[Table] = &[
    Table {
        name: "IBM437",
        labels: &["437", "cspc8codepage437"],
        low: None,
        high: concat!(
            "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ",
            "áíóúñÑªº¿\u{2310}¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM720",
        labels: &["720"],
        low: None,
        high: concat!(
            "\u{80}\u{81}éâ\u{84}à\u{86}çêëèïî\u{8D}\u{8E}\u{8F}\u{90}\u{651}\u{652}ô¤ـûùءآأؤ£إئا",
            "بةتثجحخدذرزسشص«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "ضطظعغفµقكلمنهوىي≡\u{64B}\u{64C}\u{64D}\u{64E}\u{64F}\u{650}≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM737",
        labels: &["737"],
        low: None,
        high: concat!(
            "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθ",
            "ικλμνξοπρσςτυφχψ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "ωάέήϊίόύϋώΆΈΉΊΌΎΏ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM775",
        labels: &["775", "cspc775baltic"],
        low: None,
        high: concat!(
            "ĆüéāäģåćłēŖŗīŹÄÅÉæÆōöĢ¢ŚśÖÜø£Ø×¤",
            "ĀĪóŻżź”\u{A6}©®¬½¼Ł«»░▒▓│┤ĄČĘĖ╣║╗╝ĮŠ┐",
            "└┴┬├─┼ŲŪ╚╔╩╦╠═╬Žąčęėįšųūž┘┌█▄▌▐▀",
            "ÓßŌŃõÕµńĶķĻļņĒŅ’\u{AD}±“¾¶§÷„°∙·¹³²■\u{A0}",
        ),
    },
    Table {
        name: "IBM850",
        labels: &["850", "cspc850multilingual"],
        low: None,
        high: concat!(
            "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ",
            "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
            "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄\u{A6}Ì▀",
            "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}",
        ),
    },
    Table {
        name: "IBM852",
        labels: &["852", "cspcp852"],
        low: None,
        high: concat!(
            "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č",
            "áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐",
            "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀",
            "ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}",
        ),
    },
    Table {
        name: "IBM855",
        labels: &["855", "csibm855"],
        low: None,
        high: concat!(
            "ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪ",
            "аАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝йЙ┐",
            "└┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМнНоОп┘┌█▄Пя▀",
            "ЯрРсСтТуУжЖвВьЬ\u{2116}\u{AD}ыЫзЗшШэЭщЩчЧ§■\u{A0}",
        ),
    },
    Table {
        name: "IBM857",
        labels: &["857", "csibm857"],
        low: None,
        high: concat!(
            "ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞş",
            "áíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
            "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ\u{FFFD}ÍÎÏ┘┌█▄\u{A6}Ì▀",
            "ÓßÔÒõÕµ\u{FFFD}×ÚÛÙìÿ¯´\u{AD}±\u{FFFD}¾¶§÷¸°¨·¹³²■\u{A0}",
        ),
    },
    Table {
        name: "IBM858",
        labels: &["858"],
        low: None,
        high: concat!(
            "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ",
            "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
            "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄\u{A6}Ì▀",
            "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}",
        ),
    },
    Table {
        name: "IBM860",
        labels: &["860", "csibm860"],
        low: None,
        high: concat!(
            "ÇüéâãàÁçêÊèÍÔìÃÂÉÀÈôõòÚùÌÕÜ¢£Ù₧Ó",
            "áíóúñÑªº¿Ò¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM861",
        labels: &["861", "cpis", "csibm861"],
        low: None,
        high: concat!(
            "ÇüéâäàåçêëèÐðÞÄÅÉæÆôöþûÝýÖÜø£Ø₧ƒ",
            "áíóúÁÍÓÚ¿\u{2310}¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM862",
        labels: &["862", "cspc862latinhebrew"],
        low: None,
        high: concat!(
            "אבגדהוזחטיךכלםמןנסעףפץצקרשת¢£¥₧ƒ",
            "áíóúñÑªº¿\u{2310}¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM863",
        labels: &["863", "csibm863"],
        low: None,
        high: concat!(
            "ÇüéâÂà¶çêëèïî‗À§ÉÈÊôËÏûù¤ÔÜ¢£ÙÛƒ",
            "\u{A6}´óú¨¸³¯Î\u{2310}¬½¼¾«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM864",
        labels: &["864", "csibm864"],
        low: None,
        high: concat!(
            "°·∙√▒─│┼┤┬├┴┐┌└┘β∞φ±½¼≈«»ﻷﻸ\u{FFFD}\u{FFFD}ﻻﻼ\u{FFFD}",
            "\u{A0}\u{AD}ﺂ£¤ﺄ\u{FFFD}\u{FFFD}ﺎﺏﺕﺙ،ﺝﺡﺥ٠١٢٣٤٥٦٧٨٩ﻑ؛ﺱﺵﺹ؟",
            "¢ﺀﺁﺃﺅﻊﺋﺍﺑﺓﺗﺛﺟﺣﺧﺩﺫﺭﺯﺳﺷﺻﺿﻁﻅﻋﻏ\u{A6}¬÷×ﻉ",
            "ـﻓﻗﻛﻟﻣﻧﻫﻭﻯﻳﺽﻌﻎﻍﻡﹽ\u{651}ﻥﻩﻬﻰﻲﻐﻕﻵﻶﻝﻙﻱ■\u{FFFD}",
        ),
    },
    Table {
        name: "IBM865",
        labels: &["865", "csibm865"],
        low: None,
        high: concat!(
            "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø₧ƒ",
            "áíóúñÑªº¿\u{2310}¬½¼¡«¤░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
        ),
    },
    Table {
        name: "IBM869",
        labels: &["869", "cpgr", "csibm869"],
        low: None,
        high: concat!(
            "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}Ά\u{FFFD}·¬\u{A6}‘’Έ―ΉΊΪΌ\u{FFFD}\u{FFFD}ΎΫ©Ώ²³ά£έήί",
            "ϊΐόύΑΒΓΔΕΖΗ½ΘΙ«»░▒▓│┤ΚΛΜΝ╣║╗╝ΞΟ┐",
            "└┴┬├─┼ΠΡ╚╔╩╦╠═╬ΣΤΥΦΧΨΩαβγ┘┌█▄δε▀",
            "ζηθικλμνξοπρσςτ΄\u{AD}±υφχ§ψ΅°¨ωϋΰώ■\u{A0}",
        ),
    },
    Table {
        name: "IBM1125",
        labels: &["1125", "cp866u", "ruscii"],
        low: None,
        high: concat!(
            "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
            "абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
            "рстуфхцчшщъыьэюяЁёҐґЄєІіЇї·√\u{2116}¤■\u{A0}",
        ),
    },
    Table {
        name: "KZ-1048",
        labels: &["kz1048", "strk1048", "strk10482002", "rk1048", "cskz1048"],
        low: None,
        high: concat!(
            "ЂЃ‚ѓ„…†‡€‰Љ‹ЊҚҺЏђ‘’“”•–—\u{FFFD}\u{2122}љ›њқһџ",
            "\u{A0}ҰұӘ¤Ө\u{A6}§Ё©Ғ«¬\u{AD}®Ү°±Ііөµ¶·ё\u{2116}ғ»әҢңү",
            "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
            "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        ),
    },
    Table {
        name: "PTCP154",
        labels: &["pt154", "ptcp154", "cyrillicasian", "csptcp154", "154"],
        low: None,
        high: concat!(
            "ҖҒӮғ„…ҶҮҲүҠӢҢҚҺҸҗ‘’“”•–—ҳҷҡӣңқһҹ",
            "\u{A0}ЎўЈӨҘҰ§Ё©Ә«¬ӯ®Ҝ°ұІіҙө¶·ё\u{2116}ә»јҪҫҝ",
            "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
            "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        ),
    },
    Table {
        name: "KOI8-T",
        labels: &["koi8t", "tajikkoi8"],
        low: None,
        high: concat!(
            "қғ‚Ғ„…†‡\u{FFFD}‰ҳ‹ҲҷҶ\u{FFFD}Қ‘’“”•–—\u{FFFD}\u{2122}\u{FFFD}›\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
            "\u{FFFD}ӯӮё¤ӣ\u{A6}§\u{FFFD}\u{FFFD}\u{FFFD}«¬\u{AD}®\u{FFFD}°±²Ё\u{FFFD}Ӣ¶·\u{FFFD}\u{2116}\u{FFFD}»\u{FFFD}\u{FFFD}\u{FFFD}©",
            "юабцдефгхийклмнопярстужвьызшэщчъ",
            "ЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ",
        ),
    },
    Table {
        name: "ARMSCII-8",
        labels: &["armscii8", "armscii"],
        low: None,
        high: concat!(
            "\u{80}\u{81}\u{82}\u{83}\u{84}\u{85}\u{86}\u{87}\u{88}\u{89}\u{8A}\u{8B}\u{8C}\u{8D}\u{8E}\u{8F}\u{90}\u{91}\u{92}\u{93}\u{94}\u{95}\u{96}\u{97}\u{98}\u{99}\u{9A}\u{9B}\u{9C}\u{9D}\u{9E}\u{9F}",
            "\u{A0}\u{FFFD}և։)(»«—.՝,-֊…՜՛՞ԱաԲբԳգԴդԵեԶզԷէ",
            "ԸըԹթԺժԻիԼլԽխԾծԿկՀհՁձՂղՃճՄմՅյՆնՇշ",
            "ՈոՉչՊպՋջՌռՍսՎվՏտՐրՑցՒւՓփՔքՕօՖֆ՚\u{FFFD}",
        ),
    },
    Table {
        name: "GEORGIAN-PS",
        labels: &["georgianps"],
        low: None,
        high: concat!(
            "\u{80}\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}\u{8E}\u{8F}\u{90}‘’“”•–—˜\u{2122}š›œ\u{9D}\u{9E}Ÿ",
            "\u{A0}¡¢£¤¥\u{A6}§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿",
            "აბგდევზჱთიკლმნჲოპჟრსტჳუფქღყშჩცძწ",
            "ჭხჴჯჰჵæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
        ),
    },
    Table {
        name: "GEORGIAN-ACADEMY",
        labels: &["georgianacademy"],
        low: None,
        high: concat!(
            "\u{80}\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}\u{8E}\u{8F}\u{90}‘’“”•–—˜\u{2122}š›œ\u{9D}\u{9E}Ÿ",
            "\u{A0}¡¢£¤¥\u{A6}§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿",
            "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯ",
            "ჰჱჲჳჴჵჶçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
        ),
    },
    Table {
        name: "VISCII",
        labels: &["viscii", "viscii111", "csviscii"],
        low: Some(concat!(
            "\u{0}\u{1}Ẳ\u{3}\u{4}ẴẪ\u{7}\u{8}\u{9}\u{A}\u{B}\u{C}\u{D}\u{E}\u{F}\u{10}\u{11}\u{12}\u{13}Ỷ\u{15}\u{16}\u{17}\u{18}Ỹ\u{1A}\u{1B}\u{1C}\u{1D}Ỵ\u{1F}",
            " !\"#$%&'()*+,-./0123456789:;<=>?",
            "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
            "`abcdefghijklmnopqrstuvwxyz{|}~\u{7F}",
        )),
        high: concat!(
            "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ",
            "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ",
            "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư",
            "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
        ),
    },
    Table {
        name: "TCVN5712-1",
        labels: &["tcvn", "tcvn5712", "tcvn57121", "tcvn571211993"],
        low: Some(concat!(
            "\u{0}ÚỤ\u{3}ỪỬỮ\u{7}\u{8}\u{9}\u{A}\u{B}\u{C}\u{D}\u{E}\u{F}\u{10}ỨỰỲỶỸÝỴ\u{18}\u{19}\u{1A}\u{1B}\u{1C}\u{1D}\u{1E}\u{1F}",
            " !\"#$%&'()*+,-./0123456789:;<=>?",
            "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
            "`abcdefghijklmnopqrstuvwxyz{|}~\u{7F}",
        )),
        high: concat!(
            "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ",
            "\u{A0}ĂÂÊÔƠƯĐăâêôơưđẰ\u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴ",
            "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò",
            "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ",
        ),
    },
    Table {
        name: "mac-greek",
        labels: &["macgreek", "10006"],
        low: None,
        high: concat!(
            "Ä¹²É³ÖÜ΅àâä΄¨çéèêë£\u{2122}îï•½‰ôö\u{A6}€ùûü",
            "†ΓΔΘΛΞΠß®©ΣΪ§≠°·Α±≤≥¥ΒΕΖΗΙΚΜΦΫΨΩ",
            "άΝ¬ΟΡ≈Τ«»…\u{A0}ΥΧΆΈœ–―“”‘’÷ΉΊΌΎέήίόΏ",
            "ύαβψδεφγηιξκλμνοπώρστθωςχυζϊϋΐΰ\u{AD}",
        ),
    },
    Table {
        name: "mac-turkish",
        labels: &["macturkish", "10081"],
        low: None,
        high: concat!(
            "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü",
            "†°¢£§•¶ß®©\u{2122}´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø",
            "¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸĞğİıŞş",
            "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙ\u{F8A0}ˆ˜¯˘˙˚¸˝˛ˇ",
        ),
    },
    Table {
        name: "mac-centraleurope",
        labels: &["maccentraleurope", "maclatin2", "macce", "10029"],
        low: None,
        high: concat!(
            "ÄĀāÉĄÖÜáąČäčĆćéŹźĎíďĒēĖóėôöõúĚěü",
            "†°Ę£§•¶ß®©\u{2122}ę¨≠ģĮįĪ≤≥īĶ∂∑łĻļĽľĹĺŅ",
            "ņŃ¬√ńŇ∆«»…\u{A0}ňŐÕőŌ–—“”‘’÷◊ōŔŕŘ‹›řŖ",
            "ŗŠ‚„šŚśÁŤťÍŽžŪÓÔūŮÚůŰűŲųÝýķŻŁżĢˇ",
        ),
    },
    Table {
        name: "mac-iceland",
        labels: &["maciceland", "macis", "10079"],
        low: None,
        high: concat!(
            "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü",
            "Ý°¢£§•¶ß®©\u{2122}´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø",
            "¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€ÐðÞþ",
            "ý·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ",
        ),
    },
    Table {
        name: "mac-croatian",
        labels: &["maccroatian", "10082"],
        low: None,
        high: concat!(
            "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü",
            "†°¢£§•¶ß®Š\u{2122}´¨≠ŽØ∞±≤≥∆µ∂∑∏š∫ªºΩžø",
            "¿¡¬√ƒ≈Ć«Č…\u{A0}ÀÃÕŒœĐ—“”‘’÷◊\u{F8FF}©⁄€‹›Æ»",
            "–·‚„‰ÂćÁčÈÍÎÏÌÓÔđÒÚÛÙıˆ˜¯πË˚¸Êæˇ",
        ),
    },
    Table {
        name: "mac-romanian",
        labels: &["macromanian", "macromania", "10010"],
        low: None,
        high: concat!(
            "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü",
            "†°¢£§•¶ß®©\u{2122}´¨≠ĂȘ∞±≤≥¥µ∂∑∏π∫ªºΩăș",
            "¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›Țț",
            "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ",
        ),
    },
    Table {
        name: "hp-roman8",
        labels: &["hproman8", "roman8", "r8", "cshproman8"],
        low: None,
        high: concat!(
            "\u{80}\u{81}\u{82}\u{83}\u{84}\u{85}\u{86}\u{87}\u{88}\u{89}\u{8A}\u{8B}\u{8C}\u{8D}\u{8E}\u{8F}\u{90}\u{91}\u{92}\u{93}\u{94}\u{95}\u{96}\u{97}\u{98}\u{99}\u{9A}\u{9B}\u{9C}\u{9D}\u{9E}\u{9F}",
            "\u{A0}ÀÂÈÊËÎÏ´ˋˆ¨˜ÙÛ₤¯Ýý°ÇçÑñ¡¿¤£¥§ƒ¢",
            "âêôûáéóúàèòùäëöüÅîØÆåíøæÄìÖÜÉïßÔ",
            "ÁÃãÐðÍÌÓÒÕõŠšÚŸÿÞþ·µ¶¾—¼½ªº«■»±\u{FFFD}",
        ),
    },
    Table {
        name: "IBM037",
        labels: &[
            "037",
            "37",
            "csibm037",
            "ebcdiccpus",
            "ebcdiccpca",
            "ebcdiccpwt",
            "ebcdiccpnl",
        ],
        low: ebcdic!(
            " \u{A0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬",
            "-/ÂÄÀÁÃÅÇÑ\u{A6},%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
        ),
        high: concat!(
            "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤",
            "µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×",
            "{ABCDEFGHI\u{AD}ôöòóõ}JKLMNOPQR¹ûüùúÿ",
            "\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9F}",
        ),
    },
    Table {
        name: "IBM273",
        labels: &["273", "csibm273"],
        low: ebcdic!(
            " \u{A0}â{àáãåçñÄ.<(+!&éêëèíîïì~Ü$*);^",
            "-/Â[ÀÁÃÅÇÑö,%_>?øÉÊËÈÍÎÏÌ`:#§'=\"",
        ),
        high: concat!(
            "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤",
            "µßstuvwxyz¡¿ÐÝÞ®¢£¥·©@¶¼½¾¬|‾¨´×",
            "äABCDEFGHI\u{AD}ô\u{A6}òóõüJKLMNOPQR¹û}ùúÿ",
            "Ö÷STUVWXYZ²Ô\\ÒÓÕ0123456789³Û]ÙÚ\u{9F}",
        ),
    },
    Table {
        name: "IBM424",
        labels: &["424", "csibm424", "ebcdiccphe"],
        low: ebcdic!(
            " אבגדהוזחט¢.<(+|&יךכלםמןנס!$*);¬",
            "-/עףפץצקרש\u{A6},%_>?\u{FFFD}ת\u{FFFD}\u{FFFD}\u{A0}\u{FFFD}\u{FFFD}\u{FFFD}‗`:#@'=\"",
        ),
        high: concat!(
            "\u{FFFD}abcdefghi«»\u{FFFD}\u{FFFD}\u{FFFD}±°jklmnopqr\u{FFFD}\u{FFFD}\u{FFFD}¸\u{FFFD}¤",
            "µ~stuvwxyz\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}®^£¥·©§¶¼½¾[]¯¨´×",
            "{ABCDEFGHI\u{AD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}}JKLMNOPQR¹\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
            "\\÷STUVWXYZ²\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}0123456789³\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{9F}",
        ),
    },
    Table {
        name: "IBM500",
        labels: &["500", "csibm500", "ebcdiccpbe", "ebcdiccpch"],
        low: ebcdic!(
            " \u{A0}âäàáãåçñ[.<(+!&éêëèíîïìß]$*);^",
            "-/ÂÄÀÁÃÅÇÑ\u{A6},%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
        ),
        high: concat!(
            "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤",
            "µ~stuvwxyz¡¿ÐÝÞ®¢£¥·©§¶¼½¾¬|¯¨´×",
            "{ABCDEFGHI\u{AD}ôöòóõ}JKLMNOPQR¹ûüùúÿ",
            "\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9F}",
        ),
    },
    Table {
        name: "IBM875",
        labels: &["875"],
        low: ebcdic!(
            " ΑΒΓΔΕΖΗΘΙ[.<(+!&ΚΛΜΝΞΟΠΡΣ]$*);^",
            "-/ΤΥΦΧΨΩΪΫ|,%_>?¨ΆΈΉ\u{A0}ΊΌΎΏ`:#@'=\"",
        ),
        high: concat!(
            "΅abcdefghiαβγδεζ°jklmnopqrηθικλμ",
            "´~stuvwxyzνξοπρσ£άέήϊίόύϋώςτυφχψ",
            "{ABCDEFGHI\u{AD}ωΐΰ‘―}JKLMNOPQR±½\u{1A}·’\u{A6}",
            "\\\u{1A}STUVWXYZ²§\u{1A}\u{1A}«¬0123456789³©\u{1A}\u{1A}»\u{9F}",
        ),
    },
    Table {
        name: "IBM1026",
        labels: &["1026", "csibm1026"],
        low: ebcdic!(
            " \u{A0}âäàáãå{ñÇ.<(+!&éêëèíîïìßĞİ*);^",
            "-/ÂÄÀÁÃÅ[Ñş,%_>?øÉÊËÈÍÎÏÌı:ÖŞ'=Ü",
        ),
        high: concat!(
            "Øabcdefghi«»}`\u{A6}±°jklmnopqrªºæ¸Æ¤",
            "µöstuvwxyz¡¿]$@®¢£¥·©§¶¼½¾¬|¯¨´×",
            "çABCDEFGHI\u{AD}ô~òóõğJKLMNOPQR¹û\\ùúÿ",
            "ü÷STUVWXYZ²Ô#ÒÓÕ0123456789³Û\"ÙÚ\u{9F}",
        ),
    },
    Table {
        name: "IBM01140",
        labels: &["1140", "01140"],
        low: ebcdic!(
            " \u{A0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬",
            "-/ÂÄÀÁÃÅÇÑ\u{A6},%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
        ),
        high: concat!(
            "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ€",
            "µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×",
            "{ABCDEFGHI\u{AD}ôöòóõ}JKLMNOPQR¹ûüùúÿ",
            "\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9F}",
        ),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_whole_and_every_label_is_its_own() {
        let mut labels: Vec<&str> = Vec::new();
        for table in TABLES {
            assert_eq!(table.high.chars().count(), 128, "{}", table.name);
            if let Some(low) = table.low {
                assert_eq!(low.chars().count(), 128, "{}", table.name);
            }
            labels.extend(table.labels);
        }
        let n_labels = labels.len();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), n_labels);
    }
}
