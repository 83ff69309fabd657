//! One line of the protocol: a version and what is said.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::control::error::ControlError;
use crate::control::protocol::VERSION;

/// A request's line is at most this long, its end included: `replay` carries a whole
/// configuration.
pub const REQUEST_MAX_BYTES: usize = 4 << 20;

/// An answer's line is at most this long: about a kilobyte for each of many thousand feeds.
pub const ANSWER_MAX_BYTES: usize = 16 << 20;

#[derive(Serialize, Deserialize)]
struct Line<T> {
    nuncio: u16,
    body: T,
}

/// The part that every version has.
#[derive(Deserialize)]
struct AnyLine {
    nuncio: u16,
}

/// The line that says `body`, its end included.
///
/// # Errors
/// [`ControlError::Malformed`] where `body` has no JSON.
pub fn encode<T: Serialize>(body: &T) -> Result<Vec<u8>, ControlError> {
    let line = Line {
        nuncio: VERSION,
        body,
    };
    let mut bytes = serde_json::to_vec(&line).map_err(ControlError::Malformed)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What a line says.
///
/// # Errors
/// [`ControlError::OtherVersion`] before anything else of the line is judged,
/// [`ControlError::Malformed`] where it is no line of this protocol.
pub fn decode<T: DeserializeOwned>(line: &[u8]) -> Result<T, ControlError> {
    let any: AnyLine = serde_json::from_slice(line).map_err(ControlError::Malformed)?;
    if any.nuncio != VERSION {
        return Err(ControlError::OtherVersion { theirs: any.nuncio });
    }
    let line: Line<T> = serde_json::from_slice(line).map_err(ControlError::Malformed)?;
    Ok(line.body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::protocol::Request;

    fn check(line: &str, expected: Result<Request, &str>) {
        match (decode::<Request>(line.as_bytes()), expected) {
            (Ok(request), expected) => assert_eq!(Ok(request), expected, "{line}"),
            (Err(error), expected) => assert_eq!(Err(error.kind()), expected, "{line}"),
        }
    }

    #[test]
    fn a_line_is_read_by_its_version_first() {
        check(r#"{"nuncio":1,"body":"ping"}"#, Ok(Request::Ping));
        check(
            r#"{"nuncio":1,"since":"0.9","body":"ping"}"#,
            Ok(Request::Ping),
        );
        check(r#"{"nuncio":2,"body":["other"]}"#, Err("other-version"));
        check(r#"{"nuncio":1,"body":"dance"}"#, Err("malformed"));
        check(r#"{"nuncio":1}"#, Err("malformed"));
        check(r#"{"body":"ping"}"#, Err("malformed"));
        check("GET / HTTP/1.1", Err("malformed"));
        check("", Err("malformed"));
        check(&"[".repeat(50_000), Err("malformed"));
    }

    #[test]
    fn a_line_is_one_line() {
        let request = Request::Explain {
            what: "two\nlines".to_owned(),
        };
        let bytes = encode(&request).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "{\"nuncio\":1,\"body\":{\"explain\":{\"what\":\"two\\nlines\"}}}\n"
        );
        assert_eq!(decode::<Request>(&bytes).unwrap(), request);
    }
}
