//! Pages that everybody may see: the community's public page, registration, a speaker's page by private link.

use super::routes::Route;

/// Their rows of the table.
pub fn routes() -> Vec<Route> {
    Vec::new()
}
