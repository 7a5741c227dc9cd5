//! What is registered is what is answered; the HTTP suite looks at the answers themselves.

use async_graphql::{
    PathSegment, Value, Variables,
    parser::{
        parse_query, parse_schema,
        types::{FieldDefinition, Selection, SelectionSet, TypeKind, TypeSystemDefinition},
    },
};
use entity::{TABLES, case_file, individual, table::Table};

use super::{
    pages::Pages,
    plan::{self, Is, OfEdge, OfPage, Plan, Planner, on},
    walk::step,
};
use crate::access::{Branch, Columns, Page, Row, RowId};
use crate::graphql::{entrances::Entrance, schema};

/// The names of the fields of an object in the schema.
fn fields_of(object: &str) -> Vec<String> {
    let definitions = parse_schema(schema::running().sdl()).unwrap().definitions;
    let fields = definitions.into_iter().find_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) if ty.node.name.node == object => match ty.node.kind {
            TypeKind::Object(object) => Some(object.fields),
            _ => None,
        },
        _ => None,
    });
    let name = |field: FieldDefinition| field.name.node.to_string();
    fields.unwrap().into_iter().map(|field| name(field.node)).collect()
}

#[test]
fn every_field_that_is_registered_is_answered() {
    for table in TABLES {
        for field in fields_of(table.name) {
            let name = &field;
            let selection = selection(&format!("{{ {name} }}"));
            assert!(!matches!(what_is(table, &selection), Is::Unknown), "{}.{name}", table.name);
        }
    }
    let others = ["viewer", "codeList", "statistics", "flows"];
    for field in fields_of("Query") {
        assert_ne!(Entrance::named(&field).is_some(), others.contains(&field.as_str()), "{field}");
    }
}

#[test]
fn what_is_hidden_is_no_field() {
    for field in ["missionId", "recordKey", "importKey", "ownerKey", "case_number", "x"] {
        let selection = selection(&format!("{{ {field} }}"));
        assert!(matches!(what_is(&case_file::TABLE, &selection), Is::Unknown), "{field}");
    }
}

/// What the first field of a selection on rows is.
fn what_is<'s>(table: &'static Table, selection: &'s SelectionSet) -> Is<'s> {
    let (plan, _) = Planner { variables: &Variables::default() }.rows(table, selection);
    let Plan::Rows(fields) = plan else { panic!("a plan of missions") };
    fields.into_iter().next().unwrap().1
}

fn selection(text: &str) -> SelectionSet {
    let document = parse_query(text).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    operation.node.selection_set.node.clone()
}

#[test]
fn a_selection_becomes_columns() {
    let planner = Planner { variables: &Variables::default() };
    let of_row = selection("{ id mission { code } number: caseNumber individual { id } }");
    let (_, asked) = planner.rows(&case_file::TABLE, &of_row);
    let names: Vec<&str> = asked.columns.iter(&case_file::TABLE).map(|column| column.name).collect();
    assert_eq!(names, ["id", "individual_id", "case_number"]);
    assert!(!asked.withheld);
    let of_page = selection("{ nodes { status } edges { node { owner withheld } } more: nodes { team } }");
    let (_, asked) = planner.pages(&case_file::TABLE, &of_page);
    let names: Vec<&str> = asked.columns.iter(&case_file::TABLE).map(|column| column.name).collect();
    assert_eq!(names, ["status", "owner", "team"]);
    assert!(asked.withheld);
}

#[test]
fn totals_and_cursors_are_made_where_they_are_asked_for() {
    for (text, total, cursors) in [
        ("{ nodes { id } }", false, false),
        ("{ totalCount }", true, false),
        ("{ n: totalCount edges { at: cursor } }", true, true),
        ("{ pageInfo { hasNextPage } edges { node { id } } }", false, false),
        ("{ pageInfo { hasNextPage } p: pageInfo { endCursor } }", false, true),
    ] {
        let selection = selection(text);
        assert_eq!((plan::total(&selection), plan::cursors(&selection)), (total, cursors), "{text}");
    }
}

#[test]
fn of_an_interface_each_object_has_its_own_selection() {
    let selection = selection("{ ... on Case { id owner } ... on Individual { id } }");
    assert_eq!(on(&selection, "Case").map(|on| on.items.len()), Some(2));
    assert_eq!(on(&selection, "Individual").map(|on| on.items.len()), Some(1));
    assert!(on(&selection, "Referral").is_none());
}

fn row() -> Row {
    Row {
        table: &individual::TABLE,
        id: RowId { mission: "UA".parse().unwrap(), id: sea_orm::prelude::Uuid::nil() },
        global_id: None,
        columns: Columns::NONE,
        values: Box::default(),
        refused: Columns::NONE,
        withheld: Columns::NONE,
        below: Vec::new(),
    }
}

/// The pages of a level are walked as one; each object finds the way back to its own.
#[test]
fn objects_stand_on_their_pages() {
    let page = |rows: usize| Page { rows: vec![row(); rows], cursors: vec![None; rows], ..Page::default() };
    let read = [page(2), page(0), page(1)];
    let pages = Pages::of_rows(&individual::TABLE, read.iter());
    let nodes = selection("{ nodes { id } }");
    let Selection::Field(field) = &nodes.items[0].node else { panic!("no field") };
    let path = |page| vec![PathSegment::Index(page)];
    for (at, page, place) in [(0, 0, 0), (1, 0, 1), (2, 2, 0)] {
        assert_eq!(pages.path(at, field, &path), [PathSegment::Index(page), step(field), PathSegment::Index(place)]);
    }
    let lists: Vec<Value> = pages.lists((0..3).map(Value::from).collect()).collect();
    let expected = [Value::List(vec![0.into(), 1.into()]), Value::List(Vec::new()), Value::List(vec![2.into()])];
    assert_eq!(lists, expected);
}

/// What hangs below rows is asked for in the order of the fields, under `nodes` and `edges` alike; a list with an
/// argument that is none is refused and not asked for.
#[test]
fn what_hangs_below_has_its_place() {
    let text = "{ nodes { individual { id } consents { nodes { id } } } edges { node { episodes(first: 2) { edges { node { id } } } } } }";
    let planner = Planner { variables: &Variables::default() };
    let asked_for = selection(text);
    let (plan, asked) = planner.pages(&case_file::TABLE, &asked_for);
    let names = asked.below.iter().map(|branch| match branch {
        Branch::Link(link, _) => link.name,
        Branch::List(_, question) => question.table.table,
    });
    assert_eq!(names.collect::<Vec<_>>(), ["individual_id", "consent", "trafficking_episode"]);
    let OfPage::Edges(edges) = &plan[1].1 else { panic!("no edges") };
    let OfEdge::Node(Plan::Rows(fields)) = &edges[0].1 else { panic!("no node") };
    assert!(matches!(fields[0].1, Is::List(2, ..)));
    let selection = selection("{ consents(first: 101) { nodes { id } } }");
    let (plan, asked) = planner.rows(&case_file::TABLE, &selection);
    let Plan::Rows(fields) = plan else { panic!("a plan of missions") };
    let Is::Refused(refusal) = &fields[0].1 else { panic!("it is taken") };
    assert_eq!((refusal.code(), asked.below.len()), ("BAD_INPUT", 0));
}
