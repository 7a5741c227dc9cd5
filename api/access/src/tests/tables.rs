//! Two tables: notices, which belong to a mission and to an organisation and lead to no case, and replies to them, which lead to a
//! case.

use entity::codes::PassageClassification;
use entity::table::{CasePath, Classified, Column, Kept, Kind, Link, OfKind, Role, Table, Whose, Write};

/// Both.
pub(super) const ALL: &[&Table] = &[&NOTICE, &REPLY];

/// Rows that lead to no case.
pub(super) static NOTICE: Table = Table {
    name: "Notice",
    doc: "",
    plural: "notices",
    table: "notice",
    input: None,
    path: CasePath::Mission,
    list: None,
    one: None,
    columns: &[
        column(&NOTICE, 0, "mission_id", None, Kind::Country, Role::Mission),
        column(&NOTICE, 1, "id", Some(("id", "Notice.id")), Kind::Id, Role::Id),
        Column {
            whose: Some(Whose::Organisation),
            ..column(&NOTICE, 2, "organisation", Some(("organisation", "Notice.organisation")), Kind::Text, Role::Leaf)
        },
        column(&NOTICE, 3, "label", Some(("label", "Notice.label")), PassageClassification::KIND, Role::Leaf),
        Column {
            classified_by: Some(Classified { by: "label", unknown: 1 }),
            ..column(&NOTICE, 4, "words", Some(("words", "Notice.words")), Kind::Text, Role::Leaf)
        },
        column(&NOTICE, 5, "words_key", None, Kind::Text, Role::Key("words")),
        column(&NOTICE, 6, "import_key", None, Kind::Text, Role::Hidden),
    ],
};

/// Rows of a case.
pub(super) static REPLY: Table = Table {
    name: "Reply",
    doc: "",
    plural: "replies",
    table: "reply",
    input: None,
    path: CasePath::Child,
    list: None,
    one: None,
    columns: &[
        column(&REPLY, 0, "mission_id", None, Kind::Country, Role::Mission),
        column(&REPLY, 1, "id", Some(("id", "Reply.id")), Kind::Id, Role::Id),
        column(&REPLY, 2, "case_id", None, Kind::Id, Role::Hidden),
        column(
            &REPLY,
            3,
            "notice_id",
            Some(("notice", "Reply.notice")),
            Kind::Id,
            Role::Link(Link { to: &NOTICE, back: None, order: &[] }),
        ),
        column(&REPLY, 4, "text", Some(("text", "Reply.text")), Kind::Text, Role::Leaf),
    ],
};

/// A column of a table, by its name.
pub(super) fn named(table: &'static Table, name: &str) -> &'static Column {
    table.column(name).unwrap()
}

/// A plain column. `shown`: its field and its policy object.
const fn column(
    table: &'static Table,
    at: u8,
    name: &'static str,
    shown: Option<(&'static str, &'static str)>,
    kind: Kind,
    role: Role,
) -> Column {
    let (field, object) = match shown {
        Some((field, object)) => (Some(field), Some(object)),
        None => (None, None),
    };
    Column {
        table,
        at,
        name,
        field,
        object,
        doc: "",
        input_doc: None,
        kind,
        role,
        filter: false,
        order: false,
        search: false,
        write: Write::No,
        required: false,
        derived: false,
        htcds: None,
        kept: Kept::Plain,
        classified_by: None,
        whose: None,
    }
}
