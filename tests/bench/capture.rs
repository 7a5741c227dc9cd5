//! Reads from PostgreSQL itself which statements a request runs, with their parameters: the log of statements as JSON lines.
//! It is on while questions are tried and off while anything is measured.

use std::time::Duration;

use causeway_tests::Result;
use serde::Deserialize;
use sqlx::{Connection, PgConnection, Row};

use crate::plan::{Parameter, Step};

/// What the gateway's connections are called.
const GATEWAY: &str = "causeway";
/// How long the log is left alone before it is taken for complete: what follows an answer (a rollback) is logged after it.
const SETTLED: Duration = Duration::from_millis(60);

/// The log of statements.
pub struct Capture {
    admin: PgConnection,
    file: String,
    position: i64,
}

/// One line of the log, as far as it matters.
#[derive(Deserialize)]
struct Line {
    application_name: Option<String>,
    pid: Option<i64>,
    message: Option<String>,
    detail: Option<String>,
}

impl Capture {
    /// Turns the log on.
    pub async fn start(admin: &str) -> Result<Self> {
        let mut admin = PgConnection::connect(admin).await?;
        sqlx::query("ALTER SYSTEM SET log_statement = 'all'").execute(&mut admin).await?;
        reload(&mut admin).await?;
        let file = log_file(&mut admin).await?;
        Ok(Self { admin, file, position: 0 })
    }

    /// Turns the log off.
    pub async fn stop(mut self) -> Result {
        sqlx::query("ALTER SYSTEM RESET log_statement").execute(&mut self.admin).await?;
        reload(&mut self.admin).await?;
        Ok(self.admin.close().await?)
    }

    /// What follows is another request.
    pub async fn begin(&mut self) -> Result {
        tokio::time::sleep(SETTLED).await;
        self.position = self.size().await?;
        Ok(())
    }

    /// The statements since [`Capture::begin`], in the order of the sessions that ran them.
    pub async fn steps(&mut self) -> Result<Vec<Step>> {
        let mut size = self.size().await?;
        loop {
            tokio::time::sleep(SETTLED).await;
            let now = self.size().await?;
            if now == size {
                break;
            }
            size = now;
        }
        if log_file(&mut self.admin).await? != self.file {
            return Err("PostgreSQL began another log: start it with log_rotation_size=0 and log_rotation_age=0".into());
        }
        let read = sqlx::query("SELECT pg_read_file($1, $2, $3)");
        let row = read.bind(&self.file).bind(self.position).bind(size - self.position).fetch_one(&mut self.admin);
        let text: String = row.await?.try_get(0)?;
        let lines = text.lines().map(serde_json::from_str::<Line>).collect::<std::result::Result<Vec<_>, _>>()?;
        let lines: Vec<Line> =
            lines.into_iter().filter(|line| line.application_name.as_deref() == Some(GATEWAY)).collect();
        let mut sessions: Vec<i64> = Vec::new();
        for pid in lines.iter().filter_map(|line| line.pid) {
            if !sessions.contains(&pid) {
                sessions.push(pid);
            }
        }
        let of = |pid: i64| lines.iter().filter(move |line| line.pid == Some(pid));
        let steps = sessions.into_iter().flat_map(of).filter_map(|line| step(line).transpose());
        steps.collect::<Result<Vec<Step>>>()
    }

    async fn size(&mut self) -> Result<i64> {
        let size = sqlx::query_scalar("SELECT (pg_stat_file($1)).size").bind(&self.file);
        Ok(size.fetch_one(&mut self.admin).await?)
    }
}

/// The file that PostgreSQL logs to now.
async fn log_file(admin: &mut PgConnection) -> Result<String> {
    let file = sqlx::query_scalar::<_, Option<String>>("SELECT pg_current_logfile('jsonlog')");
    let file = file.fetch_one(admin).await?;
    Ok(file.ok_or("PostgreSQL writes no log in JSON: start it with log_destination=jsonlog")?)
}

async fn reload(admin: &mut PgConnection) -> Result {
    sqlx::query("SELECT pg_reload_conf()").execute(admin).await?;
    // Every session reads the new settings when it next has nothing to do.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(())
}

fn step(line: &Line) -> Result<Option<Step>> {
    let message = line.message.as_deref().unwrap_or_default();
    if let Some(text) = message.strip_prefix("statement: ") {
        return Ok(Some(Step::Simple(text.to_owned())));
    }
    let Some((_, sql)) = message.strip_prefix("execute ").and_then(|rest| rest.split_once(": ")) else {
        return Ok(None);
    };
    let detail = line.detail.as_deref().unwrap_or_default();
    let parameters = parameters(detail.strip_prefix("parameters: ").unwrap_or_default())?;
    Ok(Some(Step::Prepared { sql: sql.to_owned(), parameters }))
}

/// Reads `$1 = 'UA', $2 = NULL`. A quote inside a value is doubled.
fn parameters(text: &str) -> Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (_, value) = rest.split_once(" = ").ok_or("a logged parameter has no value")?;
        let (value, behind) = match value.strip_prefix('\'') {
            Some(quoted) => {
                let (value, behind) = unquote(quoted)?;
                (Some(value), behind)
            }
            None => (None, value.strip_prefix("NULL").ok_or("a logged parameter is neither quoted nor null")?),
        };
        parameters.push(Parameter::Fixed(value));
        rest = behind.strip_prefix(", ").unwrap_or(behind);
    }
    Ok(parameters)
}

/// The text up to the closing quote, and what follows it.
fn unquote(text: &str) -> Result<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (part, behind) = rest.split_once('\'').ok_or("a logged parameter does not end")?;
        value.push_str(part);
        match behind.strip_prefix('\'') {
            Some(behind) => {
                value.push('\'');
                rest = behind;
            }
            None => return Ok((value, behind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_postgres_writes_them() {
        let fixed = |text: Option<&str>| Parameter::Fixed(text.map(str::to_owned));
        let read = parameters("$1 = 'it''s, $2 = ''x''', $2 = NULL, $3 = ''").unwrap();
        assert_eq!(read, [fixed(Some("it's, $2 = 'x'")), fixed(None), fixed(Some(""))]);
    }

    #[test]
    fn what_does_not_end_is_refused() {
        assert!(parameters("$1 = 'open").is_err());
        assert!(parameters("$1").is_err());
    }
}
