//! What was just done, told on the page that one comes back to. The browser carries it there, for a minute; a page that
//! was shown lets go of it, so that loading it again tells nothing twice.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::chat::Message;
use crate::web::guard::cookies::{self, Held};
use crate::web::said::said;
use crate::web::shown::{Fragment, Problem, go_to};
use crate::web::visit::Visit;

/// Most bytes that a browser carries.
const MOST: usize = 3_000;

/// Leads back to `back`, where `message` is told; none where it is too long for that.
///
/// # Errors
/// None that a page could not show.
pub(super) fn and_go(
    visit: &Visit,
    back: &str,
    message: &Message,
) -> Result<Option<Response>, Problem> {
    let Ok(text) = serde_json::to_string(message) else {
        return Ok(None);
    };
    let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    if text.len() > MOST {
        return Ok(None);
    }
    let mut response = go_to(back)?;
    if let Some(cookie) = cookies::set(Held::Told, &text, visit.site.parts.base.secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(Some(response))
}

/// What was just done, where something was.
pub(in crate::web) fn just_now(visit: &Visit) -> Option<Fragment> {
    let held = cookies::get(&visit.headers, Held::Told, visit.site.parts.base.secure)?;
    let text = form_urlencoded::parse(held.as_bytes())
        .next()?
        .0
        .into_owned();
    let message: Message = serde_json::from_str(&text).ok()?;
    said(&message, visit, &visit.link("/app")).ok()
}

/// Has the browser let go of it, once it was shown.
pub(in crate::web) fn forget(secure: bool) -> Option<HeaderValue> {
    cookies::end(Held::Told, secure)
}
