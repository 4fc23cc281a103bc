//! What is typed into the form: refused in words with everything else kept, or read back as it was typed.

use convene::domain::text::UserText;
use reqwest::StatusCode;

use super::{Open, somebody, unescaped};
use crate::harness::databases::Place;
use crate::harness::naughty::naughty;

#[tokio::test]
async fn what_cannot_be_right_is_said_beside_its_field_and_the_rest_is_kept() {
    let it = Open::new(Place::sqlite()).await;
    let long = "n".repeat(10_000);
    let form = [
        ("name", long.as_str()),
        ("email", "mei@example"),
        ("organisation", "Open <University> & \"Sons\""),
        ("country", "JP"),
        ("news", "yes"),
    ];
    let page = it.posts("/session/21", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = page.text();
    for words in [
        "That is too long (max 120 characters); please shorten it.",
        "mei@example is not an e-mail address.",
        "Without your agreement your registration cannot be kept.",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(page.value("name"), long);
    assert_eq!(page.value("email"), "mei@example");
    assert_eq!(page.value("organisation"), "Open <University> & \"Sons\"");
    assert!(page.html.contains("<option value=\"JP\" selected>"));
    assert!(page.html.contains("name=\"news\" value=\"yes\" checked"));
    assert!(page.html.contains("aria-describedby=\"name-wrong\""));
    assert!(it.letters().await.is_empty());
}

#[tokio::test]
async fn more_than_a_form_holds_is_refused_in_words() {
    let it = Open::new(Place::sqlite()).await;
    let huge = "n".repeat(600_000);
    let page = it
        .posts("/session/21", &somebody(&huge, "mei@example.org"))
        .await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text().contains("Too large"), "{}", page.text());
}

#[tokio::test]
async fn naughty_strings_in_every_field_are_read_back_as_they_were_typed() {
    let it = Open::new(Place::sqlite()).await;
    let mut stored = 0;
    for (n, text) in naughty().iter().enumerate() {
        // In fields of which nothing can be wrong, and in all the others, which say so.
        let form = [
            ("name", text.as_str()),
            ("email", text.as_str()),
            ("organisation", text.as_str()),
            ("country", text.as_str()),
            ("way", text.as_str()),
            ("consent", text.as_str()),
            ("news", text.as_str()),
        ];
        let page = it.posts("/session/21", &form).await;
        assert!(page.status.is_client_error(), "{text:?}: {}", page.status);
        for field in ["name", "email", "organisation"] {
            assert_eq!(page.value(field), sent(text), "{field} of {text:?}");
        }
        assert_eq!(page.html.matches("<script").count(), 1, "{text:?}");

        let Ok((name, _)) = UserText::line(text, 120) else {
            continue;
        };
        if name.is_empty() {
            continue;
        }
        let address = format!("n{n}@example.org");
        let mut form = somebody(text, &address);
        form.push(("organisation", text));
        let asked = it.posts("/session/21", &form).await;
        assert_eq!(asked.status, StatusCode::OK, "{text:?}: {}", asked.text());
        // What their letter's link would end in; letters go at the server's pace.
        let token = it.it.world.text(
            "SELECT unsent AS t FROM registrations WHERE confirmed_at IS NULL AND unsent <> ''",
        );
        let link = format!("/registration/{}", token.await);
        let page = it.answers(&link, "yes").await;
        // Byte for byte between its tags, where nobody's reading direction leaks out.
        let shown = page.html.split("<h1>See you there, <bdi>").nth(1).unwrap();
        let shown = unescaped(shown.split("</bdi>").next().unwrap());
        assert_eq!(shown, name.as_str(), "{text:?}");
        stored += 1;
    }
    assert!(stored > 10, "{stored}");
    let names = it
        .it
        .world
        .number("SELECT count(*) AS n FROM members WHERE standing = 'contact'")
        .await;
    assert_eq!(names, stored);
}

/// What a form sends of a text: what stands around it does not count.
fn sent(text: &str) -> String {
    text.trim().to_owned()
}

#[tokio::test]
async fn bad31_links_are_of_the_configured_address_whatever_the_host_says() {
    let it = Open::new(Place::sqlite()).await;
    let request = it
        .client
        .post(it.here("/session/21"))
        .body(super::encoded(super::MEI));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", super::SITE)
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example");
    assert_eq!(it.page(request).await.status, StatusCode::OK);
    let letters = it.letters().await;
    let letter = format!("{}{}", letters[0].text(), letters[0].html());
    assert!(!letter.contains("evil"), "{letter}");
    let request = it.client.get(it.here("/")).header("host", "evil.example");
    let page = it.page(request).await;
    assert!(!page.html.contains("evil"), "{}", page.html);
}

#[tokio::test]
async fn bad32_a_path_leads_to_pages_and_to_nothing_else() {
    let it = Open::new(Place::sqlite()).await;
    for path in [
        "/session/../../etc/passwd",
        "/session/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/session/CON",
        "/session/21%00",
        "/session/-21",
        "/session/99999999999999999999",
        "/session/9999",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/site.css",
        "/c/..%2fjoint/",
    ] {
        let page = it.gets(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
}
