//! What a request goes through before its page is made, in this order: that it names a community, that its visitor does not
//! flood us, that a page of ours sent it, that its body is small enough and comes in time, that whoever asks may.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use subtle::ConstantTimeEq;

use super::app::told;
use super::guard::limits::By;
use super::guard::{address, cookies, origin};
use super::routes::{Method, Place, Route, Who};
use super::shown::{Answer, Problem};
use super::site::Site;
use super::visit::{Fields, File, Signed, Visit};
use crate::actions::{Context, sign_in};
use crate::domain::community::Community;

/// How long a request may take, body and page together.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers one request by its row of the table.
pub(super) async fn serve(
    site: Arc<Site>,
    route: Arc<Route>,
    named: HashMap<String, String>,
    request: Request,
) -> Response {
    let slug = named.get("community").map(String::as_str);
    let Some(community) = site.community(slug) else {
        return Problem::Nothing.alone(site.community(None).as_deref());
    };
    let base = slug.map_or_else(String::new, |slug| format!("/c/{slug}"));
    let path = request.uri().path().to_owned();
    let mut held = None;
    let passing = pass(
        &site,
        &route,
        &community,
        base.clone(),
        named,
        request,
        &mut held,
    );
    let answer = match tokio::time::timeout(PATIENCE, passing).await {
        Ok(answer) => answer,
        Err(_) => Err(Problem::Slow),
    };
    let response = answer.unwrap_or_else(|problem| problem.shown(&community, &base, &path));
    match held {
        Some(held) => holding(response, &held, site.parts.base.secure),
        None => response,
    }
}

/// Has the browser hold what was exchanged, whatever else it is answered: before what a page sets itself, which signs out.
fn holding(mut response: Response, held: &str, secure: bool) -> Response {
    if let Some(cookie) = cookies::set(cookies::Held::SignedIn, held, secure) {
        let headers = response.headers_mut();
        let own: Vec<_> = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .cloned()
            .collect();
        headers.insert(header::SET_COOKIE, cookie);
        for cookie in own {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

async fn pass(
    site: &Arc<Site>,
    route: &Route,
    community: &Arc<Community>,
    base: String,
    named: HashMap<String, String>,
    request: Request,
    held: &mut Option<String>,
) -> Answer {
    let (parts, body) = request.into_parts();
    let now = site.parts.clock.now();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let from = address::of(
        peer.map(|it| it.0),
        &parts.headers,
        &site.parts.base.proxies,
    );
    let visitor = By::Address(address::visitor(from));
    (site.limits.take(visitor, route.kind, now)).map_err(Problem::TooMany)?;
    if route.method == Method::Post && !origin::is_ours(&parts.headers, &site.parts.base.origins) {
        return Err(Problem::Foreign);
    }
    let who = signed(site, route, community, &parts.headers, held).await?;
    if let Some(signed) = &who {
        let person = By::Person(signed.member.id.clone());
        (site.limits.take(person, route.kind, now)).map_err(Problem::TooMany)?;
    }
    let (form, file) = match route.method {
        Method::Get => (Fields::default(), None),
        Method::Post => {
            let bytes = to_bytes(body, route.body).await;
            brought(&parts.headers, bytes.map_err(|_| Problem::TooLarge)?).await?
        }
    };
    if let Some(signed) = who.as_ref().filter(|_| route.method == Method::Post) {
        let sealed = form.get("form").as_bytes().ct_eq(signed.seal().as_bytes());
        if !bool::from(sealed) {
            return Err(Problem::Stale);
        }
    }
    let private = route.who != Who::Anybody;
    let secure = site.parts.base.secure;
    let was_told = route.method == Method::Get
        && who.is_some()
        && cookies::get(&parts.headers, cookies::Held::Told, secure).is_some();
    let visit = Visit {
        site: Arc::clone(site),
        community: Arc::clone(community),
        base,
        path: parts.uri.path().to_owned(),
        named,
        query: Fields::read(parts.uri.query().unwrap_or_default().as_bytes()),
        form,
        file,
        who,
        address: from,
        headers: parts.headers,
        now,
    };
    let mut response = (route.page)(visit).await?;
    if private || route.method == Method::Post {
        let headers = response.headers_mut();
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    if let Some(cookie) = was_told.then(|| told::forget(secure)).flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Who is signed in and may; `held` is what their browser holds from now on, where that changes.
async fn signed(
    site: &Arc<Site>,
    route: &Route,
    community: &Arc<Community>,
    headers: &HeaderMap,
    held: &mut Option<String>,
) -> Result<Option<Signed>, Problem> {
    let Who::AtLeast(least) = route.who else {
        return Ok(None);
    };
    debug_assert!(
        route.place == Place::Community,
        "who may is asked by community"
    );
    let brought = cookies::get(headers, cookies::Held::SignedIn, site.parts.base.secure);
    let brought = brought.ok_or(Problem::SignIn)?;
    let ctx = Context {
        mint: Arc::clone(&site.parts.mint),
        now: site.parts.clock.now(),
        community: Arc::clone(community),
    };
    let asked = ctx.clone();
    let known = site
        .parts
        .db
        .read(move |tx| Box::pin(async move { sign_in::known(tx, &asked, &brought).await }));
    let known = known.await?.ok_or(Problem::SignIn)?;
    if known.keep != sign_in::Keep::Nothing {
        let keep = known.clone();
        let kept = site
            .parts
            .db
            .write(move |tx| Box::pin(async move { sign_in::keep(tx, &ctx, &keep).await }));
        *held = kept.await?;
    }
    if known.keep == sign_in::Keep::End {
        return Err(Problem::SignIn);
    }
    if known.level < least {
        return Err(Problem::NotAllowed(least));
    }
    let signed = Signed {
        member: known.member,
        account: known.browser.account,
        level: known.level,
        id: known.browser.id,
    };
    Ok(Some(signed))
}

/// What a form brings: its values, and its file where it has one.
async fn brought(headers: &HeaderMap, bytes: Bytes) -> Result<(Fields, Option<File>), Problem> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Ok((Fields::read(&bytes), None));
    }
    let boundary = multer::parse_boundary(kind).map_err(|_| Problem::NoForm)?;
    let whole = futures_util::stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut fields, mut file) = (Fields::default(), None);
    while let Some(part) = parts.next_field().await.map_err(|_| Problem::NoForm)? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(called) => {
                let bytes = part.bytes().await.map_err(|_| Problem::NoForm)?;
                file = Some(File {
                    name: called,
                    bytes: bytes.to_vec(),
                });
            }
            None => {
                let value = part.text().await.map_err(|_| Problem::NoForm)?;
                fields = fields.with(&name, value);
            }
        }
    }
    Ok((fields, file))
}
