//! What the headings and titles of reports mean, in English, German, French and Spanish.
//!
//! They are compared as [`fold`]ed letters: `Name (Original Name)` is `nameoriginalname`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::country::fold;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Attended,
    Name,
    /// A name, with the account's own name in brackets behind it.
    NameAndOriginal,
    FirstName,
    LastName,
    Email,
    /// The account's id, which is an address as a rule.
    Upn,
    Join,
    Leave,
    FirstJoin,
    LastLeave,
    Duration,
    Country,
    Organisation,
    Registered,
    Approval,
    Guest,
    WaitingRoom,
    Role,
    /// Joined or left, in the oldest lists of the second platform.
    Action,
    Timestamp,
    // Of the summary:
    Topic,
    MeetingId,
    Start,
    RegisteredCount,
    UniqueViewers,
    TotalUsers,
}

impl Field {
    /// What the column is called when a notice names it.
    pub(super) fn spoken(self) -> &'static str {
        match self {
            Self::Name | Self::NameAndOriginal | Self::FirstName | Self::LastName => "the name",
            Self::Email | Self::Upn => "the e-mail address",
            Self::Join | Self::FirstJoin => "the time of joining",
            Self::Leave | Self::LastLeave => "the time of leaving",
            Self::Duration => "the duration",
            Self::Country => "the country",
            _ => "something else",
        }
    }
}

/// What a part of a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Summary,
    Host,
    Panelist,
    Attendee,
    Other,
    /// A list of people of a meeting.
    Participants,
    /// A list of connections of a meeting that repeats its people.
    Activities,
    /// A numbered part that holds no people.
    Foreign,
    /// A title in words we do not know.
    Unknown,
}

/// What the column under `heading` holds.
pub(super) fn field(heading: &str) -> Option<Field> {
    let folded = fold(heading);
    if let Some(field) = KNOWN.get(folded.as_str()) {
        return Some(*field);
    }
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    if folded.ends_with("upn") {
        Some(Field::Upn)
    } else if begins(&[
        "duration",
        "totalduration",
        "dauer",
        "gesamtdauer",
        "duree",
        "duracion",
    ]) {
        Some(Field::Duration)
    } else {
        None
    }
}

/// Whether a heading is one in English.
pub(super) fn is_english(heading: &str) -> bool {
    let folded = fold(heading);
    FIELDS
        .iter()
        .any(|(_, names)| names.split_whitespace().next() == Some(&folded))
}

/// What the part under a title of its own is.
pub(super) fn kind(title: &str) -> Kind {
    let folded = fold(title.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match number(title) {
        Some(1) => return Kind::Summary,
        Some(2) => return Kind::Participants,
        Some(3) => return Kind::Activities,
        Some(_) => return Kind::Foreign,
        None => {}
    }
    if has(&[
        "summary",
        "zusammenfassung",
        "resume",
        "resumen",
        "report",
        "bericht",
        "rapport",
        "informe",
    ]) {
        Kind::Summary
    } else if has(&["activities", "aktivitaten", "activites", "actividades"]) {
        Kind::Activities
    } else if has(&["other", "andere", "sonstige", "weitere", "autre", "otro"]) {
        Kind::Other
    } else if has(&["panelist", "podium", "diskussionsteilnehmer", "ponente"]) {
        Kind::Panelist
    } else if has(&["host", "gastgeber", "animateur", "hote", "anfitrion"]) {
        Kind::Host
    } else if matches!(
        folded.as_str(),
        "participants" | "teilnehmer" | "participantes"
    ) {
        Kind::Participants
    } else if has(&["attendee", "teilnehmer", "participant", "asistente"]) {
        Kind::Attendee
    } else {
        Kind::Unknown
    }
}

/// The number of a title such as `2. Participants`.
pub(super) fn number(title: &str) -> Option<u32> {
    let (digits, rest) = title.trim().split_once('.')?;
    let number = digits.parse().ok()?;
    rest.starts_with(char::is_whitespace).then_some(number)
}

static KNOWN: LazyLock<HashMap<&str, Field>> = LazyLock::new(|| {
    let lines = FIELDS.iter();
    lines
        .flat_map(|(field, names)| names.split_whitespace().map(|name| (name, *field)))
        .collect()
});

/// English first in each line.
const FIELDS: &[(Field, &str)] = &[
    (
        Field::Attended,
        "attended teilgenommen anwesend aparticipe participation present asistio haasistido",
    ),
    (
        Field::Name,
        "name benutzername nomdutilisateur nombredeusuario nom nombre",
    ),
    (
        Field::Name,
        "username anzeigename nomaffiche nombreparamostrar",
    ),
    (
        Field::Name,
        "fullname vollstandigername nomcomplet nombrecompleto",
    ),
    (Field::Name, "participant teilnehmer participante"),
    (Field::Name, "displayname"),
    (
        Field::NameAndOriginal,
        "nameoriginalname nameoriginalername nameursprunglichername nomnomdorigine \
         nomnomoriginal nombrenombreoriginal",
    ),
    (
        Field::NameAndOriginal,
        "usernameoriginalname benutzernameoriginalername benutzernameursprunglichername \
         nomdutilisateurnomdorigine nomdutilisateurnomoriginal nombredeusuarionombreoriginal",
    ),
    (Field::FirstName, "firstname vorname prenom nombredepila"),
    (
        Field::LastName,
        "lastname nachname familienname nomdefamille apellido apellidos",
    ),
    (Field::LastName, "surname"),
    (
        Field::Email,
        "email emailadresse adressemail adresseemail courriel correoelectronico correo mail \
         adressedemessagerie courrierelectronique",
    ),
    (
        Field::Email,
        "useremail benutzeremail emaildesbenutzers emaildelutilisateur \
         adresseemaildelutilisateur correoelectronicodelusuario correoelectronicodeusuario \
         emaildeusuario",
    ),
    (Field::Email, "emailaddress direcciondecorreoelectronico"),
    (
        Field::Join,
        "jointime beitrittszeit beitrittszeitpunkt beitritt zeitpunktdesbeitritts \
         heuredarrivee heuredentree heuredeconnexion horadeentrada horadeingreso horadeunion \
         horadeincorporacion",
    ),
    (
        Field::Leave,
        "leavetime verlassenszeit verlassenszeitpunkt austrittszeit zeitpunktdesverlassens \
         verlassen heurededepart heuredesortie heurededeconnexion horadesalida horadeabandono",
    ),
    (
        Field::FirstJoin,
        "firstjoin ersterbeitritt erstebeitritt erstmaligerbeitritt premierearrivee \
         premiereconnexion premierejonction primerauniion primeraunion primeraentrada \
         primeraincorporacion",
    ),
    (
        Field::LastLeave,
        "lastleave letztesverlassen letzterausstieg zuletztverlassen letzteraustritt \
         dernierdepart dernieresortie dernieredeconnexion ultimasalida ultimoabandono",
    ),
    (
        Field::Duration,
        "timeinsessionminutes zeitindersitzungminuten zeitinsitzungminuten \
         tempsdanslasessionminutes tempsensessionminutes tempsdesessionminutes \
         tiempoenlasesionminutos tiempoensesionminutos",
    ),
    (
        Field::Duration,
        "inmeetingduration dauerinderbesprechung besprechungsdauer dureedanslareunion \
         dureeenreunion duracionenlareunion",
    ),
    (Field::Duration, "durationminutes"),
    (Field::Duration, "totaldurationminutes"),
    (Field::Duration, "timeinsession"),
    (
        Field::Country,
        "countryregionname namedeslandesderregion landregionname namedeslandesregion \
         nomdupaysregion nomdupaysoudelaregion nombredelpaisregion nombredelpaisolaregion \
         nombredepaisregion",
    ),
    (Field::Country, "country land pays pais"),
    (
        Field::Country,
        "countryregion landregion paysregion paisregion",
    ),
    (
        Field::Organisation,
        "organization organisation unternehmen firma entreprise societe organizacion empresa",
    ),
    (Field::Organisation, "company"),
    (
        Field::Registered,
        "registrationtime registrierungszeit registrierungszeitpunkt anmeldezeit \
         heuredinscription horaderegistro horadeinscripcion",
    ),
    (
        Field::Approval,
        "approvalstatus genehmigungsstatus statutdapprobation statutdelapprobation \
         estadodeaprobacion estadodelaaprobacion",
    ),
    (Field::Guest, "guest gast invite invitado"),
    (Field::Guest, "isguest istgast estinvite esinvitado"),
    (
        Field::WaitingRoom,
        "inwaitingroom imwarteraum imwartezimmer ensalledattente danslasalledattente \
         enlasaladeespera ensaladeespera",
    ),
    (Field::Role, "role rolle rol"),
    (
        Field::Action,
        "useraction benutzeraktion actiondelutilisateur actionutilisateur acciondelusuario",
    ),
    (
        Field::Timestamp,
        "timestamp zeitstempel horodatage horodateur marcadetiempo marcadehora",
    ),
    (Field::Topic, "topic thema sujet tema"),
    (
        Field::Topic,
        "meetingtitle besprechungstitel titelderbesprechung titredelareunion \
         titulodelareunion",
    ),
    (
        Field::MeetingId,
        "meetingid besprechungsid iddelareunion idreunion",
    ),
    (
        Field::MeetingId,
        "webinarid iddewebinaire iddelwebinar idduwebinaire iddelseminarioweb",
    ),
    (
        Field::Start,
        "actualstarttime tatsachlichestartzeit heurededebuteffective heurereellededebut \
         horadeinicioreal horarealdeinicio",
    ),
    (
        Field::Start,
        "starttime startzeit heurededebut horadeinicio",
    ),
    (
        Field::Start,
        "meetingstarttime startzeitderbesprechung heurededebutdelareunion \
         horadeiniciodelareunion",
    ),
    (
        Field::RegisteredCount,
        "registered registriert inscrits registrados",
    ),
    (
        Field::UniqueViewers,
        "uniqueviewers eindeutigezuschauer spectateursuniques espectadoresunicos",
    ),
    (
        Field::TotalUsers,
        "totalusers benutzerinsgesamt totaldesutilisateurs totaldeusuarios",
    ),
];
