//! What the declaration of one table cannot know of the others: [`check`].

use std::collections::BTreeSet;

use crate::table::{CASE_ID, CasePath, Column, Kind, Link, Role, Table, Write};

/// What every type has beside its columns.
const OF_EVERY_TYPE: [&str; 2] = ["mission", "withheld"];

/// Everything that is wrong with tables that are declared together: names that stand twice, links that lead nowhere, uses that do
/// not go with what a column is. Empty: they fit.
#[must_use]
pub fn check(tables: &[&'static Table]) -> Vec<String> {
    let mut wrong = Vec::new();
    unique(&mut wrong, "types", tables.iter().map(|table| table.name));
    unique(&mut wrong, "tables", tables.iter().map(|table| table.table));
    let entries = tables.iter().flat_map(|table| table.list.iter().chain(&table.one));
    unique(&mut wrong, "fields of the root", entries.map(|entry| entry.name));
    for table in tables {
        unique(&mut wrong, &format!("fields of {}", table.name), fields(table, tables));
        wrong.extend(of_table(table, tables).into_iter().map(|what| format!("{}: {what}", table.name)));
    }
    wrong
}

/// Notes names that stand twice.
fn unique<'a>(wrong: &mut Vec<String>, what: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    wrong.extend(names.filter(|name| !seen.insert(*name)).map(|name| format!("two {what} are called {name}")));
}

/// Every field of a type: its columns, the lists that lead back to it, and what every type has.
fn fields<'a>(table: &'a Table, tables: &'a [&'static Table]) -> impl Iterator<Item = &'static str> + 'a {
    let links = tables.iter().flat_map(|from| from.columns).filter_map(link);
    let lists = links.filter(move |link| link.to == table).filter_map(|link| link.back);
    let columns = table.columns.iter().filter_map(|column| column.field);
    columns.chain(lists.map(|back| back.entry.name)).chain(OF_EVERY_TYPE)
}

/// What is wrong with a table.
fn of_table(table: &'static Table, tables: &[&'static Table]) -> Vec<String> {
    let mut wrong = Vec::new();
    let itself = |(at, column): (usize, &Column)| usize::from(column.at) == at && column.table == table;
    if !table.columns.iter().enumerate().all(itself) {
        wrong.push("a column does not know its place".to_owned());
    }
    if table.path == CasePath::Child && !table.column(CASE_ID).is_some_and(leads_to_a_case) {
        wrong.push(format!("a child leads to its case by a link {CASE_ID}"));
    }
    if table.list.is_some() && !is_searched(table, tables) {
        wrong.push("it has a list, and nothing that its search looks into".to_owned());
    }
    for column in table.columns {
        let found =
            of_use(column).into_iter().chain(of_key(column)).chain(of_class(column)).chain(of_link(column, tables));
        wrong.extend(found.map(|what| format!("{}: {what}", column.name)));
    }
    wrong
}

fn leads_to_a_case(column: &'static Column) -> bool {
    column.leads_to().is_some_and(|to| to.path == CasePath::Itself)
}

/// Whether the search of a list of this table finds anything.
fn is_searched(table: &'static Table, tables: &[&'static Table]) -> bool {
    let searched = |column: &Column| column.search;
    let goes_on =
        |column| link(column).is_some_and(|link| link.to == table && link.back.is_some_and(|back| back.search));
    table.columns.iter().any(searched) || tables.iter().any(|from| from.columns.iter().any(goes_on))
}

const fn link(column: &'static Column) -> Option<Link> {
    match column.role {
        Role::Link(link) => Some(link),
        _ => None,
    }
}

/// Whether rows have an order by values of the kind.
const fn is_ordered(kind: Kind) -> bool {
    !matches!(kind, Kind::Id | Kind::Countries | Kind::Codes(_))
}

/// What is to be done with a column, and does not go with it.
fn of_use(column: &'static Column) -> Vec<String> {
    let is_leaf = matches!(column.role, Role::Leaf);
    let is_link = matches!(column.role, Role::Link(_));
    let kind = match column.role {
        Role::Mission => matches!(column.kind, Kind::Country),
        Role::Id | Role::Link(_) => matches!(column.kind, Kind::Id),
        Role::Version => matches!(column.kind, Kind::Count),
        Role::Key(_) => matches!(column.kind, Kind::Text),
        Role::Leaf => !matches!(column.kind, Kind::Id),
        Role::Hidden => true,
    };
    let rules = [
        (!kind, "its type does not go with what it is"),
        (column.filter && !is_leaf && !is_link, "no filter takes it"),
        (column.order && (!is_leaf || !is_ordered(column.kind)), "nothing can be ordered by it"),
        (is_leaf && column.search && column.key().is_none(), "it is searched by a matching key, and has none"),
        (column.write != Write::No && !is_leaf, "no input takes it"),
        (column.write == Write::Needed && !column.required, "a new row needs it, and the database does not"),
    ];
    rules.into_iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, what)| what.to_owned()).collect()
}

/// What is wrong with a matching key.
fn of_key(column: &'static Column) -> Option<String> {
    let Role::Key(of) = column.role else { return None };
    let is_text = |text: &Column| matches!((text.role, text.kind), (Role::Leaf, Kind::Text));
    let fits = column.table.column(of).is_some_and(is_text) && column.name == format!("{of}_key");
    (!fits).then(|| format!("a matching key is called {of}_key, and is made of a text"))
}

/// What is wrong with the column that decides the class of another.
fn of_class(column: &'static Column) -> Option<String> {
    let classified = column.classified_by?;
    match column.table.column(classified.by).map(|by| by.kind) {
        Some(Kind::Code(list)) if list.value(classified.unknown).is_some() => None,
        Some(Kind::Code(list)) => Some(format!("{} has no code with the number {}", list.name, classified.unknown)),
        _ => Some(format!("{} is no code, and decides no class", classified.by)),
    }
}

/// What is wrong with a link and the list that leads back.
fn of_link(column: &'static Column, tables: &[&'static Table]) -> Vec<String> {
    let Some(Link { to, back, order }) = link(column) else { return Vec::new() };
    let orders =
        |table: &Table, name: &str| table.column(name).is_some_and(|by| is_ordered(by.kind) && by.field.is_some());
    let mut wrong = Vec::new();
    if !tables.contains(&to) {
        wrong.push(format!("it leads to {}, which is no table", to.name));
    }
    if column.search && !to.columns.iter().any(|column| column.search) {
        wrong.push(format!("its search goes on to {}, where nothing is searched", to.name));
    }
    if back.is_some_and(|back| back.search && !column.table.columns.iter().any(|column| column.search)) {
        wrong.push("a search goes on to rows in which nothing is searched".to_owned());
    }
    let back = back.and_then(|back| back.order).filter(|name| !orders(column.table, name));
    wrong.extend(back.map(|name| format!("its list cannot be ordered by {name}")));
    let by = order.iter().filter(|name| !orders(to, name));
    wrong.extend(by.map(|name| format!("nothing can be ordered by {name} of {}", to.name)));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Back, Classified, Entry, Kept};
    use crate::{TABLES, individual};

    #[test]
    fn the_tables_fit() {
        assert_eq!(check(TABLES), Vec::<String>::new());
    }

    const fn column(at: u8, name: &'static str, field: Option<&'static str>, kind: Kind, role: Role) -> Column {
        Column {
            table: &WRONG,
            at,
            name,
            field,
            object: None,
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

    const LINK: Link = Link {
        to: &individual::TABLE,
        back: Some(Back { entry: Entry { name: "cases", doc: "" }, order: Some("nothing"), search: true }),
        order: &["citizenships"],
    };

    /// A table with everything wrong that one can get wrong.
    static WRONG: Table = Table {
        name: "Case",
        doc: "",
        plural: "",
        table: "wrong",
        path: CasePath::Child,
        list: Some(Entry { name: "cases", doc: "" }),
        one: None,
        input: None,
        columns: &[
            column(0, "mission_id", None, Kind::Id, Role::Mission),
            column(2, "withheld", Some("withheld"), Kind::Text, Role::Leaf),
            Column { order: true, ..column(2, "several", Some("several"), Kind::Countries, Role::Leaf) },
            column(3, "text_key", None, Kind::Text, Role::Key("several")),
            Column {
                classified_by: Some(Classified { by: "several", unknown: 0 }),
                ..column(4, "a", None, Kind::Text, Role::Hidden)
            },
            column(5, "individual_id", Some("individual"), Kind::Id, Role::Link(LINK)),
            column(6, "nothing_key", None, Kind::Text, Role::Key("nothing")),
            Column { filter: true, write: Write::Needed, ..column(7, "hidden", None, Kind::Text, Role::Hidden) },
        ],
    };

    #[test]
    fn what_does_not_fit_is_named() {
        let tables: Vec<&'static Table> = TABLES.iter().copied().chain([&WRONG]).collect();
        let said = [
            "two types are called Case",
            "two fields of the root are called cases",
            "two fields of Individual are called cases",
            "two fields of Case are called withheld",
            "Case: a column does not know its place",
            "Case: a child leads to its case by a link case_id",
            "Case: it has a list, and nothing that its search looks into",
            "Case: mission_id: its type does not go with what it is",
            "Case: several: nothing can be ordered by it",
            "Case: text_key: a matching key is called several_key, and is made of a text",
            "Case: a: several is no code, and decides no class",
            "Case: individual_id: a search goes on to rows in which nothing is searched",
            "Case: individual_id: its list cannot be ordered by nothing",
            "Case: individual_id: nothing can be ordered by citizenships of Individual",
            "Case: nothing_key: a matching key is called nothing_key, and is made of a text",
            "Case: hidden: no filter takes it",
            "Case: hidden: no input takes it",
            "Case: hidden: a new row needs it, and the database does not",
        ];
        assert_eq!(check(&tables), said);
    }

    #[test]
    fn a_link_leads_to_a_table_that_is_listed() {
        let but_individuals: Vec<&'static Table> =
            TABLES.iter().copied().filter(|table| **table != individual::TABLE).collect();
        let said = [
            "Case: individual_id: it leads to Individual, which is no table",
            "Consent: individual_id: it leads to Individual, which is no table",
        ];
        assert_eq!(check(&but_individuals), said);
    }
}
