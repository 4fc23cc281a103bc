//! Made-up people, places and subjects. Any likeness is chance: first and last names are common ones put
//! together at random, and all addresses end in `.example`, which nobody can own (RFC 2606).

use crate::domain::time::Zone;

/// Where somebody works, and the names that are common there.
pub struct Land {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// The zone people there live in.
    pub zone: Zone,
    /// Organisations, each with its sector and the name of its addresses.
    pub organisations: &'static [(&'static str, &'static str, &'static str)],
    /// How many members it has in the demo.
    pub members: usize,
    /// First names.
    pub given: &'static [&'static str],
    /// Last names.
    pub family: &'static [&'static str],
}

/// The first partner.
pub const NORTHFIELD: &str = "Northfield Institute";
/// The second partner.
pub const HARBOUR: &str = "Harbour Labs";

/// The partners first, then 16 countries.
pub const LANDS: [Land; 18] = [
    Land {
        country: "GB",
        zone: Zone::Europe__London,
        organisations: &[(NORTHFIELD, "academia", "northfield")],
        members: 84,
        given: &[
            "Imogen", "Rhys", "Priya", "Callum", "Yetunde", "Alasdair", "Bethan", "Omar", "Freya",
            "Kwame", "Niamh", "Tariq", "Esme", "Lachlan", "Shanice", "Gethin", "Harriet", "Zainab",
            "Rory", "Meera", "Dylan",
        ],
        family: &[
            "Ashworth",
            "Pemberton",
            "Okafor",
            "Llewellyn",
            "Sinclair",
            "Patel",
            "Thackeray",
            "Begum",
            "MacLeod",
            "Winterbourne",
            "Adeyemi",
            "Penrose",
            "Hussain",
            "Fairweather",
            "Griffiths",
            "Sharma",
            "Kirkbride",
        ],
    },
    Land {
        country: "US",
        zone: Zone::America__New_York,
        organisations: &[(HARBOUR, "industry", "harbour")],
        members: 62,
        given: &[
            "Delaney", "Marcus", "Xiomara", "Caleb", "Thandiwe", "Ezra", "Marisol", "Jamal",
            "Savannah", "Hiro", "Leilani", "Gideon", "Rosa", "Tobias", "Aaliyah", "Wyatt",
            "Mei-Lin", "Andre",
        ],
        family: &[
            "Whitlock",
            "Delgado",
            "Freeman",
            "Nakagawa",
            "Castellano",
            "Brightwater",
            "Oyelaran",
            "Vandermeer",
            "Hollis",
            "Quintero",
            "Abernathy",
            "Tran",
            "Rosenthal",
            "Baptiste",
            "Calloway",
        ],
    },
    Land {
        country: "NL",
        zone: Zone::Europe__Amsterdam,
        organisations: &[("Universiteit Waterland", "academia", "waterland")],
        members: 8,
        given: &["Sanne", "Joost", "Femke", "Ruben", "Nienke"],
        family: &["van der Heide", "Bakker", "Terpstra", "de Wit", "Hoekstra"],
    },
    Land {
        country: "DE",
        zone: Zone::Europe__Berlin,
        organisations: &[
            ("Hochschule Lindental", "academia", "lindental"),
            ("Messwerk Nord", "industry", "messwerk"),
        ],
        members: 9,
        given: &["Jürgen", "Annika", "Sören", "Käthe", "Malte"],
        family: &["Brückner", "Vogelsang", "Weiß", "Oltmann", "Haferkamp"],
    },
    Land {
        country: "FR",
        zone: Zone::Europe__Paris,
        organisations: &[("Institut Valmont", "academia", "valmont")],
        members: 7,
        given: &["Élodie", "Mathis", "Océane", "Rémi", "Aïcha"],
        family: &["Lefèvre", "Beaumont", "Chauvet", "Garnier", "Diallo"],
    },
    Land {
        country: "ES",
        zone: Zone::Europe__Madrid,
        organisations: &[("Universidad de Sierra Clara", "academia", "sierraclara")],
        members: 6,
        given: &["Íñigo", "Lucía", "Mateo", "Nuria"],
        family: &["Ibáñez", "Peñalver", "Quiroga", "Roldán"],
    },
    Land {
        country: "IT",
        zone: Zone::Europe__Rome,
        organisations: &[("Politecnico di Montalba", "academia", "montalba")],
        members: 6,
        given: &["Ginevra", "Lorenzo", "Chiara", "Davide"],
        family: &["Bellandi", "Ferraris", "Montesi", "Zanotti"],
    },
    Land {
        country: "SE",
        zone: Zone::Europe__Stockholm,
        organisations: &[("Högskolan i Älvsjö Norr", "academia", "alvsjonorr")],
        members: 5,
        given: &["Åsa", "Göran", "Linnéa", "Torbjörn"],
        family: &["Söderlund", "Håkansson", "Lindqvist", "Ekström"],
    },
    Land {
        country: "PL",
        zone: Zone::Europe__Warsaw,
        organisations: &[("Uniwersytet Zielonogórki", "academia", "zielonogorki")],
        members: 5,
        given: &["Zofia", "Mateusz", "Agnieszka", "Bartosz"],
        family: &["Kowalska", "Nowicki", "Krawczyk", "Sikora"],
    },
    Land {
        country: "NG",
        zone: Zone::Africa__Lagos,
        organisations: &[("Oke-Ado Research Centre", "academia", "okeado")],
        members: 6,
        given: &["Chidinma", "Babatunde", "Ngozi", "Emeka"],
        family: &["Eze", "Afolabi", "Nwosu", "Bello"],
    },
    Land {
        country: "KE",
        zone: Zone::Africa__Nairobi,
        organisations: &[("Mto Wa Mawe University", "academia", "mtowamawe")],
        members: 5,
        given: &["Wanjiru", "Otieno", "Achieng", "Kiprono"],
        family: &["Kamau", "Odhiambo", "Mutua", "Cheruiyot"],
    },
    Land {
        country: "IN",
        zone: Zone::Asia__Kolkata,
        organisations: &[
            ("Neelgiri Institute of Science", "academia", "neelgiri"),
            ("Samudra Instruments", "industry", "samudra"),
        ],
        members: 9,
        given: &["Ananya", "Vikram", "Lakshmi", "Arjun", "Farida"],
        family: &["Iyer", "Banerjee", "Deshmukh", "Qureshi", "Reddy"],
    },
    Land {
        country: "JP",
        zone: Zone::Asia__Tokyo,
        organisations: &[("Minatogawa University", "academia", "minatogawa")],
        members: 6,
        given: &["Haruka", "Kenji", "Sakura", "Daisuke"],
        family: &["Fujimori", "Hayashida", "Nishikawa", "Ueno"],
    },
    Land {
        country: "BR",
        zone: Zone::America__Sao_Paulo,
        organisations: &[("Universidade do Vale Verde", "academia", "valeverde")],
        members: 6,
        given: &["Thaís", "João", "Luana", "Caetano"],
        family: &["Magalhães", "Queiroz", "Nascimento", "Brandão"],
    },
    Land {
        country: "CA",
        zone: Zone::America__Toronto,
        organisations: &[("Lac-aux-Pins University", "academia", "lacauxpins")],
        members: 6,
        given: &["Noémie", "Declan", "Amrita", "Étienne"],
        family: &["Tremblay", "Sandhu", "Fraser", "Ouellette"],
    },
    Land {
        country: "AU",
        zone: Zone::Australia__Sydney,
        organisations: &[("Wattle Creek University", "academia", "wattlecreek")],
        members: 4,
        given: &["Matilda", "Jarrah", "Bronte"],
        family: &["Cartwright", "Nguyen", "Dawson"],
    },
    Land {
        country: "SG",
        zone: Zone::Asia__Singapore,
        organisations: &[("Tanjong Perak Institute", "public", "tanjongperak")],
        members: 3,
        given: &["Wei Ling", "Hafiz", "Shu Fen"],
        family: &["Lim", "Rahman", "Koh"],
    },
    Land {
        country: "ZA",
        zone: Zone::Africa__Johannesburg,
        organisations: &[("Drakensview Observatory", "public", "drakensview")],
        members: 3,
        given: &["Nomvula", "Pieter", "Sipho"],
        family: &["Dlamini", "van Rensburg", "Mokoena"],
    },
];

/// What people work on.
pub const DISCIPLINES: [&str; 8] = [
    "statistics",
    "oceanography",
    "machine learning",
    "hydrology",
    "ecology",
    "software",
    "geography",
    "economics",
];

/// Themes of the sessions that were held, each with the titles of its two talks.
pub const HELD: [(&str, [&str; 2]); 12] = [
    (
        "Rivers from above",
        ["Counting boats by satellite", "What clouds hide"],
    ),
    (
        "Sensors that last a winter",
        ["Batteries at minus twenty", "A buoy's diary"],
    ),
    (
        "Measured by everybody",
        ["Ten thousand rain gauges", "When is a volunteer right?"],
    ),
    (
        "Sharing without moving",
        ["Questions that travel", "A federation of four"],
    ),
    (
        "Small numbers",
        ["How few is too few", "Noise with a purpose"],
    ),
    (
        "Models that explain themselves",
        ["A map of reasons", "Asking why twice"],
    ),
    (
        "Old records, new questions",
        ["Logbooks of 1881", "Reading faded ink"],
    ),
    (
        "Forecasts people use",
        ["The last mile of a warning", "Verbs for probability"],
    ),
    (
        "The sound of water",
        ["Listening to a reef", "Rain in the microphone"],
    ),
    (
        "Costs of computing",
        ["A kilowatt of science", "Smaller and as good"],
    ),
    (
        "Maps of the unknown",
        ["Drawing doubt", "Where nobody measured"],
    ),
    (
        "Notebooks that run again",
        ["Ten years later", "Pinning everything down"],
    ),
];

/// The next one, which the visitor can announce.
pub const NEXT: (&str, [&str; 2]) = (
    "Synthetic data",
    ["Rivers that never were", "Testing on invented storms"],
);

/// The one after.
pub const AFTER: &str = "Coasts on the move";
