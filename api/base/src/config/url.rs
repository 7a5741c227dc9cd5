//! URLs with a password in them: what is wrong with one, and how to name it without the password.

use ::url::Url;

/// Signs that end a password in a URL, unless they are percent-encoded.
const ENDS: [(char, &str); 3] = [('/', "%2F"), ('?', "%3F"), ('#', "%23")];

/// What is wrong with the URL of a server that a login and a password may stand in. It never repeats the URL.
pub(super) fn problem(setting: &str, url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(ENDS.map(|(sign, _)| sign)).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    if authority.contains(':') && !authority.contains('@') && after.contains('@') {
        let signs = ENDS.iter().filter(|(sign, _)| after.starts_with(*sign));
        let sign: String = signs.map(|(sign, code)| format!("{sign} is written {code}")).collect();
        return Some(format!("{setting}: its password must be percent-encoded: {sign}"));
    }
    // Whatever stands behind one is left out without a word.
    if rest.contains('#') {
        return Some(format!("{setting} has a #, which is written %23 in a password"));
    }
    let password = authority.rsplit_once('@').map_or("", |(user, _)| user);
    if has_bare_percent(password) {
        return Some(format!("{setting}: its password must be percent-encoded: % is written %25"));
    }
    Url::parse(url).err().map(|error| {
        format!("{setting} is no URL ({error}): signs such as @ : / ? # % in a password must be percent-encoded")
    })
}

/// Whether a % stands there that begins no code of two hexadecimal digits.
fn has_bare_percent(text: &str) -> bool {
    let is_code = |after: &str| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    text.split('%').skip(1).any(|after| !is_code(after))
}

/// Which server, login and database it is, without password and options.
pub(super) fn address(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let user = if url.username().is_empty() { String::new() } else { format!("{}@", url.username()) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{user}{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_ends_the_url_is_told_with_what_to_write() {
        for (url, wanted) in [
            ("postgres://login:p/w@db/causeway", "/ is written %2F"),
            ("postgres://login:12#w@db/causeway", "# is written %23"),
            ("postgres://login:12?w@db/causeway", "? is written %3F"),
            ("postgres://login:12@w#p@db/causeway", "has a #, which is written %23"),
            ("redis://:12/w@cache", "/ is written %2F"),
            ("postgres://login:p%w@db/causeway", "% is written %25"),
            ("postgres://login:p%4@db/causeway", "% is written %25"),
            ("postgres://login:p[w@db:port/causeway", "is no URL"),
        ] {
            let said = problem("database.url", url).unwrap();
            assert!(said.starts_with("database.url") && said.contains(wanted), "{said}");
            assert!(!said.contains("12") && !said.contains("p%"), "it repeats the password: {said}");
        }
    }

    #[test]
    fn a_url_that_is_one_is_named_without_its_password() {
        for (url, wanted) in [
            ("postgres://login:p%40w%25@db:5433/causeway?sslmode=require", "postgres://login@db:5433/causeway"),
            ("postgres://login@[::1]/causeway", "postgres://login@[::1]/causeway"),
            ("postgres://db/causeway?options=a@b", "postgres://db/causeway"),
            ("postgres:///causeway?host=/run/postgresql", "postgres:///causeway"),
        ] {
            assert_eq!(address(url).as_deref(), Some(wanted));
            assert_eq!(problem("database.url", url), None, "{url}");
        }
    }
}
