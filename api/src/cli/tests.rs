//! The arguments themselves: each command explains itself with an example that it takes.

use clap::{Command, CommandFactory, Parser};

use super::Arguments;

/// Every command and command below it, with its path.
fn every<'a>(command: &'a Command, path: &[&'a str], all: &mut Vec<(Vec<&'a str>, &'a Command)>) {
    let mut path = path.to_vec();
    path.push(command.get_name());
    for below in command.get_subcommands() {
        every(below, &path, all);
    }
    all.push((path, command));
}

/// The example in a help text: between the first pair of backquotes after the word.
fn example(help: &str) -> Option<&str> {
    let after = help.split_once("Example: `")?.1;
    after.split_once('`').map(|(example, _)| example)
}

#[test]
fn each_command_has_an_example_that_it_takes() {
    let root = Arguments::command();
    let mut all = Vec::new();
    every(&root, &[], &mut all);
    assert!(all.len() > 20, "every command is looked at");
    for (path, command) in all {
        let path_text = path.join(" ");
        let help = command.clone().term_width(10_000).render_long_help().to_string();
        let example = example(&help).unwrap_or_else(|| panic!("{path_text}: no example in: {help}"));
        // Variables stand before the program; what the shell does with the answer, after it.
        let words: Vec<&str> =
            example.split(' ').skip_while(|word| word.contains('=')).take_while(|word| *word != ">").collect();
        assert_eq!(words.first(), Some(&"causeway"), "{example}");
        assert!(example.contains(&path_text), "{path_text} has the example of another command: {example}");
        if let Err(error) = Arguments::try_parse_from(&words) {
            panic!("{example}: {error}");
        }
    }
}

#[test]
fn the_arguments_fit_together() {
    Arguments::command().debug_assert();
}

#[test]
fn manual_pages_have_the_examples_and_completions_the_commands() {
    let folder = std::env::temp_dir().join(format!("causeway-manual-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).unwrap();
    clap_mangen::generate_to(Arguments::command(), &folder).unwrap();
    let page = std::fs::read_to_string(folder.join("causeway-mission-resume.1")).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(page.contains("causeway mission resume MD"), "{page}");
    for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "causeway", &mut text);
        assert!(String::from_utf8(text).unwrap().contains("suspend"), "{shell}");
    }
}
