//! Sets of columns.

use entity::table::Column;

use super::tables::{NOTICE, named};
use crate::columns::Columns;

#[test]
fn columns_have_their_place_in_the_order_of_the_table() {
    let columns: Columns = ["words", "organisation", "id"].map(|name| named(&NOTICE, name)).into_iter().collect();
    let names: Vec<&str> = columns.iter(&NOTICE).map(|column| column.name).collect();
    assert_eq!(names, ["id", "organisation", "words"]);
    let place = |name: &str| columns.place(named(&NOTICE, name));
    assert_eq!([place("id"), place("organisation"), place("words"), place("label")], [Some(0), Some(1), Some(2), None]);
    assert_eq!(columns.len(), 3);
    assert_eq!(columns.without(named(&NOTICE, "id")).place(named(&NOTICE, "words")), Some(1));
}

#[test]
fn what_no_client_can_name_is_in_no_set_of_all_columns() {
    let names: Vec<&str> = Columns::all(&NOTICE).iter(&NOTICE).map(|column| column.name).collect();
    assert_eq!(names, ["id", "organisation", "label", "words"]);
    let fields = ["words", "wordsKey", "importKey", "import_key", "nothing"];
    assert_eq!(Columns::of_fields(&NOTICE, fields), Columns::NONE.with(named(&NOTICE, "words")));
}

#[test]
fn the_last_bit_counts_and_what_there_is_no_bit_for_is_in_no_set() {
    let at = |at: u8| Column { at, ..*named(&NOTICE, "label") };
    let last = Columns::NONE.with(&at(127));
    assert!(last.contains(&at(127)) && !last.contains(&at(63)) && !last.contains(&at(0)));
    assert_eq!(last.with(&at(0)).place(&at(127)), Some(1));
    let beyond = last.with(&at(128));
    assert_eq!(beyond, last);
    assert!(!beyond.contains(&at(128)));
    assert_eq!(beyond.place(&at(128)), None);
}
