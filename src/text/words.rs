//! stub
/// w
pub fn folded_words(t: &str) -> impl Iterator<Item = String> {
    t.split(' ').map(str::to_lowercase)
}
