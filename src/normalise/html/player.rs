//! Players that pages frame in, and the pages of what they play.

use url::Url;

/// A site with players.
struct Site {
    /// Its host; hosts below it count.
    host: &'static str,
    /// What the path of its players starts with.
    path: &'static str,
    /// The page of what is played, without its id; empty where the player is the only page.
    page: &'static str,
}

const fn site(host: &'static str, path: &'static str, page: &'static str) -> Site {
    Site { host, path, page }
}

const SITES: &[Site] = &[
    site("youtube.com", "/embed/", "https://www.youtube.com/watch?v="),
    site(
        "youtube-nocookie.com",
        "/embed/",
        "https://www.youtube.com/watch?v=",
    ),
    site("player.vimeo.com", "/video/", "https://vimeo.com/"),
    site(
        "dailymotion.com",
        "/embed/video/",
        "https://www.dailymotion.com/video/",
    ),
    site("rutube.ru", "/play/embed/", "https://rutube.ru/video/"),
    site("vk.com", "/video_ext.php", ""),
    site("vkvideo.ru", "/video_ext.php", ""),
    site("ok.ru", "/videoembed/", "https://ok.ru/video/"),
    site("mover.uz", "/video/embed/", "https://mover.uz/watch/"),
    site("facebook.com", "/plugins/video.php", ""),
    site("tiktok.com", "/embed/", ""),
    site("player.twitch.tv", "/", ""),
    site("soundcloud.com", "/player", ""),
    site("open.spotify.com", "/embed/", ""),
    site("embed.podcasts.apple.com", "/", ""),
    site("aparat.com", "/video/video/embed/", ""),
    site("players.brightcove.net", "/", ""),
    site("t.me", "/", ""),
];

/// The page of what the player at `address` plays; `None` where no player is known there.
pub(super) fn page(address: &Url) -> Option<Url> {
    let host = address.host_str()?;
    let is_at = |site: &&Site| {
        let before = host.strip_suffix(site.host);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
            && address.path().starts_with(site.path)
    };
    let site = SITES.iter().find(is_at)?;
    if site.page.is_empty() {
        return Some(address.clone());
    }
    let id = address
        .path()
        .strip_prefix(site.path)?
        .split('/')
        .next()
        .unwrap_or_default();
    if id.is_empty() {
        return None;
    }
    Url::parse(&format!("{}{id}", site.page)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_are_known_by_host_and_path() {
        for (address, expected) in [
            (
                "https://www.youtube.com/embed/a-B_1?start=3",
                Some("https://www.youtube.com/watch?v=a-B_1"),
            ),
            (
                "https://player.vimeo.com/video/12",
                Some("https://vimeo.com/12"),
            ),
            (
                "https://vk.com/video_ext.php?oid=1",
                Some("https://vk.com/video_ext.php?oid=1"),
            ),
            ("https://www.youtube.com/embed/", None),
            ("https://notyoutube.com/embed/a", None),
            ("https://www.youtube.com/watch?v=a", None),
            ("https://youtube.com.evil.example/embed/a", None),
        ] {
            let page = page(&Url::parse(address).unwrap());
            assert_eq!(page.as_ref().map(Url::as_str), expected, "{address}");
        }
    }
}
