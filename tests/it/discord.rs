//! Discord in the configuration: what does not fit is told in one line that names the key. How it is to talk to is told in
//! `tests/peers/discord`.

use std::path::Path;

use convene::cli::config::Config;

fn refused(own: &str, more: &str) -> String {
    let text = format!(
        "[[community]]\nslug = \"lights\"\nname = \"Northern Lights\"\nzone = \"Europe/London\"\n{more}\n[community.discord]\n{own}\n"
    );
    match Config::check_text(Path::new("convene.toml"), &text) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_does_not_fit_is_told_with_its_key() {
    let usual = "token_file = \"discord.token\"\nserver = \"123456789012345678\"";
    assert_eq!(refused(usual, ""), "taken");
    for (own, more, told) in [
        ("token_file = \"discord.token\"", "", "server"),
        (
            "token_file = \"discord.token\"\nserver = \"lights\"",
            "",
            "Copy Server ID",
        ),
        ("server = \"123456789012345678\"", "", "token_file"),
        (
            "token_file = \"discord.token\"\nserver = \"123456789012345678\"\napi = \"http://discord.example/api/v10/\"",
            "",
            "https://",
        ),
        (
            "token_file = \"discord.token\"\nserver = \"123456789012345678\"\nroles = [{ role = \"1\", group = \"organisers\" }]",
            "",
            "only this service decides",
        ),
        (
            "token_file = \"discord.token\"\nserver = \"123456789012345678\"\nroles = [{ role = \"core\", group = \"core\" }]",
            "",
            "Copy Role ID",
        ),
        (
            "token_file = \"discord.token\"\nserver = \"123456789012345678\"\ninterested = \"perhaps\"",
            "",
            "interested",
        ),
        (usual, "managers = [\"discord:ada\"]", "Copy User ID"),
        (
            usual,
            "[community.rooms]\nannouncements = \"discord:announcements\"",
            "Copy Channel ID",
        ),
    ] {
        let said = refused(own, more);
        assert!(said.contains(told), "{own} {more}: {said}");
        assert!(!said.contains('\n'), "{said}");
    }
}

#[test]
fn a_server_belongs_to_one_community_and_the_bot_to_the_first() {
    let second = |own: &str| {
        let more =
            "[community.discord]\ntoken_file = \"discord.token\"\nserver = \"1\"\n\n[[community]]\nslug = \"harbour\"\nname = \"Harbour\"\nzone = \"Europe/London\"\n".to_owned();
        refused(own, &more)
    };
    assert_eq!(second("server = \"2\""), "taken");
    assert!(second("server = \"1\"").contains("another community"));
    assert!(second("server = \"2\"\nmembers = false").contains("leave this out"));
}
