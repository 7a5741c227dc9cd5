//! The schema as it tells of itself.

use causeway_tests::{Client, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Inputs of the schema, so that a new filter is attacked without a new test.
pub struct Schema(BTreeMap<String, Value>);

impl Schema {
    /// Asks for it.
    pub async fn read(client: &Client) -> Result<Self> {
        let query = "{ __schema { types { name kind enumValues { name } inputFields { name type { name kind ofType { name kind ofType { name kind } } } } } } }";
        let data = client.data(query, Value::Null).await?;
        let types = data["__schema"]["types"].as_array().ok_or("no types")?;
        Ok(Self(types.iter().map(|one| (one["name"].as_str().unwrap_or_default().to_owned(), one.clone())).collect()))
    }

    fn inputs(&self, name: &str) -> Result<&Vec<Value>> {
        Ok(self.0[name]["inputFields"].as_array().ok_or_else(|| format!("{name} has no fields"))?)
    }

    /// The governed fields of a filter, each with comparisons of every kind.
    pub fn filters(&self, of_type: &str) -> Result<Vec<(String, Vec<String>)>> {
        let mut filters = Vec::new();
        for field in self.inputs(&format!("{of_type}Filter"))? {
            let (name, kind) =
                (field["name"].as_str().unwrap_or_default(), field["type"]["name"].as_str().unwrap_or_default());
            let through = entity::TABLES.iter().any(|table| kind == format!("{}Filter", table.name));
            if kind.is_empty() || through {
                continue;
            }
            let comparisons = self.inputs(kind)?.iter().map(|part| {
                let is_list = part["type"]["kind"] == json!("LIST");
                let inner = if is_list { &part["type"]["ofType"]["ofType"] } else { &part["type"] };
                let value = self.value(inner["name"].as_str().unwrap_or_default());
                let value = if is_list { format!("[{value}]") } else { value };
                format!("{{ {}: {value} }}", part["name"].as_str().unwrap_or_default())
            });
            filters.push((name.to_owned(), comparisons.collect()));
        }
        Ok(filters)
    }

    fn value(&self, scalar: &str) -> String {
        match scalar {
            "Boolean" => "true".to_owned(),
            "Int" => "1".to_owned(),
            "String" => "\"a\"".to_owned(),
            "Date" | "NaiveDate" => "\"2000-01-01\"".to_owned(),
            "CountryCode" => "\"UA\"".to_owned(),
            code => self.0[code]["enumValues"][0]["name"]
                .as_str()
                .unwrap_or_else(|| panic!("no value of {code}"))
                .to_owned(),
        }
    }

    /// What a list can be ordered by.
    pub fn orders(&self, of_type: &str) -> Result<Vec<String>> {
        let values = self.0[&format!("{of_type}OrderField")]["enumValues"].as_array().ok_or("no order")?;
        Ok(values.iter().filter_map(|value| value["name"].as_str()).map(str::to_owned).collect())
    }
}
