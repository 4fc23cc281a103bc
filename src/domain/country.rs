//! Countries of ISO 3166-1.
//!
//! People, registration forms and video platforms write the same country in many ways
//! ("UK", "Korea, Republic of", "United States of America"), and a figure must count it once. Names
//! and codes come from the `celes` crate; what reports write besides is in the table below.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use celes::LookupTable as _;
use serde::{Deserialize, Serialize};

/// A country by its ISO 3166-1 alpha-2 code, such as `GB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub struct Country(&'static str);

/// The text names no country that we know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unknown country {typed}{}", suggestion.map(|it| format!("; did you mean {it}?")).unwrap_or_else(|| "; write its name or its two-letter code, such as GB.".to_owned()))]
pub struct UnknownCountry {
    /// What was written.
    pub typed: String,
    /// The nearest name, when one is near.
    pub suggestion: Option<&'static str>,
}

impl Country {
    /// Reads a country from its name, a common other name, or its alpha-2, alpha-3 or numeric
    /// code, in any case and with or without accents.
    ///
    /// # Errors
    /// [`UnknownCountry`], with the nearest name if there is one.
    pub fn parse(typed: &str) -> Result<Self, UnknownCountry> {
        let key = fold(typed);
        if let Some(country) = lookup(&key).or_else(|| lookup(&fold(&turned(typed)))) {
            return Ok(country);
        }
        let nearest = NAMES
            .iter()
            .filter(|(name, _)| name.len() > 3)
            .map(|(name, country)| (strsim::damerau_levenshtein(name, &key), country))
            .filter(|(distance, _)| *distance <= 1 + key.len() / 6)
            .min_by_key(|(distance, country)| (*distance, country.0));
        Err(UnknownCountry {
            typed: typed.trim().chars().take(60).collect(),
            suggestion: nearest.map(|(_, country)| country.name()),
        })
    }

    /// The alpha-2 code, upper case.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The name that people use, in English.
    pub fn name(self) -> &'static str {
        if let Some((_, name, _)) = COMMON.iter().find(|(code, ..)| *code == self.0) {
            return name;
        }
        celes::Country::from_alpha2(self.0).map_or(self.0, |country| country.long_name)
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut all: Vec<Self> = celes::Country::get_countries()
            .iter()
            .map(|country| Self(country.alpha2))
            .collect();
        all.sort_unstable();
        all.into_iter()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Country> for &'static str {
    fn from(country: Country) -> Self {
        country.0
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

fn lookup(key: &str) -> Option<Country> {
    NAMES
        .get(key)
        .or_else(|| NAMES.get(key.strip_prefix("the")?))
        .copied()
}

/// "Korea, Republic of" is "Republic of Korea".
fn turned(typed: &str) -> String {
    match typed.split_once(',') {
        Some((name, rest)) => format!("{rest} {name}"),
        None => typed.to_owned(),
    }
}

/// Lower-case letters and digits alone, the accents of Latin letters taken off: how names that
/// people and programs write are compared.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ý' => out.push('y'),
            'ß' => out.push_str("ss"),
            '&' => out.push_str("and"),
            c if c.is_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    out
}

static NAMES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for country in celes::Country::get_countries() {
        let own = Country(country.alpha2);
        let long = fold(country.long_name);
        names.insert(long.strip_prefix("the").unwrap_or(&long).to_owned(), own);
        for name in [country.alpha2, country.alpha3, country.code] {
            names.insert(fold(name), own);
        }
        for alias in country.aliases.iter() {
            names.insert(fold(alias), own);
        }
    }
    for (code, name, others) in COMMON {
        for name in [code, name].into_iter().chain(others.iter()) {
            names.insert(fold(name), Country(code));
        }
    }
    names
});

/// Code, the name that people use, and what forms and reports write besides.
const COMMON: &[(&str, &str, &[&str])] = &[
    ("AE", "United Arab Emirates", &["UAE"]),
    ("AG", "Antigua and Barbuda", &[]),
    ("BA", "Bosnia and Herzegovina", &[]),
    ("BN", "Brunei", &["Brunei Darussalam"]),
    ("BO", "Bolivia", &["Plurinational State of Bolivia"]),
    ("BS", "Bahamas", &[]),
    ("CC", "Cocos (Keeling) Islands", &[]),
    (
        "CD",
        "Democratic Republic of the Congo",
        &[
            "DR Congo",
            "DRC",
            "Congo (DRC)",
            "Congo-Kinshasa",
            "Congo (Kinshasa)",
        ],
    ),
    ("CF", "Central African Republic", &[]),
    (
        "CG",
        "Republic of the Congo",
        &["Congo", "Congo-Brazzaville", "Congo (Brazzaville)"],
    ),
    ("CI", "Côte d'Ivoire", &["Ivory Coast"]),
    ("CK", "Cook Islands", &[]),
    (
        "CN",
        "China",
        &["People's Republic of China", "PR China", "Mainland China"],
    ),
    ("CV", "Cape Verde", &["Cabo Verde"]),
    ("CZ", "Czechia", &["Czech Republic"]),
    ("DE", "Germany", &["Deutschland", "Allemagne", "Alemania"]),
    ("DO", "Dominican Republic", &[]),
    ("ES", "Spain", &["España", "Espagne", "Spanien"]),
    ("FK", "Falkland Islands", &["Falkland Islands (Malvinas)"]),
    ("FM", "Micronesia", &[]),
    ("FO", "Faroe Islands", &[]),
    ("FR", "France", &["Frankreich", "Francia"]),
    (
        "GB",
        "United Kingdom",
        &[
            "UK",
            "U.K.",
            "Great Britain",
            "Britain",
            "Wales",
            "England",
            "Scotland",
            "Northern Ireland",
        ],
    ),
    ("GM", "Gambia", &[]),
    (
        "HK",
        "Hong Kong",
        &[
            "Hong Kong, China",
            "Hong Kong SAR",
            "Hong Kong S.A.R.",
            "Hong Kong SAR China",
        ],
    ),
    ("IE", "Ireland", &["Republic of Ireland", "Éire"]),
    ("IR", "Iran", &[]),
    ("KM", "Comoros", &[]),
    ("KN", "Saint Kitts and Nevis", &["St Kitts and Nevis"]),
    (
        "KP",
        "North Korea",
        &["Democratic People's Republic of Korea", "DPRK"],
    ),
    (
        "KR",
        "South Korea",
        &[
            "Republic of Korea",
            "Korea (South)",
            "Korea, South",
            "Korea",
        ],
    ),
    ("KY", "Cayman Islands", &[]),
    ("LA", "Laos", &["Lao People's Democratic Republic", "Lao"]),
    ("LC", "Saint Lucia", &["St Lucia"]),
    ("MD", "Moldova", &[]),
    ("MH", "Marshall Islands", &[]),
    (
        "MK",
        "North Macedonia",
        &["Macedonia", "The former Yugoslav Republic of Macedonia"],
    ),
    ("MM", "Myanmar", &["Burma"]),
    (
        "MO",
        "Macao",
        &["Macau", "Macao SAR", "Macao, China", "Macau SAR China"],
    ),
    ("MP", "Northern Mariana Islands", &[]),
    ("NE", "Niger", &[]),
    ("NL", "Netherlands", &["Holland"]),
    ("PH", "Philippines", &[]),
    (
        "PS",
        "Palestine",
        &[
            "Palestinian Territory",
            "Palestinian Territories",
            "Occupied Palestinian Territory",
        ],
    ),
    ("RE", "Réunion", &[]),
    ("RU", "Russia", &[]),
    ("SD", "Sudan", &[]),
    (
        "SH",
        "Saint Helena",
        &["Saint Helena, Ascension and Tristan da Cunha"],
    ),
    ("ST", "São Tomé and Príncipe", &[]),
    ("SX", "Sint Maarten", &[]),
    ("SY", "Syria", &["Syrian Arab Republic"]),
    ("SZ", "Eswatini", &["Swaziland"]),
    ("TC", "Turks and Caicos Islands", &[]),
    ("TL", "Timor-Leste", &["East Timor"]),
    ("TR", "Türkiye", &["Turkey"]),
    (
        "TW",
        "Taiwan",
        &["Taiwan, Province of China", "Taiwan, China"],
    ),
    ("TZ", "Tanzania", &[]),
    (
        "US",
        "United States",
        &[
            "USA",
            "U.S.A.",
            "U.S.",
            "United States of America",
            "America",
            "Estados Unidos",
            "États-Unis",
            "Vereinigte Staaten",
        ],
    ),
    (
        "VA",
        "Vatican City",
        &["Holy See", "Holy See (Vatican City State)"],
    ),
    (
        "VC",
        "Saint Vincent and the Grenadines",
        &["St Vincent and the Grenadines"],
    ),
    ("VE", "Venezuela", &[]),
    ("VG", "British Virgin Islands", &["Virgin Islands, British"]),
    ("VI", "US Virgin Islands", &["Virgin Islands, U.S."]),
    ("VN", "Vietnam", &["Viet Nam"]),
    ("XK", "Kosovo", &["Republic of Kosovo"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_country_under_its_many_names() {
        for (typed, code) in [
            ("United States of America", "US"),
            ("  usa ", "US"),
            ("The United States", "US"),
            ("UK", "GB"),
            ("gb", "GB"),
            ("826", "GB"),
            ("Korea, Republic of", "KR"),
            ("Korea, Democratic People's Republic of", "KP"),
            ("Congo, Democratic Republic of the", "CD"),
            ("Congo, The Democratic Republic of the", "CD"),
            ("Iran, Islamic Republic of", "IR"),
            ("Bolivia, Plurinational State of", "BO"),
            ("Tanzania, United Republic of", "TZ"),
            ("Moldova, Republic of", "MD"),
            ("Hong Kong, China", "HK"),
            ("Turkey", "TR"),
            ("TÜRKİYE", "TR"),
            ("Cote d'Ivoire", "CI"),
            ("Trinidad & Tobago", "TT"),
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Russian Federation", "RU"),
            ("Czech Republic", "CZ"),
        ] {
            assert_eq!(
                Country::parse(typed).map(Country::code),
                Ok(code),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_name() {
        let error = Country::parse("Untied Kingdom").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Unknown country Untied Kingdom; did you mean United Kingdom?"
        );
        assert!(Country::parse("Atlantis").is_err());
        assert!(Country::parse("").is_err());
    }

    #[test]
    fn every_country_is_found_again_by_its_own_name() {
        for country in Country::all() {
            assert_eq!(Country::parse(country.name()), Ok(country));
        }
    }
}
