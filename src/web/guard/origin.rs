//! That a request which changes something comes from a page of ours. Browsers say where it comes from, by `Sec-Fetch-Site`
//! or `Origin`; who says neither is let in nowhere. Links that sign somebody in or out are forms, so this holds for them too.

use axum::http::{HeaderMap, header};

/// Whether a page of ours sent this; `origins` are ours.
pub fn is_ours(headers: &HeaderMap, origins: &[String]) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = said("sec-fetch-site")
        && site != "same-origin"
    {
        return false;
    }
    match said(header::ORIGIN.as_str()) {
        Some(origin) => origins.iter().any(|ours| ours.eq_ignore_ascii_case(origin)),
        None => said("sec-fetch-site").is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_and_the_silent_are_kept_out() {
        let ours = [
            "https://lab.example".to_owned(),
            "http://127.0.0.1:8080".to_owned(),
        ];
        let asked = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            is_ours(&headers, &ours)
        };
        assert!(asked(&[("origin", "https://lab.example")]));
        assert!(asked(&[
            ("origin", "http://127.0.0.1:8080"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(asked(&[("sec-fetch-site", "same-origin")]));
        for foreign in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[
                ("origin", "https://lab.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[("origin", "https://lab.example.evil.example")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[],
        ] {
            assert!(!asked(foreign), "{foreign:?}");
        }
    }
}
