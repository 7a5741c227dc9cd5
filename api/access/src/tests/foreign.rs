//! A column of another table than the one that is asked about is withheld, whoever asks and however.

use sea_orm::Value;

use super::{
    Seen,
    tables::{NOTICE, REPLY, named},
};
use crate::comparison::Comparison;
use crate::mask::Mask;
use crate::order::{Direction, OrderKey};
use crate::predicate::Predicate;

/// Somebody to whom nothing is withheld.
async fn everything() -> Seen {
    let objects = super::tables::ALL.iter().flat_map(|table| table.objects());
    let classes: Vec<String> = objects.map(|object| object.to_lowercase()).collect();
    let rules: Vec<(&str, &str)> = classes.iter().map(|class| (class.as_str(), "mission")).collect();
    Seen::with(&rules).await
}

fn is(column: &'static entity::table::Column) -> Predicate {
    Predicate::Is(column, Comparison::Equal(Value::from("x")))
}

#[tokio::test]
async fn a_column_of_another_table_is_withheld() {
    let seen = everything().await;
    let masks = seen.source().masks(&NOTICE);
    let (own, foreign) = (named(&NOTICE, "words"), named(&REPLY, "text"));
    assert_eq!(masks.mask(own), Mask::Plain);
    assert_eq!(masks.mask(foreign), Mask::Withheld);
    assert_eq!((masks.expression(foreign), masks.seen(foreign)), (None, None));
    assert_eq!(masks.compared(foreign), Mask::Withheld);
    assert_eq!(seen.source().masks(&REPLY).mask(foreign), Mask::Plain);
}

#[tokio::test]
async fn nothing_is_filtered_searched_or_ordered_by_a_column_of_another_table() {
    let seen = everything().await;
    let source = seen.source();
    let masks = source.masks(&NOTICE);
    let (own, foreign, link) = (named(&NOTICE, "words"), named(&REPLY, "text"), named(&REPLY, "notice_id"));
    let known = |predicate: Predicate| predicate.known(&source, &masks, true).is_ok();
    assert!(known(is(own)) && !known(is(foreign)));
    let search = |column| Predicate::Search(vec![column], "word".to_owned());
    assert!(known(search(own)) && !known(search(foreign)));
    // The link leads here and its condition is about the other side; the other way round it is about the wrong one.
    let child = |link, there| Predicate::Child(link, Box::new(is(there)));
    assert!(known(child(link, foreign)) && !known(child(link, own)));
    assert!(!known(child(foreign, foreign)), "a text leads nowhere");
    assert!(!known(child(own, own)), "neither does one of the table itself");
    let linked = |link, there| Predicate::Linked(link, Box::new(is(there)));
    assert!(!known(linked(link, own)), "the link is one of the other table");
    let order = |key: OrderKey| key.masked(&source, &masks).is_ok();
    assert!(order(OrderKey::by(own, Direction::Asc)) && !order(OrderKey::by(foreign, Direction::Asc)));
    assert!(!order(OrderKey::through(link, own, Direction::Asc)));
    let replies = source.masks(&REPLY);
    let known = |predicate: Predicate| predicate.known(&source, &replies, true).is_ok();
    assert!(known(linked(link, own)) && !known(linked(link, foreign)) && !known(linked(foreign, own)));
    let order = |key: OrderKey| key.masked(&source, &replies).is_ok();
    assert!(order(OrderKey::through(link, own, Direction::Asc)));
    assert!(
        !order(OrderKey::through(link, foreign, Direction::Asc))
            && !order(OrderKey::through(foreign, own, Direction::Asc))
    );
}

#[tokio::test]
async fn what_no_class_governs_nobody_sees() {
    let seen = everything().await;
    let masks = seen.source().masks(&NOTICE);
    for hidden in ["mission_id", "import_key"] {
        assert_eq!(masks.mask(named(&NOTICE, hidden)), Mask::Withheld, "{hidden}");
    }
}
