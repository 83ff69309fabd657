//! A feed whose dates name no zone, and a file that says which is meant.

use crate::support::daemon::Home;
use crate::support::static_server::{Page, StaticServer};

const NOW: &[(&str, &str)] = &[("NUNCIO_TEST_NOW", "2026-11-24T12:00:00Z")];

#[test]
fn dates_without_a_zone_are_of_the_one_that_is_configured() {
    let server = StaticServer::start();
    let body = "<rss version=\"2.0\"><channel><title>Wire</title>\
        <link>https://example.org/</link><description>x</description><item><guid>1</guid>\
        <title>The ambassador of Kazakhstan</title><link>https://example.org/1</link>\
        <description>A summit in Astana.</description>\
        <pubDate>24.11.2026 14:30</pubDate></item></channel></rss>";
    server.put("/feed", Page::new("application/rss+xml", body.to_owned()));
    let home = Home::new(&format!(
        "regions = [\"central-asia\"]\n[daemon]\nlisten = \"127.0.0.1:0\"\n\
         [[feed]]\nid = \"wire\"\nurl = \"{}\"\nallow-private = true\n\
         time-zone = \"Asia/Almaty\"\n",
        server.url("/feed")
    ));
    let mut daemon = home.start(NOW);
    daemon.wait_until("the story is served", |daemon| {
        daemon
            .get("/feeds/central-asia.atom")
            .text()
            .contains("<entry>")
    });
    let answer = daemon.get("/feeds/central-asia.atom");
    let published = "<published>2026-11-24T09:30:00Z</published>";
    assert!(answer.text().contains(published), "{}", answer.text());
    daemon.stop();
}
