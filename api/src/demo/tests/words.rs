//! What passages say, and what only identifying ones may say.

use entity::codes::PassageClassification;

use super::super::names::CULTURES;
use super::super::passages::SENTENCES;
use super::super::places::MISSIONS;
use super::bundles;

#[test]
fn identifying_passages_of_the_named_carry_the_name() {
    let mut seen = 0;
    for bundle in bundles(21, 3000) {
        let Some(given) = &bundle.individual.given_names else { continue };
        for passage in &bundle.passages {
            if passage.classification == Some(PassageClassification::Identifying) {
                assert!(passage.text.as_ref().unwrap().contains(given.as_str()));
                seen += 1;
            }
        }
    }
    assert!(seen > 1000);
}

#[test]
fn identifying_passages_carry_every_kind_of_identifier() {
    let all = bundles(22, 3000);
    for identifier in ["birth date", "phone", "document", "town"] {
        let carried = all.iter().any(|bundle| {
            let person = &bundle.individual;
            let wanted = match identifier {
                "birth date" => person.birth_date.map(|day| day.to_string()),
                "phone" => person.phone.clone(),
                "document" => person.identity_number.clone(),
                _ => person.address.as_ref().and_then(|address| Some(address.rsplit_once(", ")?.1.to_owned())),
            };
            let text = |classification| {
                let mut passages = bundle.passages.iter().filter(move |row| row.classification == classification);
                wanted.as_ref().is_some_and(|wanted| passages.any(|row| row.text.as_ref().unwrap().contains(wanted)))
            };
            text(Some(PassageClassification::Identifying))
        });
        assert!(carried, "no identifying passage carries a {identifier}");
    }
    let unlabelled = all.iter().any(|bundle| {
        let given = bundle.individual.given_names.clone().unwrap_or("-".to_owned());
        let mut passages = bundle.passages.iter().filter(|row| row.classification.is_none());
        passages.any(|row| row.text.as_ref().unwrap().contains(&given))
    });
    assert!(unlabelled, "no unlabelled passage identifies anybody");
}

#[test]
fn open_and_restricted_passages_identify_nobody() {
    let mut seen = 0;
    for bundle in bundles(23, 4000) {
        let person = &bundle.individual;
        let mut identifiers = vec![&person.given_names, &person.family_name, &person.phone, &person.identity_number];
        identifiers.extend(bundle.traffickers.iter().flat_map(|row| [&row.given_names, &row.family_name, &row.alias]));
        for passage in &bundle.passages {
            let text = passage.text.as_ref().unwrap();
            assert!(text.len() > 20, "a passage says nothing: {:?}", passage.classification);
            assert!(!text.contains('{'), "a field was not filled");
            let labelled =
                matches!(passage.classification, Some(PassageClassification::Open | PassageClassification::Restricted));
            if labelled {
                seen += 1;
                assert!(identifiers.iter().filter_map(|value| value.as_ref()).all(|value| !text.contains(value)));
            }
        }
    }
    assert!(seen > 2000);
}

/// Stronger than looking at drawn cases: no name, spelt in any way, and no town occurs in any sentence that may be drawn.
#[test]
fn no_name_or_town_is_a_part_of_a_neutral_sentence() {
    let names = CULTURES.values().flat_map(|names| names.female.iter().chain(&names.male).chain(&names.family));
    let spellings = names.flat_map(|name| name.latin.into_iter().chain(name.original.into_iter().flatten()));
    let towns = MISSIONS.iter().flat_map(|mission| mission.towns.iter().map(String::as_str));
    let words: Vec<&str> = spellings.chain(towns).collect();
    for (section, sentences) in SENTENCES.iter().filter(|(section, _)| !section.contains("named")) {
        for sentence in sentences {
            let found: Vec<_> = words.iter().filter(|word| sentence.contains(**word)).collect();
            assert!(found.is_empty(), "{section}: {found:?} in {sentence:?}");
            assert!(!sentence.contains('{'), "{section}: a field in {sentence:?}");
        }
    }
}

#[test]
fn sentences_about_the_named_carry_the_name() {
    for (section, sentences) in SENTENCES.iter() {
        let named = section.ends_with(".named");
        for sentence in sentences {
            assert_eq!(sentence.contains("{name}") || sentence.contains("{given}"), named, "{section}: {sentence:?}");
        }
        assert!(sentences.len() >= 2, "{section} is short");
    }
    for language in MISSIONS.iter().map(|mission| mission.text_language.as_str()) {
        for kind in ["named", "unnamed", "restricted", "open"] {
            assert!(SENTENCES.contains_key(format!("{language}.{kind}").as_str()), "{language}.{kind} is missing");
        }
    }
}
