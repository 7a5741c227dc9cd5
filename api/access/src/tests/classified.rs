//! Values whose class another column of their row decides.

use super::{
    Seen, sql,
    tables::{NOTICE, named},
};
use crate::mask::Mask;

const ROW: (&str, &str) = ("notice.id", "mission");
const WORDS: [(&str, &str); 3] = [
    ("notice.words[identifying]", "mission"),
    ("notice.words[restricted]", "mission"),
    ("notice.words[open]", "mission"),
];

async fn mask(rules: &[(&str, &str)], column: &str) -> Mask {
    let rules: Vec<(&str, &str)> = rules.iter().copied().chain([ROW]).collect();
    Seen::with(&rules).await.source().masks(&NOTICE).mask(named(&NOTICE, column))
}

fn under(mask: Mask) -> String {
    match mask {
        Mask::Under(condition) => sql(condition),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_value_is_seen_where_its_code_is_one_that_the_viewer_may_see() {
    assert_eq!(mask(&[], "words").await, Mask::Withheld);
    assert_eq!(mask(&WORDS, "words").await, Mask::Plain);
    assert_eq!(under(mask(&[WORDS[2]], "words").await), r#""notice"."label" = 2"#);
    assert_eq!(
        under(mask(&[("notice.words[open]", "own_organisation")], "words").await),
        r#""notice"."label" = 2 AND "notice"."organisation" = 'ORG-1'"#
    );
}

/// The table says that what has no label counts as restricted, whose number is 1.
#[tokio::test]
async fn a_value_without_a_code_counts_as_the_table_says() {
    let null = r#""notice"."label" IS NULL"#;
    for (at, words) in WORDS.into_iter().enumerate() {
        let condition = under(mask(&[words], "words").await);
        assert_eq!(condition.contains(null), at == 1, "{condition}");
    }
}

#[tokio::test]
async fn a_matching_key_is_seen_where_its_text_is() {
    for granted in [&[][..], &WORDS[..1], &WORDS[1..2], &WORDS] {
        assert_eq!(mask(granted, "words_key").await, mask(granted, "words").await);
    }
}
